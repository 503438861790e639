//! Starting a run whose trial was looked at, cancelling it, and noting what was done about a line that waits.

use serde_json::json;

use crate::domain::refusal::Refusal;
use crate::store::dose_imports::{self, DoseImport};
use crate::store::{Conn, StoreError};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::may;
use super::receive::enqueue;

/// Characters of a note at most.
const LONGEST: usize = 500;

/// Starts to take in what a trial has looked at. Twice is once.
///
/// # Errors
/// `permission.denied`, `dose-import.state`.
pub fn start(house: &House, caller: &Caller, id: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        let run = own(house, conn, caller, id)?;
        if !dose_imports::turn(conn, id, ("checked", "running"), "", house.now())? {
            let begun = ["running", "done"].contains(&run.state.as_str());
            return if begun { Ok(()) } else { Err(Error::refused("dose-import.state")) };
        }
        dose_imports::begin_again(conn, id)?;
        enqueue(house, conn, id, "run")?;
        house.record(conn, caller, "start_dose_import", "", "done", json!({ "run": id }))
    })
}

/// Cancels a run: what was taken in stays, the rest is dropped.
///
/// # Errors
/// `permission.denied`; `dose-import.state` when it is over.
pub fn cancel(house: &House, caller: &Caller, id: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        let run = own(house, conn, caller, id)?;
        if !["receiving", "checking", "checked", "running"].contains(&run.state.as_str()) {
            return Err(Error::refused("dose-import.state"));
        }
        dose_imports::turn(conn, id, (run.state.as_str(), "cancelled"), "", house.now())?;
        dose_imports::drop_parts(conn, id)?;
        house.record(conn, caller, "cancel_dose_import", "", "done", json!({ "run": id }))
    })
}

/// Notes what was done about a line that waits.
///
/// # Errors
/// `permission.denied`, `dose-import.note`; `dose-import.settled` when it does not wait.
pub fn settle(house: &House, caller: &Caller, id: &str, line: i64, note: &str) -> Result<(), Error> {
    let note = note.trim();
    if note.is_empty() || note.chars().count() > LONGEST {
        return Err(Refusal::new("dose-import.note")
            .with("most", LONGEST)
            .at(&format!("note-{line}"))
            .into());
    }
    house.database.write(|conn| {
        own(house, conn, caller, id)?;
        match dose_imports::settle(conn, (id, line), note, &caller.actor.id, house.now()) {
            Err(StoreError::NotFound) => return Err(Error::refused("dose-import.settled")),
            other => other?,
        }
        let detail = json!({ "run": id, "line": line });
        house.record(conn, caller, "settle_dose_import", "", "done", detail)
    })
}

fn own(house: &House, conn: &mut Conn, caller: &Caller, id: &str) -> Result<DoseImport, Error> {
    let run = dose_imports::find(conn, &house.keys, id)?;
    may(house, caller, &run.program)?;
    Ok(run)
}
