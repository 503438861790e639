//! What is done with a work item: save, finish, ask, accept, give back, do without.

use crate::domain::case::command::Command;
use crate::domain::forms::{Answers, FieldError, check, read_step};
use crate::domain::lang::Lang;
use crate::domain::program::definition::WorkItem as Shape;
use crate::domain::program::vocabulary::{Assignee, Channel, CommandName};
use crate::domain::refusal::Refusal;
use crate::store::users;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Done, Order, Stage, carry_out, working_answers};
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;

use super::typed::bounded;
use super::verdict::Known;
use super::work::{Posted, signs};

/// What came of posting a work item's form.
#[derive(Debug)]
pub enum Outcome {
    /// It was done.
    Done,
    /// Something is to be mended; this is what the form holds now.
    Again(Answers, Vec<FieldError>),
}

/// Saves the office's form, also when a button for rows was pressed: a row that is not kept would be gone with the
/// next page.
///
/// # Errors
/// As [`carry_out`].
pub fn save(
    house: &House,
    caller: &Caller,
    known: &Known,
    id: &str,
    posted: &Posted,
) -> Result<Outcome, Error> {
    let (answers, _) = read(house, caller, known, id, posted)?;
    carry_out(house, caller, &known.order(CommandName::SaveItem), |stage| {
        let form = form_of(stage.opened, id)?.ok_or(Error::NotFound)?;
        stage.save_answers(&form, answers)?;
        Ok(Command::SaveItem { item: id.to_owned() })
    })?;
    Ok(Outcome::Done)
}

/// Finishes an item of the office: its form is fixed, and the result taken at once by whoever may.
///
/// # Errors
/// As [`carry_out`].
pub fn finish(
    house: &House,
    caller: &Caller,
    known: &Known,
    id: &str,
    posted: &Posted,
) -> Result<Outcome, Error> {
    let (answers, errors) = read(house, caller, known, id, posted)?;
    if errors.iter().any(|error| !error.soft) {
        return Ok(Outcome::Again(answers, errors));
    }
    let done = carry_out(house, caller, &known.order(CommandName::CompleteItem), |stage| {
        let digest = match form_of(stage.opened, id)? {
            Some(form) => stage.fix_answers(&form, answers)?,
            None => String::new(),
        };
        Ok(Command::CompleteItem { item: id.to_owned(), digest })
    })?;
    let key = if known.request.is_empty() { String::new() } else { format!("{}-accept", known.request) };
    let order = Order::new(&known.case, CommandName::AcceptItem).at(done.case.version).once(&key);
    carry_out(house, caller, &order, |_| Ok(Command::AcceptItem { item: id.to_owned() }))?;
    Ok(Outcome::Done)
}

/// The posted form over what is stored, and what is to be mended in it.
fn read(
    house: &House,
    caller: &Caller,
    known: &Known,
    id: &str,
    posted: &Posted,
) -> Result<(Answers, Vec<FieldError>), Error> {
    house.database.read(|conn| {
        let opened = house.open(conn, caller, &known.case, CommandName::SaveItem)?;
        let Some(name) = form_of(&opened, id)? else { return Ok((Answers::new(), Vec::new())) };
        let Some(form) = opened.program.forms.get(&name) else { return Err(Error::NotFound) };
        let around = Surroundings::of_case(house, conn, &opened)?.in_language(Lang::Ja);
        let mut answers = working_answers(conn, &opened, &name)?;
        for step in form.steps() {
            read_step(form, &step.link_id, posted, &mut answers, &around.env());
        }
        let errors = check(form, &answers, &around.env());
        Ok((answers, errors))
    })
}

fn shape<'a>(opened: &'a Opened, id: &str) -> Result<&'a Shape, Error> {
    let item = opened.stored.case.work.iter().find(|item| item.id == id).ok_or(Error::NotFound)?;
    opened.program.definition.work_item(&item.kind).ok_or(Error::NotFound)
}

/// The form that the office itself fills in for an item; what a physician signs is not among them.
fn form_of(opened: &Opened, id: &str) -> Result<Option<String>, Error> {
    let shape = shape(opened, id)?;
    if shape.assignee != Assignee::Clerk {
        return Err(Refusal::new("permission.denied").into());
    }
    Ok(shape.form.clone())
}

/// Asks a physician.
///
/// # Errors
/// `clerk.physician` for somebody who may not sign, or as [`carry_out`].
pub fn ask(house: &House, caller: &Caller, known: &Known, id: &str, user: &str) -> Result<Done, Error> {
    carry_out(house, caller, &known.order(CommandName::StartItem), |stage| ask_command(stage, id, user))
}

fn ask_command(stage: &mut Stage, id: &str, user: &str) -> Result<Command, Error> {
    let shape = shape(stage.opened, id)?;
    let refused = || Error::from(Refusal::new("clerk.physician").at("physician"));
    let found = users::find(stage.conn, &stage.house.keys, user).map_err(|_| refused())?;
    if !signs(stage.house, stage.opened, shape, &found) {
        return Err(refused());
    }
    let name = found.designation.map(|it| it.institution).unwrap_or_default();
    Ok(Command::StartItem { kind: shape.kind.clone(), assignee: found.id, name })
}

/// Notes that the assignee was called or written to.
///
/// # Errors
/// `work.reminded` without words, `clerk.choose` for another way, or as [`carry_out`].
pub fn remind(
    house: &House,
    caller: &Caller,
    known: &Known,
    id: &str,
    via: &str,
    note: &str,
) -> Result<Done, Error> {
    let via = Channel::from_code(via).filter(|it| matches!(it, Channel::CallList | Channel::Letter));
    let via = via.ok_or_else(|| Refusal::new("clerk.choose").at("via"))?;
    let command = Command::RemindItem { item: id.to_owned(), via, note: bounded(note, "note")? };
    carry_out(house, caller, &known.order(CommandName::RemindItem), |_| Ok(command))
}

/// Takes a result.
///
/// # Errors
/// As [`carry_out`].
pub fn accept(house: &House, caller: &Caller, known: &Known, id: &str) -> Result<Done, Error> {
    let command = Command::AcceptItem { item: id.to_owned() };
    carry_out(house, caller, &known.order(CommandName::AcceptItem), |_| Ok(command))
}

/// Gives a result back.
///
/// # Errors
/// `work.reason`, or as [`carry_out`].
pub fn give_back(house: &House, caller: &Caller, known: &Known, id: &str, note: &str) -> Result<Done, Error> {
    let reason = bounded(note, "note")?;
    let command = Command::ReturnItem { item: id.to_owned(), reason };
    carry_out(house, caller, &known.order(CommandName::ReturnItem), |_| Ok(command))
}

/// Does without.
///
/// # Errors
/// `work.waive-reason`, or as [`carry_out`].
pub fn waive(house: &House, caller: &Caller, known: &Known, id: &str, reason: &str) -> Result<Done, Error> {
    let command = Command::WaiveItem { item: id.to_owned(), reason: reason.to_owned() };
    carry_out(house, caller, &known.order(CommandName::WaiveItem), |_| Ok(command))
}
