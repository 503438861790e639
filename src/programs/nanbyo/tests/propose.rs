use std::collections::BTreeMap;

use super::super::RULES;
use super::*;
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::{Proposal, Severity};
use crate::programs::{Inputs, Paid};
use serde_json::Value;

const APPLICATION: [(&str, &str); 7] = [
    ("disease.number", ":6"),
    ("insurance.kind", ":kyokai"),
    ("insurance.person", ":insured"),
    ("special.long-term", "no"),
    ("special.ventilator", "no"),
    ("special.mild-cost", "no"),
    ("start.wished-on", "2026-04-20"),
];

const CERTIFICATE: [(&str, &str); 8] = [
    ("disease.number", ":6"),
    ("diagnosis.category", ":definite"),
    ("diagnosis.meets-severity", "yes"),
    ("diagnosis.met-on", "2026-04-20"),
    ("parkinson.hoehn-yahr", ":3"),
    ("parkinson.life-disability", ":2"),
    ("physician.kind", ":designated"),
    ("physician.written-on", "2026-04-25"),
];

const OFFICE: [(&str, &str); 7] = [
    ("insurance.share", ":3"),
    ("assistance.receives", "no"),
    ("tax.basis", ":exchange"),
    ("tax.person[0]/tax.role", ":patient"),
    ("tax.person[0]/tax.non-taxed", "no"),
    ("tax.person[0]/tax.shotokuwari", "120000"),
    ("tax.person[0]/tax.designated-city", "no"),
];

fn proposed(
    application: &[(&str, &str)],
    certificate: Option<&[(&str, &str)]>,
    office: Option<&[(&str, &str)]>,
) -> Proposal {
    proposed_ending("12-31", application, certificate, office)
}

/// As [`proposed`], for an authority whose certificates end on another day.
fn proposed_ending(
    common_end: &str,
    application: &[(&str, &str)],
    certificate: Option<&[(&str, &str)]>,
    office: Option<&[(&str, &str)]>,
) -> Proposal {
    let (application, certificate, office) =
        (answers(application), certificate.map(answers), office.map(answers));
    let settings = BTreeMap::from([("common_end".to_owned(), common_end.to_owned())]);
    let inputs = Inputs {
        kind: &CaseKind::of("new"),
        received_on: day("2026-05-10"),
        application: &application,
        certificate: certificate.as_ref(),
        office: office.as_ref(),
        further: &BTreeMap::new(),
        before: &BTreeMap::new(),
        paid: &Paid::default(),
        settings: &settings,
    };
    (RULES.propose)(&inputs, tables(), day("2026-07-20"))
}

fn and<'a>(base: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    base.iter().chain(more).copied().collect()
}

fn shown(proposal: &Proposal, field: &str) -> String {
    proposal.fields.get(field).map_or("-".to_owned(), |value| value.shown.clone())
}

#[test]
fn a_plain_case_gets_every_field_of_its_decision() {
    let proposal = proposed(&APPLICATION, Some(&CERTIFICATE), Some(&OFFICE));
    assert_eq!(keys(&proposal.findings), Vec::<&str>::new());
    let fields = [
        "disease_no",
        "diagnosis_met",
        "severity_met",
        "ground",
        "tier",
        "cap",
        "cap_basis",
        "start_on",
        "valid_to",
    ];
    let values = fields.map(|field| proposal.value(field).cloned().unwrap());
    let expected = [
        Value::from("6"),
        true.into(),
        true.into(),
        "severity".into(),
        "general-2".into(),
        20_000.into(),
        "general".into(),
        "2026-04-20".into(),
        "2026-12-31".into(),
    ];
    assert_eq!(values, expected);
    assert_eq!(shown(&proposal, "disease_name"), "パーキンソン病");
    assert_eq!(
        (shown(&proposal, "income_segment"), shown(&proposal, "share_percent")),
        ("C2".to_owned(), "20%".to_owned())
    );
}

