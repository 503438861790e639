//! A draft that an office prepares for a client: begun, looked through, and filed.

use serde::Serialize;

use crate::domain::forms::{FieldError, check};
use crate::domain::lang::Lang;
use crate::domain::permission::Desk;
use crate::domain::program::vocabulary::{CommandName, State};
use crate::domain::refusal::Refusal;
use crate::store::{Conn, citizens, mandates};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, carry_out, working_answers};
use crate::usecases::citizen::consents::{self, Asked};
use crate::usecases::citizen::filer::Filer;
use crate::usecases::citizen::review::ToMend;
use crate::usecases::citizen::tasks::{self, Tasks};
use crate::usecases::citizen::{attach, start, step_of, submit};
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::slots;

use super::clients::office;

/// A draft before it is filed.
#[derive(Clone, Debug, Serialize)]
pub struct Draft {
    /// Its steps.
    pub tasks: Tasks,
    /// The person's name, as the application has it.
    pub person: String,
    /// What stops the filing.
    pub missing: Vec<ToMend>,
    /// What can be handed in later.
    pub later: Vec<FieldError>,
    /// What the person consents to, themself.
    pub consents: Vec<Asked>,
}

/// Begins an application for a client, or finds the one that the office has begun.
///
/// # Errors
/// [`Error::NotFound`] for whoever is no client; as [`start::begun`].
pub fn begin(house: &House, caller: &Caller, mandate: &str, kind: &str) -> Result<String, Error> {
    house.database.write(|conn| {
        let office = office(house, conn, caller)?;
        let mandate = mandates::held(conn, &office.code, mandate, house.today())?;
        let lang = citizens::find(conn, &house.keys, &mandate.citizen)?.lang;
        let lang = Lang::from_code(&lang).unwrap_or_default();
        let filer = Filer { caller, applicant: &mandate.citizen, office: Some(&office) };
        start::begun(house, conn, &filer, lang, &mandate.program, kind)
    })
}

/// The page of a draft.
///
/// # Errors
/// [`Error::NotFound`] for what is no draft of the caller's office.
pub fn page(house: &House, caller: &Caller, case_id: &str) -> Result<Draft, Error> {
    house.seat(caller, Desk::Agent)?;
    attach::finish_scans(house, caller, case_id)?;
    let (person, errors) = house.read(caller, case_id, "own", |conn, opened| {
        if opened.stored.case.state != State::Draft {
            return Err(Error::NotFound);
        }
        Ok((person(conn, opened)?, errors(house, conn, opened)?))
    })?;
    let (later, missing) = errors.into_iter().partition::<Vec<_>, _>(|it| it.error.soft);
    Ok(Draft {
        tasks: tasks::page(house, caller, Lang::Ja, case_id)?,
        consents: consents::page(house, caller, Lang::Ja, case_id)?.consents,
        person,
        missing,
        later: later.into_iter().map(|it| it.error).collect(),
    })
}

/// The person's name, as the draft has it.
pub(super) fn person(conn: &mut Conn, opened: &Opened) -> Result<String, Error> {
    let answers = working_answers(conn, opened, &opened.program.definition.forms.application)?;
    Ok(slots::person(&opened.program, &answers).0)
}

/// What is to be mended in a draft, and what can wait.
pub(super) fn errors(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<ToMend>, Error> {
    let form = opened.program.application().ok_or(Error::NotFound)?;
    let answers = working_answers(conn, opened, &opened.program.definition.forms.application)?;
    let around = Surroundings::of_case(house, conn, opened)?.in_language(Lang::Ja);
    let place = |path: &str| step_of(form, path).map(|it| it.link_id.clone()).unwrap_or_default();
    let found = check(form, &answers, &around.env());
    Ok(found.into_iter().map(|error| ToMend { step: place(&error.path), error }).collect())
}

/// Files a draft for the client; whether that happened just now. The consents of the person stay as they are.
///
/// # Errors
/// `submit.declaration`, `submit.incomplete`; [`Error::NotFound`] for what this office did not begin.
pub fn file(house: &House, caller: &Caller, case_id: &str, key: &str, declared: bool) -> Result<bool, Error> {
    house.seat(caller, Desk::Agent)?;
    let opened = house.database.read(|conn| house.open(conn, caller, case_id, CommandName::ReadClient))?;
    let case = &opened.stored.case;
    if case.agency.as_ref().map(|agency| &agency.code) != caller.actor.institution.as_ref() {
        return Err(Error::NotFound);
    }
    if case.state != State::Draft {
        return Ok(false);
    }
    if !declared {
        return Err(Refusal::new("submit.declaration").at("declaration").into());
    }
    attach::finish_scans(house, caller, case_id)?;
    let order = Order::new(case_id, CommandName::Submit).once(key);
    carry_out(house, caller, &order, |stage| submit::build(stage, declared))?;
    Ok(true)
}
