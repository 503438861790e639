use serde_json::json;

use super::*;
use crate::programs::nanbyo::change::{Change, ChangeStart, start, unchanged};

fn began(change: Change, topics: &[&str], received: &str, happened: Option<&str>) -> (String, Vec<String>) {
    let input = ChangeStart {
        received_on: day(received),
        happened_on: happened.map(day),
        from: Some(day("2026-04-20")),
        to: Some(day("2027-03-31")),
    };
    let worked = start(change, topics, input, tables()).unwrap();
    (worked.value.to_string(), worked.findings.into_iter().map(|it| it.key).collect())
}

#[test]
fn a_cap_changes_on_the_first_of_the_month_after_the_application() {
    let on = |received| began(Change::Application, &["incomes"], received, None).0;
    assert_eq!(on("2026-11-05"), "2026-12-01");
    assert_eq!(on("2026-12-31"), "2027-01-01");
    assert_eq!(on("2026-11-01"), "2026-12-01", "also on the first of a month");
}

#[test]
fn an_institution_is_added_from_the_day_of_the_application() {
    assert_eq!(began(Change::Application, &["institutions"], "2026-11-05", None).0, "2026-11-05");
}

#[test]
fn a_fact_counts_from_its_day_but_never_before_the_decision() {
    let on = |happened| began(Change::Notification, &["address"], "2026-11-05", Some(happened));
    assert_eq!(on("2026-11-01"), ("2026-11-01".to_owned(), vec![]));
    let early = on("2026-04-01");
    assert_eq!(early, ("2026-04-20".to_owned(), vec!["finding.change-before-start".to_owned()]));
}

#[test]
fn what_would_begin_after_the_end_is_no_change() {
    let late = began(Change::Application, &["incomes"], "2027-03-15", None);
    assert_eq!(late.1, ["finding.change-after-end"]);
}

#[test]
fn a_notification_computes_no_cap_and_a_change_only_what_touches_it() {
    assert!(!Change::Notification.computes(&["insurance"]));
    assert!(Change::ExOfficio.computes(&["members"]));
    assert!(!Change::Application.computes(&["institutions"]));
}

#[test]
fn everything_is_taken_over_but_the_day_and_the_numbers() {
    assert_eq!(unchanged("cap", &json!(10_000)).map(|it| it.value), Some(json!(10_000)));
    for own in ["start_on", "recipient_number", "payer_number"] {
        assert_eq!(unchanged(own, &json!("x")), None);
    }
    assert_eq!(unchanged("mild_cost", &json!(null)), None);
}
