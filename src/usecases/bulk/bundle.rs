//! Printed letters as documents of a hundred, in the order of postcodes, drawn when they are asked for.

use serde_json::json;

use crate::domain::letter::Letter;
use crate::domain::permission::Desk;
use crate::domain::program::vocabulary::{CommandName, DataClass};
use crate::store::bulk::{self, BulkItem, BulkRun};
use crate::store::{Conn, letters};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use crate::usecases::immunization::access::{Keeping, at_register};

use super::calls;
use super::order::Action;
use super::shown::{Choice, Count, visible};

/// Letters of one document: what a printer and the memory bear.
const LETTERS: i64 = 100;

/// The documents of a run that are whole, for somebody who may open them.
pub(super) fn bundles(run: &BulkRun, counts: &[Count], opens: bool) -> Vec<Choice> {
    if !["print", "call"].contains(&run.action.as_str()) || !opens {
        return Vec::new();
    }
    let sum = |wanted: fn(&str) -> bool| -> i64 {
        counts.iter().filter(|it| wanted(&it.state)).map(|it| it.count).sum()
    };
    let settled = sum(|state| state == "done" || state == "failed");
    let over = run.state != "running";
    let whole = if over { (settled + LETTERS - 1) / LETTERS } else { settled / LETTERS };
    let choice = |number: i64| Choice {
        value: format!("/staff/bulk/{}/letters/{number}.pdf", run.id),
        label: format!("{}通目から{}通目", (number - 1) * LETTERS + 1, (number * LETTERS).min(settled)),
    };
    (1..=whole).map(choice).collect()
}

/// A document of the letters that a run printed. Each case is recorded as read.
///
/// # Errors
/// [`Error::NotFound`] where there are none that the caller may open.
pub fn pdf(house: &House, caller: &Caller, run: &str, number: i64) -> Result<Vec<u8>, Error> {
    house.seat(caller, Desk::Register)?;
    let letters = house.database.write(|conn| {
        let run = visible(house, conn, caller, run)?;
        let calls = run.action == Action::Call.code();
        if calls {
            at_register(house, caller, Keeping::of(house, &run.program)?, CommandName::KeepImmunizations)?;
        }
        let first = number.saturating_sub(1).saturating_mul(LETTERS).saturating_add(1);
        let items = bulk::in_places(conn, &run.id, first..first.saturating_add(LETTERS))?;
        let printed: Vec<&BulkItem> = items.iter().filter(|item| item.state == "done").collect();
        let cases: Vec<String> = printed.iter().map(|item| item.case_id.clone()).collect();
        let detail = json!({ "purpose": "letter", "run": run.id });
        house.record_all(conn, caller, "read", &cases, &detail)?;
        let one = |item| match calls {
            true => calls::made(house, conn, item),
            false => letter(house, conn, caller, item),
        };
        printed.into_iter().map(one).collect::<Result<Vec<_>, Error>>()
    })?;
    if letters.is_empty() {
        return Err(Error::NotFound);
    }
    let drawn =
        house.renderer.render_all("通知", &letters).map_err(|error| Error::Fault(error.to_string()))?;
    Ok(drawn.bytes)
}

fn letter(house: &House, conn: &mut Conn, caller: &Caller, item: &BulkItem) -> Result<Letter, Error> {
    let opened = house.open(conn, caller, &item.case_id, CommandName::Read)?;
    if !opened.granted.sees(DataClass::Decision) {
        return Err(Error::NotFound);
    }
    Ok(serde_json::from_slice(&letters::body(conn, &opened.stored, &item.item)?)?)
}
