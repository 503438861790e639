//! Answers in the shapes that a program's slots, conditions and catalogues need.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Program;
use super::subject::{ShownAnswer, ShownAnswers};
use crate::domain::forms::{Answer, Answers, Catalogues, Choice, Env, Form, Text, summary};
use crate::domain::lang::Lang;
use crate::domain::tables::{Row, Tables};

/// Column of a table with the label of a choice.
const NAME: &str = "name";
/// Column of a table with the English label of a choice.
const NAME_EN: &str = "name_en";

/// The answers to one form as they are shown, under `root`: `answers`, `certificate` or `findings`.
/// Only what is asked is there.
pub fn shown(root: &str, form: &Form, answers: &Answers, env: &Env<'_>) -> ShownAnswers {
    let mut found = ShownAnswers::new();
    let rows = summary(form, answers, env).into_iter().flat_map(|section| section.rows);
    for row in rows.filter(|row| !row.heading) {
        let code = answers.get(&row.path).and_then(code);
        let answer = ShownAnswer { path: row.path.clone(), code, shown: row.value };
        found.entry(format!("{root}.{}", link_id(&row.path))).or_default().push(answer);
    }
    found
}

/// The coded answers by linkId, for conditions: codes of choices, `true` and `false`.
pub fn codes(answers: &Answers) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, answer) in answers.iter() {
        if let Some(code) = code(answer) {
            found.entry(link_id(path).to_owned()).or_default().insert(code);
        }
    }
    found
}

fn code(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Choice(coding) => Some(coding.code.clone()),
        Answer::Boolean(yes) => Some(yes.to_string()),
        _ => None,
    }
}

/// The linkId at the end of an instance path, without its index.
fn link_id(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or(path);
    last.split('[').next().unwrap_or(last)
}

impl Program {
    /// The choices that forms take from tables, as they hold on a day.
    pub fn catalogues(&self, day: NaiveDate) -> Catalogues {
        let names = self.forms.values().flat_map(Form::catalogues);
        names.map(|name| (name.to_owned(), choices(&self.tables, name, day))).collect()
    }
}

fn choices(tables: &Tables, name: &str, day: NaiveDate) -> Vec<Choice> {
    let rows = tables.rows(name, day).unwrap_or_default();
    rows.into_iter().filter_map(choice).collect()
}

/// The choice that a row of a table offers, if it has a name.
fn choice(row: &Row) -> Option<Choice> {
    let mut label = Text::ja(row.text(NAME).ok()?);
    label.others.extend(row.text(NAME_EN).ok().map(|english| (Lang::En, english.to_owned())));
    Some(Choice { label, ..Choice::new(row.key(), "") })
}
