//! The parts of single diseases, at their limits.

use super::super::propose::assess_certificate;
use super::*;
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::Proposal;
use serde_json::Value;

const ON: &str = "2026-05-10";
const CONTRADICTION: &str = "finding.category-without-signs";

fn assessed(disease: &str, lines: &[(&str, &str)]) -> Proposal {
    let mut all = vec![("disease.number", disease)];
    all.extend(lines);
    assess_certificate(&answers(&all), &CaseKind::of("new"), tables(), day(ON))
}

fn severity(disease: &str, lines: &[(&str, &str)]) -> Option<bool> {
    assessed(disease, lines).value("severity_met").and_then(Value::as_bool)
}

fn diagnosis(disease: &str, lines: &[(&str, &str)]) -> Option<bool> {
    assessed(disease, lines).value("diagnosis_met").and_then(Value::as_bool)
}

fn contradicts(disease: &str, lines: &[(&str, &str)]) -> bool {
    keys(&assessed(disease, lines).findings).contains(&CONTRADICTION)
}

/// The first working of the severity as shown.
fn worked(disease: &str, lines: &[(&str, &str)]) -> String {
    assessed(disease, lines).fields["severity_met"].steps[0].result.clone()
}

/// Some of the lines replaced by others.
fn with<'a>(lines: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = lines.iter().filter(|(path, _)| changes.iter().all(|(changed, _)| changed != path));
    kept.chain(changes).copied().collect()
}

#[test]
fn als_counts_from_grade_two() {
    assert_eq!(severity(":2", &[("als.grade", ":2")]), Some(true));
    assert_eq!(severity(":2", &[("als.grade", ":1")]), Some(false));
    assert_eq!(severity(":2", &[]), None);
    assert_eq!(diagnosis(":2", &[("diagnosis.category", ":definite")]), Some(true));
    assert_eq!(diagnosis(":2", &[("diagnosis.category", ":probable")]), Some(false));
}

#[test]
fn als_needs_its_regions_and_a_known_gene_needs_fewer() {
    let signs = [
        ("diagnosis.category", ":definite"),
        ("als.adult", "yes"),
        ("als.progressive", "yes"),
        ("als.excluded", "yes"),
        ("als.gene", ":none"),
        ("als.upper", "1"),
        ("als.lower", "2"),
    ];
    assert!(!contradicts(":2", &signs));
    assert!(contradicts(":2", &with(&signs, &[("als.lower", "1")])));
    assert!(!contradicts(":2", &with(&signs, &[("als.lower", "1"), ("als.gene", ":known")])));
    assert!(contradicts(":2", &with(&signs, &[("als.upper", "0")])));
    assert!(contradicts(":2", &with(&signs, &[("als.excluded", "no")])));
    assert!(!contradicts(":2", &with(&signs, &[("als.upper", "0"), ("diagnosis.category", ":possible")])));
}

const IOIBD: [(&str, &str); 10] = [
    ("ioibd.pain", "yes"),
    ("ioibd.diarrhoea", "no"),
    ("ioibd.anal", "no"),
    ("ioibd.fistula", "no"),
    ("ioibd.complication", "no"),
    ("ioibd.mass", "no"),
    ("ioibd.weight-loss", "no"),
    ("ioibd.fever", "no"),
    ("ioibd.tenderness", "no"),
    ("ioibd.haemoglobin", "10.1"),
];

#[test]
fn crohns_disease_counts_from_two_points() {
    assert_eq!(severity(":96", &IOIBD), Some(false));
    assert_eq!(severity(":96", &with(&IOIBD, &[("ioibd.haemoglobin", "10")])), Some(true));
    assert_eq!(worked(":96", &with(&IOIBD, &[("ioibd.fistula", "yes"), ("ioibd.mass", "yes")])), "3点");
    assert_eq!(severity(":96", &IOIBD[..9]), None, "an item is unanswered");
}

#[test]
fn the_findings_of_crohns_disease_carry_their_category() {
    let none = [
        ("crohn.longitudinal", "no"),
        ("crohn.cobblestone", "no"),
        ("crohn.granuloma", "no"),
        ("crohn.aphtha", "no"),
        ("crohn.anal-lesion", "no"),
        ("crohn.gastroduodenal", "no"),
    ];
    // What is found; whether it bears Definite, and Probable.
    let table: [(&[&str], bool, bool); 8] = [
        (&["longitudinal"], true, true),
        (&["cobblestone"], true, true),
        (&["cobblestone", "indistinct"], false, true),
        (&["granuloma", "aphtha"], true, true),
        (&["granuloma", "gastroduodenal"], false, true),
        (&["aphtha", "anal-lesion", "gastroduodenal"], true, true),
        (&["aphtha", "anal-lesion"], false, true),
        (&[], false, false),
    ];
    for (found, definite, probable) in table {
        let paths: Vec<String> = found.iter().map(|sign| format!("crohn.{sign}")).collect();
        let changes: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "yes")).collect();
        let bears = |category| {
            let lines = with(&with(&none, &changes), &[("diagnosis.category", category)]);
            !contradicts(":96", &lines)
        };
        assert_eq!((bears(":definite"), bears(":probable")), (definite, probable), "{found:?}");
    }
    assert_eq!(diagnosis(":96", &[("diagnosis.category", ":probable")]), Some(true));
}

