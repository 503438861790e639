//! The pages of the form: shown, and saved field by field so that nothing typed is lost.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::case::decide::writable;
use crate::domain::forms::{FieldError, Posted, StepView, Widget, check_step, step_view};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::{CommandName, State};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::attach::{self, File};
use super::lookup::{self, Offer};
use super::sheet::{Head, Sheet, head};
use super::tasks::saved_at;
use super::writing;

/// One page of the form.
#[derive(Clone, Debug, Serialize)]
pub struct Question {
    /// Title line.
    pub head: Head,
    /// The fields.
    pub step: StepView,
    /// When the answers were last saved.
    pub saved_at: DateTime<Utc>,
    /// Places of a postcode, to be picked without script.
    pub places: Option<Offer>,
    /// Choices nearest to what was typed, to be picked without script.
    pub choices: Option<Offer>,
}

/// Where a sent page leads.
#[derive(Clone, Debug)]
pub enum Leads {
    /// The same page: a row, a file or a look-up was asked for, at the anchor.
    Here(String),
    /// The same page with what is to be mended or picked.
    Mend(Box<Question>),
    /// Another page of the form.
    Step(String),
    /// All answers.
    Review,
    /// The list of pages, or the case.
    Case,
}

/// A page of the form. Errors are shown on request: whoever comes for the first time has made none.
///
/// # Errors
/// [`Error::NotFound`] for a page that is not asked.
pub fn page(
    house: &House,
    caller: &Caller,
    lang: Lang,
    case_id: &str,
    step: &str,
    checked: bool,
) -> Result<Question, Error> {
    shown(house, caller, lang, case_id, step, checked, &[])
}

fn shown(
    house: &House,
    caller: &Caller,
    lang: Lang,
    case_id: &str,
    step: &str,
    checked: bool,
    more: &[FieldError],
) -> Result<Question, Error> {
    house.read(caller, case_id, "own", |conn, opened| {
        let sheet = Sheet::open(house, conn, opened, lang)?;
        let env = sheet.around.env();
        let mut errors =
            if checked { check_step(sheet.form, step, &sheet.answers, &env) } else { Vec::new() };
        errors.extend_from_slice(more);
        let mut view = step_view(sheet.form, step, &sheet.answers, &errors, &env);
        if !view.asked {
            return Err(Error::NotFound);
        }
        only_open(opened, &mut view)?;
        let choices = lookup::offer(&sheet, &view);
        let saved_at = saved_at(conn, opened)?;
        Ok(Question { head: head(opened, lang), step: view, saved_at, places: None, choices })
    })
}

/// After filing only what was promised or returned can still be written.
fn only_open(opened: &Opened, view: &mut StepView) -> Result<(), Error> {
    let case = &opened.stored.case;
    if case.state == State::Draft {
        return Ok(());
    }
    let marks = [Widget::GroupStart, Widget::GroupEnd, Widget::RowStart, Widget::RowEnd];
    view.fields.retain(|field| !marks.contains(&field.widget) && writable(case, &field.path).is_ok());
    view.errors.retain(|error| view.fields.iter().any(|field| field.path == error.path));
    if view.fields.is_empty() { Err(Error::NotFound) } else { Ok(()) }
}

/// Takes a sent page: saves every field, right or wrong, takes the files, and says where it leads.
///
/// # Errors
/// As the command that saves.
pub fn send(
    house: &House,
    caller: &Caller,
    lang: Lang,
    case_id: &str,
    step: &str,
    mut posted: Posted,
    files: Vec<File>,
) -> Result<Leads, Error> {
    let written = save(house, caller, lang, case_id, step, &mut posted)?;
    let more = attach::take(house, caller, lang, case_id, step, files, &posted)?;
    let asked = |name: &str| posted.get(name).and_then(|values| values.first()).cloned();
    if !more.is_empty() {
        return Ok(Leads::Mend(Box::new(shown(house, caller, lang, case_id, step, false, &more)?)));
    }
    if let Some(places) = written.places.filter(|offer| !offer.path.is_empty()) {
        let mut question = shown(house, caller, lang, case_id, step, false, &[])?;
        question.places = Some(places);
        return Ok(Leads::Mend(Box::new(question)));
    }
    let buttons = ["add", "remove", "lookup", "upload"];
    if let Some(path) = buttons.iter().find_map(|name| asked(name)) {
        return Ok(Leads::Here(path));
    }
    if posted.contains_key("remove-file") {
        return Ok(Leads::Here(String::new()));
    }
    if asked("action").as_deref() == Some("save") {
        return Ok(Leads::Case);
    }
    let mut question = shown(house, caller, lang, case_id, step, true, &[])?;
    let fresh = spare_fresh(&mut question.step, &written.seen);
    if question.step.errors.iter().any(|error| !error.soft) {
        return Ok(Leads::Mend(Box::new(question)));
    }
    if let Some(path) = fresh {
        return Ok(Leads::Here(path));
    }
    Ok(onward(&question, written.opened, asked("from").as_deref() == Some("review")))
}

/// A question that only now came up is no mistake yet: the first of them is told, none is blamed.
pub(in crate::usecases) fn spare_fresh(step: &mut StepView, seen: &BTreeSet<String>) -> Option<String> {
    let fresh = step.errors.iter().find(|error| !error.soft && !seen.contains(&error.path));
    let fresh = fresh.map(|error| error.path.clone());
    step.errors.retain(|error| seen.contains(&error.path));
    step.fields.iter_mut().filter(|field| !seen.contains(&field.path)).for_each(|field| field.errors.clear());
    fresh
}

/// From the check page one returns there, unless the change opened a new question.
fn onward(question: &Question, opened: Option<String>, from_review: bool) -> Leads {
    if question.head.state != State::Draft {
        return Leads::Case;
    }
    let next = if from_review { opened } else { question.step.next.clone() };
    next.map_or(Leads::Review, Leads::Step)
}

/// Saves the fields that were sent, without looking at anything else; the later save wins.
///
/// # Errors
/// As the command that saves.
pub fn autosave(
    house: &House,
    caller: &Caller,
    lang: Lang,
    case_id: &str,
    step: &str,
    mut posted: Posted,
) -> Result<DateTime<Utc>, Error> {
    save(house, caller, lang, case_id, step, &mut posted)?;
    Ok(house.now())
}

fn save(
    house: &House,
    caller: &Caller,
    lang: Lang,
    case_id: &str,
    step: &str,
    posted: &mut Posted,
) -> Result<writing::Written, Error> {
    let mut written = writing::Written::default();
    let order = Order::new(case_id, CommandName::SaveAnswers);
    carry_out(house, caller, &order, |stage| {
        let (done, command) = writing::write(stage, lang, step, posted)?;
        written = done;
        Ok(command)
    })?;
    Ok(written)
}
