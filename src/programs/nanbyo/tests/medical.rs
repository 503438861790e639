use super::super::colitis::{Findings, Sign, grade};
use super::super::propose::{assess_certificate, review_certificate};
use super::super::ventilator::{Device, qualifies};
use super::*;
use crate::domain::program::vocabulary::CaseKind;
use serde_json::Value;

const ON: &str = "2026-05-10";

fn assessed(lines: &[(&str, &str)]) -> (Value, Value, Vec<String>) {
    let proposal = assess_certificate(&answers(lines), &CaseKind::of("new"), tables(), day(ON));
    let value = |field| proposal.value(field).cloned().unwrap_or(Value::Null);
    let keys = proposal.findings.iter().map(|finding| finding.key.clone()).collect();
    (value("diagnosis_met"), value("severity_met"), keys)
}

fn parkinson(category: &str, hoehn_yahr: &str, disability: &str) -> (Value, Value, Vec<String>) {
    assessed(&[
        ("disease.number", ":6"),
        ("diagnosis.category", category),
        ("parkinson.hoehn-yahr", hoehn_yahr),
        ("parkinson.life-disability", disability),
    ])
}

#[test]
fn parkinson_needs_definite_and_both_grades() {
    let (yes, no) = (Value::Bool(true), Value::Bool(false));
    assert_eq!(parkinson(":definite", ":3", ":2"), (yes.clone(), yes.clone(), vec![]));
    assert_eq!(parkinson(":definite", ":5", ":3").1, yes);
    assert_eq!(parkinson(":definite", ":2", ":2").1, no);
    assert_eq!(parkinson(":definite", ":3", ":1").1, no);
    assert_eq!(parkinson(":probable", ":3", ":2").0, no);
    assert_eq!(parkinson(":probable", ":3", ":2").1, yes);
}

#[test]
fn a_failed_criterion_says_what_is_required_and_what_was_seen() {
    let lines =
        [("disease.number", ":6"), ("parkinson.hoehn-yahr", ":2"), ("parkinson.life-disability", ":2")];
    let proposal = assess_certificate(&answers(&lines), &CaseKind::of("new"), tables(), day(ON));
    let finding = proposal.findings.iter().find(|finding| finding.key == "finding.severity-not-met").unwrap();
    assert_eq!(finding.field.as_deref(), Some("certificate.parkinson.hoehn-yahr"));
    let arg = |name: &str| finding.args.get(name).map(String::as_str);
    assert_eq!((arg("required"), arg("observed")), (Some("3"), Some("2")));
}

#[test]
fn a_missing_grade_leaves_the_severity_open_unless_another_fails() {
    let open = assessed(&[("disease.number", ":6"), ("parkinson.hoehn-yahr", ":3")]);
    assert_eq!((open.1, open.2.contains(&"finding.severity-unknown".to_owned())), (Value::Null, true));
    let failed = assessed(&[("disease.number", ":6"), ("parkinson.hoehn-yahr", ":1")]);
    assert_eq!(failed.1, Value::Bool(false));
}

#[test]
fn definite_against_the_signs_is_asked_about() {
    let signs = |response| {
        assessed(&[
            ("disease.number", ":6"),
            ("diagnosis.category", ":definite"),
            ("parkinson.tremor", "yes"),
            ("parkinson.drug-response", response),
        ])
    };
    let asked = "finding.category-without-signs".to_owned();
    assert!(signs(":untested").2.contains(&asked));
    assert!(!signs(":improved").2.contains(&asked));
}

#[test]
fn a_disease_without_a_gate_is_left_to_people() {
    let (diagnosis, severity, keys) =
        assessed(&[("disease.number", ":1"), ("diagnosis.category", ":definite")]);
    assert_eq!((diagnosis, severity), (Value::Null, Value::Null));
    assert_eq!(keys, ["finding.diagnosis-to-judge", "finding.severity-to-judge"]);
}

fn absent() -> Sign {
    Sign { present: Some(false), value: None }
}

fn measured(value: &str) -> Sign {
    Sign { present: Some(true), value: Some(number(value)) }
}