/// Every item of SLEDAI answered no.
fn sledai() -> Vec<(String, String)> {
    let rows = tables().rows("score_items", day(ON)).unwrap();
    let own = rows.into_iter().filter(|row| row.text("score").unwrap() == "sledai");
    own.map(|row| (format!("sledai.{}", row.text("item").unwrap()), "no".to_owned())).collect()
}

#[test]
fn sle_counts_from_four_points_of_sledai() {
    let none = sledai();
    let none: Vec<(&str, &str)> = none.iter().map(|(path, value)| (path.as_str(), value.as_str())).collect();
    assert_eq!(none.len(), 24);
    assert_eq!(severity(":49", &none), Some(false));
    assert_eq!(severity(":49", &with(&none, &[("sledai.arthritis", "yes")])), Some(true));
    let three = [("sledai.rash", "yes"), ("sledai.fever", "yes")];
    assert_eq!(worked(":49", &with(&none, &three)), "3点");
    assert_eq!(severity(":49", &with(&none, &three)), Some(false));
    assert_eq!(worked(":49", &with(&none, &[("sledai.vasculitis", "yes")])), "8点");
}

#[test]
fn sle_needs_the_antibody_and_ten_points_of_which_each_domain_gives_its_heaviest() {
    let signs = [
        ("diagnosis.category", ":definite"),
        ("sle.ana", "yes"),
        ("sle.joint", "yes"),
        ("sle.immunology", "4"),
    ];
    assert!(!contradicts(":49", &signs), "6 and 4");
    assert!(contradicts(":49", &with(&signs, &[("sle.immunology", "3")])));
    assert!(contradicts(":49", &with(&signs, &[("sle.ana", "no")])));
    assert!(
        contradicts(":49", &with(&signs, &[("sle.joint", "no"), ("sle.immunology", "10")])),
        "nothing clinical"
    );
    let skin = [("sle.joint", "no"), ("sle.alopecia", "yes"), ("sle.acute-skin", "yes")];
    let points =
        |lines: &[(&str, &str)]| assessed(":49", lines).fields["diagnosis_met"].steps[0].result.clone();
    assert_eq!(points(&with(&signs, &skin)), "10点", "6 and not 8 for the skin");
}

const HEART: [(&str, &str); 6] = [
    ("dcm.nyha", ":2"),
    ("dcm.arrhythmia", ":0"),
    ("dcm.admissions", "0"),
    ("dcm.bnp", "99"),
    ("dcm.continuous", "no"),
    ("dcm.exclusion", ":done"),
];

#[test]
fn the_grade_of_cardiomyopathy_follows_its_table() {
    let grade = |changes: &[(&'static str, &'static str)]| worked(":57", &with(&HEART, changes));
    assert_eq!(grade(&[]), "軽症");
    for reached in
        [("dcm.bnp", "100"), ("dcm.nt-probnp", "400"), ("dcm.admissions", "1"), ("dcm.arrhythmia", ":1")]
    {
        assert_eq!(grade(&[reached]), "中等症", "{reached:?}");
        assert_eq!(grade(&[("dcm.nyha", ":1"), reached]), "軽症", "NYHA Ⅰ and {reached:?}");
    }
    for reached in [
        ("dcm.nyha", ":3"),
        ("dcm.bnp", "500"),
        ("dcm.nt-probnp", "2000"),
        ("dcm.admissions", "2"),
        ("dcm.arrhythmia", ":2"),
    ] {
        assert_eq!(grade(&[reached]), "重症", "{reached:?}");
    }
    assert_eq!(grade(&[("dcm.nyha", ":4")]), "重症");
    assert_eq!(grade(&[("dcm.nyha", ":4"), ("dcm.admissions", "2")]), "最重症");
    assert_eq!(grade(&[("dcm.nyha", ":4"), ("dcm.continuous", "yes")]), "最重症");
    assert_eq!(severity(":57", &HEART), Some(false));
    assert_eq!(severity(":57", &with(&HEART, &[("dcm.admissions", "1")])), Some(true));
    let unmeasured: Vec<_> = HEART.into_iter().filter(|(path, _)| *path != "dcm.bnp").collect();
    assert_eq!(severity(":57", &unmeasured), None, "BNP could raise it");
}

