//! Commands already carried out, by the key their sender chose.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::idempotency;

/// A command that was carried out.
#[derive(Clone, Debug, Queryable)]
pub struct Done {
    /// Who sent it.
    pub actor: String,
    /// Which command.
    pub command: String,
    /// On which case.
    pub case_id: String,
    /// The version it made.
    pub version: i64,
}

/// What was done under a key.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut Conn, key: &str) -> Result<Option<Done>, StoreError> {
    Ok(idempotency::table
        .find(key)
        .select((idempotency::actor, idempotency::command, idempotency::case_id, idempotency::version))
        .first(conn)
        .optional()?)
}

/// Notes what was done under a key.
///
/// # Errors
/// [`StoreError::Duplicate`] when the key was used.
pub fn note(conn: &mut Conn, key: &str, done: &Done, at: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::insert_into(idempotency::table)
        .values((
            idempotency::key.eq(key),
            idempotency::actor.eq(&done.actor),
            idempotency::command.eq(&done.command),
            idempotency::case_id.eq(&done.case_id),
            idempotency::version.eq(done.version),
            idempotency::at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets keys that nobody can still be repeating.
///
/// # Errors
/// When the database fails.
pub fn sweep(conn: &mut Conn, before: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(diesel::delete(idempotency::table.filter(idempotency::at.lt(before.naive_utc()))).execute(conn)?)
}