fn mild() -> Findings {
    Findings {
        stools: Some(number("4")),
        blood: Some(number("1")),
        fever: absent(),
        tachycardia: absent(),
        anaemia: absent(),
        inflammation: absent(),
        ..Findings::default()
    }
}

fn severe() -> Findings {
    Findings {
        stools: Some(number("6")),
        blood: Some(number("3")),
        fever: measured("37.5"),
        anaemia: measured("10"),
        ..mild()
    }
}

fn graded(found: &Findings) -> Option<String> {
    grade(found, tables(), day(ON)).unwrap().value
}

#[test]
fn colitis_is_mild_only_if_all_six_items_are() {
    assert_eq!(graded(&mild()).as_deref(), Some("mild"));
    let moderate = [
        Findings { stools: Some(number("5")), ..mild() },
        Findings { blood: Some(number("2")), ..mild() },
        Findings { fever: measured("37.4"), ..mild() },
        Findings { tachycardia: measured("89"), ..mild() },
        Findings { anaemia: measured("10.1"), ..mild() },
        Findings { inflammation: measured("29"), ..mild() },
        Findings { inflammation: measured("10"), crp: Some(number("3.0")), ..mild() },
    ];
    for found in moderate {
        assert_eq!(graded(&found).as_deref(), Some("moderate"), "{found:?}");
    }
}

#[test]
fn colitis_is_severe_by_stools_blood_a_general_sign_and_four_items() {
    assert_eq!(graded(&severe()).as_deref(), Some("severe"));
    assert_eq!(graded(&Findings { stools: Some(number("5")), ..severe() }).as_deref(), Some("moderate"));
    assert_eq!(graded(&Findings { blood: Some(number("2")), ..severe() }).as_deref(), Some("moderate"));
    assert_eq!(graded(&Findings { anaemia: absent(), ..severe() }).as_deref(), Some("moderate"));
    let without_general = Findings { fever: absent(), inflammation: measured("30"), ..severe() };
    assert_eq!(graded(&without_general).as_deref(), Some("moderate"));
    let by_pulse = Findings { fever: absent(), tachycardia: measured("90"), ..severe() };
    assert_eq!(graded(&by_pulse).as_deref(), Some("severe"));
}

#[test]
fn fulminant_colitis_needs_every_further_sign() {
    let fulminant = Findings {
        fever: measured("38.5"),
        bloody_stools: Some(number("15")),
        leukocytes: Some(number("10000")),
        strong_pain: Some(true),
        ..severe()
    };
    assert_eq!(graded(&fulminant).as_deref(), Some("fulminant"));
    assert_eq!(graded(&Findings { strong_pain: None, ..fulminant }).as_deref(), Some("severe"));
}

#[test]
fn colitis_with_items_missing_is_open_or_at_least_moderate() {
    assert_eq!(graded(&Findings { stools: None, ..mild() }), None);
    assert_eq!(
        graded(&Findings { stools: None, blood: Some(number("2")), ..mild() }).as_deref(),
        Some("moderate")
    );
    assert_eq!(graded(&Findings::default()), None);
}

#[test]
fn a_sign_called_absent_against_its_measure_is_asked_about() {
    let odd = Findings { fever: Sign { present: Some(false), value: Some(number("38")) }, ..mild() };
    let worked = grade(&odd, tables(), day(ON)).unwrap();
    assert_eq!(keys(&worked.findings), ["finding.sign-contradicts-value"]);
}

const COLITIS: [(&str, &str); 10] = [
    ("disease.number", ":97"),
    ("diagnosis.category", ":definite"),
    ("colitis.stools", "5"),
    ("colitis.blood", ":2"),
    ("colitis.fever", "no"),
    ("colitis.tachycardia", "no"),
    ("colitis.anaemia", "no"),
    ("colitis.haemoglobin", "13.2"),
    ("colitis.inflammation", "no"),
    ("colitis.stated", ":moderate"),
];

