//! When something is due: a cron pattern in Japan's time, and the last moment that it names.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use chrono_tz::Asia::Tokyo;
use croner::Cron;
use croner::parser::{CronParser, Seconds};

use super::kind::Kind;

/// A time of the plan that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is no time: six cron fields, seconds first ({detail})")]
pub struct BadSchedule {
    /// What was given.
    pub pattern: String,
    /// What is wrong.
    pub detail: String,
}

/// When a kind of run is due.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The kind.
    pub kind: Kind,
    /// Six cron fields, seconds first.
    pub pattern: String,
    cron: Cron,
}

impl Schedule {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`BadSchedule`].
    pub fn parse(kind: Kind, pattern: &str) -> Result<Schedule, BadSchedule> {
        let parser = CronParser::builder().seconds(Seconds::Required).build();
        let cron = parser.parse(pattern).map_err(|error| BadSchedule::new(pattern, &error))?;
        Ok(Schedule { kind, pattern: pattern.to_owned(), cron })
    }

    /// The last moment, not after `now`, at which it was due. Every process finds the same.
    pub fn last_due(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let here = now.with_timezone(&Tokyo).duration_trunc(TimeDelta::seconds(1)).ok()?;
        self.cron.find_previous_occurrence(&here, true).ok().map(|at| at.with_timezone(&Utc))
    }
}

impl BadSchedule {
    /// The error for a pattern.
    pub(super) fn new(pattern: &str, detail: &impl ToString) -> BadSchedule {
        BadSchedule { pattern: pattern.to_owned(), detail: detail.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn last(pattern: &str, now: &str) -> DateTime<Utc> {
        Schedule::parse(Kind::Nightly, pattern).unwrap().last_due(at(now)).unwrap()
    }

    #[test]
    fn the_night_is_japans() {
        assert_eq!(last("0 0 2 * * *", "2026-11-22T17:00:00Z"), at("2026-11-22T17:00:00Z"));
        assert_eq!(last("0 0 2 * * *", "2026-11-22T17:00:00.4Z"), at("2026-11-22T17:00:00Z"));
        assert_eq!(last("0 0 2 * * *", "2026-11-22T16:59:59.9Z"), at("2026-11-21T17:00:00Z"));
    }

    #[test]
    fn a_leap_day_and_a_new_year_are_days_like_others() {
        assert_eq!(last("0 0 2 * * *", "2028-02-29T18:00:00Z"), at("2028-02-29T17:00:00Z"));
        assert_eq!(last("0 0 2 * * *", "2026-12-31T17:30:00Z"), at("2026-12-31T17:00:00Z"));
    }

    #[test]
    fn every_hour_is_every_hour() {
        assert_eq!(last("0 5 * * * *", "2026-11-22T17:04:00Z"), at("2026-11-22T16:05:00Z"));
    }

    #[test]
    fn nonsense_is_refused_with_its_text() {
        for pattern in ["", "0 2 * * *", "61 0 2 * * *", "daily"] {
            assert!(Schedule::parse(Kind::Nightly, pattern).is_err_and(|error| error.pattern == pattern));
        }
    }
}
