//! A certificate of another authority stands in for a new one, as long as it is in force.

use std::collections::BTreeMap;

use super::super::RULES;
use super::super::transfer::{Span, span};
use super::*;
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::Proposal;
use crate::programs::{Inputs, Paid};
use serde_json::Value;

const OFFICE: [(&str, &str); 7] = [
    ("insurance.share", ":3"),
    ("assistance.receives", "no"),
    ("tax.basis", ":exchange"),
    ("tax.person[0]/tax.role", ":patient"),
    ("tax.person[0]/tax.non-taxed", "no"),
    ("tax.person[0]/tax.shotokuwari", "120000"),
    ("tax.person[0]/tax.designated-city", "no"),
];

fn moved(until: &str, more: &[(&str, &str)], office: &[(&str, &str)]) -> Proposal {
    let mut application = answers(&[
        ("earlier.valid-to", until),
        ("disease.number", ":6"),
        ("insurance.kind", ":kyokai"),
        ("insurance.person", ":insured"),
    ]);
    more.iter().for_each(|(path, value)| application.set(path, answer(value)));
    let office = answers(&[&OFFICE[..], office].concat());
    let inputs = Inputs {
        kind: &CaseKind::of("transfer-in"),
        received_on: day("2026-05-10"),
        application: &application,
        certificate: None,
        office: Some(&office),
        further: &BTreeMap::new(),
        before: &BTreeMap::new(),
        paid: &Paid::default(),
        settings: &BTreeMap::from([("common_end".to_owned(), "12-31".to_owned())]),
    };
    (RULES.propose)(&inputs, tables(), day("2026-07-20"))
}

fn value(proposal: &Proposal, field: &str) -> Value {
    proposal.value(field).cloned().unwrap_or_default()
}

#[test]
fn one_in_force_on_the_day_of_the_application_carries_the_recognition_over() {
    for until in ["2026-05-10", "2026-12-31"] {
        let proposal = moved(until, &[("earlier.mild-cost", "no")], &[]);
        assert_eq!(keys(&proposal.findings), Vec::<&str>::new(), "{until}");
        assert_eq!(value(&proposal, "ground"), "transfer");
        assert_eq!(value(&proposal, "severity_met"), true);
        assert_eq!(value(&proposal, "start_on"), "2026-05-10");
        assert_eq!(value(&proposal, "earlier_ends_on"), "2026-05-09");
        assert_eq!(
            (value(&proposal, "valid_to"), value(&proposal, "cap")),
            ("2026-12-31".into(), 20_000.into())
        );
    }
}

#[test]
fn one_that_ended_the_day_before_leaves_a_first_application() {
    let proposal = moved("2026-05-09", &[], &[]);
    let needed = ["finding.transfer-lapsed", "finding.certificate-missing", "finding.basis-day-missing"];
    assert_eq!(keys(&proposal.findings), needed);
    assert_eq!(value(&proposal, "start_on"), Value::Null);
}

#[test]
fn one_granted_for_the_cost_stays_so() {
    let proposal = moved("2026-12-31", &[("earlier.mild-cost", "yes")], &[]);
    assert_eq!(value(&proposal, "severity_met"), false);
    assert_eq!((value(&proposal, "mild_cost"), value(&proposal, "ground")), (true.into(), "transfer".into()));
}

#[test]
fn the_clerks_doubt_of_the_diagnosis_goes_to_the_council() {
    let proposal = moved("2026-12-31", &[], &[("medical.diagnosis-met", ":no")]);
    assert_eq!(value(&proposal, "ground"), "council");
    assert_eq!(keys(&proposal.findings), ["finding.judged-otherwise", "finding.basis-day-missing"]);
}

#[test]
fn the_days_come_from_the_dated_table() {
    let worked = span(day("2026-03-01"), tables()).unwrap();
    assert_eq!(worked.value, Span { start: day("2026-03-01"), earlier_ends: day("2026-02-28") });
    assert_eq!(worked.steps[0].table.as_deref(), Some("transfer_rules"));
}
