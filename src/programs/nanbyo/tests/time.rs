use proptest::prelude::*;

use super::super::start::{Route, StartInput, start};
use super::super::validity::{Ends, common_end, last_day};
use super::*;
use crate::domain::periods::MonthEnd;

fn input(basis: &str, received: &str, reason: Option<(&str, Option<bool>)>) -> StartInput {
    StartInput {
        route: Route::Severity,
        basis: Some(day(basis)),
        received_on: day(received),
        reason: reason.map(|(reason, _)| reason.to_owned()),
        reason_accepted: reason.and_then(|(_, accepted)| accepted),
        wished: None,
        month_end: MonthEnd::LastDay,
    }
}

fn start_of(input: &StartInput) -> String {
    start(input, tables()).unwrap().value.unwrap().to_string()
}

#[test]
fn the_start_is_the_day_of_diagnosis_within_a_month_or_three() {
    assert_eq!(start_of(&input("2026-04-20", "2026-05-10", None)), "2026-04-20");
    assert_eq!(start_of(&input("2026-02-01", "2026-05-10", None)), "2026-04-10");
    let accepted = Some(("certificate-late", Some(true)));
    assert_eq!(start_of(&input("2026-02-01", "2026-05-10", accepted)), "2026-02-10");
    assert_eq!(start_of(&input("2026-03-05", "2026-05-10", accepted)), "2026-03-05");
    assert_eq!(start_of(&input("2026-02-01", "2026-05-10", Some(("illness", Some(false))))), "2026-04-10");
}

#[test]
fn a_month_back_from_a_long_month_is_its_last_day() {
    assert_eq!(start_of(&input("2025-01-01", "2026-03-31", None)), "2026-02-28");
    assert_eq!(start_of(&input("2025-01-01", "2026-05-31", Some(("disaster", Some(true))))), "2026-02-28");
}

#[test]
fn an_authority_may_count_to_the_first_of_the_next_month_instead() {
    let input = StartInput { month_end: MonthEnd::NextFirst, ..input("2025-01-01", "2026-03-31", None) };
    assert_eq!(start_of(&input), "2026-03-01");
}

#[test]
fn nothing_starts_before_october_2023() {
    let accepted = Some(("other", Some(true)));
    assert_eq!(start_of(&input("2023-01-01", "2023-10-20", accepted)), "2023-10-01");
    assert!(start(&input("2023-01-01", "2023-09-30", None), tables()).is_err());
}

#[test]
fn an_unjudged_reason_is_asked_about_only_if_it_matters() {
    let open = Some(("illness", None));
    let matters = start(&input("2026-02-01", "2026-05-10", open), tables()).unwrap();
    assert_eq!(keys(&matters.findings), ["finding.delay-reason-to-judge"]);
    let idle = start(&input("2026-04-20", "2026-05-10", open), tables()).unwrap();
    assert!(idle.findings.is_empty());
    assert!(start(&input("2026-02-01", "2026-05-10", Some(("unheard", None))), tables()).is_err());
}

#[test]
fn what_departs_from_the_wish_or_from_sense_is_noted() {
    let late = StartInput { wished: Some(day("2026-02-01")), ..input("2026-02-01", "2026-05-10", None) };
    assert_eq!(keys(&start(&late, tables()).unwrap().findings), ["finding.start-later-than-wished"]);
    let future = start(&input("2026-05-11", "2026-05-10", None), tables()).unwrap();
    assert_eq!(keys(&future.findings), ["finding.basis-day-after-receipt"]);
    let unknown =
        StartInput { basis: None, route: Route::MildCost, ..input("2026-05-11", "2026-05-10", None) };
    let unknown = start(&unknown, tables()).unwrap();
    assert_eq!(
        (unknown.value, unknown.findings[0].field.as_deref()),
        (None, Some("office.mild-cost.met-on"))
    );
}

fn ends(start: &str, decided: &str, common: Option<&str>) -> (String, usize) {
    let ends = Ends { common: common.and_then(common_end), special: false };
    let worked = last_day(day(start), day(decided), ends, tables()).unwrap();
    (worked.value.to_string(), worked.findings.len())
}

#[test]
fn a_certificate_ends_with_the_authoritys_day_or_after_a_year() {
    assert_eq!(ends("2026-04-20", "2026-07-01", Some("12-31")), ("2026-12-31".to_owned(), 0));
    assert_eq!(ends("2026-04-20", "2026-07-01", Some("09-30")), ("2026-09-30".to_owned(), 0));
    assert_eq!(ends("2026-04-20", "2026-07-01", None), ("2027-04-19".to_owned(), 0));
    assert_eq!(ends("2024-02-29", "2024-03-01", None), ("2025-02-27".to_owned(), 0));
}

#[test]
fn a_common_day_beyond_the_year_is_a_question() {
    assert_eq!(ends("2026-11-20", "2027-01-15", Some("12-31")), ("2027-11-19".to_owned(), 1));
    assert_eq!(ends("2026-12-31", "2026-12-31", Some("12-31")), ("2026-12-31".to_owned(), 0));
}

#[test]
fn special_reasons_reach_a_year_and_a_half() {
    let of = |start, common: Option<&str>| {
        let ends = Ends { common: common.and_then(common_end), special: true };
        last_day(day(start), day(start), ends, tables()).unwrap().value.to_string()
    };
    assert_eq!(of("2026-11-20", Some("12-31")), "2026-12-31");
    assert_eq!(of("2026-11-20", Some("11-19")), "2027-11-19");
    assert_eq!(of("2026-11-20", None), "2028-05-19");
}

#[test]
fn a_common_day_must_exist_every_year() {
    assert!(common_end("02-28").is_some());
    assert!(common_end("02-29").is_none());
    assert!(common_end("13-01").is_none());
    assert!(common_end("1231").is_none());
}

proptest! {
    #[test]
    fn a_start_is_never_before_diagnosis_or_the_rule(diagnosed in -1500i64..1500, filed in 0i64..1500, accepted: bool) {
        let at = |days: i64| day("2023-10-01") + chrono::Duration::days(days);
        let reason = Some("other".to_owned());
        let input = StartInput {
            route: Route::Severity,
            basis: Some(at(diagnosed)),
            received_on: at(filed),
            reason,
            reason_accepted: Some(accepted),
            wished: None,
            month_end: MonthEnd::LastDay,
        };
        let found = start(&input, tables()).unwrap().value.unwrap();
        prop_assert!(found >= day("2023-10-01") && found >= at(diagnosed));
        prop_assert!(found <= at(filed).max(at(diagnosed)));
        let furthest = at(filed) - chrono::Duration::days(if accepted { 92 } else { 31 });
        prop_assert!(found >= furthest);
    }

    #[test]
    fn a_certificate_lasts_at_most_a_year_or_half_a_year_more(
        start in 0u64..2000, later in 0u64..300, month in 1u32..=12, special: bool) {
        let first = day("2023-10-01") + chrono::Days::new(start);
        let ends = Ends { common: common_end(&format!("{month}-28")), special };
        let end = last_day(first, first + chrono::Days::new(later), ends, tables()).unwrap().value;
        let longest = if special { 18 } else { 12 };
        prop_assert!(end >= first && end < first + chrono::Months::new(longest));
    }
}
