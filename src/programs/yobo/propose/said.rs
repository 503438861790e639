//! The sentences in which a proposal tells a verdict.

use crate::programs::yobo::person::Need;
use crate::programs::yobo::reason::Reason;

/// Why a dose is none of the programme, whatever the day; `None` where it is, now or later.
pub fn refused(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::SexNotTarget => "finding.sex-not-target",
        Reason::CohortNotTarget => "finding.cohort-not-target",
        Reason::ExcludedHistory => "finding.excluded-history",
        Reason::BeforeProgramme => "finding.before-programme",
        Reason::ProgrammeEnded => "finding.programme-ended",
        Reason::ProductNotAllowed => "finding.product-not-allowed",
        Reason::ProductMismatch => "finding.product-mismatch",
        Reason::SeriesComplete => "finding.series-complete",
        Reason::AlreadyThisSeason => "finding.already-this-season",
        Reason::DoseNotGivenByRule => "finding.dose-not-given",
        Reason::AgedOut => "finding.aged-out",
        Reason::CannotFinishInWindow => "finding.cannot-finish",
        _ => return None,
    })
}

/// Why a dose is too early on a day.
pub fn early(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::NotYetAge => "finding.not-yet-age",
        Reason::OutOfSeason => "finding.out-of-season",
        Reason::IntervalTooShort => "finding.interval-short",
        Reason::LiveIntervalTooShort => "finding.live-interval-short",
        _ => return None,
    })
}

/// What is missing on record.
pub fn needed(need: Need) -> &'static str {
    match need {
        Need::Sex => "finding.needs-sex",
        Need::Due => "finding.needs-due",
        Need::Season => "finding.needs-season",
        Need::Product(_) => "finding.needs-product",
        Need::Day(_) => "finding.needs-day",
        Need::Rules => "finding.needs-rules",
    }
}
