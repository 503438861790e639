//! Cases by the person whom they are about.

use diesel::prelude::*;

use super::cases::{Stored, open};
use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{cases, hub_rows, vouchers};

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
        .filter(hub_rows::case_id.is_not_null())
        .select(hub_rows::case_id.assume_not_null());
    let found = cases::table.select((cases::id, cases::data_key, cases::body));
    // Of somebody without a birth date nobody knows which cases are theirs; all such would be looked through.
    let rows: Vec<(String, String, String)> = match person.as_str() {
        "" => found.filter(cases::id.eq_any(registered)).load(conn)?,
        same => found.filter(cases::id.eq_any(registered).or(cases::person.eq(same))).load(conn)?,
    };
    rows.iter().map(|(id, data_key, body)| open(keys, id, data_key, body)).collect()
}

/// The cases whose decisions issued vouchers to a person of the ledger of vaccinations.
///
/// # Errors
/// When the database fails or a case cannot be opened.
pub fn issuing(conn: &mut Conn, keys: &Keyring, person: &str) -> Result<Vec<Stored>, StoreError> {
    let issued = vouchers::table
        .filter(vouchers::subject.eq(person))
        .filter(vouchers::case_id.is_not_null())
        .select(vouchers::case_id.assume_not_null());
    let rows: Vec<(String, String, String)> = cases::table
        .filter(cases::id.eq_any(issued))
        .select((cases::id, cases::data_key, cases::body))
        .load(conn)?;
    rows.iter().map(|(id, data_key, body)| open(keys, id, data_key, body)).collect()
}

/// Which of some persons of the ledger of vaccinations are protected (支援措置) by a case that issued vouchers to them.
///
/// # Errors
/// When the database fails or a case cannot be opened.
pub fn protected(conn: &mut Conn, keys: &Keyring, people: &[String]) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String, String, String, String)> = vouchers::table
        .inner_join(cases::table.on(cases::id.nullable().eq(vouchers::case_id)))
        .filter(vouchers::subject.eq_any(people.to_vec()))
        .select((vouchers::subject, cases::id, cases::data_key, cases::body))
        .distinct()
        .load(conn)?;
    let mut found = Vec::new();
    for (subject, id, data_key, body) in rows {
        if open(keys, &id, &data_key, &body)?.case.protected {
            found.push(subject);
        }
    }
    Ok(found)
}
