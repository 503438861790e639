//! Ages, years that do not begin in January, and periods of days and months.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// Which day stands for a day number that a month does not have, such as 31 April.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthEnd {
    /// The last day of that month.
    #[default]
    LastDay,
    /// The first day of the month after.
    NextFirst,
}

/// The first day of a day's month.
pub fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The day with the same number `months` later, or earlier if negative. Outside the calendar's range
/// the result is its first or last day.
pub fn add_months(day: NaiveDate, months: i32, end: MonthEnd) -> NaiveDate {
    let step = Months::new(months.unsigned_abs());
    let moved = if months < 0 {
        day.checked_sub_months(step).unwrap_or(NaiveDate::MIN)
    } else {
        day.checked_add_months(step).unwrap_or(NaiveDate::MAX)
    };
    let clamped = moved.day() != day.day();
    if clamped && end == MonthEnd::NextFirst { moved.succ_opt().unwrap_or(moved) } else { moved }
}

/// The age in full years during the day `on`; `None` before birth. A child of 29 February is a year
/// older on 1 March of common years.
pub fn age_on(birth: NaiveDate, on: NaiveDate) -> Option<u32> {
    on.years_since(birth)
}

/// The day at whose end `age` is completed: the eve of the birthday (年齢計算ニ関スル法律, 民法143条).
/// Somebody born on 1 April completes a year on 31 March.
pub fn completes_age_on(birth: NaiveDate, age: u32) -> NaiveDate {
    let months = i32::try_from(age).unwrap_or(i32::MAX).saturating_mul(12);
    let birthday = add_months(birth, months, MonthEnd::NextFirst);
    birthday.pred_opt().unwrap_or(birthday)
}

/// 年度, April to March, named by the year in which it begins.
pub fn fiscal_year(day: NaiveDate) -> i32 {
    year_beginning_in(4, day)
}

/// The tax year (住民税の年度) that counts for care given on `day`: July to June, since the tax of a
/// year is known from July on.
pub fn tax_year(day: NaiveDate) -> i32 {
    year_beginning_in(7, day)
}

fn year_beginning_in(month: u32, day: NaiveDate) -> i32 {
    if day.month() >= month { day.year() } else { day.year() - 1 }
}

/// The last day of a period of `days` after `start`, whose own day is not counted (民法140条).
pub fn period_end(start: NaiveDate, days: u32) -> NaiveDate {
    start.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// The last day of a period of `months` counted from the day after `start` (民法140条, 143条): three
/// months from the day after 15 January end on 15 April.
pub fn month_period_end(start: NaiveDate, months: u32) -> NaiveDate {
    let months = i32::try_from(months).unwrap_or(i32::MAX);
    let first = start.succ_opt().unwrap_or(start);
    let following = add_months(first, months, MonthEnd::NextFirst);
    following.pred_opt().unwrap_or(following)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn months_keep_the_day_number_or_end_with_the_month() {
        for (from, months, last_day, next_first) in [
            ("2026-05-10", -1, "2026-04-10", "2026-04-10"),
            ("2026-05-10", -3, "2026-02-10", "2026-02-10"),
            ("2026-05-31", -1, "2026-04-30", "2026-05-01"),
            ("2026-03-30", -1, "2026-02-28", "2026-03-01"),
            ("2028-03-30", -1, "2028-02-29", "2028-03-01"),
            ("2026-12-31", 2, "2027-02-28", "2027-03-01"),
            ("2028-02-29", 12, "2029-02-28", "2029-03-01"),
        ] {
            assert_eq!(add_months(day(from), months, MonthEnd::LastDay), day(last_day), "{from} {months}");
            assert_eq!(
                add_months(day(from), months, MonthEnd::NextFirst),
                day(next_first),
                "{from} {months}"
            );
        }
    }

    #[test]
    fn a_year_of_life_is_complete_at_the_end_of_the_eve() {
        assert_eq!(completes_age_on(day("2020-04-01"), 6), day("2026-03-31"));
        assert_eq!(completes_age_on(day("2020-04-02"), 6), day("2026-04-01"));
        assert_eq!(completes_age_on(day("2008-02-29"), 18), day("2026-02-28"));
        assert_eq!(completes_age_on(day("2008-02-29"), 20), day("2028-02-28"));
    }

    #[test]
    fn age_goes_up_on_the_birthday() {
        let birth = day("1961-06-15");
        assert_eq!(age_on(birth, day("2026-06-14")), Some(64));
        assert_eq!(age_on(birth, day("2026-06-15")), Some(65));
        assert_eq!(age_on(birth, birth), Some(0));
        assert_eq!(age_on(birth, day("1961-06-14")), None);
        assert_eq!(age_on(day("2008-02-29"), day("2026-02-28")), Some(17));
        assert_eq!(age_on(day("2008-02-29"), day("2026-03-01")), Some(18));
    }

    #[test]
    fn years_begin_in_april_and_in_july() {
        assert_eq!([fiscal_year(day("2026-03-31")), fiscal_year(day("2026-04-01"))], [2025, 2026]);
        assert_eq!([tax_year(day("2026-06-30")), tax_year(day("2026-07-01"))], [2025, 2026]);
    }

    #[test]
    fn the_first_day_of_a_period_is_not_counted() {
        assert_eq!(period_end(day("2026-04-01"), 30), day("2026-05-01"));
        assert_eq!(period_end(day("2028-02-28"), 2), day("2028-03-01"));
        for (start, months, end) in [
            ("2026-01-15", 3, "2026-04-15"),
            ("2026-01-30", 1, "2026-02-28"),
            ("2026-01-31", 1, "2026-02-28"),
            ("2026-04-30", 1, "2026-05-31"),
            ("2026-11-29", 3, "2027-02-28"),
        ] {
            assert_eq!(month_period_end(day(start), months), day(end), "{start}");
        }
    }

    #[test]
    fn results_stay_inside_the_calendar() {
        assert_eq!(add_months(day("2026-01-01"), i32::MAX, MonthEnd::LastDay), NaiveDate::MAX);
        assert_eq!(period_end(NaiveDate::MAX, 1), NaiveDate::MAX);
    }

    proptest! {
        #[test]
        fn the_day_after_completing_an_age_one_has_that_age(offset in 0u64..50_000, age in 0u32..120) {
            let birth = day("1900-01-01") + Days::new(offset);
            let eve = completes_age_on(birth, age);
            prop_assert_eq!(age_on(birth, eve + Days::new(1)), Some(age));
            prop_assert_eq!(age_on(birth, eve), age.checked_sub(1));
        }

        #[test]
        fn a_later_start_never_ends_earlier(offset in 0u64..50_000, months in 0u32..36) {
            let start = day("1950-01-01") + Days::new(offset);
            prop_assert!(month_period_end(start, months) <= month_period_end(start + Days::new(1), months));
        }
    }
}
