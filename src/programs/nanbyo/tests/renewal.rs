//! The diagnosis in a renewal, where the form does not ask for the category.

use super::super::propose::assess_certificate;
use super::*;
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::Proposal;
use serde_json::Value;

fn assessed(kind: &CaseKind, lines: &[(&str, &str)]) -> Proposal {
    assess_certificate(&answers(lines), kind, tables(), day("2026-05-10"))
}

fn diagnosis(kind: &CaseKind, lines: &[(&str, &str)]) -> Option<bool> {
    assessed(kind, lines).value("diagnosis_met").and_then(Value::as_bool)
}

const SLE: [(&str, &str); 3] = [
    ("disease.number", ":49"),
    ("diagnosis.course", "認定済。安定。"),
    ("physician.written-on", "2026-04-20"),
];

#[test]
fn past_certification_counts_for_the_listed_diseases_only_when_they_are_renewed() {
    assert_eq!(diagnosis(&CaseKind::of("renewal"), &SLE), Some(true));
    assert_eq!(diagnosis(&CaseKind::of("new"), &SLE), None);
    let with = |at: usize, line| {
        let mut lines = SLE;
        lines[at] = line;
        diagnosis(&CaseKind::of("renewal"), &lines)
    };
    assert_eq!(with(0, ("disease.number", ":21")), Some(true));
    assert_eq!(with(0, ("disease.number", ":74")), Some(true));
    assert_eq!(with(0, ("disease.number", ":6")), None);
    assert_eq!(with(1, ("diagnosis.course", "安定。")), None);
    assert_eq!(with(2, ("physician.written-on", "2025-03-31")), None);
    assert_eq!(with(2, ("physician.written-on", "2025-04-01")), Some(true));
    let step = &assessed(&CaseKind::of("renewal"), &SLE).fields["diagnosis_met"].steps[0];
    assert_eq!(
        (step.what.as_str(), step.table.as_deref()),
        ("working.recognised", Some("recognised_diseases"))
    );
}

#[test]
fn otherwise_the_physicians_own_judgement_counts_unless_a_category_was_chosen() {
    let stated = |yes| [("disease.number", ":6"), ("diagnosis.meets-diagnosis", yes)];
    assert_eq!(diagnosis(&CaseKind::of("renewal"), &stated("yes")), Some(true));
    assert_eq!(diagnosis(&CaseKind::of("renewal"), &stated("no")), Some(false));
    assert!(
        keys(&assessed(&CaseKind::of("renewal"), &stated("no")).findings)
            .contains(&"finding.diagnosis-not-met")
    );
    assert_eq!(diagnosis(&CaseKind::of("new"), &stated("yes")), None);
    let mut chosen = stated("yes").to_vec();
    chosen.push(("diagnosis.category", ":probable"));
    assert_eq!(diagnosis(&CaseKind::of("renewal"), &chosen), Some(false));
}

#[test]
fn a_renewal_does_not_ask_what_a_first_application_proved() {
    let form = super::forms::form("certificate");
    let first = ["birth.municipality", "family.history", "parkinson.tremor", "diagnosis.category", "sle.ana"];
    for item in first {
        assert!(form.item(item).unwrap().required_for.is_some(), "{item}");
    }
    for item in ["disease.number", "diagnosis.meets-diagnosis", "parkinson.hoehn-yahr", "sledai.seizure"] {
        let item = form.item(item).unwrap();
        assert!(item.required && item.required_for.is_none(), "{}", item.link_id);
    }
}
