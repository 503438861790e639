//! One person of a session: the verdict in one glance, one key to record, and the undoing of a record.

use serde::Serialize;

use crate::domain::immunization::session::Session;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::Keeping;
use crate::usecases::immunization::form::{self, DoseForm};
use crate::usecases::immunization::give;
use crate::usecases::immunization::typed::Typed;

use super::list::{Chosen, chosen};
use super::open;

/// A person before the desk of a session.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    chosen: Chosen,
    form: DoseForm,
}

/// The person, and what would be recorded of them.
///
/// # Errors
/// [`Error::NotFound`] for somebody who did not show themself here today; as [`open::of`].
pub fn page(house: &House, caller: &Caller, id: &str, subject: &str) -> Result<(Person, Typed), Error> {
    let session = open::of(house, caller, id)?;
    let (form, fresh) = form::form(house, caller, subject, &session.vaccine, None)?;
    let chosen = chosen(&session, &Keeping::first(house)?.vaccines(house));
    Ok((Person { chosen, form }, with(&session, fresh)))
}

/// Records the dose, or that none was given.
///
/// # Errors
/// As [`give::give`] and [`open::of`].
pub fn record(house: &House, caller: &Caller, id: &str, subject: &str, typed: Typed) -> Result<(), Error> {
    let session = open::of(house, caller, id)?;
    give::give(house, caller, subject, &with(&session, typed)).map(drop)
}

/// Takes a record back: another line takes its place and says that it was none. Both stay.
///
/// # Errors
/// `dose.reason` without one; as [`give::correct`] and [`open::of`].
pub fn undo(
    house: &House,
    caller: &Caller,
    id: &str,
    (subject, line): (&str, &str),
    asked: &Typed,
) -> Result<(), Error> {
    open::of(house, caller, id)?;
    let (_, before) = form::form(house, caller, subject, "", Some(line))?;
    let typed = Typed {
        outcome: "mistaken".to_owned(),
        reason: asked.reason.clone(),
        request: asked.request.clone(),
        ..before
    };
    give::correct(house, caller, subject, line, &typed).map(drop)
}

/// What was typed, with what the session has chosen.
pub(super) fn with(session: &Session, typed: Typed) -> Typed {
    let content = session.content.clone();
    Typed {
        vaccine: session.vaccine.clone(),
        product: session.product.clone().unwrap_or_default(),
        on: session.held_on.to_string(),
        lot: session.lot.clone(),
        amount: content.amount,
        site: content.site,
        route: content.route,
        physician: content.physician,
        ..typed
    }
}
