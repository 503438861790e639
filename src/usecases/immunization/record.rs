//! Takes records into the ledger, from whatever source: each once, and all of them on record.

use serde_json::json;

use crate::domain::immunization::{Immunization, Status};
use crate::store::immunization_subjects::StoredSubject;
use crate::store::immunizations::{self, Kept};
use crate::store::{Conn, StoreError, vouchers};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::access::Keeping;
use super::{doubles, exchange};

/// What the record of access calls a line that came in.
pub const ACTION: &str = "record_immunization";

/// Takes a record of a person in; one that is there already, told alike, changes nothing. The last day on which
/// it has to be kept is set here, by the rule of the day of the dose.
///
/// # Errors
/// When the database fails.
pub fn take_in(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    of: &StoredSubject,
    mut record: Immunization,
) -> Result<Kept, Error> {
    record.keep_until = keep_until(house, of, &record)?;
    let kept = immunizations::keep(conn, of, &record)?;
    if kept == Kept::New {
        doubles::note(house, conn, of, &record)?;
        exchange::line(house, conn, of, &record)?;
        note(house, conn, caller, of, &record)?;
    }
    Ok(kept)
}

/// Puts a record into the place of the line that it names in `supersedes`; both stay. The voucher of that line goes with
/// it, or comes back where no dose was given.
///
/// # Errors
/// [`Error::Conflict`] when another correction was faster; `dose.duplicate` when there is such a line already.
pub fn correct(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    of: &StoredSubject,
    mut record: Immunization,
) -> Result<(), Error> {
    record.keep_until = keep_until(house, of, &record)?;
    match immunizations::supersede(conn, of, &record) {
        Err(StoreError::Duplicate(_)) => return Err(Error::refused("dose.duplicate")),
        other => other?,
    }
    let before = record.supersedes.as_deref().unwrap_or_default();
    match record.status {
        Status::Completed => vouchers::pass_on(conn, before, &record.id)?,
        Status::NotDone | Status::EnteredInError => vouchers::give_back(conn, before)?,
    }
    doubles::note(house, conn, of, &record)?;
    exchange::line(house, conn, of, &record)?;
    exchange::person(house, conn, of)?;
    note(house, conn, caller, of, &record)
}

fn keep_until(
    house: &House,
    of: &StoredSubject,
    record: &Immunization,
) -> Result<Option<chrono::NaiveDate>, Error> {
    let keeping = Keeping::of(house, &of.subject.program)?;
    Ok((keeping.rules.keep_until)(&keeping.program.tables, record.on.latest()))
}

fn note(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    of: &StoredSubject,
    record: &Immunization,
) -> Result<(), Error> {
    let detail = json!({
        "subject": of.subject.id, "line": record.id, "status": record.status.code(),
        "origin": record.origin.code(), "supersedes": record.supersedes,
    });
    house.record(conn, caller, ACTION, &of.subject.id, "done", detail)
}
