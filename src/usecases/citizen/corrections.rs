//! 補正 by the applicant (T6): each returned item is mended, explained or asked about, then all are
//! sent together. Nothing but the returned items can be written.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::case::command::Command;
use crate::domain::case::correction::{CorrectionRound, Reply};
use crate::domain::case::verdict::item_key;
use crate::domain::forms::{
    FieldError, FieldView, Posted, SummaryRow, Widget, check_step, step_view, summary,
};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::domain::text::plain_text;
use crate::store::Conn;
use crate::store::answers::{self, DRAFT};
use crate::store::seal::sha256_hex;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, Stage, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::slots::{correction_row, labels};

use super::attach::{self, File};
use super::lookup::Offer;
use super::sheet::{Head, Sheet, head, step_of};
use super::writing;

/// Most characters of a reason or question.
const LONGEST: usize = 2000;

/// What the applicant answers to one item, kept until all are sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// `fixed`, `cannot`, `question` or empty.
    pub answer: String,
    /// Why it cannot be handed in.
    pub reason: String,
    /// The question.
    pub question: String,
}

impl Told {
    /// The reply, once it is complete.
    fn reply(&self) -> Option<Reply> {
        match self.answer.as_str() {
            "fixed" => Some(Reply::Fixed),
            "cannot" if !self.reason.is_empty() => Some(Reply::Cannot { reason: self.reason.clone() }),
            "question" if !self.question.is_empty() => Some(Reply::Question { text: self.question.clone() }),
            _ => None,
        }
    }
}

/// A returned item.
#[derive(Clone, Debug, Serialize)]
pub struct Returned {
    /// Instance path.
    pub path: String,
    /// What it is.
    pub label: String,
    /// Why it came back and what to do.
    pub reason: String,
    /// The clerk's own words.
    pub note: String,
    /// The answer so far.
    pub told: Told,
    /// Whether the answer is complete.
    pub answered: bool,
}

/// The list of returned items.
#[derive(Clone, Debug, Serialize)]
pub struct Corrections {
    /// Title line.
    pub head: Head,
    /// The day by which an answer is asked.
    pub due_on: NaiveDate,
    /// The items.
    pub items: Vec<Returned>,
}

/// The returned items of the open round.
///
/// # Errors
/// [`Error::NotFound`] when none is open.
pub fn page(house: &House, caller: &Caller, lang: Lang, case_id: &str) -> Result<Corrections, Error> {
    house.read(caller, case_id, "own", |conn, opened| {
        let round = opened.stored.case.open_correction().ok_or(Error::NotFound)?;
        let sheet = Sheet::open(house, conn, opened, lang)?;
        let items = returned(conn, opened, &sheet, round, lang)?;
        Ok(Corrections { head: head(opened, lang), due_on: round.due_on, items })
    })
}

fn returned(
    conn: &mut Conn,
    opened: &Opened,
    sheet: &Sheet<'_>,
    round: &CorrectionRound,
    lang: Lang,
) -> Result<Vec<Returned>, Error> {
    let told = kept(conn, opened)?;
    let labels = labels(sheet.form, &sheet.answers, &sheet.around.env());
    let item = |path: &String| {
        let row = correction_row(opened, path, &labels, lang);
        let word = |key: &str| row.get(key).cloned().unwrap_or_default();
        let told = told.get(path).cloned().unwrap_or_default();
        Returned {
            path: path.clone(),
            label: word("label"),
            reason: word("reason"),
            note: word("note"),
            answered: told.reply().is_some(),
            told,
        }
    };
    Ok(round.items.iter().map(item).collect())
}

/// Answers are kept beside the form's, round by round.
fn place(opened: &Opened) -> String {
    format!("correction-{}", opened.stored.case.corrections.len())
}

fn kept(conn: &mut Conn, opened: &Opened) -> Result<BTreeMap<String, Told>, Error> {
    let saved = answers::find(conn, &opened.granted, &opened.stored, &place(opened), DRAFT)?;
    Ok(saved.map(|saved| serde_json::from_slice(&saved.body)).transpose()?.unwrap_or_default())
}

fn keep(stage: &mut Stage, path: &str, told: &Told) -> Result<(), Error> {
    let opened = stage.opened;
    let mut all = kept(stage.conn, opened)?;
    all.insert(path.to_owned(), told.clone());
    let body = serde_json::to_vec(&all)?;
    let (by, at, digest) = (&stage.stamp.by, stage.stamp.at, sha256_hex(&body));
    Ok(answers::save(stage.conn, &opened.stored, &place(opened), DRAFT, &body, &digest, by, at)?)
}

