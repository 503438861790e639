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
    let found = cases::table.select((cases::id, cases::data_key, cases::body));
    // Of somebody without a birth date nobody knows which cases are theirs; all such would be looked through.
    let rows: Vec<(String, String, String)> = match person.as_str() {
        "" => found.filter(cases::id.eq_any(registered)).load(conn)?,
        same => found.filter(cases::id.eq_any(registered).or(cases::person.eq(same))).load(conn)?,
    };
    rows.iter().map(|(id, data_key, body)| open(keys, id, data_key, body)).collect()
}
