//! Work that is due by the clock or at once, one run at a time.

/// A kind of run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Everything that waits for the hub.
    Nightly,
    /// What cannot wait for the night.
    Urgent,
    /// Dates that passed, and what nobody needs any more.
    Upkeep,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 3] = [Kind::Nightly, Kind::Urgent, Kind::Upkeep];

    /// The name under which runs are stored.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Nightly => "nightly",
            Kind::Urgent => "urgent",
            Kind::Upkeep => "upkeep",
        }
    }
}
