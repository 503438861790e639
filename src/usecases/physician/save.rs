//! Saving a page of the certificate, a single field of it, or a value taken from the record.

use chrono::{DateTime, Utc};

use crate::domain::case::command::Command;
use crate::domain::forms::{Answers, FieldError, Posted, enabled_steps, read_step};
use crate::domain::program::vocabulary::CommandName;

use super::offers::{offers, taken};
use super::sheet::Sheet;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// What came of saving.
#[derive(Clone, Debug, Default)]
pub struct Saved {
    /// When.
    pub at: DateTime<Utc>,
    /// What is to be mended on the page.
    pub errors: Vec<FieldError>,
    /// The step after this one.
    pub next: Option<String>,
}

/// Saves what was typed on a step. What cannot be understood is kept as typed.
///
/// # Errors
/// `work.closed` once the office has taken the result; [`Error::NotFound`].
pub fn save(
    house: &House,
    caller: &Caller,
    case_id: &str,
    step: &str,
    posted: &Posted,
) -> Result<Saved, Error> {
    let mut saved = Saved { at: house.now(), ..Saved::default() };
    change(house, caller, case_id, |_, sheet| {
        let mut answers = sheet.answers.clone();
        let env = sheet.env();
        saved.errors = read_step(sheet.form, step, posted, &mut answers, &env);
        let steps = enabled_steps(sheet.form, &answers, &env);
        let place = steps.iter().position(|it| it.link_id == step).ok_or(Error::NotFound)?;
        saved.next = steps.get(place + 1).map(|it| it.link_id.clone());
        Ok(answers)
    })?;
    Ok(saved)
}

/// Takes a value of the record over into an item; the step of the item.
///
/// # Errors
/// As [`save`]; [`Error::NotFound`] when the record offers nothing for the item any more.
pub fn accept(house: &House, caller: &Caller, case_id: &str, path: &str) -> Result<String, Error> {
    let mut step = String::new();
    change(house, caller, case_id, |opened, sheet| {
        let offered = offers(sheet, &opened.program.definition.evidence);
        let offer = offered.iter().find(|offer| offer.path == path).ok_or(Error::NotFound)?;
        step.clone_from(&offer.step);
        taken(sheet, offer).ok_or(Error::NotFound)
    })?;
    Ok(step)
}

/// The last word counts: a draft has one author.
fn change(
    house: &House,
    caller: &Caller,
    case_id: &str,
    work: impl FnOnce(&Opened, &Sheet) -> Result<Answers, Error>,
) -> Result<(), Error> {
    carry_out(house, caller, &Order::new(case_id, CommandName::SaveItem), |stage| {
        let sheet = Sheet::of(stage.house, stage.conn, stage.opened, caller)?;
        let answers = work(stage.opened, &sheet)?;
        stage.save_answers(&sheet.name, answers)?;
        Ok(Command::SaveItem { item: sheet.item.id.clone() })
    })?;
    Ok(())
}
