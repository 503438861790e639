//! Attached files: what is known of them. Their bytes are encrypted outside the database.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::domain::permission::Granted;

use super::cases::Stored;
use super::conn::Conn;
use super::error::StoreError;
use super::schema::documents;

/// An attached file.
#[derive(Clone, Debug)]
pub struct Document {
    /// Id, `doc_…`.
    pub id: String,
    /// Instance path of the item it answers.
    pub path: String,
    /// SHA-256 of the plain bytes, in hex.
    pub sha256: String,
    /// Size in bytes.
    pub size: i64,
    /// Media type found in the content.
    pub mime: String,
    /// The name it was sent with.
    pub name: String,
    /// `quarantined`, `clean`, `infected` or `removed`.
    pub state: String,
    /// Who attached it.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
}

type Columns = (String, String, String, i64, String, String, String, String, NaiveDateTime);

fn place(id: &str) -> String {
    format!("documents.name.{id}")
}

/// Stores a document's row.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut Conn, stored: &Stored, document: &Document) -> Result<(), StoreError> {
    diesel::insert_into(documents::table)
        .values((
            documents::id.eq(&document.id),
            documents::case_id.eq(&stored.case.id),
            documents::path.eq(&document.path),
            documents::sha256.eq(&document.sha256),
            documents::size.eq(document.size),
            documents::mime.eq(&document.mime),
            documents::name.eq(stored.key.seal(&place(&document.id), document.name.as_bytes())?),
            documents::state.eq(&document.state),
            documents::author.eq(&document.author),
            documents::at.eq(document.at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The documents of a case that were not taken away, oldest first.
///
/// # Errors
/// When the database fails or a name cannot be opened.
pub fn of_case(conn: &mut Conn, _granted: &Granted, stored: &Stored) -> Result<Vec<Document>, StoreError> {
    let rows: Vec<Columns> = documents::table
        .filter(documents::case_id.eq(&stored.case.id))
        .filter(documents::state.ne("removed"))
        .order((documents::at, documents::id))
        .limit(500)
        .select((
            documents::id,
            documents::path,
            documents::sha256,
            documents::size,
            documents::mime,
            documents::name,
            documents::state,
            documents::author,
            documents::at,
        ))
        .load(conn)?;
    rows.into_iter().map(|row| read(stored, row)).collect()
}

fn read(stored: &Stored, row: Columns) -> Result<Document, StoreError> {
    let (id, path, sha256, size, mime, name, state, author, at) = row;
    let name = stored.key.open(&place(&id), &name)?;
    let name = String::from_utf8(name).map_err(|_| StoreError::Damaged("a file name".to_owned()))?;
    Ok(Document { id, path, sha256, size, mime, name, state, author, at: at.and_utc() })
}

/// Sets the state of a document.
///
/// # Errors
/// When the database fails.
pub fn set_state(conn: &mut Conn, case_id: &str, id: &str, state: &str) -> Result<(), StoreError> {
    let target = documents::table.filter(documents::id.eq(id)).filter(documents::case_id.eq(case_id));
    diesel::update(target).set(documents::state.eq(state)).execute(conn)?;
    Ok(())
}

/// Number and total size of what a case has attached.
///
/// # Errors
/// When the database fails.
pub fn load_of(conn: &mut Conn, case_id: &str) -> Result<(usize, i64), StoreError> {
    let sizes: Vec<i64> = documents::table
        .filter(documents::case_id.eq(case_id))
        .filter(documents::state.ne("removed"))
        .select(documents::size)
        .load(conn)?;
    Ok((sizes.len(), sizes.iter().sum()))
}
