//! A certificate that is printed once more.

use std::collections::BTreeMap;

use super::super::reissue;
use super::*;
use crate::domain::program::vocabulary::CaseKind;
use crate::programs::{Inputs, Paid};
use serde_json::{Value, json};

#[test]
fn every_field_of_the_decision_before_stays_and_says_so() {
    let fields = [
        ("tier", json!("general-1")),
        ("cap", json!(10000)),
        ("long_term", json!(false)),
        ("valid_to", json!("2027-04-30")),
        ("cap_whole", Value::Null),
    ];
    let before: BTreeMap<String, Value> =
        fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let inputs = Inputs {
        kind: &CaseKind::of("reissue"),
        received_on: day("2026-07-01"),
        application: &answers(&[]),
        certificate: None,
        office: None,
        further: &BTreeMap::new(),
        before: &before,
        settings: &BTreeMap::new(),
        paid: &Paid::default(),
    };
    let proposal = reissue::propose(&inputs, tables());
    assert!(proposal.findings.is_empty());
    assert_eq!(proposal.fields.len(), 4, "what was empty stays empty");
    for (key, found) in &proposal.fields {
        assert_eq!(
            (&found.value, found.steps[0].what.as_str()),
            (&before[key], "working.unchanged"),
            "{key}"
        );
    }
    assert!(proposal.fields["cap"].shown.contains("10,000"));
    assert!(proposal.fields["valid_to"].shown.contains("令和9年4月30日"));
}
