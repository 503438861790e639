//! The survey as the committee corrected it.

use std::collections::BTreeMap;

use super::super::corrected::reread;
use super::super::paper::{SURVEY, assess};
use super::*;
use crate::domain::forms::{Answer, Answers, Coding};
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::ProposedValue;
use crate::programs::{Inputs, Paid, Paper};

fn choice(code: &str) -> Answer {
    Answer::Choice(Coding { system: None, code: code.to_owned(), display: code.to_owned() })
}

/// A survey in which the first option of every question is chosen.
fn survey() -> Answers {
    let mut answers = Answers::new();
    for item in &compile::model(tables(), day(TODAY)).unwrap().survey.items {
        answers.set(&item.id, choice("1"));
    }
    answers
}

fn panel(rows: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::new();
    for (place, (item, now)) in rows.iter().enumerate() {
        answers.set(&format!("panel.corrected[{place}]/panel.corrected.item"), choice(item));
        answers
            .set(&format!("panel.corrected[{place}]/panel.corrected.now"), Answer::Text((*now).to_owned()));
    }
    answers
}

fn read(rows: &[(&str, &str)]) -> BTreeMap<String, ProposedValue> {
    let further = BTreeMap::from([(SURVEY.to_owned(), survey()), ("panel".to_owned(), panel(rows))]);
    let (application, before, settings) = (Answers::new(), BTreeMap::new(), BTreeMap::new());
    let inputs = Inputs {
        kind: &CaseKind::of("new"),
        received_on: day(TODAY),
        application: &application,
        certificate: None,
        office: None,
        further: &further,
        before: &before,
        paid: &Paid::default(),
        settings: &settings,
    };
    reread(&inputs, tables(), day(TODAY))
}

fn signed() -> BTreeMap<String, ProposedValue> {
    let answers = survey();
    let paper = Paper { form: SURVEY, answers: &answers, kind: &CaseKind::of("new") };
    assess(&paper, tables(), day(TODAY)).fields
}

/// The name of an option, counted from 1.
fn name(item: &str, option: usize) -> String {
    let model = compile::model(tables(), day(TODAY)).unwrap();
    let item = model.survey.items.iter().find(|it| it.id == item).unwrap();
    item.options[option - 1].clone()
}

#[test]
fn without_corrections_nothing_is_read_again() {
    assert!(read(&[]).is_empty());
}

#[test]
fn a_correction_counts_by_name_and_by_number_and_the_survey_stays_as_it_was_signed() {
    let by_number = read(&[("2-4", "4"), ("2-5", "4")]);
    assert_eq!(by_number, read(&[("2-4", &name("2-4", 4)), ("2-5", &name("2-5", 4))]));
    let scores = |fields: &BTreeMap<String, ProposedValue>, key: &str| fields[key].shown.clone();
    assert_ne!(scores(&by_number, "corrected.scores"), scores(&signed(), "reading.scores"));
    let unchanged = read(&[("2-4", "1")]);
    assert_eq!(scores(&unchanged, "corrected.minutes"), scores(&signed(), "reading.minutes"));
}

#[test]
fn several_options_are_read_only_where_several_can_be_chosen() {
    assert!(read(&[("1-1", "2、3")]).contains_key("corrected.levels"));
    assert!(read(&[("2-4", "1、2")]).contains_key("corrected.unread"));
}

#[test]
fn what_cannot_be_read_is_told_and_nothing_is_guessed() {
    for (item, now) in [("9-9", "1"), ("2-4", "9"), ("2-4", "だいたい自立")] {
        let found = read(&[("2-5", "2"), (item, now)]);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["corrected.unread"], "{item} {now}");
        assert!(found["corrected.unread"].shown.contains(now));
    }
}
