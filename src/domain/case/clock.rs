//! Clocks: how long the office has had, without the days on which it waited for the applicant.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::periods::period_end;

/// A running, paused or stopped clock. Days are calendar days; the first day is not counted (民法140条).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The name under which the program defines it.
    pub name: String,
    /// Its length in days.
    pub days: u32,
    /// The day on which it started.
    pub started_on: NaiveDate,
    /// Days on which it stood still, in finished pauses.
    pub paused_days: u32,
    /// The day on which the present pause began.
    pub paused_since: Option<NaiveDate>,
    /// When it stopped for good.
    pub stopped_at: Option<DateTime<Utc>>,
    /// A later day told to the applicant (延期通知).
    pub extended_to: Option<NaiveDate>,
}

impl Clock {
    /// A clock that starts on `day` and runs for `days`.
    pub fn start(name: &str, days: u32, day: NaiveDate) -> Clock {
        Clock {
            name: name.to_owned(),
            days,
            started_on: day,
            paused_days: 0,
            paused_since: None,
            stopped_at: None,
            extended_to: None,
        }
    }

    /// Days for which it has stood still up to `today`.
    pub fn paused_until(&self, today: NaiveDate) -> u32 {
        self.paused_days + self.paused_since.map_or(0, |since| days_between(since, today))
    }

    /// The last day of the period, as known on `today`.
    pub fn due_on(&self, today: NaiveDate) -> NaiveDate {
        let due = period_end(self.started_on, self.days.saturating_add(self.paused_until(today)));
        self.extended_to.map_or(due, |later| later.max(due))
    }

    /// Stands still from `day` on.
    pub fn pause(&mut self, day: NaiveDate) {
        if self.stopped_at.is_none() && self.paused_since.is_none() {
            self.paused_since = Some(day);
        }
    }

    /// Goes on from `day`.
    pub fn resume(&mut self, day: NaiveDate) {
        if let Some(since) = self.paused_since.take() {
            self.paused_days += days_between(since, day);
        }
    }

    /// Starts again with its full length on `day`.
    pub fn restart(&mut self, day: NaiveDate) {
        if self.stopped_at.is_some() {
            return;
        }
        self.started_on = day;
        self.paused_days = 0;
        self.paused_since = None;
    }
}

fn days_between(from: NaiveDate, to: NaiveDate) -> u32 {
    u32::try_from(to.signed_duration_since(from).num_days().max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;

    fn day(offset: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(u64::from(offset))
    }

    proptest! {
        #[test]
        fn running_and_paused_days_add_up(steps in prop::collection::vec((any::<bool>(), 0u32..40), 0..20)) {
            let mut clock = Clock::start("legal", 60, day(0));
            let mut now = 0;
            let mut paused = 0;
            for (pause, wait) in steps {
                let before = clock.paused_since.is_some();
                now += wait;
                if before { paused += wait; }
                if pause { clock.pause(day(now)) } else { clock.resume(day(now)) }
            }
            prop_assert_eq!(clock.paused_until(day(now)), paused);
            prop_assert_eq!(clock.due_on(day(now)), day(60 + paused));
        }
    }

    #[test]
    fn an_extension_never_shortens_the_period() {
        let mut clock = Clock::start("legal", 30, day(0));
        clock.extended_to = Some(day(10));
        assert_eq!(clock.due_on(day(0)), day(30));
        clock.extended_to = Some(day(45));
        assert_eq!(clock.due_on(day(40)), day(45));
    }
}
