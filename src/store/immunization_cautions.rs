//! What record platforms told of allergies of persons of the ledger. Each asking is a row of its own.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::immunization::caution::Caution;

use super::conn::Conn;
use super::error::StoreError;
use super::immunization_subjects::StoredSubject;
use super::schema::immunization_cautions;

/// What a platform told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Name of the platform.
    pub source: String,
    /// The allergies; none is an answer as well.
    pub cautions: Vec<Caution>,
}

fn place(id: &str) -> String {
    format!("immunization_cautions.body.{id}")
}

/// Stores what a platform told.
///
/// # Errors
/// When the database fails.
pub fn insert(
    conn: &mut Conn,
    of: &StoredSubject,
    (id, author): (&str, &str),
    told: &Told,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(immunization_cautions::table)
        .values((
            immunization_cautions::id.eq(id),
            immunization_cautions::subject.eq(&of.subject.id),
            immunization_cautions::body.eq(of.key.seal(&place(id), &serde_json::to_vec(told)?)?),
            immunization_cautions::author.eq(author),
            immunization_cautions::at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// What was told last, and when; `None` where nobody asked.
///
/// # Errors
/// When the database fails or it cannot be opened.
pub fn newest(conn: &mut Conn, of: &StoredSubject) -> Result<Option<(Told, DateTime<Utc>)>, StoreError> {
    let found: Option<(String, String, NaiveDateTime)> = immunization_cautions::table
        .filter(immunization_cautions::subject.eq(&of.subject.id))
        .order((immunization_cautions::at.desc(), immunization_cautions::id.desc()))
        .select((immunization_cautions::id, immunization_cautions::body, immunization_cautions::at))
        .first(conn)
        .optional()?;
    let Some((id, body, at)) = found else { return Ok(None) };
    let told = serde_json::from_slice(&of.key.open(&place(&id), &body)?)?;
    Ok(Some((told, at.and_utc())))
}
