//! Keys with which physicians sign, and what they signed.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::permission::Granted;

use super::answers;
use super::cases::Stored;
use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{case_answers, cases, certificate_signatures as signatures, signing_keys};
use super::seal::DataKey;

/// Rows of one page when all signatures are read.
const PAGE: i64 = 100;

/// A physician's own key.
#[derive(Clone)]
pub struct OwnKey {
    /// Its name.
    pub kid: String,
    /// The private half, PEM.
    pub private: String,
    /// The public half, a JSON Web Key.
    pub public: String,
}

/// A signature with everything that it is checked against.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The case.
    pub case_id: String,
    /// The form.
    pub form: String,
    /// Number of the revision.
    pub revision: i64,
    /// The signature, a compact JWS.
    pub jws: String,
    /// The public half of the key, a JSON Web Key.
    pub public: String,
    /// To whom the key belongs.
    pub holder: String,
    /// Who fixed the revision.
    pub author: String,
    /// The bytes of the revision.
    pub body: Vec<u8>,
}

type Columns = (String, String, i64, String, String, String, String, String, String);

fn key_place(kid: &str) -> String {
    format!("signing_keys.private.{kid}")
}

fn place(case_id: &str, form: &str, revision: i64) -> String {
    format!("certificate_signatures.jws.{case_id}.{form}.{revision}")
}

/// Stores a new key of somebody.
///
/// # Errors
/// When the database fails.
pub fn insert_key(
    conn: &mut Conn,
    keys: &Keyring,
    holder: &str,
    key: &OwnKey,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(signing_keys::table)
        .values((
            signing_keys::kid.eq(&key.kid),
            signing_keys::holder.eq(holder),
            signing_keys::private.eq(keys.general.seal(&key_place(&key.kid), key.private.as_bytes())?),
            signing_keys::public.eq(&key.public),
            signing_keys::created_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The newest key of somebody.
///
/// # Errors
/// When the database fails or the key cannot be opened.
pub fn key_of(conn: &mut Conn, keys: &Keyring, holder: &str) -> Result<Option<OwnKey>, StoreError> {
    let row: Option<(String, String, String)> = signing_keys::table
        .filter(signing_keys::holder.eq(holder))
        .order((signing_keys::created_at.desc(), signing_keys::kid.desc()))
        .select((signing_keys::kid, signing_keys::private, signing_keys::public))
        .first(conn)
        .optional()?;
    let Some((kid, private, public)) = row else { return Ok(None) };
    let private = text(keys.general.open(&key_place(&kid), &private)?, "a signing key")?;
    Ok(Some(OwnKey { kid, private, public }))
}

/// Stores the signature under a revision.
///
/// # Errors
/// [`StoreError::Duplicate`] when the revision is signed already.
pub fn insert(
    conn: &mut Conn,
    stored: &Stored,
    form: &str,
    revision: i64,
    kid: &str,
    jws: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let case_id = &stored.case.id;
    diesel::insert_into(signatures::table)
        .values((
            signatures::case_id.eq(case_id),
            signatures::form.eq(form),
            signatures::revision.eq(revision),
            signatures::kid.eq(kid),
            signatures::jws.eq(stored.key.seal(&place(case_id, form, revision), jws.as_bytes())?),
            signatures::at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The signature under a revision; none where it was fixed without one.
///
/// # Errors
/// When the database fails or something cannot be opened.
pub fn find(
    conn: &mut Conn,
    granted: &Granted,
    stored: &Stored,
    form: &str,
    revision: i64,
) -> Result<Option<Signed>, StoreError> {
    let case_id = &stored.case.id;
    let row: Option<(String, String, String)> = signatures::table
        .inner_join(signing_keys::table)
        .filter(signatures::case_id.eq(case_id))
        .filter(signatures::form.eq(form))
        .filter(signatures::revision.eq(revision))
        .select((signatures::jws, signing_keys::public, signing_keys::holder))
        .first(conn)
        .optional()?;
    let Some((jws, public, holder)) = row else { return Ok(None) };
    let jws = text(stored.key.open(&place(case_id, form, revision), &jws)?, "a signature")?;
    let saved = answers::find(conn, granted, stored, form, revision)?.ok_or(StoreError::NotFound)?;
    let (case_id, form) = (case_id.clone(), form.to_owned());
    Ok(Some(Signed { case_id, form, revision, jws, public, holder, author: saved.author, body: saved.body }))
}

/// The place of a signature among all: case, form, revision.
pub type Place = (String, String, i64);

/// A signature, or why it could not even be opened.
pub type Found = (Place, Result<Signed, StoreError>);

/// The signatures after a place, in order.
///
/// # Errors
/// When the database fails.
pub fn after(conn: &mut Conn, keys: &Keyring, last: &Place) -> Result<Vec<Found>, StoreError> {
    let (case_id, form, revision) = last;
    let same_form = signatures::form.eq(form).and(signatures::revision.gt(revision));
    let same_case = signatures::case_id.eq(case_id).and(signatures::form.gt(form).or(same_form));
    let revision_signed = case_answers::case_id
        .eq(signatures::case_id)
        .and(case_answers::form.eq(signatures::form))
        .and(case_answers::revision.eq(signatures::revision));
    let rows: Vec<Columns> = signatures::table
        .inner_join(signing_keys::table)
        .inner_join(cases::table)
        .inner_join(case_answers::table.on(revision_signed))
        .filter(signatures::case_id.gt(case_id).or(same_case))
        .order((signatures::case_id, signatures::form, signatures::revision))
        .limit(PAGE)
        .select((
            signatures::case_id,
            signatures::form,
            signatures::revision,
            signatures::jws,
            signing_keys::public,
            signing_keys::holder,
            case_answers::author,
            case_answers::body,
            cases::data_key,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let place = (row.0.clone(), row.1.clone(), row.2);
            let opened = keys.case_key(&row.0, &row.8).and_then(|key| open(&key, row));
            (place, opened)
        })
        .collect())
}

fn open(key: &DataKey, row: Columns) -> Result<Signed, StoreError> {
    let (case_id, form, revision, jws, public, holder, author, body, _) = row;
    let jws = text(key.open(&place(&case_id, &form, revision), &jws)?, "a signature")?;
    let body = key.open(&answers::place(&case_id, &form, revision), &body)?;
    Ok(Signed { case_id, form, revision, jws, public, holder, author, body })
}

fn text(bytes: Vec<u8>, what: &str) -> Result<String, StoreError> {
    String::from_utf8(bytes).map_err(|_| StoreError::Damaged(what.to_owned()))
}
