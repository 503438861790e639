use chrono::Days;
use proptest::prelude::*;

use super::day;
use crate::programs::yobo::age::{Age, Gap, reaches_months};

fn reached(written: &str, birth: &str) -> String {
    Age::parse(written).unwrap().day(day(birth), None).unwrap().to_string()
}

#[test]
fn an_age_is_reached_on_the_eve_and_a_missing_day_ends_the_month() {
    for (written, birth, on) in [
        ("months 1", "2013-04-01", "2013-04-30"),
        ("months 3", "2013-04-01", "2013-06-30"),
        ("months 6", "2013-04-01", "2013-09-30"),
        ("months 2", "2018-12-31", "2019-02-28"),
        ("months 60", "2018-12-31", "2023-12-30"),
        ("months 2", "2026-07-31", "2026-09-30"),
        ("years 9", "2020-02-29", "2029-02-28"),
        ("months 48", "2020-02-29", "2024-02-28"),
        ("after-months 7", "2026-04-15", "2026-11-15"),
        ("days 42", "2026-09-01", "2026-10-13"),
        ("birth", "2026-09-01", "2026-09-01"),
    ] {
        assert_eq!(reached(written, birth), on, "{written} of {birth}");
    }
}

#[test]
fn an_interval_in_months_runs_on_to_the_next_first() {
    for (unit, count, from, on) in [
        ("month", 3, "2026-04-01", "2026-07-01"),
        ("month", 3, "2026-11-30", "2027-03-01"),
        ("month", 6, "2026-08-28", "2027-02-28"),
        ("month", 2, "2026-12-31", "2027-03-01"),
        ("day", 27, "2025-11-01", "2025-11-29"),
        ("day", 6, "2026-11-16", "2026-11-23"),
        ("day", 139, "2026-02-02", "2026-06-22"),
    ] {
        let first = Gap::new(unit, count).unwrap().after(day(from));
        assert_eq!(first.to_string(), on, "{count} {unit} from {from}");
    }
}

#[test]
fn years_of_school_and_office_begin_in_april() {
    for (written, birth, on) in [
        ("fiscal-start 12", "2015-04-01", "2026-04-01"),
        ("fiscal-start 12", "2015-04-02", "2027-04-01"),
        ("fiscal-end 16", "2010-04-01", "2026-03-31"),
        ("fiscal-end 16", "2010-04-02", "2027-03-31"),
        ("school-start -1 year", "2021-04-01", "2026-04-01"),
        ("school-start -1 day", "2021-04-01", "2027-03-31"),
        ("school-start -1 day", "2020-04-01", "2026-03-31"),
        ("school-start -1 year", "2020-04-02", "2026-04-01"),
    ] {
        assert_eq!(reached(written, birth), on, "{written} of {birth}");
    }
}

#[test]
fn weeks_of_pregnancy_are_counted_back_from_the_expected_delivery() {
    let due = Some(day("2026-04-23"));
    let on = |written: &str| Age::parse(written).unwrap().day(day("1995-01-01"), due).unwrap();
    assert_eq!(on("before-due 84"), day("2026-01-29"));
    assert_eq!(on("before-due 22"), day("2026-04-01"));
    assert_eq!(Age::BeforeDue(22).day(day("1995-01-01"), None), None);
}

#[test]
fn what_is_no_age_or_interval_is_refused() {
    for written in ["", "month 2", "months", "months -1", "months 9999", "school-start", "birth 1"] {
        assert_eq!(Age::parse(written), None, "{written}");
    }
    assert!(Gap::new("week", 1).is_none() && Gap::new("day", -1).is_none());
}

proptest! {
    #[test]
    fn a_later_birth_never_reaches_an_age_earlier(offset in 0u64..60_000, months in 0u32..1_200) {
        let birth = day("1900-01-01") + Days::new(offset);
        prop_assert!(reaches_months(birth, months) <= reaches_months(birth + Days::new(1), months));
    }

    #[test]
    fn intervals_never_end_before_ages_of_the_same_length(offset in 0u64..60_000, months in 1u32..1_200) {
        let from = day("1900-01-01") + Days::new(offset);
        let interval = Gap::Months(months).after(from);
        prop_assert_eq!(reaches_months(from, months) + Days::new(1), interval);
    }
}
