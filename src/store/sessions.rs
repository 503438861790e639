//! Sessions on the server: revocable, bounded in idle and absolute time. Only the token's hash is kept.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::sessions;

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token in the cookie.
    pub token_hash: String,
    /// `cit_…` or `usr_…`; empty for a guest.
    pub principal: String,
    /// `guest`, `second_factor` or `full`.
    pub stage: String,
    /// Language, pending sign-in and so on, as JSON without personal data.
    pub data: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub seen_at: DateTime<Utc>,
    /// When it ends whatever happens.
    pub ends_at: DateTime<Utc>,
}

type Columns = (String, String, String, String, NaiveDateTime, NaiveDateTime, NaiveDateTime);

/// The session of a token hash, if there is one.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut Conn, token_hash: &str) -> Result<Option<Session>, StoreError> {
    let row: Option<Columns> = sessions::table.find(token_hash).first(conn).optional()?;
    Ok(row.map(|(token_hash, principal, stage, data, created, seen, ends)| Session {
        token_hash,
        principal,
        stage,
        data,
        created_at: created.and_utc(),
        seen_at: seen.and_utc(),
        ends_at: ends.and_utc(),
    }))
}

/// Stores a new session.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut Conn, session: &Session) -> Result<(), StoreError> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::token_hash.eq(&session.token_hash),
            sessions::principal.eq(&session.principal),
            sessions::stage.eq(&session.stage),
            sessions::data.eq(&session.data),
            sessions::created_at.eq(session.created_at.naive_utc()),
            sessions::seen_at.eq(session.seen_at.naive_utc()),
            sessions::ends_at.eq(session.ends_at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes that a session was used, and its data.
///
/// # Errors
/// When the database fails.
pub fn touch(conn: &mut Conn, token_hash: &str, data: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(sessions::table.find(token_hash))
        .set((sessions::seen_at.eq(at.naive_utc()), sessions::data.eq(data)))
        .execute(conn)?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub fn delete(conn: &mut Conn, token_hash: &str) -> Result<(), StoreError> {
    diesel::delete(sessions::table.find(token_hash)).execute(conn)?;
    Ok(())
}

/// Ends every session of someone: after a change of role, or when an account is closed.
///
/// # Errors
/// When the database fails.
pub fn delete_of(conn: &mut Conn, principal: &str) -> Result<(), StoreError> {
    diesel::delete(sessions::table.filter(sessions::principal.eq(principal))).execute(conn)?;
    Ok(())
}

/// When each signed-in user was last seen, among the sessions that are kept.
///
/// # Errors
/// When the database fails.
pub fn last_seen(conn: &mut Conn) -> Result<BTreeMap<String, DateTime<Utc>>, StoreError> {
    let rows: Vec<(String, NaiveDateTime)> = sessions::table
        .filter(sessions::stage.eq("full"))
        .filter(sessions::principal.like("usr_%"))
        .order(sessions::seen_at)
        .select((sessions::principal, sessions::seen_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, at)| (id, at.and_utc())).collect())
}

/// Removes sessions that are over.
///
/// # Errors
/// When the database fails.
pub fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(diesel::delete(sessions::table.filter(sessions::ends_at.lt(now.naive_utc()))).execute(conn)?)
}
