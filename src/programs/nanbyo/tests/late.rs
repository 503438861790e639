//! A renewal filed after the end of the certificate: taken as one, or as a first application.

use std::collections::BTreeMap;

use chrono::Days;
use proptest::prelude::*;
use serde_json::Value;

use super::super::RULES;
use super::super::late::{Renewal, Treatment, treatment};
use super::*;
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::Proposal;
use crate::programs::{Inputs, Paid};

const CERTIFICATE: [(&str, &str); 8] = [
    ("disease.number", ":6"),
    ("diagnosis.category", ":definite"),
    ("diagnosis.meets-severity", "yes"),
    ("diagnosis.met-on", "2026-03-20"),
    ("parkinson.hoehn-yahr", ":3"),
    ("parkinson.life-disability", ":2"),
    ("physician.kind", ":designated"),
    ("physician.written-on", "2026-04-25"),
];

/// A renewal received on 10 May 2026 of a certificate that ends on `until`.
fn renewed(until: &str, certificate: &[(&str, &str)], office: &[(&str, &str)]) -> Proposal {
    let application = answers(&[("disease.number", ":6"), ("start.reason", ":certificate-late")]);
    let certificate = answers(&[&CERTIFICATE[..], certificate].concat());
    let office = answers(&[&[("insurance.share", ":3")][..], office].concat());
    let inputs = Inputs {
        kind: &CaseKind::of("renewal"),
        received_on: day("2026-05-10"),
        application: &application,
        certificate: Some(&certificate),
        office: Some(&office),
        further: &BTreeMap::new(),
        before: &BTreeMap::from([("valid_to".to_owned(), Value::from(until))]),
        paid: &Paid::default(),
        settings: &BTreeMap::from([("common_end".to_owned(), "12-31".to_owned())]),
    };
    (RULES.propose)(&inputs, tables(), day("2026-07-20"))
}

fn start_on(proposal: &Proposal) -> Option<&str> {
    proposal.value("start_on").and_then(Value::as_str)
}

fn says(proposal: &Proposal, key: &str) -> bool {
    keys(&proposal.findings).contains(&key)
}

#[test]
fn on_its_last_day_a_certificate_is_still_renewed_and_nobody_has_to_choose() {
    let proposal = renewed("2026-05-10", &[], &[("renewal.late", ":lapsed")]);
    assert_eq!((start_on(&proposal), proposal.value("late_renewal")), (Some("2026-05-11"), None));
    assert!(!says(&proposal, "finding.renewal-late") && !says(&proposal, "finding.renewal-late-bridged"));
}

#[test]
fn of_a_late_one_nothing_is_proposed_until_somebody_chooses() {
    let bridged = renewed("2026-04-09", &[], &[]);
    assert!(says(&bridged, "finding.renewal-late-bridged") && start_on(&bridged).is_none());
    let gap = renewed("2026-04-08", &[], &[]);
    assert!(says(&gap, "finding.renewal-late") && start_on(&gap).is_none());
}

#[test]
fn where_the_grant_reaches_back_to_the_end_it_may_renew_without_a_gap() {
    let proposal = renewed("2026-04-30", &[], &[("renewal.late", ":bridged")]);
    assert_eq!(start_on(&proposal), Some("2026-05-01"));
    assert_eq!(proposal.value("valid_to"), Some(&Value::from("2026-12-31")));
    let step = &proposal.fields["start_on"].steps[0];
    assert_eq!((step.what.as_str(), step.table.as_deref()), ("working.renewal-late", Some("late_renewals")));
    assert!(step.article.is_some() && proposal.value("late_renewal").is_some());
}

#[test]
fn it_does_not_renew_over_a_gap() {
    let renews = [("renewal.late", ":bridged")];
    let proposal = renewed("2026-04-08", &[], &renews);
    assert!(says(&proposal, "finding.renewal-not-bridged") && start_on(&proposal).is_none());
    assert!(proposal.is_blocked());
    let accepted = [renews[0], ("start.reason-accepted", "yes")];
    assert_eq!(start_on(&renewed("2026-04-08", &[], &accepted)), Some("2026-04-09"));
}

#[test]
fn as_a_first_application_it_begins_by_the_conditions() {
    let proposal = renewed("2026-02-28", &[], &[("renewal.late", ":lapsed")]);
    assert_eq!(start_on(&proposal), Some("2026-04-10"));
    let before_end = renewed("2026-04-30", &[], &[("renewal.late", ":lapsed")]);
    assert_eq!(start_on(&before_end), Some("2026-05-01"), "two certificates never hold on one day");
}

#[test]
fn as_a_first_application_it_needs_what_that_needs() {
    let cooperating = [("physician.kind", ":cooperating")];
    let new = renewed("2026-02-28", &cooperating, &[("renewal.late", ":lapsed")]);
    let renewal = renewed("2026-04-30", &cooperating, &[("renewal.late", ":bridged")]);
    assert!(keys(&new.findings).len() > keys(&renewal.findings).len());
    let recognised =
        [("disease.number", ":49"), ("diagnosis.course", "認定済。"), ("diagnosis.meets-diagnosis", "yes")];
    let first_step = |choice| {
        let proposal = renewed("2026-04-30", &recognised, &[("renewal.late", choice)]);
        proposal.fields["diagnosis_met"].steps[0].what.clone()
    };
    assert_eq!(first_step(":bridged"), "working.recognised");
    assert_ne!(first_step(":lapsed"), "working.recognised", "a first application has to prove it");
}

proptest! {
    #[test]
    fn a_late_renewal_renews_exactly_where_no_day_is_left_out(ended in 0u64..200, reach in 0u64..200) {
        let received_on = day("2026-05-10");
        let until = received_on - Days::new(ended);
        let possible = received_on - Days::new(reach);
        let renewal = Renewal { until, received_on, choice: Some("bridged") };
        let found = treatment(renewal, Some(possible), tables()).unwrap();
        let gapless = possible <= until + Days::new(1);
        let expected = match (ended, gapless) {
            (0, _) => Treatment::InTime,
            (_, true) => Treatment::Renews,
            (_, false) => Treatment::Open,
        };
        prop_assert_eq!(found.value, expected);
        let anew = treatment(Renewal { choice: Some("lapsed"), ..renewal }, Some(possible), tables()).unwrap();
        prop_assert_eq!(anew.value, if ended == 0 { Treatment::InTime } else { Treatment::New });
    }
}
