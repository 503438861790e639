//! Takes the ledger of another system in, or its residents: received in parts, tried without changing anything, looked at by a person,
//! then taken in, each part in one transaction. It goes on after a crash where it was; the same file a second time
//! changes nothing; and a line that cannot be is kept for a person, never guessed at.

pub mod begin;
pub mod held;
pub mod receive;
pub mod shown;
pub mod terminal;

mod decode;
mod doses;
mod judge;
mod part;
mod people;
mod residents;

use crate::domain::immunization::import::Kind;
use crate::domain::program::vocabulary::CommandName;
use crate::store::dose_imports::{self, DoseImport};
use crate::store::{Conn, StoreError, users};

use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{Keeping, at_register};
use crate::usecases::sessions::actor_of;

pub use judge::Reason;
pub(super) use judge::{Outcome, beside};

/// Does the next part of a run; whether there is more to do.
///
/// # Errors
/// When the database fails; the part is then done again, and what was done stays done.
pub fn step(house: &House, run: &str) -> Result<bool, Error> {
    let run = house.database.read(|conn| dose_imports::find(conn, &house.keys, run))?;
    if !["checking", "running"].contains(&run.state.as_str()) {
        return Ok(false);
    }
    match house.database.read(|conn| owner(house, conn, &run))? {
        Some(caller) if run.place < run.parts => part::work(house, &caller, &run),
        Some(_) => finish(house, &run).map(|()| false),
        None => give_up(house, &run).map(|()| false),
    }
}

/// Whoever asked for the run, with the roles they have now; none when they may no longer.
fn owner(house: &House, conn: &mut Conn, run: &DoseImport) -> Result<Option<Caller>, Error> {
    let user = users::find(conn, &house.keys, &run.owner)?;
    let caller = Caller { actor: actor_of(&user), source: "import".to_owned() };
    Ok((user.active && may(house, &caller, &run.program).is_ok()).then_some(caller))
}

fn finish(house: &House, run: &DoseImport) -> Result<(), Error> {
    let next = if run.state == "checking" { "checked" } else { "done" };
    house.database.write(|conn| {
        if next == "done" {
            dose_imports::drop_parts(conn, &run.id)?;
        }
        dose_imports::turn(conn, &run.id, (run.state.as_str(), next), "", house.now())?;
        Ok(())
    })
}

fn give_up(house: &House, run: &DoseImport) -> Result<(), Error> {
    house.database.write(|conn| {
        dose_imports::drop_parts(conn, &run.id)?;
        dose_imports::turn(conn, &run.id, (run.state.as_str(), "failed"), "dose-import.owner", house.now())?;
        Ok(())
    })
}

/// Of what the lines of a run tell.
fn kind_of(run: &DoseImport) -> Result<Kind, Error> {
    let kind = Kind::from_code(&run.kind);
    kind.ok_or_else(|| StoreError::Damaged("dose_imports.kind".to_owned()).into())
}

/// Whether the caller keeps the ledger of a program, which is then given.
///
/// # Errors
/// `permission.denied`; [`Error::NotFound`] for a program without a ledger.
pub fn may(house: &House, caller: &Caller, program: &str) -> Result<Keeping, Error> {
    at_register(house, caller, Keeping::of(house, program)?, CommandName::KeepImmunizations)
}

/// Whether the caller takes ledgers in.
pub fn is_open_to(house: &House, caller: &Caller) -> bool {
    Keeping::first(house).is_ok_and(|it| may(house, caller, &it.program.definition.id).is_ok())
}
