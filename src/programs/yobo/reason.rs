//! Verdicts and why: the published reason codes.

/// Why a dose may or may not be given as routine. Earlier ones take precedence; of the last four,
/// which are lower bounds, the latest day does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// It is for the other sex.
    SexNotTarget,
    /// It is for those born at another time.
    CohortNotTarget,
    /// The person has had the disease, or something else on record excludes.
    ExcludedHistory,
    /// The programme had not begun.
    BeforeProgramme,
    /// The programme is over.
    ProgrammeEnded,
    /// The programme does not allow the product on that day or at that age.
    ProductNotAllowed,
    /// The course was begun with a product that this one may not follow.
    ProductMismatch,
    /// The course is complete.
    SeriesComplete,
    /// The dose of the season was given.
    AlreadyThisSeason,
    /// A rule says that it is not given.
    DoseNotGivenByRule,
    /// The last day is over.
    AgedOut,
    /// The interval ends after the last day.
    CannotFinishInWindow,
    /// The age is not reached.
    NotYetAge,
    /// The season is not open.
    OutOfSeason,
    /// The interval to an earlier dose of the course is not over.
    IntervalTooShort,
    /// The interval to an injected live vaccine is not over.
    LiveIntervalTooShort,
    /// Nothing on record stands against it; the physician decides on the day.
    Eligible,
}

impl Reason {
    /// The published code.
    pub fn code(self) -> &'static str {
        match self {
            Reason::SexNotTarget => "SEX_NOT_TARGET",
            Reason::CohortNotTarget => "COHORT_NOT_TARGET",
            Reason::ExcludedHistory => "EXCLUDED_HISTORY",
            Reason::BeforeProgramme => "BEFORE_PROGRAMME",
            Reason::ProgrammeEnded => "PROGRAMME_ENDED",
            Reason::ProductNotAllowed => "PRODUCT_NOT_ALLOWED",
            Reason::ProductMismatch => "PRODUCT_MISMATCH",
            Reason::SeriesComplete => "SERIES_COMPLETE",
            Reason::AlreadyThisSeason => "ALREADY_THIS_SEASON",
            Reason::DoseNotGivenByRule => "DOSE_NOT_GIVEN_BY_RULE",
            Reason::AgedOut => "AGED_OUT",
            Reason::CannotFinishInWindow => "CANNOT_FINISH_IN_WINDOW",
            Reason::NotYetAge => "NOT_YET_AGE",
            Reason::OutOfSeason => "OUT_OF_SEASON",
            Reason::IntervalTooShort => "INTERVAL_TOO_SHORT",
            Reason::LiveIntervalTooShort => "LIVE_INTERVAL_TOO_SHORT",
            Reason::Eligible => "ELIGIBLE",
        }
    }
}
