//! What is proposed for a decision, and with what the committee's form begins.

use std::collections::BTreeMap;

use chrono::{Datelike, Days};
use serde_json::{Value, json};

use super::super::RULES;
use super::*;
use crate::domain::calendar::EnteredDate;
use crate::domain::forms::{Answer, Answers, Coding, Decimal};
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::{Proposal, SuggestedResult};
use crate::programs::{Inputs, Paid, Paper};

fn choice(code: &str) -> Answer {
    Answer::Choice(Coding { system: None, code: code.to_owned(), display: code.to_owned() })
}

fn answers(lines: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::new();
    for (path, text) in lines {
        let answer = match text.split_once(':') {
            Some(("", code)) => choice(code),
            Some(("n", number)) => Answer::Integer(number.parse().unwrap()),
            Some(("d", number)) => Answer::Decimal(Decimal::parse(number).unwrap()),
            Some(("on", day)) => Answer::Date(EnteredDate::parse(day).unwrap()),
            _ => Answer::Text((*text).to_owned()),
        };
        answers.set(path, answer);
    }
    answers
}

/// A case of a kind as the rules read it.
struct Case {
    kind: &'static str,
    received_on: NaiveDate,
    application: Vec<(&'static str, &'static str)>,
    office: Vec<(&'static str, &'static str)>,
    panel: Vec<(&'static str, &'static str)>,
    before: BTreeMap<String, Value>,
}

impl Case {
    fn of(kind: &'static str) -> Case {
        Case {
            kind,
            received_on: day("2026-11-09"),
            application: vec![("insured.category", ":first"), ("person.birth", "on:1941-02-11")],
            office: vec![("judged.level", ":care2"), ("judged.minutes", "d:60.0")],
            panel: vec![("panel.level", ":care2"), ("panel.months", "n:6")],
            before: BTreeMap::new(),
        }
    }

    fn renewal() -> Case {
        let before = [("level", json!("care2")), ("months", json!(12)), ("valid_to", json!("2026-12-31"))];
        Case {
            before: before.map(|(key, value)| (key.to_owned(), value)).into(),
            panel: vec![("panel.level", ":care2"), ("panel.months", "n:36")],
            ..Case::of("renewal")
        }
    }

