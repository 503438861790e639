//! 集団接種: sessions of institutions, the lines of a day, and who came to them.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::domain::immunization::session::{Content, Session};

use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{dose_sessions, immunization_presented};

/// Sessions of a day that are read at most.
const MOST: i64 = 50;

#[derive(Queryable, Selectable)]
#[diesel(table_name = dose_sessions)]
struct Row {
    id: String,
    institution: String,
    held_on: NaiveDate,
    vaccine: String,
    product: Option<String>,
    lot: String,
    body: String,
    author: String,
}

fn place(id: &str) -> String {
    format!("dose_sessions.body.{id}")
}

fn open(keys: &Keyring, row: Row) -> Result<Session, StoreError> {
    let content: Content = serde_json::from_slice(&keys.general.open(&place(&row.id), &row.body)?)?;
    Ok(Session {
        id: row.id,
        institution: row.institution,
        held_on: row.held_on,
        vaccine: row.vaccine,
        product: row.product,
        lot: row.lot,
        content,
        author: row.author,
    })
}

/// Stores a session.
///
/// # Errors
/// [`StoreError::Duplicate`] when it is there.
pub fn insert(
    conn: &mut Conn,
    keys: &Keyring,
    session: &Session,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let body = keys.general.seal(&place(&session.id), &serde_json::to_vec(&session.content)?)?;
    let row = (
        dose_sessions::id.eq(&session.id),
        dose_sessions::institution.eq(&session.institution),
        dose_sessions::held_on.eq(session.held_on),
        dose_sessions::vaccine.eq(&session.vaccine),
        dose_sessions::product.eq(&session.product),
        dose_sessions::lot.eq(&session.lot),
        dose_sessions::body.eq(body),
        dose_sessions::author.eq(&session.author),
        dose_sessions::opened_at.eq(at.naive_utc()),
    );
    diesel::insert_into(dose_sessions::table).values(row).execute(conn)?;
    Ok(())
}

/// A session of an institution.
///
/// # Errors
/// [`StoreError::NotFound`] as well for one of another institution.
pub fn find(conn: &mut Conn, keys: &Keyring, institution: &str, id: &str) -> Result<Session, StoreError> {
    let own = dose_sessions::table.find(id).filter(dose_sessions::institution.eq(institution));
    open(keys, own.select(Row::as_select()).first(conn)?)
}

/// The sessions of an institution on a day, the newest first.
///
/// # Errors
/// When the database fails or a session cannot be opened.
pub fn of_day(
    conn: &mut Conn,
    keys: &Keyring,
    institution: &str,
    day: NaiveDate,
) -> Result<Vec<Session>, StoreError> {
    let rows: Vec<Row> = dose_sessions::table
        .filter(dose_sessions::institution.eq(institution))
        .filter(dose_sessions::held_on.eq(day))
        .order(dose_sessions::id.desc())
        .limit(MOST)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| open(keys, row)).collect()
}

/// The persons who showed themselves to somebody since a moment, by id; at most `limit`.
///
/// # Errors
/// When the database fails.
pub fn presented_to(
    conn: &mut Conn,
    user: &str,
    since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    Ok(immunization_presented::table
        .filter(immunization_presented::user_id.eq(user))
        .filter(immunization_presented::at.ge(since.naive_utc()))
        .order(immunization_presented::subject)
        .limit(limit)
        .select(immunization_presented::subject)
        .load(conn)?)
}
