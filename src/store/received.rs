//! Documents as hospitals handed them in, beside the answers that were read from them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::permission::Granted;

use super::answers;
use super::cases::Stored;
use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{case_answers, cases, received_documents as received};
use super::seal::DataKey;
use super::signing::Place;

/// Rows of one page when all documents are read.
const PAGE: i64 = 50;

/// What is sealed of a document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Original {
    /// The received bytes in base64.
    pub bytes: String,
    /// The detached JWS over them.
    pub jws: String,
    /// The public key with which it was checked.
    pub key: String,
    /// SHA-256 of the answers that were read from it.
    pub answers: String,
}

impl Original {
    /// The bytes exactly as they came.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn received(&self) -> Result<Vec<u8>, StoreError> {
        STANDARD.decode(&self.bytes).map_err(|_| StoreError::Damaged("a received document".to_owned()))
    }
}

/// A document that is to be kept.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// Id, `doc_…`.
    pub id: &'a str,
    /// The client that sent it.
    pub client: &'a str,
    /// Keyed hash of its identifier.
    pub identifier: &'a str,
    /// SHA-256 of the received bytes.
    pub sha256: &'a str,
    /// The form that it answers.
    pub form: &'a str,
    /// The revision that it became.
    pub revision: i64,
}

/// A document that was taken before.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Before {
    /// Its id.
    pub id: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// The case.
    pub case_id: String,
}

/// A document with the revision that it became.
#[derive(Clone, Debug)]
pub struct Received {
    /// What was sealed.
    pub original: Original,
    /// The bytes of the revision.
    pub body: Vec<u8>,
}

/// A document, or why it could not even be opened.
pub type Found = (Place, Result<Received, StoreError>);

fn place(case_id: &str, form: &str, revision: i64) -> String {
    format!("received_documents.body.{case_id}.{form}.{revision}")
}

/// Keeps a document.
///
/// # Errors
/// [`StoreError::Duplicate`] when the client sent one with this identifier before.
pub fn insert(
    conn: &mut Conn,
    stored: &Stored,
    row: &Row,
    original: &Original,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let case_id = &stored.case.id;
    let body = serde_json::to_vec(original)?;
    diesel::insert_into(received::table)
        .values((
            received::id.eq(row.id),
            received::client_id.eq(row.client),
            received::identifier.eq(row.identifier),
            received::case_id.eq(case_id),
            received::form.eq(row.form),
            received::revision.eq(row.revision),
            received::sha256.eq(row.sha256),
            received::body.eq(stored.key.seal(&place(case_id, row.form, row.revision), &body)?),
            received::at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The document of a client with an identifier's hash, if it was taken before.
///
/// # Errors
/// When the database fails.
pub fn before(conn: &mut Conn, client: &str, identifier: &str) -> Result<Option<Before>, StoreError> {
    Ok(received::table
        .filter(received::client_id.eq(client))
        .filter(received::identifier.eq(identifier))
        .select((received::id, received::sha256, received::case_id))
        .first(conn)
        .optional()?)
}

/// The document behind a revision; none where somebody typed it.
///
/// # Errors
/// When the database fails or something cannot be opened.
pub fn find(
    conn: &mut Conn,
    granted: &Granted,
    stored: &Stored,
    form: &str,
    revision: i64,
) -> Result<Option<Received>, StoreError> {
    let case_id = &stored.case.id;
    let sealed: Option<String> = received::table
        .filter(received::case_id.eq(case_id))
        .filter(received::form.eq(form))
        .filter(received::revision.eq(revision))
        .select(received::body)
        .first(conn)
        .optional()?;
    let Some(sealed) = sealed else { return Ok(None) };
    let original = opened(&stored.key, &(case_id.clone(), form.to_owned(), revision), &sealed)?;
    let saved = answers::find(conn, granted, stored, form, revision)?.ok_or(StoreError::NotFound)?;
    Ok(Some(Received { original, body: saved.body }))
}

fn opened(key: &DataKey, (case_id, form, revision): &Place, sealed: &str) -> Result<Original, StoreError> {
    Ok(serde_json::from_slice(&key.open(&place(case_id, form, *revision), sealed)?)?)
}

/// The documents after a place, in order.
///
/// # Errors
/// When the database fails.
pub fn after(conn: &mut Conn, keys: &Keyring, last: &Place) -> Result<Vec<Found>, StoreError> {
    let (case_id, form, revision) = last;
    let same_form = received::form.eq(form).and(received::revision.gt(revision));
    let same_case = received::case_id.eq(case_id).and(received::form.gt(form).or(same_form));
    let fixed = case_answers::case_id
        .eq(received::case_id)
        .and(case_answers::form.eq(received::form))
        .and(case_answers::revision.eq(received::revision));
    let rows: Vec<(String, String, i64, String, String, String)> = received::table
        .inner_join(cases::table)
        .inner_join(case_answers::table.on(fixed))
        .filter(received::case_id.gt(case_id).or(same_case))
        .order((received::case_id, received::form, received::revision))
        .limit(PAGE)
        .select((
            received::case_id,
            received::form,
            received::revision,
            received::body,
            case_answers::body,
            cases::data_key,
        ))
        .load(conn)?;
    let found = rows.into_iter().map(|(case_id, form, revision, sealed, body, wrapped)| {
        let place = (case_id, form, revision);
        let found = keys.case_key(&place.0, &wrapped).and_then(|key| both(&key, &place, &sealed, &body));
        (place, found)
    });
    Ok(found.collect())
}

fn both(key: &DataKey, at: &Place, sealed: &str, body: &str) -> Result<Received, StoreError> {
    let original = opened(key, at, sealed)?;
    Ok(Received { original, body: key.open(&answers::place(&at.0, &at.1, at.2), body)? })
}