    fn ask<T>(&self, ask: impl Fn(&Inputs<'_>) -> T) -> T {
        let (application, office) = (answers(&self.application), answers(&self.office));
        let further = BTreeMap::from([("panel".to_owned(), answers(&self.panel))]);
        ask(&Inputs {
            kind: &CaseKind::of(self.kind),
            received_on: self.received_on,
            application: &application,
            certificate: None,
            office: Some(&office),
            further: &further,
            before: &self.before,
            paid: &Paid::default(),
            settings: &BTreeMap::new(),
        })
    }

    fn proposed(&self) -> Proposal {
        self.ask(|inputs| (RULES.propose)(inputs, tables(), self.received_on))
    }

    fn suggested(&self) -> SuggestedResult {
        let suggest = RULES.suggest_result.unwrap();
        self.ask(|inputs| suggest(inputs, tables(), self.received_on))
    }

    fn findings(&self) -> Vec<String> {
        self.proposed().findings.into_iter().map(|finding| finding.key).collect()
    }
}

fn text(proposal: &Proposal, field: &str) -> String {
    proposal.value(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[test]
fn a_first_application_holds_from_its_day_and_ends_with_a_month() {
    let proposal = Case::of("new").proposed();
    assert_eq!(text(&proposal, "level"), "care2");
    assert_eq!(text(&proposal, "valid_from"), "2026-11-09");
    assert_eq!(text(&proposal, "valid_to"), "2027-05-31", "six months and the rest of November");
    assert_eq!(proposal.value("limit_units"), Some(&json!(19_705)));
    assert_eq!(proposal.findings, Vec::new());
}

#[test]
fn a_renewal_goes_on_without_a_gap() {
    let proposal = Case::renewal().proposed();
    assert_eq!(text(&proposal, "valid_from"), "2027-01-01");
    assert_eq!(text(&proposal, "valid_to"), "2029-12-31");
}

#[test]
fn the_months_must_lie_in_the_range_of_the_kind() {
    let long = Case { panel: vec![("panel.level", ":care3"), ("panel.months", "n:48")], ..Case::renewal() };
    assert_eq!(long.findings(), ["finding.months"], "another level than before: 36 at most");
    let first = Case { panel: vec![("panel.level", ":care2"), ("panel.months", "n:13")], ..Case::of("new") };
    assert_eq!(first.findings(), ["finding.months"]);
}

#[test]
fn nothing_is_granted_without_a_result_or_below_every_level() {
    let open = Case { panel: Vec::new(), ..Case::of("new") };
    assert_eq!(open.findings(), ["finding.no-result"]);
    assert!(open.proposed().value("level").is_none());
    let none = Case { panel: vec![("panel.level", ":not_applicable")], ..Case::of("new") };
    assert_eq!(none.findings(), ["finding.level-not-applicable"]);
    assert!(none.proposed().value("valid_to").is_none());
}

#[test]
fn a_second_insured_person_needs_a_specified_disease() {
    let young = vec![("insured.category", ":second"), ("person.birth", "on:1970-02-11")];
    let silent = Case { application: young.clone(), ..Case::of("new") };
    assert_eq!(silent.findings(), ["finding.no-specific-disease"]);
    let named = [young, vec![("disease.specific", ":13")]].concat();
    assert_eq!(Case { application: named, ..Case::of("new") }.findings(), Vec::<String>::new());
}

#[test]
fn a_category_that_does_not_fit_the_age_is_asked_about() {
    let of = |birth| vec![("insured.category", ":first"), ("person.birth", birth)];
    let eve = Case { application: of("on:1961-11-10"), ..Case::of("new") };
    assert_eq!(eve.findings(), Vec::<String>::new(), "65 is completed on the eve of the birthday");
    let day_before = Case { application: of("on:1961-11-11"), ..Case::of("new") };
    assert_eq!(day_before.findings(), ["finding.category-age"]);
}

#[test]
fn the_form_of_the_result_begins_with_the_judgement_and_the_usual_months() {
    let suggested = Case::of("new").suggested();
    assert_eq!(suggested.answers.get("panel.level"), Some(&choice("care2")));
    assert_eq!(suggested.answers.get("panel.months"), Some(&Answer::Integer(6)));
    assert!(!suggested.simple, "only a renewal can be concluded together with others");
}

#[test]
fn the_simplified_procedure_needs_every_condition() {
    assert!(Case::renewal().suggested().simple);
    let near =
        Case { office: vec![("judged.level", ":care2"), ("judged.minutes", "d:68.0")], ..Case::renewal() };
    assert!(!near.suggested().simple, "two minutes to the next level");
    let mut short = Case::renewal();
    short.before.insert("months".to_owned(), json!(6));
    assert!(!short.suggested().simple);
    let other =
        Case { office: vec![("judged.level", ":care3"), ("judged.minutes", "d:80.0")], ..Case::renewal() };
    assert!(!other.suggested().simple);
}

#[test]
fn another_form_than_the_survey_is_not_read() {
    let (answers, kind) = (Answers::new(), CaseKind::of("new"));
    let paper = Paper { form: "opinion", answers: &answers, kind: &kind };
    assert!((RULES.assess_paper)(&paper, tables(), day("2026-11-09")).fields.is_empty());
    assert!((RULES.review_paper)(&paper, tables(), day("2026-11-09")).is_empty());
}

proptest! {
    #[test]
    fn every_period_ends_with_a_month_and_covers_its_months(from in 0_u64..2_000, months in 3_i64..=12) {
        let received_on = day("2024-04-01").checked_add_days(Days::new(from)).unwrap();
        const TYPED: [&str; 10] = ["n:3", "n:4", "n:5", "n:6", "n:7", "n:8", "n:9", "n:10", "n:11", "n:12"];
        let panel = vec![("panel.level", ":care2"), ("panel.months", TYPED[months as usize - 3])];
        let proposal = Case { received_on, panel, ..Case::of("new") }.proposed();
        let ends_on = day(&text(&proposal, "valid_to"));
        prop_assert_eq!(ends_on.succ_opt().unwrap().day(), 1);
        let span = i64::from(ends_on.year() * 12 + ends_on.month0() as i32)
            - i64::from(received_on.year() * 12 + received_on.month0() as i32);
        prop_assert_eq!(span, months - i64::from(received_on.day() == 1));
    }
}
