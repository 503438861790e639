//! Periods, days that count, limits, and the simplified procedure.

use serde_json::{Value, json};

use super::*;
use crate::programs::ask::AskError;
use crate::programs::kaigo::questions::QUESTIONS;

fn ask(name: &str, input: Value) -> Result<Value, AskError> {
    let question = QUESTIONS.iter().find(|question| question.name == name).unwrap();
    question.by(tables())(&input, Some(day(TODAY))).map(|worked| worked.value)
}

fn ends_on(input: Value) -> String {
    ask("validity", input).unwrap()["ends_on"].as_str().unwrap().to_owned()
}

#[test]
fn a_certification_always_ends_with_a_month() {
    let new = |on: &str, months: Value| ends_on(json!({ "kind": "new", "applied_on": on, "months": months }));
    assert_eq!(new("2026-05-01", json!(6)), "2026-10-31");
    assert_eq!(new("2026-05-02", json!(6)), "2026-11-30");
    assert_eq!(new("2026-08-31", Value::Null), "2027-02-28");
    assert_eq!(new("2027-08-31", Value::Null), "2028-02-29");
    let renewal = json!({ "kind": "renewal", "ends_on": "2026-12-31", "same_level": true, "months": 48 });
    assert_eq!(ends_on(renewal), "2030-12-31");
}

#[test]
fn only_the_months_of_the_table_can_be_granted() {
    let renewal = |same: bool, months: i64| {
        ask(
            "validity",
            json!({ "kind": "renewal", "ends_on": "2026-12-31", "same_level": same, "months": months }),
        )
    };
    assert!(renewal(false, 36).is_ok() && renewal(true, 48).is_ok());
    assert_eq!(renewal(false, 37).unwrap_err().path(), Some("months"));
    let before = json!({ "kind": "new", "applied_on": "2021-03-31" });
    assert_eq!(ask("validity", before).unwrap_err().code(), "no_row");
}

#[test]
fn the_heaviest_level_of_a_month_has_its_limit() {
    let found = ask("limit", json!({ "levels": ["care3", "care1"] })).unwrap();
    assert_eq!(found, json!({ "level": "care3", "units": 27_048 }));
    assert_eq!(ask("limit", json!({ "levels": ["care1", "care9"] })).unwrap_err().path(), Some("levels[1]"));
    assert_eq!(ask("limit", json!({ "levels": [] })).unwrap_err().path(), Some("levels"));
    let before = json!({ "on": "2019-09-30", "levels": ["care1"] });
    assert_eq!(ask("limit", before).unwrap_err().code(), "no_row");
}

#[test]
fn a_notice_counts_only_when_it_was_sent_in_time() {
    let decision = |notice: Value, until: Value, decided: Value| {
        let input = json!({ "received_on": "2026-11-10", "notice_on": notice, "announced_until": until,
            "decided_on": decided });
        ask("window", input).unwrap()["decision"].clone()
    };
    let plain = decision(Value::Null, Value::Null, Value::Null);
    assert_eq!(
        (&plain["due_on"], &plain["deemed_rejected_from"]),
        (&json!("2026-12-10"), &json!("2026-12-11"))
    );
    let late = decision(json!("2026-12-11"), json!("2027-01-08"), Value::Null);
    assert_eq!((&late["notice_valid"], &late["limit_on"]), (&json!(false), &json!("2026-12-10")));
    let timely = decision(json!("2026-12-10"), json!("2027-01-08"), Value::Null);
    assert_eq!(
        (&timely["limit_on"], &timely["deemed_rejected_from"]),
        (&json!("2027-01-08"), &json!("2027-01-09"))
    );
    assert_eq!(
        decision(json!("2026-12-10"), json!("2027-01-08"), json!("2027-01-08"))["deemed_rejected_from"],
        json!(null)
    );
    let opens = ask("window", json!({ "ends_on": "2026-12-31" })).unwrap();
    assert_eq!(opens["renewal"], json!({ "opens_on": "2026-11-01", "closes_on": "2026-12-31" }));
    assert_eq!(ask("window", json!({})).unwrap_err().code(), "missing");
    let backwards = json!({ "received_on": "2026-11-10", "decided_on": "2026-11-09" });
    assert_eq!(ask("window", backwards).unwrap_err().code(), "contradiction");
}

#[test]
fn the_simplified_procedure_needs_every_condition() {
    let with = |key: &str, value: Value| {
        let question = QUESTIONS.iter().find(|question| question.name == "simplified").unwrap();
        let mut input: Value = serde_json::from_str(question.example).unwrap();
        input[key] = value;
        ask("simplified", input)
    };
    let simplified = |key: &str, value: Value| with(key, value).unwrap()["simplified"].clone();
    assert_eq!(simplified("minutes", json!(61.4)), true);
    assert_eq!(simplified("insured", json!("second")), false);
    assert_eq!(simplified("kind", json!("change")), false);
    assert_eq!(simplified("previous_level", json!("care3")), false);
    assert_eq!(simplified("previous_months", json!(11)), false);
    assert_eq!(simplified("previous_months", json!(12)), true);
    for (minutes, far) in [(66.9, true), (67.0, false), (67.1, false), (112.0, true)] {
        assert_eq!(simplified("minutes", json!(minutes)), far, "{minutes}");
    }
    assert_eq!(with("minutes", json!(61.45)).unwrap_err().path(), Some("minutes"));
    assert_eq!(with("level", json!("care9")).unwrap_err().path(), Some("level"));
}

#[test]
fn between_support_and_care_stability_decides_and_may_be_open() {
    let of = |stable: Value| {
        let input = json!({ "insured": "first", "kind": "renewal", "level": "care1", "previous_level": "care1",
            "previous_months": 12, "minutes": 40.0, "stable": stable });
        ask("simplified", input).unwrap()["simplified"].clone()
    };
    assert_eq!(
        (of(json!(true)), of(json!(false)), of(Value::Null)),
        (json!(true), json!(false), Value::Null)
    );
}
