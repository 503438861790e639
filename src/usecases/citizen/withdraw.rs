//! Taking an application back (T15). A draft is deleted with everything in it.

use serde_json::json;

use crate::domain::case::command::Command;
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::{CommandName, State};
use crate::domain::refusal::Refusal;
use crate::domain::text::plain_text;
use crate::store::{cases, documents, upkeep};
use crate::usecases::access::Caller;
use crate::usecases::carry_out::{Order, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::sheet::{Head, head};

/// Most characters of a reason.
const LONGEST: usize = 2000;

/// The page that asks once more.
///
/// # Errors
/// [`Error::NotFound`] when there is nothing to take back.
pub fn page(house: &House, caller: &Caller, lang: Lang, case_id: &str) -> Result<Head, Error> {
    house.read(caller, case_id, "own", |_, opened| {
        let case = &opened.stored.case;
        if case.state == State::Draft || case.can_withdraw() {
            Ok(head(opened, lang))
        } else {
            Err(Error::NotFound)
        }
    })
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The draft is gone.
    Deleted,
    /// The application is closed.
    Withdrawn,
}

/// Takes an application back, or deletes a draft.
///
/// # Errors
/// `case.state` after the decision, `withdraw.control` for a text that cannot be kept.
pub fn take_back(house: &House, caller: &Caller, order: &Order, reason: &str) -> Result<Taken, Error> {
    let state = house.read(caller, order.case_id, "own", |_, opened| Ok(opened.stored.case.state))?;
    if state == State::Draft {
        delete(house, caller, order.case_id)?;
        return Ok(Taken::Deleted);
    }
    let reason = plain_text(reason).map_err(|_| Refusal::new("withdraw.control").at("reason"))?;
    let reason = reason.chars().take(LONGEST).collect();
    carry_out(house, caller, order, |_| Ok(Command::Withdraw { reason }))?;
    Ok(Taken::Withdrawn)
}

fn delete(house: &House, caller: &Caller, case_id: &str) -> Result<(), Error> {
    let files = house.database.write(|conn| {
        cases::hold(conn, case_id)?;
        let opened = house.open(conn, caller, case_id, CommandName::Withdraw)?;
        let files = documents::of_case(conn, &opened.granted, &opened.stored)?;
        upkeep::forget_deliveries(conn, case_id)?;
        cases::delete_draft(conn, case_id)?;
        let detail = json!({ "role": opened.granted.role(), "draft": "deleted" });
        house.record(conn, caller, CommandName::Withdraw.code(), case_id, "done", detail)?;
        Ok::<_, Error>(files)
    })?;
    files.iter().try_for_each(|file| Ok(house.files.remove(&file.id)?))
}
