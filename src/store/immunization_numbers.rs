//! 個人番号 of persons of the ledger of vaccinations: apart from everything else of them, sealed under their key.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::immunization_subjects::StoredSubject;
use super::schema::immunization_numbers;
use crate::domain::numbers::MyNumber;

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

/// Keeps the numbers of persons of whom none is known, at once.
///
/// # Errors
/// When the database fails; [`StoreError::Duplicate`] when the number of one of them is known.
pub fn insert_all(
    conn: &mut Conn,
    numbers: &[(&StoredSubject, &MyNumber)],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(numbers.len());
    for (of, number) in numbers {
        let id = of.subject.id.clone();
        let sealed = of.key.seal(&place(&id), number.expose().as_bytes())?;
        rows.push((
            immunization_numbers::subject.eq(id),
            immunization_numbers::body.eq(sealed),
            immunization_numbers::at.eq(at.naive_utc()),
        ));
    }
    on!(conn, c => diesel::insert_into(immunization_numbers::table).values(&rows).execute(c))?;
    Ok(())
}

/// The numbers of some persons by their ids, as far as they are known.
///
/// # Errors
/// When the database fails or one cannot be opened.
pub fn of_subjects(conn: &mut Conn, of: &[&StoredSubject]) -> Result<BTreeMap<String, MyNumber>, StoreError> {
    let owners: BTreeMap<&str, &StoredSubject> = of.iter().map(|it| (it.subject.id.as_str(), *it)).collect();
    let ids: Vec<&str> = owners.keys().copied().collect();
    let rows: Vec<(String, String)> = immunization_numbers::table
        .filter(immunization_numbers::subject.eq_any(ids))
        .select((immunization_numbers::subject, immunization_numbers::body))
        .load(conn)?;
    let mut found = BTreeMap::new();
    for (id, sealed) in rows {
        let Some(owner) = owners.get(id.as_str()) else { continue };
        let number = String::from_utf8(owner.key.open(&place(&id), &sealed)?).unwrap_or_default();
        let number = MyNumber::parse(&number).map_err(|_| StoreError::Damaged(place(&id)))?;
        found.insert(id, number);
    }
    Ok(found)
}

/// Whether the number of a person is known.
///
/// # Errors
/// When the database fails.
pub fn is_known(conn: &mut Conn, subject: &str) -> Result<bool, StoreError> {
    let one = immunization_numbers::table.find(subject);
    Ok(diesel::select(diesel::dsl::exists(one)).get_result(conn)?)
}
