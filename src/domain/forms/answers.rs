//! The answers of one form, by instance path.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::choice::Coding;
use super::decimal::Decimal;
use super::model::{Form, Item};
use super::path::{indexes, is_within, link_id_of, row_of, row_steps};
use crate::domain::calendar::EnteredDate;

/// One answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "kebab-case")]
pub enum Answer {
    /// Yes or no.
    Boolean(bool),
    /// A whole number; money is in yen.
    Integer(i64),
    /// A number with digits after the point.
    Decimal(Decimal),
    /// A day, or a month or year where the item allows it, with the text it was read from.
    Date(EnteredDate),
    /// A moment on the clock of Japan.
    DateTime(NaiveDateTime),
    /// A time of day.
    Time(NaiveTime),
    /// A text as typed, or folded as the item's input hint says.
    Text(String),
    /// A chosen code.
    Choice(Coding),
    /// A file kept elsewhere.
    Attachment {
        /// Id of the stored file.
        id: String,
        /// Name the applicant's device gave it.
        name: String,
        /// Size in bytes.
        size: u64,
        /// Media type found by looking into it.
        mime: String,
        /// Pages, where they can be counted.
        pages: Option<u32>,
        /// Whether it may be opened.
        state: FileState,
    },
    /// A value kept apart.
    Secret(Secret),
    /// What was typed, where it could not be understood; nothing typed is lost.
    Raw(String),
}

/// Whether an uploaded file may be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    /// Not looked at yet.
    Quarantine,
    /// Looked at and harmless.
    Clean,
    /// Not to be opened; another file is needed.
    Refused,
}

/// A value such as a 個人番号 of which only the last four characters are ever shown or serialised.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    #[serde(skip)]
    value: Option<String>,
    last: String,
}

impl Secret {
    /// A secret that was just typed.
    pub fn new(value: String) -> Secret {
        let length = value.chars().count();
        let last = value.chars().skip(length.saturating_sub(4)).collect();
        Secret { value: Some(value), last }
    }

    /// The secret of which only the mask is known here.
    pub fn masked(last: &str) -> Secret {
        Secret { value: None, last: last.to_owned() }
    }

    /// What may be shown: `********9018`.
    pub fn mask(&self) -> String {
        format!("{:*>12}", self.last)
    }

    /// The last four characters.
    pub fn last(&self) -> &str {
        &self.last
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(****)")
    }
}

/// Where an answer came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Origin {
    /// A person typed it.
    #[default]
    Typed,
    /// It was filled in from a record and not touched.
    Prefilled {
        /// Name of the record: the context variable it was read from, or `form`.
        source: String,
        /// Day on which it was read.
        on: NaiveDate,
    },
    /// It was filled in from a record and then changed by a person.
    Changed {
        /// As in `Prefilled`.
        source: String,
        /// As in `Prefilled`.
        on: NaiveDate,
    },
    /// Somebody typed it for the person whose form it is, who has not changed it.
    Assisted {
        /// Day on which it was typed.
        on: NaiveDate,
    },
    /// The server computed it.
    Calculated,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    answer: Answer,
    #[serde(default)]
    origin: Origin,
}

/// The answers of one form, by instance path.
///
/// A path is the linkId, under rows prefixed by `group[0]/`. The answers of a repeating question
/// stand at `linkId[0]`, `linkId[1]` and so on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    entries: BTreeMap<String, Entry>,
    rows: BTreeMap<String, usize>,
    disputes: BTreeMap<String, String>,
    visited: BTreeSet<String>,
}

impl Answers {
    /// No answers yet.
    pub fn new() -> Answers {
        Answers::default()
    }

    /// The answer at a path.
    pub fn get(&self, path: &str) -> Option<&Answer> {
        self.entries.get(path).map(|entry| &entry.answer)
    }

    /// Every answer of an item with its path, in row order.
    pub fn all(&self, link_id: &str) -> Vec<(String, &Answer)> {
        let mut found: Vec<_> = self.entries.iter().filter(|(path, _)| link_id_of(path) == link_id).collect();
        found.sort_by_key(|(path, _)| indexes(path));
        found.into_iter().map(|(path, entry)| (path.clone(), &entry.answer)).collect()
    }

    /// The codes chosen where several can be.
    pub fn codes(&self, link_id: &str) -> Vec<&str> {
        let chosen = self.all(link_id).into_iter().filter_map(|(_, answer)| match answer {
            Answer::Choice(coding) => Some(coding.code.as_str()),
            _ => None,
        });
        chosen.collect()
    }

