//! Saving a page of the certificate, a single field of it, or a value taken from the record.

use chrono::{DateTime, Utc};

use crate::domain::case::command::Command;
use crate::domain::forms::{Answers, FieldError, Posted, enabled_steps, read_step};
use crate::domain::program::vocabulary::CommandName;

use super::offers::{offers, taken};
use super::sheet::{Sheet, digest_of};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// Name of the hidden field with the digest of the step's answers as the page showed them.
pub const BASE: &str = "base";

/// What came of saving.
#[derive(Clone, Debug, Default)]
pub struct Saved {
    /// When.
    pub at: DateTime<Utc>,
    /// What is to be mended on the page.
    pub errors: Vec<FieldError>,
    /// The step after this one.
    pub next: Option<String>,
    /// Digest of the step's answers now, for what is saved next from the same page.
    pub base: String,
    /// Whether it was saved for a physician by somebody else.
    pub assisted: bool,
}

/// Saves what was typed on a step. What cannot be understood is kept as typed.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed the step since the page was shown; `work.closed` once the office
/// has taken the result; [`Error::NotFound`].
pub fn save(
    house: &House,
    caller: &Caller,
    case_id: &str,
    step: &str,
    posted: &Posted,
) -> Result<Saved, Error> {
    let mut saved = Saved { at: house.now(), ..Saved::default() };
    let base = posted.get(BASE).and_then(|values| values.first());
    change(house, caller, case_id, |_, sheet| {
        let mut answers = sheet.answers.clone();
        let env = sheet.env();
        unchanged(sheet, caller, step, base.map(String::as_str))?;
        saved.errors = read_step(sheet.form, step, posted, &mut answers, &env);
        let steps = enabled_steps(sheet.form, &answers, &env);
        let place = steps.iter().position(|it| it.link_id == step).ok_or(Error::NotFound)?;
        saved.next = steps.get(place + 1).map(|it| it.link_id.clone());
        saved.assisted = sheet.assisted;
        saved.base = digest_of(sheet.form, step, &answers)?;
        Ok(answers)
    })?;
    Ok(saved)
}

/// Takes a value of the record over into an item; the step of the item.
///
/// # Errors
/// As [`save`]; [`Error::NotFound`] when the record offers nothing for the item any more.
pub fn accept(
    house: &House,
    caller: &Caller,
    case_id: &str,
    path: &str,
    base: Option<&str>,
) -> Result<String, Error> {
    let mut step = String::new();
    change(house, caller, case_id, |opened, sheet| {
        let offered = offers(sheet, &opened.program.definition.evidence);
        let offer = offered.iter().find(|offer| offer.path == path).ok_or(Error::NotFound)?;
        unchanged(sheet, caller, &offer.step, base)?;
        step.clone_from(&offer.step);
        taken(sheet, offer).ok_or(Error::NotFound)
    })?;
    Ok(step)
}

/// The physician and an assistant may write at the same time: nobody writes over what they have not seen. What
/// oneself saved last is no conflict: a field may save itself while its page is being sent.
fn unchanged(sheet: &Sheet, caller: &Caller, step: &str, base: Option<&str>) -> Result<(), Error> {
    let own = sheet.author.as_ref() == Some(&caller.actor.id);
    match base.filter(|_| !own) {
        Some(base) if base != digest_of(sheet.form, step, &sheet.answers)? => {
            Err(Error::Conflict(Vec::new()))
        }
        _ => Ok(()),
    }
}

/// Stores other answers as the draft; the case's version does not matter to it.
///
/// # Errors
/// As [`save`], and whatever `work` fails with.
pub(super) fn change(
    house: &House,
    caller: &Caller,
    case_id: &str,
    work: impl FnOnce(&Opened, &Sheet) -> Result<Answers, Error>,
) -> Result<(), Error> {
    carry_out(house, caller, &Order::new(case_id, CommandName::SaveItem), |stage| {
        let sheet = Sheet::of(stage.house, stage.conn, stage.opened, caller)?;
        let mut answers = work(stage.opened, &sheet)?;
        if sheet.assisted {
            answers.mark_assisted(&sheet.answers, stage.stamp.today);
        }
        stage.save_answers(&sheet.name, answers)?;
        Ok(Command::SaveItem { item: sheet.item.id.clone() })
    })?;
    Ok(())
}
