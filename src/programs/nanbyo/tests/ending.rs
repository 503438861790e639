//! The last day of a certificate that ends early.

use std::collections::BTreeMap;

use super::super::ending::{self, End, last_day, return_by};
use super::*;
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::Proposal;
use crate::programs::{Inputs, Paid};
use serde_json::Value;

const DECIDED: &str = "2026-07-15";

fn end<'a>(reason: &'a str, fact: &str, transfer: Option<&str>) -> End<'a> {
    let (transfer, until) = (transfer.map(day), Some(day("2027-04-30")));
    End { reason, fact: day(fact), transfer, decision: day(DECIDED), until }
}

fn last(end: &End<'_>) -> String {
    last_day(end, tables()).unwrap().value.to_string()
}

#[test]
fn a_certificate_that_is_given_back_holds_until_the_day_of_the_fact() {
    for reason in ["cured", "died", "declined", "other", "moved"] {
        assert_eq!(last(&end(reason, "2026-07-01", None)), "2026-07-01", "{reason}");
    }
}

#[test]
fn in_a_move_it_holds_until_the_eve_of_the_application_to_the_new_authority() {
    let moved = end("moved", "2026-07-01", Some("2026-07-10"));
    assert_eq!(last(&moved), "2026-07-09");
    let step = &last_day(&moved, tables()).unwrap().steps[0];
    assert_eq!(
        (step.table.as_deref(), step.row.as_deref().map(|row| row.contains("transfer"))),
        (Some("end_rules"), Some(true))
    );
    let cured = end("cured", "2026-07-01", Some("2026-07-10"));
    assert_eq!(last(&cured), "2026-07-01", "only a move has another authority");
}

#[test]
fn what_is_revoked_holds_until_the_decision_and_never_longer_than_before() {
    for reason in ["not-met", "order-refused", "false-statement"] {
        assert_eq!(last(&end(reason, "2026-03-01", None)), DECIDED, "{reason}");
    }
    let late = end("declined", "2027-06-01", None);
    assert_eq!(last(&late), "2027-04-30");
    assert_eq!(last_day(&late, tables()).unwrap().steps[1].what, "working.end-bounded");
    assert_eq!(return_by(day(DECIDED), tables()).unwrap().value, day("2026-07-29"));
}

fn proposed(kind: &'static str, lines: &[(&str, &str)]) -> Proposal {
    let before = [("start_on", Value::from("2026-05-01")), ("valid_to", Value::from("2027-04-30"))];
    let before = before.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let inputs = Inputs {
        kind: &CaseKind::of(kind),
        received_on: day("2026-07-01"),
        application: &answers(lines),
        certificate: None,
        office: None,
        further: &BTreeMap::new(),
        before: &before,
        settings: &BTreeMap::new(),
        paid: &Paid::default(),
    };
    ending::propose(&inputs, tables(), day(DECIDED))
}

#[test]
fn a_revocation_names_the_day_by_which_the_certificate_comes_back_and_a_return_does_not() {
    let lines = [("ending.reason", ":cured"), ("ending.happened-on", "2026-06-30")];
    let back = proposed("return", &lines);
    assert_eq!(back.value("last_day"), Some(&Value::from("2026-06-30")));
    assert_eq!((back.value("end_reason"), back.value("return_by")), (Some(&Value::from("cured")), None));
    let lines = [("cancellation.ground", ":not-met"), ("cancellation.happened-on", "2026-06-30")];
    let revoked = proposed("revocation", &lines);
    assert_eq!(revoked.value("last_day"), Some(&Value::from(DECIDED)));
    assert_eq!(revoked.value("return_by"), Some(&Value::from("2026-07-29")));
}

#[test]
fn what_is_missing_or_lies_before_the_first_day_is_asked_about() {
    assert_eq!(keys(&proposed("return", &[]).findings), ["finding.end-ground-missing"]);
    let early = [("ending.reason", ":died"), ("ending.happened-on", "2026-04-30")];
    assert_eq!(keys(&proposed("return", &early).findings), ["finding.end-before-start"]);
}