#[test]
fn a_colitis_certificate_passes_from_moderate_on() {
    assert_eq!(assessed(&COLITIS), (Value::Bool(true), Value::Bool(true), vec![]));
    let mut lines = COLITIS.to_vec();
    lines.extend([("colitis.stools", "2"), ("colitis.blood", ":0")]);
    let (_, severity, keys) = assessed(&lines);
    assert_eq!(severity, Value::Bool(false));
    assert_eq!(keys, ["finding.severity-not-met", "finding.grade-stated-otherwise"]);
}

fn device() -> Device {
    Device {
        used: Some(true),
        mode: Some("all-day".to_owned()),
        weaning: Some("none".to_owned()),
        living: vec!["full".to_owned(); 10],
        external_heart: Some(false),
        due_to_disease: Some(true),
    }
}

fn counts(device: &Device) -> bool {
    qualifies(device, tables(), day(ON)).unwrap().value
}

#[test]
fn a_ventilator_counts_only_with_every_condition() {
    assert!(counts(&device()));
    let mut living = device().living;
    living[3] = "partial".to_owned();
    assert!(counts(&Device { living: living.clone(), ..device() }));
    living[3] = "light".to_owned();
    assert!(!counts(&Device { living, ..device() }));
    assert!(!counts(&Device { mode: Some("night".to_owned()), ..device() }));
    assert!(!counts(&Device { weaning: Some("expected".to_owned()), ..device() }));
    assert!(!counts(&Device { due_to_disease: Some(false), ..device() }));
    assert!(!counts(&Device { used: Some(false), ..device() }));
    assert!(!counts(&Device { living: vec!["full".to_owned(); 9], ..device() }));
}

#[test]
fn an_external_heart_counts_by_itself() {
    let heart = Device { used: Some(false), external_heart: Some(true), living: vec![], ..device() };
    assert!(counts(&heart));
    assert!(!counts(&Device { due_to_disease: None, ..heart }));
}

fn reviewed(lines: &[(&str, &str)], kind: &CaseKind) -> Vec<String> {
    let found = review_certificate(&answers(lines), kind, tables(), day(ON));
    found.into_iter().map(|finding| finding.key).collect()
}

#[test]
fn a_first_application_needs_a_designated_physician() {
    let by = |kind| [("physician.kind", kind), ("physician.designated-until", "2030-03-31")];
    assert_eq!(reviewed(&by(":designated"), &CaseKind::of("new")), Vec::<String>::new());
    assert_eq!(reviewed(&by(":cooperating"), &CaseKind::of("new")), ["finding.physician-not-entitled"]);
    assert_eq!(reviewed(&by(":cooperating"), &CaseKind::of("renewal")), Vec::<String>::new());
    assert_eq!(reviewed(&[], &CaseKind::of("new")), ["finding.physician-unknown"]);
}

#[test]
fn age_and_designation_of_a_certificate_are_checked() {
    let written = |on, until| {
        let lines = [
            ("physician.kind", ":designated"),
            ("physician.written-on", on),
            ("physician.designated-until", until),
        ];
        reviewed(&lines, &CaseKind::of("new"))
    };
    assert_eq!(written("2025-11-10", "2030-03-31"), Vec::<String>::new());
    assert_eq!(written("2025-11-09", "2030-03-31"), ["finding.certificate-old"]);
    assert_eq!(written("2026-05-01", "2026-04-30"), ["finding.designation-over"]);
}

#[test]
fn the_day_of_diagnosis_goes_with_the_severity() {
    let with = |meets, day: Option<&'static str>| {
        let mut lines = vec![("physician.kind", ":designated"), ("diagnosis.meets-severity", meets)];
        lines.extend(day.map(|day| ("diagnosis.met-on", day)));
        reviewed(&lines, &CaseKind::of("new"))
    };
    assert_eq!(with("yes", Some("2026-04-20")), Vec::<String>::new());
    assert_eq!(with("no", None), Vec::<String>::new());
    assert_eq!(with("yes", None), ["finding.day-and-severity-differ"]);
    assert_eq!(with("no", Some("2026-04-20")), ["finding.day-and-severity-differ"]);
}
