//! On what a grant could rest.

/// A ground of a grant, or why there is none yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Diagnosis and severity are met.
    Severity,
    /// 軽症高額: severity is not met, the cost is.
    MildCost,
    /// The recognition of another authority, in force on the day of the application.
    Transfer,
    /// Only the council can go on (難病法7条2項).
    Council,
    /// Not known yet.
    Open,
}

impl Ground {
    /// Its code in a decision.
    pub fn code(self) -> &'static str {
        match self {
            Ground::Severity => "severity",
            Ground::MildCost => "mild-cost",
            Ground::Transfer => "transfer",
            Ground::Council => "council",
            Ground::Open => "open",
        }
    }

    /// How the office reads it.
    pub fn shown(self) -> &'static str {
        match self {
            Ground::Severity => "重症度",
            Ground::MildCost => "軽症高額",
            Ground::Transfer => "転入前の受給者証",
            Ground::Council => "指定難病審査会へ",
            Ground::Open => "未定",
        }
    }
}