    /// Every path with its answer, in the order of paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.entries.iter().map(|(path, entry)| (path.as_str(), &entry.answer))
    }

    /// Sets an answer that a person gave; a prefilled one remembers that it was changed.
    pub fn set(&mut self, path: &str, answer: Answer) {
        let origin = match self.entries.get(path) {
            Some(entry) if entry.answer == answer => entry.origin.clone(),
            Some(Entry {
                origin: Origin::Prefilled { source, on } | Origin::Changed { source, on }, ..
            }) => Origin::Changed { source: source.clone(), on: *on },
            _ => Origin::Typed,
        };
        self.set_from(path, answer, origin);
    }

    /// Sets an answer with its origin.
    pub fn set_from(&mut self, path: &str, answer: Answer, origin: Origin) {
        for (at, index) in row_steps(path) {
            let rows = self.rows.entry(at).or_default();
            *rows = (*rows).max(index + 1);
        }
        self.entries.insert(path.to_owned(), Entry { answer, origin });
    }

    /// Marks what was typed since `before` as typed for the person whose form it is.
    pub fn mark_assisted(&mut self, before: &Answers, on: NaiveDate) {
        for (path, entry) in &mut self.entries {
            if entry.origin == Origin::Typed && before.get(path) != Some(&entry.answer) {
                entry.origin = Origin::Assisted { on };
            }
        }
    }

    /// Removes the answer at a path and every answer below it.
    pub fn remove(&mut self, path: &str) {
        self.entries.retain(|key, _| !is_within(key, path));
        self.disputes.retain(|key, _| !is_within(key, path));
    }

    /// Where the answer at a path came from.
    pub fn origin(&self, path: &str) -> Option<&Origin> {
        self.entries.get(path).map(|entry| &entry.origin)
    }

    /// Whether the answer at a path stands as a register told it; what the person wrote in an earlier
    /// application is theirs to change.
    pub fn is_recorded(&self, path: &str) -> bool {
        matches!(self.origin(path), Some(Origin::Prefilled { source, .. }) if source != super::EARLIER)
    }

    /// What the applicant says is wrong with a prefilled answer.
    pub fn dispute(&self, path: &str) -> Option<&str> {
        self.disputes.get(path).map(String::as_str)
    }

    /// Notes what is wrong with a prefilled answer; an empty text withdraws it.
    pub fn set_dispute(&mut self, path: &str, text: &str) {
        if text.is_empty() {
            self.disputes.remove(path);
        } else {
            self.disputes.insert(path.to_owned(), text.to_owned());
        }
    }

    /// Hands out the secret values by path, to be encrypted apart; the masks stay.
    pub fn take_secrets(&mut self) -> BTreeMap<String, String> {
        let taken = self.entries.iter_mut().filter_map(|(path, entry)| match &mut entry.answer {
            Answer::Secret(secret) => Some((path.clone(), secret.value.take()?)),
            _ => None,
        });
        taken.collect()
    }

    /// A hash of everything at and below a path: equal as long as nothing there changed.
    pub fn digest(&self, path: &str) -> String {
        let within: BTreeMap<&str, &Answer> = self.iter().filter(|(key, _)| is_within(key, path)).collect();
        let json = serde_json::to_vec(&within).unwrap_or_default();
        Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The answers of one question instance: one, or those of `path[0]`, `path[1]` and so on.
    pub(super) fn at(&self, item: &Item, path: &str) -> Vec<&Answer> {
        if !item.repeats {
            return self.get(path).into_iter().collect();
        }
        (0..).map_while(|index| self.get(&format!("{path}[{index}]"))).collect()
    }

    /// Replaces the answers of a repeating question.
    pub(super) fn set_list(&mut self, path: &str, answers: Vec<Answer>) {
        let kept = answers.len();
        for (index, answer) in answers.into_iter().enumerate() {
            self.set(&format!("{path}[{index}]"), answer);
        }
        let stale = (kept..).map(|index| format!("{path}[{index}]"));
        let stale: Vec<String> = stale.take_while(|key| self.entries.contains_key(key)).collect();
        stale.iter().for_each(|key| self.remove(key));
    }

    /// Rows of a repeating group that exist, at least as many as the form demands.
    pub(super) fn rows(&self, item: &Item, path: &str) -> usize {
        let least = item.limits.min_occurs.unwrap_or(usize::from(item.required));
        self.rows.get(path).copied().unwrap_or_default().max(least)
    }

    pub(super) fn set_rows(&mut self, path: &str, rows: usize) {
        self.rows.insert(path.to_owned(), rows);
    }

    /// Removes one row and moves the later ones up.
    pub(super) fn remove_row(&mut self, path: &str, index: usize) {
        let move_up = |key: &str| match row_of(key, path) {
            Some((row, _)) if row == index => None,
            Some((row, rest)) if row > index => Some(format!("{path}[{}]{rest}", row - 1)),
            _ => Some(key.to_owned()),
        };
        self.entries = rekeyed(std::mem::take(&mut self.entries), &move_up);
        self.disputes = rekeyed(std::mem::take(&mut self.disputes), &move_up);
        self.rows = rekeyed(std::mem::take(&mut self.rows), &move_up);
        if let Some(rows) = self.rows.get_mut(path) {
            *rows = rows.saturating_sub(1);
        }
    }

    pub(super) fn visit(&mut self, step: &str) {
        self.visited.insert(step.to_owned());
    }

    /// Whether the applicant has sent a step at least once.
    pub fn visited(&self, step: &str) -> bool {
        self.visited.contains(step)
    }

    /// Keeps the answers whose path passes.
    pub(super) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.entries.retain(|path, _| keep(path));
        self.disputes.retain(|path, _| keep(path));
    }

    /// Drops what was answered to items that are no longer asked, as at filing.
    pub fn retain_enabled(&mut self, form: &Form, env: &super::Env<'_>) {
        *self = super::settle::settle(form, self, env).into_enabled();
    }
}

