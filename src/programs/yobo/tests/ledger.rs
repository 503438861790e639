//! The rules as the ledger of vaccinations asks them agree with what the questions say, and leave out what
//! cannot have been.

use std::collections::BTreeMap;

use super::{day, tables};
use crate::domain::immunization::{Given, Known, Verdict, Wanted};
use crate::programs::yobo::immunization::RULES;

fn given(id: &str, vaccine: &str, on: &str) -> Given {
    Given {
        id: id.to_owned(),
        vaccine: vaccine.to_owned(),
        product: None,
        lot: String::new(),
        dose: String::new(),
        on: on.parse().unwrap(),
    }
}

fn known(doses: Vec<Given>) -> Known {
    Known {
        birth: day("2025-12-01"),
        sex: None,
        due: None,
        conditions: Vec::new(),
        special_ended: None,
        diseases: Vec::new(),
        settings: BTreeMap::new(),
        doses,
    }
}

fn decided(known: &Known, on: &str) -> Verdict {
    let wanted = Wanted { vaccine: "hepb", product: None, on: day(on) };
    (RULES.decide)(&wanted, known, tables()).unwrap()
}

#[test]
fn a_dose_is_decided_with_its_days_and_its_article() {
    let history = known(vec![given("imm_1", "hepb", "2026-02-02"), given("imm_2", "hepb", "2026-03-02")]);
    let early = decided(&history, "2026-06-21");
    assert_eq!((early.eligible, early.reason.as_str()), (false, "INTERVAL_TOO_SHORT"));
    assert_eq!(early.earliest, Some(day("2026-06-22")));
    let verdict = decided(&history, "2026-06-22");
    assert_eq!((verdict.eligible, verdict.dose.as_deref()), (true, Some("3")));
    assert_eq!(verdict.latest, Some(day("2026-11-30")));
    assert!(!verdict.article.is_empty() && !verdict.steps.is_empty());
}

#[test]
fn what_cannot_have_been_is_left_out_and_told() {
    let odd = [
        (given("imm_1", "hepb", "2025-11"), vec!["finding.before-birth"]),
        (given("imm_2", "hepb", "2027-01-01"), vec!["finding.in-future"]),
        (given("imm_3", "yellow", "2026-02-02"), vec!["finding.vaccine-unknown"]),
        (
            Given { product: Some("hpv9".to_owned()), ..given("imm_4", "hepb", "2026-02-02") },
            vec!["finding.product-unfit"],
        ),
        (given("imm_5", "hepb", "2026-02"), vec![]),
    ];
    for (dose, expected) in &odd {
        let told = (RULES.doubts)(dose, day("2025-12-01"), tables(), day("2026-06-21"));
        let keys: Vec<&str> = told.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(&keys, expected, "{}", dose.id);
    }
    let history = known(odd.into_iter().take(3).map(|(dose, _)| dose).collect());
    assert_eq!(decided(&history, "2026-06-21").dose.as_deref(), Some("1"));
}

#[test]
fn a_missing_day_is_asked_for_by_its_line() {
    let history = known(vec![given("imm_7", "hepb", "2026-02")]);
    let wanted = Wanted { vaccine: "hepb", product: None, on: day("2026-06-21") };
    let lacking = (RULES.decide)(&wanted, &history, tables()).unwrap_err();
    assert_eq!((lacking.key.as_str(), lacking.line.as_deref()), ("finding.needs-day", Some("imm_7")));
}

#[test]
fn forecast_and_evaluation_name_lines_and_vaccines() {
    let history = known(vec![given("imm_1", "hepb", "2026-02-02"), given("imm_2", "hepb", "2026-02-10")]);
    let past = (RULES.evaluate)(&history, tables(), day("2026-06-21"));
    let said: Vec<(&str, &str)> = past.iter().map(|it| (it.line.as_str(), it.status.as_str())).collect();
    assert_eq!(said, [("imm_1", "valid"), ("imm_2", "invalid")]);
    let coming = (RULES.forecast)(&history, tables(), day("2026-06-21"));
    let names: Vec<String> =
        (RULES.vaccines)(tables(), day("2026-06-21")).into_iter().map(|it| it.key).collect();
    assert_eq!(coming.iter().map(|it| it.vaccine.clone()).collect::<Vec<_>>(), names);
    assert!(coming.iter().any(|it| it.vaccine == "bcg" && it.state != "complete"));
}

#[test]
fn records_are_kept_five_years_from_the_dose() {
    assert_eq!((RULES.keep_until)(tables(), day("2024-02-29")), Some(day("2029-02-28")));
}
