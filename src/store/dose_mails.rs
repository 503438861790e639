//! Mails of reminders of vaccinations: one row each, so that a mail that was tried again repeats its name.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::dose_mails;

/// A mail that is still to go out.
pub const QUEUED: &str = "queued";

/// What is told of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The person.
    pub subject: String,
    /// The lines about them.
    pub text: String,
}

/// What a mail says. It is put together when it is sent, since whoever gets it may have lost sight of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Address.
    pub to: String,
    /// Subject; nothing about anybody.
    pub subject: String,
    /// What stands before the parts.
    pub lead: String,
    /// A part for each person.
    pub parts: Vec<Part>,
    /// What stands below.
    pub footer: String,
}

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoseMail {
    /// Id, `dml_…`; the Message-ID is made from it.
    pub id: String,
    /// The sign-in.
    pub citizen: String,
    /// `confirm` or `reminder`.
    pub kind: String,
    /// What it says.
    pub words: Words,
    /// Tries so far.
    pub attempts: i64,
}

fn place(id: &str) -> String {
    format!("dose_mails.body.{id}")
}

/// Stores a mail that is to go out.
///
/// # Errors
/// When the database fails.
pub fn queue(conn: &mut Conn, keys: &Keyring, mail: &DoseMail, at: DateTime<Utc>) -> Result<(), StoreError> {
    let body = keys.general.seal(&place(&mail.id), &serde_json::to_vec(&mail.words)?)?;
    diesel::insert_into(dose_mails::table)
        .values((
            dose_mails::id.eq(&mail.id),
            dose_mails::citizen.eq(&mail.citizen),
            dose_mails::kind.eq(&mail.kind),
            dose_mails::state.eq(QUEUED),
            dose_mails::body.eq(body),
            dose_mails::at.eq(at.naive_utc()),
            dose_mails::updated_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// A mail that has not gone out yet; `None` of one whose fate is settled.
///
/// # Errors
/// [`StoreError::NotFound`], or when it cannot be opened.
pub fn queued(conn: &mut Conn, keys: &Keyring, id: &str) -> Result<Option<DoseMail>, StoreError> {
    let columns =
        (dose_mails::citizen, dose_mails::kind, dose_mails::state, dose_mails::body, dose_mails::attempts);
    let (citizen, kind, state, body, attempts): (String, String, String, String, i64) =
        dose_mails::table.find(id).select(columns).first(conn)?;
    if state != QUEUED {
        return Ok(None);
    }
    let words = serde_json::from_slice(&keys.general.open(&place(id), &body)?)?;
    Ok(Some(DoseMail { id: id.to_owned(), citizen, kind, words, attempts }))
}

/// Notes how a try went. What a mail said is kept no longer than it has to be sent.
///
/// # Errors
/// When the database fails.
pub fn set_state(conn: &mut Conn, id: &str, state: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let tried = (
        dose_mails::state.eq(state),
        dose_mails::attempts.eq(dose_mails::attempts + 1),
        dose_mails::updated_at.eq(at.naive_utc()),
    );
    diesel::update(dose_mails::table.find(id)).set(tried).execute(conn)?;
    if state != QUEUED {
        diesel::update(dose_mails::table.find(id)).set(dose_mails::body.eq("")).execute(conn)?;
    }
    Ok(())
}

/// How many mails of a kind were queued for a sign-in since a moment.
///
/// # Errors
/// When the database fails.
pub fn count_since(
    conn: &mut Conn,
    citizen: &str,
    kind: &str,
    since: DateTime<Utc>,
) -> Result<i64, StoreError> {
    Ok(dose_mails::table
        .filter(dose_mails::citizen.eq(citizen))
        .filter(dose_mails::kind.eq(kind))
        .filter(dose_mails::at.ge(since.naive_utc()))
        .count()
        .get_result(conn)?)
}

/// The state of the newest mail to a sign-in.
///
/// # Errors
/// When the database fails.
pub fn newest_state(conn: &mut Conn, citizen: &str) -> Result<Option<String>, StoreError> {
    Ok(dose_mails::table
        .filter(dose_mails::citizen.eq(citizen))
        .order((dose_mails::at.desc(), dose_mails::id.desc()))
        .select(dose_mails::state)
        .first(conn)
        .optional()?)
}
