//! Ages and intervals as the law of vaccination counts them.
//!
//! An age is reached on the eve of the birthday, and a month that lacks the day ends it early; an
//! interval in months that lacks the day runs on to the first of the next month. Both ends of a
//! window belong to it, and there are no days of grace.

use chrono::{Datelike, Days, NaiveDate};

use crate::domain::periods::{MonthEnd, add_months, fiscal_year};

/// A day in somebody's life, as the tables write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// The day of birth: `birth`.
    Birth,
    /// So many days after it, the day of birth being day 0: `days 42`.
    Days(u32),
    /// The day on which so many months are reached: `months 12`, `years 3`.
    Months(u32),
    /// The day after that: `after-months 7`.
    AfterMonths(u32),
    /// 1 April of the 年度 in which an age in years is reached: `fiscal-start 12`.
    FiscalStart(u32),
    /// 31 March of that 年度: `fiscal-end 16`.
    FiscalEnd(u32),
    /// A year before school begins (学校教育法17条): `school-start -1 year`.
    YearBeforeSchool,
    /// The last day before school begins: `school-start -1 day`.
    EveOfSchool,
    /// So many days before the expected delivery: `before-due 84`.
    BeforeDue(u32),
}

impl Age {
    /// Reads the written form, or `None` if it is none.
    pub fn parse(written: &str) -> Option<Age> {
        let (word, rest) = written.split_once(' ').unwrap_or((written, ""));
        let count = rest.parse::<u32>().ok().filter(|count| *count <= 1_200);
        match (word, rest, count) {
            ("birth", "", _) => Some(Age::Birth),
            ("school-start", "-1 year", _) => Some(Age::YearBeforeSchool),
            ("school-start", "-1 day", _) => Some(Age::EveOfSchool),
            (_, _, Some(count)) => Age::counted(word, count),
            _ => None,
        }
    }

    fn counted(word: &str, count: u32) -> Option<Age> {
        Some(match word {
            "days" => Age::Days(count),
            "months" => Age::Months(count),
            "years" => Age::Months(12 * count),
            "after-months" => Age::AfterMonths(count),
            "fiscal-start" => Age::FiscalStart(count),
            "fiscal-end" => Age::FiscalEnd(count),
            "before-due" => Age::BeforeDue(count),
            _ => return None,
        })
    }

    /// The day, for somebody born on `birth`; `None` if it hangs on the expected delivery and that is
    /// not known.
    pub fn day(self, birth: NaiveDate, due: Option<NaiveDate>) -> Option<NaiveDate> {
        Some(match self {
            Age::Birth => birth,
            Age::Days(count) => days_on(birth, count),
            Age::Months(count) => reaches_months(birth, count),
            Age::AfterMonths(count) => days_on(reaches_months(birth, count), 1),
            Age::FiscalStart(years) => april(fiscal_year(reaches_months(birth, 12 * years))),
            Age::FiscalEnd(years) => eve(april(fiscal_year(reaches_months(birth, 12 * years)) + 1)),
            Age::YearBeforeSchool => april(school_year(birth) - 1),
            Age::EveOfSchool => eve(april(school_year(birth))),
            Age::BeforeDue(count) => due?.checked_sub_days(Days::new(u64::from(count)))?,
        })
    }
}

/// 生後n月に至った日: the eve of the same day of the month, or the last day of a month without it.
pub fn reaches_months(from: NaiveDate, months: u32) -> NaiveDate {
    let months = i32::try_from(months).unwrap_or(i32::MAX);
    eve(add_months(from, months, MonthEnd::NextFirst))
}

/// The year in which school begins: the first 1 April after six years are reached.
fn school_year(birth: NaiveDate) -> i32 {
    let after = days_on(reaches_months(birth, 72), 1);
    if (after.month(), after.day()) == (4, 1) { after.year() } else { fiscal_year(after) + 1 }
}

/// 1 April of a year.
fn april(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 4, 1).unwrap_or(NaiveDate::MAX)
}

fn eve(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
}

/// The day `count` days later; at the end of the calendar, its last.
pub fn days_on(day: NaiveDate, count: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(count))).unwrap_or(NaiveDate::MAX)
}

/// An interval between two doses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// n日以上: so many clear days between.
    Days(u32),
    /// n月以上.
    Months(u32),
}

impl Gap {
    /// An interval from the words of a table: `day` or `month`.
    pub fn new(unit: &str, count: i64) -> Option<Gap> {
        let count = u32::try_from(count).ok().filter(|count| *count <= 1_200)?;
        match unit {
            "day" => Some(Gap::Days(count)),
            "month" => Some(Gap::Months(count)),
            _ => None,
        }
    }

    /// The first day after the interval.
    pub fn after(self, day: NaiveDate) -> NaiveDate {
        match self {
            Gap::Days(count) => days_on(day, count + 1),
            Gap::Months(count) => {
                add_months(day, i32::try_from(count).unwrap_or(i32::MAX), MonthEnd::NextFirst)
            }
        }
    }
}
