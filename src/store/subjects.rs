//! Cases by the person whom they are about.

use diesel::prelude::*;

use super::cases::{Stored, open};
use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{cases, hub_rows};

/// The cases of a person: those with rows of the subject at a register, and those about the same person as
/// a case.
///
/// # Errors
/// When the database fails or a case cannot be opened.
pub fn cases_of(
    conn: &mut Conn,
    keys: &Keyring,
    connector: &str,
    subject: &str,
    case: &str,
) -> Result<Vec<Stored>, StoreError> {
    let person: String = cases::table.find(case).select(cases::person).first(conn)?;
    let registered = hub_rows::table
        .filter(hub_rows::connector.eq(connector))
        .filter(hub_rows::subject.eq(subject))
        .select(hub_rows::case_id);
    let same = cases::person.eq(&person).and(cases::person.ne(""));
    let rows: Vec<(String, String, String)> = cases::table
        .filter(cases::id.eq_any(registered).or(same))
        .select((cases::id, cases::data_key, cases::body))
        .load(conn)?;
    rows.iter().map(|(id, data_key, body)| open(keys, id, data_key, body)).collect()
}
