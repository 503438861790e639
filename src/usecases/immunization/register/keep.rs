//! Doses typed in from paper, and corrections of any line. Nothing vanishes: a correction takes the place of a line, and
//! both stay.

use serde_json::json;

use crate::domain::immunization::{Immunization, Status, Vaccine};
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::{Conn, StoreError, dose_imports};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{self, Ledger};
use crate::usecases::immunization::give::{
    DUPLICATE, LOT_WITHDRAWN, corrected, doubtful, id_of, next, noted,
};
use crate::usecases::immunization::import::{Outcome, beside};
use crate::usecases::immunization::record;
use crate::usecases::immunization::screening::judge;

use super::form::{self, Slip};

/// What is noted at a line of a file that became one of the ledger.
const WRITTEN: &str = "台帳に記録しました";

/// A line of a file that waited: the run and its number there.
pub type Waiting = (String, i64);

/// Writes a dose into the ledger, and gives the id of the line. The same page writes once. A line of a file from which
/// it was typed is settled by it.
///
/// # Errors
/// What was typed wrong; `dose.duplicate`; `dose.doubtful` while there is no reason for what speaks against it.
pub fn add(
    house: &House,
    caller: &Caller,
    subject: &str,
    slip: &Slip,
    from: Option<&Waiting>,
) -> Result<String, Error> {
    noted(house, caller, subject, |conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::KeepImmunizations)?;
        let (id, lines) = (id_of(house, &slip.typed.request)?, ledger.lines(conn)?);
        if lines.iter().any(|line| line.id == id) {
            return Ok(id);
        }
        let line = typed(house, caller, &ledger, &lines, slip, &id)?;
        record::take_in(house, conn, caller, &ledger.stored, line.clone())?;
        judge::end(house, conn, caller, &ledger, "", &line)?;
        settle(house, conn, caller, from)?;
        Ok(id)
    })
}

/// Corrects a line, whoever recorded it. One that tells of no dose any more frees its voucher.
///
/// # Errors
/// As [`add`]; `dose.reason` without one; `dose.corrected` when another correction was faster.
pub fn correct(
    house: &House,
    caller: &Caller,
    subject: &str,
    before: &str,
    slip: &Slip,
) -> Result<String, Error> {
    noted(house, caller, subject, |conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::KeepImmunizations)?;
        let (id, lines) = (id_of(house, &slip.typed.request)?, ledger.lines(conn)?);
        if lines.iter().any(|line| line.id == id) {
            return Ok(id);
        }
        let earlier = living(&lines, before)?.clone();
        if slip.typed.reason.trim().is_empty() {
            return Err(Refusal::new("dose.reason").at("reason").into());
        }
        let others: Vec<Immunization> = lines.into_iter().filter(|line| line.id != before).collect();
        let line = typed(house, caller, &ledger, &others, slip, &id)?;
        let line = paid_as(Immunization { supersedes: Some(before.to_owned()), ..line }, earlier);
        corrected(record::correct(house, conn, caller, &ledger.stored, line))?;
        Ok(id)
    })
}

/// What a clinic recorded of the share that the person paid stays with the dose.
fn paid_as(mut line: Immunization, earlier: Immunization) -> Immunization {
    if line.status == Status::Completed {
        line.copay = earlier.copay;
        (line.content.exemption, line.content.proof) = (earlier.content.exemption, earlier.content.proof);
    }
    line
}

/// The line that can be corrected.
pub(super) fn living<'a>(lines: &'a [Immunization], id: &str) -> Result<&'a Immunization, Error> {
    let line = lines.iter().find(|line| line.id == id).ok_or(Error::NotFound)?;
    let over = line.superseded_by.is_some() || line.status == Status::EnteredInError;
    if over { Err(Error::refused("dose.corrected")) } else { Ok(line) }
}

/// The line that was typed, beside the others.
fn typed(
    house: &House,
    caller: &Caller,
    ledger: &Ledger,
    others: &[Immunization],
    slip: &Slip,
    id: &str,
) -> Result<Immunization, Error> {
    let vaccine = vaccine(house, ledger, &slip.typed.vaccine)?;
    let read = form::read(slip, ledger.subject(), &vaccine, house.today());
    let mut line = read.map_err(Error::Refused)?;
    line.id = id.to_owned();
    line.author = caller.actor.id.clone();
    line.at = house.now();
    line.content.by = caller.actor.name.clone();
    if line.status == Status::Completed {
        line.content.doubts = doubts(house, ledger, others, &line, vaccine.anew)?;
    }
    line.nth = next(others, &line);
    Ok(line)
}

/// The vaccine of the tables.
pub(super) fn vaccine(house: &House, ledger: &Ledger, key: &str) -> Result<Vaccine, Error> {
    let found = ledger.keeping.vaccines(house).into_iter().find(|it| it.key == key);
    found.ok_or_else(|| Refusal::new("dose.vaccine").at("vaccine").into())
}

/// What speaks against a dose of the past.
fn doubts(
    house: &House,
    ledger: &Ledger,
    others: &[Immunization],
    line: &Immunization,
    anew: bool,
) -> Result<Vec<String>, Error> {
    let mut found = match beside(line, others, anew) {
        Outcome::Same => return Err(Refusal::new("dose.duplicate").at("on").into()),
        Outcome::Held(_) => vec![DUPLICATE.to_owned()],
        Outcome::Fresh => Vec::new(),
    };
    let keeping = &ledger.keeping;
    let birth = ledger.subject().birth;
    let told = (keeping.rules.doubts)(&line.given(), birth, &keeping.program.tables, house.today());
    let withdrawn = told.iter().any(|finding| finding.key == "finding.lot-withdrawn");
    found.extend(withdrawn.then(|| LOT_WITHDRAWN.to_owned()));
    if found.is_empty() || !line.content.reason.is_empty() {
        Ok(found)
    } else {
        Err(doubtful(house, &found).into())
    }
}

fn settle(house: &House, conn: &mut Conn, caller: &Caller, from: Option<&Waiting>) -> Result<(), Error> {
    let Some((run, line)) = from else { return Ok(()) };
    match dose_imports::settle(conn, (run, *line), WRITTEN, &caller.actor.id, house.now()) {
        Err(StoreError::NotFound) => return Err(Error::refused("dose-import.settled")),
        other => other?,
    }
    house.record(conn, caller, "settle_dose_import", "", "done", json!({ "run": run, "line": line }))
}