#[test]
fn every_number_leads_to_a_row_and_an_article() {
    let proposal = proposed(&APPLICATION, Some(&CERTIFICATE), Some(&OFFICE));
    for field in ["tier", "cap", "start_on", "valid_to", "disease_no", "severity_met", "share_percent"] {
        let last = proposal.fields[field].steps.last().unwrap();
        assert!(last.table.is_some() && last.row.is_some() && last.article.is_some(), "{field}");
        assert!(!last.inputs.is_empty() && !last.result.is_empty(), "{field}");
    }
    let input = &proposal.fields["tier"].steps[0].inputs[0];
    assert_eq!(input.path, "office.tax.person[0]/tax.non-taxed");
}

#[test]
fn before_certificate_and_office_only_the_disease_is_proposed() {
    let proposal = proposed(&APPLICATION, None, None);
    let fields: Vec<&str> = proposal.fields.keys().map(String::as_str).collect();
    assert_eq!(fields, ["diagnosis_met", "disease_name", "disease_no", "ground", "severity_met"]);
    assert_eq!(proposal.value("severity_met"), Some(&Value::Null));
    assert_eq!(
        keys(&proposal.findings),
        ["finding.certificate-missing", "finding.basis-day-missing", "finding.office-missing"]
    );
}

#[test]
fn severity_not_met_leads_to_the_council_or_to_the_cost_route() {
    let light = and(&CERTIFICATE, &[("parkinson.hoehn-yahr", ":2"), ("diagnosis.meets-severity", "no")]);
    let light: Vec<_> = light.into_iter().filter(|(path, _)| *path != "diagnosis.met-on").collect();
    let council = proposed(&APPLICATION, Some(&light), Some(&OFFICE));
    assert_eq!(
        (shown(&council, "ground"), shown(&council, "start_on")),
        ("指定難病審査会へ".to_owned(), "-".to_owned())
    );
    let costly = and(&APPLICATION, &[("special.mild-cost", "yes")]);
    let months = [
        ("cost.row[0]/cost.row.from", "2026-03-01"),
        ("cost.row[0]/cost.row.total", "33331"),
        ("cost.row[1]/cost.row.from", "2026-04-01"),
        ("cost.row[1]/cost.row.total", "40000"),
        ("cost.row[2]/cost.row.from", "2026-05-01"),
        ("cost.row[2]/cost.row.total", "40000"),
        ("mild-cost.met-on", "2026-05-02"),
    ];
    let granted = proposed(&costly, Some(&light), Some(&and(&OFFICE, &months)));
    assert_eq!(shown(&granted, "ground"), "軽症高額");
    assert_eq!(granted.value("start_on"), Some(&Value::from("2026-05-02")));
}

#[test]
fn without_the_offices_day_the_months_tell_when_the_cost_rule_was_met() {
    let light = and(&CERTIFICATE, &[("parkinson.hoehn-yahr", ":2"), ("diagnosis.meets-severity", "no")]);
    let costly = and(&APPLICATION, &[("special.mild-cost", "yes")]);
    let months = [
        ("cost.row[0]/cost.row.from", "2026-02-01"),
        ("cost.row[0]/cost.row.total", "33331"),
        ("cost.row[1]/cost.row.from", "2026-03-01"),
        ("cost.row[1]/cost.row.total", "40000"),
        ("cost.row[2]/cost.row.from", "2026-04-01"),
        ("cost.row[2]/cost.row.total", "40000"),
    ];
    let granted = proposed(&costly, Some(&light), Some(&and(&OFFICE, &months)));
    assert_eq!(granted.value("start_on"), Some(&Value::from("2026-05-01")));
}

#[test]
fn special_reasons_lengthen_the_certificate() {
    let ends = |office: &[(&str, &str)]| {
        let proposal = proposed_ending("07-01", &APPLICATION, Some(&CERTIFICATE), Some(office));
        proposal.value("valid_to").cloned()
    };
    assert_eq!(ends(&OFFICE), Some(Value::from("2027-04-19")));
    let special = and(&OFFICE, &[("validity.special", ":yes")]);
    assert_eq!(ends(&special), Some(Value::from("2027-07-01")));
}

