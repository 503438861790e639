//! 個人番号 of persons of the ledger of vaccinations: apart from everything else of them, sealed under their key.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::immunization_subjects::StoredSubject;
use super::schema::immunization_numbers;

fn place(id: &str) -> String {
    format!("immunization_numbers.body.{id}")
}

/// Keeps the number of a person; another one takes its place.
///
/// # Errors
/// When the database fails.
pub fn keep(conn: &mut Conn, of: &StoredSubject, number: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let id = of.subject.id.as_str();
    let sealed = of.key.seal(&place(id), number.as_bytes())?;
    let body = immunization_numbers::body.eq(&sealed);
    let at = immunization_numbers::at.eq(at.naive_utc());
    on!(conn, c => diesel::insert_into(immunization_numbers::table)
        .values((immunization_numbers::subject.eq(id), body, at))
        .on_conflict(immunization_numbers::subject)
        .do_update()
        .set((body, at))
        .execute(c))?;
    Ok(())
}

/// The number of a person, if it is known.
///
/// # Errors
/// When the database fails or it cannot be opened.
pub fn find(conn: &mut Conn, of: &StoredSubject) -> Result<Option<String>, StoreError> {
    let id = of.subject.id.as_str();
    let sealed: Option<String> =
        immunization_numbers::table.find(id).select(immunization_numbers::body).first(conn).optional()?;
    let Some(sealed) = sealed else { return Ok(None) };
    let number = of.key.open(&place(id), &sealed)?;
    String::from_utf8(number).map(Some).map_err(|_| StoreError::Damaged(place(id)))
}

/// Whether the number of a person is known.
///
/// # Errors
/// When the database fails.
pub fn is_known(conn: &mut Conn, subject: &str) -> Result<bool, StoreError> {
    let one = immunization_numbers::table.find(subject);
    Ok(diesel::select(diesel::dsl::exists(one)).get_result(conn)?)
}
