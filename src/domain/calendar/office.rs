//! On which days an office is open.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::holidays::holiday_name;

/// No office is closed for longer than this many days on end.
const LONGEST_CLOSING: usize = 366;

/// A day of every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MonthDay {
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
}

/// Days on which an office closes every year; may run over the end of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearlyClosing {
    /// First day closed.
    pub from: MonthDay,
    /// Last day closed.
    pub to: MonthDay,
}

impl YearlyClosing {
    /// 29 December to 3 January, what ordinances under 地方自治法4条の2 usually say.
    pub const NEW_YEAR: YearlyClosing =
        YearlyClosing { from: MonthDay { month: 12, day: 29 }, to: MonthDay { month: 1, day: 3 } };

    fn contains(&self, date: NaiveDate) -> bool {
        let day = MonthDay { month: date.month(), day: date.day() };
        if self.from <= self.to {
            (self.from..=self.to).contains(&day)
        } else {
            day >= self.from || day <= self.to
        }
    }
}

/// The open days of an office: not Saturday, Sunday, a national holiday or a day of its own closing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeCalendar {
    /// Closings of every year.
    pub yearly: Vec<YearlyClosing>,
    /// Single days on which it is closed besides.
    #[serde(default)]
    pub single: BTreeSet<NaiveDate>,
}

/// An office that closes at the turn of the year and on no other day of its own.
impl Default for OfficeCalendar {
    fn default() -> OfficeCalendar {
        OfficeCalendar { yearly: vec![YearlyClosing::NEW_YEAR], single: BTreeSet::new() }
    }
}

impl OfficeCalendar {
    /// Whether the office is open on `day`.
    pub fn is_open(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
            && holiday_name(day).is_none()
            && !self.single.contains(&day)
            && !self.yearly.iter().any(|closing| closing.contains(day))
    }

    /// `day` itself if the office is open, otherwise the next day that it is: where the last day of
    /// a filing period moves to (地方自治法4条の2).
    pub fn next_business_day(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().take(LONGEST_CLOSING).find(|d| self.is_open(*d)).unwrap_or(day)
    }

    /// The `count`th open day after `day`, which is not counted itself.
    pub fn business_days_after(&self, day: NaiveDate, count: u32) -> NaiveDate {
        (0..count).fold(day, |at, _| at.succ_opt().map_or(at, |next| self.next_business_day(next)))
    }
}