/// The page of one returned item.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    /// Title line.
    pub head: Head,
    /// The day by which an answer is asked.
    pub due_on: NaiveDate,
    /// The item.
    pub item: Returned,
    /// The open fields.
    pub fields: Vec<FieldView>,
    /// The rest of the step, to read.
    pub around: Vec<SummaryRow>,
    /// What is to be mended in the open fields.
    pub errors: Vec<FieldError>,
    /// Places of a postcode, to be picked without script.
    pub places: Option<Offer>,
}

/// The page of the returned item at a position, counted from 1.
///
/// # Errors
/// [`Error::NotFound`].
pub fn item(house: &House, caller: &Caller, lang: Lang, case_id: &str, number: usize) -> Result<Item, Error> {
    shown(house, caller, lang, case_id, number, false, &[])
}

fn shown(
    house: &House,
    caller: &Caller,
    lang: Lang,
    case_id: &str,
    number: usize,
    checked: bool,
    more: &[FieldError],
) -> Result<Item, Error> {
    house.read(caller, case_id, "own", |conn, opened| {
        let round = opened.stored.case.open_correction().ok_or(Error::NotFound)?;
        let sheet = Sheet::open(house, conn, opened, lang)?;
        let items = returned(conn, opened, &sheet, round, lang)?;
        let at = number.checked_sub(1).ok_or(Error::NotFound)?;
        let item = items.into_iter().nth(at).ok_or(Error::NotFound)?;
        let env = sheet.around.env();
        let step = step_of(sheet.form, &item.path).ok_or(Error::NotFound)?;
        let mut errors =
            if checked { check_step(sheet.form, &step.link_id, &sheet.answers, &env) } else { Vec::new() };
        errors.extend_from_slice(more);
        errors.retain(|error| belongs(&item.path, &error.path));
        let view = step_view(sheet.form, &step.link_id, &sheet.answers, &errors, &env);
        let sections = summary(sheet.form, &sheet.answers, &env);
        let rows = sections.into_iter().filter(|section| section.step == step.link_id).flat_map(|it| it.rows);
        Ok(Item {
            head: head(opened, lang),
            due_on: round.due_on,
            fields: view.fields.into_iter().filter(|field| is_open(field, &item.path)).collect(),
            around: rows.filter(|row| !row.heading && !belongs(&item.path, &row.path)).collect(),
            errors: errors.into_iter().filter(|error| !error.soft).collect(),
            item,
            places: None,
        })
    })
}

fn is_open(field: &FieldView, item: &str) -> bool {
    let mark =
        matches!(field.widget, Widget::GroupStart | Widget::GroupEnd | Widget::RowStart | Widget::RowEnd);
    belongs(item, &field.path) && (!mark || field.path != item || field.add.is_some())
}

fn belongs(item: &str, path: &str) -> bool {
    path == item || path.strip_prefix(item).is_some_and(|rest| rest.starts_with(['/', '[']))
}

/// Where a sent item leads.
#[derive(Clone, Debug)]
pub enum Leads {
    /// The same page once more.
    Here,
    /// The same page with what is to be mended: in the fields, and in the answer.
    Mend(Box<Item>, Vec<Refusal>),
    /// The list.
    List,
}

/// Takes the page of one returned item: saves its fields and the answer, right or wrong.
///
/// # Errors
/// As the command that saves.
pub fn send_item(
    house: &House,
    caller: &Caller,
    lang: Lang,
    case_id: &str,
    number: usize,
    mut posted: Posted,
    files: Vec<File>,
) -> Result<Leads, Error> {
    let page = item(house, caller, lang, case_id, number)?;
    let path = page.item.path.clone();
    let told = read_told(&posted);
    let (step, mut written, mut changed) =
        (step_name(house, caller, case_id, &path)?, Default::default(), false);
    carry_out(house, caller, &Order::new(case_id, CommandName::SaveAnswers), |stage| {
        let (done, command) = writing::write(stage, lang, &step, &mut posted)?;
        written = done;
        keep(stage, &path, &told)?;
        Ok(command)
    })?;
    let more = attach::take(house, caller, lang, case_id, &step, files, &posted)?;
    if let Some(places) = written.places.filter(|offer| !offer.path.is_empty()) {
        let mut again = item(house, caller, lang, case_id, number)?;
        again.places = Some(places);
        return Ok(Leads::Mend(Box::new(again), Vec::new()));
    }
    let buttons = ["add", "remove", "lookup", "upload", "remove-file"];
    if more.is_empty() && buttons.iter().any(|name| posted.contains_key(*name)) {
        return Ok(Leads::Here);
    }
    house.read(caller, case_id, "own", |conn, opened| {
        changed = is_changed(house, conn, opened, lang, &path)?;
        Ok(())
    })?;
    let refusals = mend(&told, changed);
    let again = shown(house, caller, lang, case_id, number, told.answer == "fixed", &more)?;
    if again.errors.is_empty() && refusals.is_empty() {
        return Ok(Leads::List);
    }
    Ok(Leads::Mend(Box::new(again), refusals))
}

