//! Messages between applicant and office, and internal notes.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::domain::permission::Granted;

use super::cases::Stored;
use super::conn::Conn;
use super::error::StoreError;
use super::schema::messages;

/// A message or a note.
#[derive(Clone, Debug)]
pub struct Message {
    /// Id, `msg_…`.
    pub id: String,
    /// `applicant`, `office` or `note`.
    pub side: String,
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
    /// When the other side first saw it.
    pub read_at: Option<DateTime<Utc>>,
}

fn place(id: &str) -> String {
    format!("messages.body.{id}")
}

/// Stores a message.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut Conn, stored: &Stored, message: &Message) -> Result<(), StoreError> {
    diesel::insert_into(messages::table)
        .values((
            messages::id.eq(&message.id),
            messages::case_id.eq(&stored.case.id),
            messages::side.eq(&message.side),
            messages::author.eq(&message.author),
            messages::body.eq(stored.key.seal(&place(&message.id), message.text.as_bytes())?),
            messages::at.eq(message.at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Messages of a case on the given sides, oldest first; at most 500.
///
/// # Errors
/// When the database fails or a message cannot be opened.
pub fn of_case(
    conn: &mut Conn,
    _granted: &Granted,
    stored: &Stored,
    sides: &[&str],
) -> Result<Vec<Message>, StoreError> {
    let rows: Vec<(String, String, String, String, NaiveDateTime, Option<NaiveDateTime>)> = messages::table
        .filter(messages::case_id.eq(&stored.case.id))
        .filter(messages::side.eq_any(sides.to_vec()))
        .order((messages::at, messages::id))
        .limit(500)
        .select((
            messages::id,
            messages::side,
            messages::author,
            messages::body,
            messages::at,
            messages::read_at,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, side, author, body, at, read_at)| {
            let text = String::from_utf8(stored.key.open(&place(&id), &body)?)
                .map_err(|_| StoreError::Damaged("a message".to_owned()))?;
            Ok(Message { id, side, author, text, at: at.and_utc(), read_at: read_at.map(|at| at.and_utc()) })
        })
        .collect()
}

/// Notes that the messages of one side were seen by the other.
///
/// # Errors
/// When the database fails.
pub fn mark_read(conn: &mut Conn, case_id: &str, side: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let target = messages::table
        .filter(messages::case_id.eq(case_id))
        .filter(messages::side.eq(side))
        .filter(messages::read_at.is_null());
    diesel::update(target).set(messages::read_at.eq(at.naive_utc())).execute(conn)?;
    Ok(())
}
