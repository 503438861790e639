//! Where the register does not hold what we sent.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::permission::Desk;
use crate::store::{hub as store, hub_state, operation};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::hub;

/// A difference, without the values that differ.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// The row.
    pub id: String,
    /// The connector.
    pub connector: String,
    /// Reference number of its case.
    pub reference: String,
    /// In words.
    pub text: String,
    /// When it was found.
    pub found_at: DateTime<Utc>,
}

/// The differences that still stand, newest first.
///
/// # Errors
/// When the caller has no place at the desk, or the database fails.
pub fn list(house: &House, caller: &Caller) -> Result<Vec<Difference>, Error> {
    let found = hub::desk(house, caller)?.discrepancies;
    let cases: Vec<String> = found.iter().map(|it| it.case_id.clone()).collect();
    let references = house.database.read(|conn| operation::references(conn, &cases))?;
    let view = |it: hub::DiscrepancyView| Difference {
        reference: reference(&references, &it.case_id),
        id: it.row_id,
        connector: it.connector,
        text: it.words,
        found_at: it.found_at,
    };
    Ok(found.into_iter().map(view).collect())
}

/// The reference number of a case among those that were looked up.
pub(super) fn reference(references: &BTreeMap<String, String>, case: &str) -> String {
    references.get(case).cloned().unwrap_or_else(|| "－".to_owned())
}

/// Sends the row of a difference again.
///
/// # Errors
/// `hub.row-settled`; as [`list`].
pub fn resend(house: &House, caller: &Caller, row: &str) -> Result<(), Error> {
    hub::retry(house, caller, row)?;
    clear(house, caller, row, "resent")
}

/// Takes a difference off the list: somebody looked and found it in order.
///
/// # Errors
/// As [`list`].
pub fn accept(house: &House, caller: &Caller, row: &str) -> Result<(), Error> {
    house.seat(caller, Desk::Operation)?;
    clear(house, caller, row, "accepted")
}

fn clear(house: &House, caller: &Caller, row: &str, how: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        let case = store::case_of(conn, row)?;
        hub_state::clear_discrepancies(conn, &[row], house.now())?;
        house.record(conn, caller, "clear_discrepancy", &case, "done", json!({ "row": row, "how": how }))
    })
}