#[test]
fn the_clerks_judgement_stands_and_a_difference_is_shown() {
    let judged = and(&OFFICE, &[("medical.severity-met", ":no")]);
    let proposal = proposed(&APPLICATION, Some(&CERTIFICATE), Some(&judged));
    assert_eq!(proposal.value("severity_met"), Some(&Value::Bool(false)));
    assert_eq!(keys(&proposal.findings), ["finding.judged-otherwise"]);
    assert_eq!(proposal.value("ground"), Some(&Value::from("council")));
}

#[test]
fn a_household_with_others_shares_the_cap() {
    let others = and(&OFFICE, &[("apportionment.other[0]/apportionment.cap", "10000")]);
    let proposal = proposed(&APPLICATION, Some(&CERTIFICATE), Some(&others));
    assert_eq!(
        (shown(&proposal, "cap_whole"), shown(&proposal, "cap")),
        ("20,000円".to_owned(), "13,330円".to_owned())
    );
}

#[test]
fn a_ventilator_without_the_certificates_word_is_asked_about() {
    let wished = and(&APPLICATION, &[("special.ventilator", "yes")]);
    let proposal = proposed(&wished, Some(&CERTIFICATE), Some(&OFFICE));
    assert_eq!(keys(&proposal.findings), ["finding.ventilator-differs"]);
    assert_eq!(proposal.value("cap"), Some(&Value::from(20_000)));
    let judged =
        proposed(&wished, Some(&CERTIFICATE), Some(&and(&OFFICE, &[("medical.ventilator", ":yes")])));
    assert_eq!(judged.value("cap"), Some(&Value::from(1_000)));
}

#[test]
fn assistance_means_nothing_to_pay() {
    let office = [("assistance.receives", "yes")];
    let proposal = proposed(&APPLICATION, Some(&CERTIFICATE), Some(&office));
    assert_eq!(
        (shown(&proposal, "tier"), shown(&proposal, "cap")),
        ("生活保護".to_owned(), "0円".to_owned())
    );
}

#[test]
fn declared_family_members_without_tax_data_are_asked_about() {
    let national = and(
        &APPLICATION,
        &[("insurance.kind", ":kokuho"), ("household.member[0]/household.member.name", "窓口 太郎")],
    );
    let proposal = proposed(&national, Some(&CERTIFICATE), Some(&OFFICE));
    assert_eq!(keys(&proposal.findings), ["finding.household-incomplete"]);
}

#[test]
fn another_disease_on_the_certificate_is_asked_about() {
    let proposal =
        proposed(&and(&APPLICATION, &[("disease.number", ":97")]), Some(&CERTIFICATE), Some(&OFFICE));
    assert_eq!(keys(&proposal.findings), ["finding.disease-differs"]);
    assert_eq!(shown(&proposal, "disease_name"), "パーキンソン病");
}

#[test]
fn a_physician_who_may_not_sign_blocks() {
    let proposal = proposed(
        &APPLICATION,
        Some(&and(&CERTIFICATE, &[("physician.kind", ":cooperating")])),
        Some(&OFFICE),
    );
    assert!(proposal.is_blocked());
    assert_eq!(proposal.findings[0].severity, Severity::Block);
}

#[test]
fn an_unknown_code_stops_its_part_only() {
    let unknown = and(&APPLICATION, &[("insurance.kind", ":tako")]);
    let proposal = proposed(&unknown, Some(&CERTIFICATE), Some(&OFFICE));
    assert_eq!(keys(&proposal.findings), ["finding.table"]);
    assert_eq!((shown(&proposal, "tier"), proposal.value("start_on").is_some()), ("-".to_owned(), true));
}

#[test]
fn an_application_without_insurance_gets_no_tier() {
    let without: Vec<_> =
        APPLICATION.into_iter().filter(|(path, _)| !path.starts_with("insurance")).collect();
    let proposal = proposed(&without, Some(&CERTIFICATE), Some(&OFFICE));
    assert_eq!(keys(&proposal.findings), ["finding.table"]);
    assert!(proposal.value("tier").is_none() && proposal.is_blocked());
}