fn rekeyed<T>(map: BTreeMap<String, T>, rename: &dyn Fn(&str) -> Option<String>) -> BTreeMap<String, T> {
    map.into_iter().filter_map(|(key, value)| Some((rename(&key)?, value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Answer {
        Answer::Text(value.to_owned())
    }

    #[test]
    fn rows_are_counted_sorted_and_moved_up() {
        let mut answers = Answers::new();
        for row in 0..12 {
            answers.set(&format!("member[{row}]/name"), text(&row.to_string()));
        }
        let names = |answers: &Answers| {
            answers.all("name").into_iter().map(|(_, answer)| format!("{answer:?}")).collect::<Vec<_>>()
        };
        assert_eq!(names(&answers)[10], "Text(\"10\")");
        answers.remove_row("member", 0);
        assert_eq!(names(&answers).len(), 11);
        assert_eq!(answers.get("member[0]/name"), Some(&text("1")));
        assert_eq!(answers.rows.get("member"), Some(&11));
    }

    #[test]
    fn a_digest_covers_what_lies_below_and_nothing_beside() {
        let mut answers = Answers::new();
        answers.set("tel[0]", text("1"));
        answers.set("telephone", text("2"));
        let before = answers.digest("tel");
        answers.set("telephone", text("3"));
        assert_eq!(answers.digest("tel"), before);
        answers.set("tel[1]", text("4"));
        assert_ne!(answers.digest("tel"), before);
    }

    #[test]
    fn a_secret_is_neither_debugged_nor_serialised() {
        let mut answers = Answers::new();
        answers.set("number", Answer::Secret(Secret::new("123456789018".to_owned())));
        let shown = format!("{answers:?} {}", serde_json::to_string(&answers).unwrap());
        assert!(!shown.contains("12345678"), "{shown}");
        assert_eq!(answers.take_secrets().get("number").map(String::as_str), Some("123456789018"));
        assert!(answers.take_secrets().is_empty());
        let Some(Answer::Secret(secret)) = answers.get("number") else { unreachable!() };
        assert_eq!(secret.mask(), "********9018");
    }

    #[test]
    fn a_changed_prefilled_answer_remembers_its_source() {
        let on = NaiveDate::from_ymd_opt(2026, 4, 3).unwrap();
        let mut answers = Answers::new();
        let prefilled = Origin::Prefilled { source: "patient".to_owned(), on };
        answers.set_from("city", text("城南市"), prefilled.clone());
        answers.set("city", text("城南市"));
        assert_eq!(answers.origin("city"), Some(&prefilled));
        answers.set("city", text("城北市"));
        assert_eq!(answers.origin("city"), Some(&Origin::Changed { source: "patient".to_owned(), on }));
    }
}