fn step_name(house: &House, caller: &Caller, case_id: &str, path: &str) -> Result<String, Error> {
    house.read(caller, case_id, "own", |_, opened| {
        let form = opened.program.application().ok_or(Error::NotFound)?;
        step_of(form, path).map(|step| step.link_id.clone()).ok_or(Error::NotFound)
    })
}

fn read_told(posted: &Posted) -> Told {
    let text = |name: &str| {
        let typed = posted.get(name).and_then(|values| values.first()).map_or("", String::as_str);
        let plain = plain_text(typed).unwrap_or_default();
        plain.chars().take(LONGEST).collect::<String>()
    };
    Told { answer: text("answer"), reason: text("reason_text"), question: text("question_text") }
}

fn is_changed(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    lang: Lang,
    path: &str,
) -> Result<bool, Error> {
    let sheet = Sheet::open(house, conn, opened, lang)?;
    let verdict = opened.stored.case.verdicts.get(&item_key(sheet.name, path));
    Ok(verdict.is_none_or(|verdict| verdict.content != sheet.answers.digest(path)))
}

fn mend(told: &Told, changed: bool) -> Vec<Refusal> {
    let refusal = match told.answer.as_str() {
        "fixed" if !changed => Some(Refusal::new("correction.unchanged").at("answer")),
        "fixed" => None,
        "cannot" if told.reason.is_empty() => Some(Refusal::new("correction.words").at("reason_text")),
        "question" if told.question.is_empty() => Some(Refusal::new("correction.words").at("question_text")),
        "cannot" | "question" => None,
        _ => Some(Refusal::new("correction.reply").at("answer")),
    };
    refusal.into_iter().collect()
}

/// Sends the answers of the open round.
///
/// # Errors
/// `correction.reply`, `correction.unchanged`, `correction.words` at the item.
pub fn send_all(house: &House, caller: &Caller, order: &Order) -> Result<(), Error> {
    carry_out(house, caller, order, |stage| {
        let opened = stage.opened;
        let lang = stage.case().lang;
        let mut sheet = Sheet::open(stage.house, stage.conn, opened, lang)?;
        let replies = kept(stage.conn, opened)?;
        let replies = replies.iter().filter_map(|(path, told)| Some((path.clone(), told.reply()?))).collect();
        sheet.answers.retain_enabled(sheet.form, &sheet.around.env());
        let items = stage.case().open_correction().map(|round| round.items.clone()).unwrap_or_default();
        let content = |path: &String| (item_key(sheet.name, path), sheet.answers.digest(path));
        let contents = items.iter().map(content).collect();
        let digest = stage.fix_answers(sheet.name, sheet.answers.clone())?;
        writing::forget_secrets(stage, &sheet.answers)?;
        Ok(Command::Resubmit { digest, replies, contents })
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(answer: &str, reason: &str) -> Told {
        Told { answer: answer.to_owned(), reason: reason.to_owned(), question: String::new() }
    }

    #[test]
    fn each_answer_says_what_it_lacks() {
        let keys =
            |told: &Told, changed| mend(told, changed).into_iter().map(|it| it.key).collect::<Vec<_>>();
        assert_eq!(keys(&told("", ""), true), ["correction.reply"]);
        assert_eq!(keys(&told("fixed", ""), false), ["correction.unchanged"]);
        assert_eq!(keys(&told("cannot", ""), false), ["correction.words"]);
        assert!(keys(&told("cannot", "なくした"), false).is_empty());
        assert_eq!(told("question", "").reply(), None);
    }

    #[test]
    fn an_item_holds_its_rows_and_not_its_neighbours() {
        assert!(belongs("cost.row", "cost.row[0]/cost.row.total"));
        assert!(!belongs("patient.name", "patient.name-kana"));
    }
}
