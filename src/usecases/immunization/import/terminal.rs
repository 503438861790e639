//! The same at the command line: in the name of somebody who may do it, step by step to the end.

use crate::store::{StoreError, users};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::Keeping;
use crate::usecases::sessions::actor_of;

use super::shown::{self, Run};
use super::{may, step};

/// The account in whose name a file is taken in, and the program that keeps the ledger. What it does is on record as
/// done at the command line.
///
/// # Errors
/// [`Error::NotFound`] without such an account, or without a ledger; `permission.denied` when it may not.
pub fn clerk(house: &House, login: &str) -> Result<(Caller, String), Error> {
    let program = Keeping::first(house)?.program.definition.id.clone();
    let found = house.database.read(|conn| users::by_login(conn, &house.keys, login));
    let user = match found {
        Err(StoreError::NotFound) => return Err(Error::NotFound),
        other => other?,
    };
    let caller = Caller { actor: actor_of(&user), source: "cli".to_owned() };
    if !user.active {
        return Err(Error::NotFound);
    }
    may(house, &caller, &program)?;
    Ok((caller, program))
}

/// Does a run to the end of its phase, and tells after each part how far it is. A server that works on the same run is
/// no harm: each part is done once.
///
/// # Errors
/// As [`step`].
pub fn work(house: &House, caller: &Caller, run: &str, tell: &dyn Fn(&Run)) -> Result<Run, Error> {
    loop {
        let more = step(house, run)?;
        let now = shown::run_of(house, caller, run)?;
        tell(&now);
        if !more {
            return Ok(now);
        }
    }
}