#[test]
fn cardiomyopathy_and_sarcoidosis_name_their_diagnosis_in_items_of_their_own() {
    assert_eq!(diagnosis(":57", &HEART), Some(true));
    assert_eq!(diagnosis(":57", &with(&HEART, &[("dcm.exclusion", ":open")])), Some(false));
    assert_eq!(diagnosis(":84", &[("sarcoidosis.group", ":histological")]), Some(true));
    assert_eq!(diagnosis(":84", &[("sarcoidosis.group", ":clinical")]), Some(true));
    assert_eq!(diagnosis(":84", &[("sarcoidosis.group", ":none")]), Some(false));
    let finding = assessed(":84", &[]).findings.into_iter().find(|it| it.key == "finding.diagnosis-to-judge");
    assert_eq!(finding.unwrap().field.as_deref(), Some("certificate.sarcoidosis.group"));
}

#[test]
fn sarcoidosis_adds_organs_treatment_and_disability() {
    let grade = |organs, heart, treatment, disability| {
        worked(
            ":84",
            &[
                ("sarcoidosis.organs", organs),
                ("sarcoidosis.heart", heart),
                ("sarcoidosis.treatment", treatment),
                ("sarcoidosis.disability", disability),
            ],
        )
    };
    assert_eq!(grade("0", "no", ":0", ":0"), "重症度に当たらない");
    assert_eq!(grade("2", "no", ":0", ":0"), "重症度Ⅰ");
    assert_eq!(grade("3", "no", ":0", ":0"), "重症度Ⅱ");
    assert_eq!(grade("1", "yes", ":0", ":0"), "重症度Ⅱ", "the heart alone");
    assert_eq!(grade("1", "no", ":2", ":0"), "重症度Ⅲ");
    assert_eq!(grade("3", "no", ":2", ":0"), "重症度Ⅲ");
    assert_eq!(grade("3", "no", ":2", ":1"), "重症度Ⅳ");
    let gate = |organs| {
        severity(
            ":84",
            &[
                ("sarcoidosis.organs", organs),
                ("sarcoidosis.heart", "no"),
                ("sarcoidosis.treatment", ":1"),
                ("sarcoidosis.disability", ":0"),
            ],
        )
    };
    assert_eq!((gate("2"), gate("3")), (Some(false), Some(true)));
    let rest = [("sarcoidosis.treatment", ":2"), ("sarcoidosis.disability", ":1")];
    assert_eq!(severity(":84", &with(&rest, &[("sarcoidosis.organs", "3")])), None, "the heart is not known");
    assert_eq!(severity(":84", &with(&rest, &[("sarcoidosis.heart", "no")])), None, "nor is the number");
}

#[test]
fn a_scale_that_is_not_the_listed_one_is_asked_about_and_never_decides() {
    let asked = |disease, scale| {
        let proposal = assessed(disease, &[("other.scale", scale)]);
        assert_eq!(proposal.value("severity_met"), Some(&Value::Null));
        keys(&proposal.findings).contains(&"finding.scale-unlike-listed")
    };
    // 1: mRS/NUT/RESP. 8: Barthel. 29: a table of its own.
    assert_eq!((asked(":1", ":mrs"), asked(":1", ":barthel"), asked(":1", ":table")), (false, true, true));
    assert_eq!((asked(":8", ":barthel"), asked(":8", ":mrs")), (false, true));
    let table = tables()
        .all_rows("severity_basis")
        .unwrap()
        .iter()
        .find(|row| row.text("basis").unwrap() == ">=中等症");
    let disease = format!(":{}", table.unwrap().integer("disease").unwrap());
    assert_eq!((asked(&disease, ":table"), asked(&disease, ":mrs")), (false, true));
    assert!(!asked(":348", ":mrs"), "nothing is listed");
}

#[test]
fn every_item_of_the_tables_is_asked_by_the_form() {
    let form = super::forms::form("certificate");
    let paths = |table: &str, prefix: &dyn Fn(&crate::domain::tables::Row) -> String| -> Vec<String> {
        let rows = tables().rows(table, day(ON)).unwrap();
        rows.into_iter().map(|row| format!("{}.{}", prefix(row), row.text("item").unwrap())).collect()
    };
    let mut all = paths("score_items", &|row| row.text("score").unwrap().to_owned());
    for (table, prefix) in
        [("sle_criteria", "sle"), ("dcm_items", "dcm"), ("sarcoidosis_scores", "sarcoidosis")]
    {
        all.extend(paths(table, &|_| prefix.to_owned()));
    }
    assert!(all.len() > 50);
    for path in all {
        assert!(form.item(&path).is_some(), "{path}");
    }
}
