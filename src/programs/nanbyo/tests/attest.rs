//! A 登録者証 needs the disease and an accepted diagnosis, and nothing about money.

use std::collections::BTreeMap;

use super::super::RULES;
use super::*;
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::Proposal;
use crate::programs::{Inputs, Paid};
use serde_json::Value;

fn attested(evidence: &str, certificate: Option<&[(&str, &str)]>) -> Proposal {
    let application = answers(&[("disease.number", ":6"), ("attestation.evidence", evidence)]);
    let certificate = certificate.map(answers);
    let inputs = Inputs {
        kind: &CaseKind::of("registration"),
        received_on: day("2026-05-10"),
        application: &application,
        certificate: certificate.as_ref(),
        office: None,
        further: &BTreeMap::new(),
        before: &BTreeMap::new(),
        settings: &BTreeMap::new(),
        paid: &Paid::default(),
    };
    (RULES.propose)(&inputs, tables(), day("2026-05-20"))
}

fn diagnosis(proposal: &Proposal) -> Option<Value> {
    proposal.value("diagnosis_met").cloned()
}

#[test]
fn a_certificate_or_a_notice_shows_the_diagnosis_and_nothing_else_is_proposed() {
    for evidence in [":recipient-certificate", ":refusal-notice"] {
        let proposal = attested(evidence, None);
        let fields: Vec<&str> = proposal.fields.keys().map(String::as_str).collect();
        assert_eq!(fields, ["diagnosis_met", "disease_name", "disease_no"], "{evidence}");
        assert_eq!(diagnosis(&proposal), Some(true.into()));
        assert_eq!(keys(&proposal.findings), Vec::<&str>::new());
    }
}

#[test]
fn a_medical_certificate_is_judged_without_its_severity() {
    assert_eq!(keys(&attested(":medical-certificate", None).findings), ["finding.certificate-missing"]);
    let mild = [
        ("disease.number", ":6"),
        ("diagnosis.category", ":definite"),
        ("diagnosis.meets-severity", "no"),
        ("parkinson.hoehn-yahr", ":1"),
        ("physician.kind", ":designated"),
        ("physician.written-on", "2026-04-25"),
    ];
    let proposal = attested(":medical-certificate", Some(&mild));
    assert_eq!(diagnosis(&proposal), Some(true.into()));
    assert!(proposal.value("severity_met").is_none() && keys(&proposal.findings).is_empty());
}

#[test]
fn an_unknown_paper_stops_it_in_the_open() {
    assert_eq!(keys(&attested(":letter", None).findings), ["finding.table"]);
}
