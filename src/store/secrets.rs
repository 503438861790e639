//! Values kept apart from the answers, such as a 個人番号. Read only where a rule or register needs them.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::domain::forms::Secret;
use crate::domain::permission::Granted;

use super::cases::Stored;
use super::conn::{Conn, on};
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::case_secrets;

/// Where members of a household keep their own; what the application says does not touch these.
pub const MEMBERS: &str = "member/";

fn place(case_id: &str, path: &str) -> String {
    format!("case_secrets.body.{case_id}.{path}")
}

/// Stores or replaces a secret.
///
/// # Errors
/// When the database fails.
pub fn save(
    conn: &mut Conn,
    keys: &Keyring,
    stored: &Stored,
    path: &str,
    value: &str,
) -> Result<(), StoreError> {
    let case_id = &stored.case.id;
    let change = (
        case_secrets::body.eq(stored.key.seal(&place(case_id, path), value.as_bytes())?),
        case_secrets::lookup.eq(keys.lookup.hash("secret", value)),
    );
    let row = (case_secrets::case_id.eq(case_id), case_secrets::path.eq(path), change.clone());
    on!(conn, c => diesel::insert_into(case_secrets::table)
        .values(row)
        .on_conflict((case_secrets::case_id, case_secrets::path))
        .do_update()
        .set(change)
        .execute(c))?;
    Ok(())
}

/// A secret of a case, if it was given.
///
/// # Errors
/// When the database fails or it cannot be opened.
pub fn find(
    conn: &mut Conn,
    _granted: &Granted,
    stored: &Stored,
    path: &str,
) -> Result<Option<String>, StoreError> {
    let case_id = &stored.case.id;
    let sealed: Option<String> =
        case_secrets::table.find((case_id, path)).select(case_secrets::body).first(conn).optional()?;
    let Some(sealed) = sealed else { return Ok(None) };
    let plain = stored.key.open(&place(case_id, path), &sealed)?;
    String::from_utf8(plain).map(Some).map_err(|_| StoreError::Damaged("a secret".to_owned()))
}

/// What may be shown of the secrets of a case whose paths begin so, by path.
///
/// # Errors
/// When the database fails or one cannot be opened.
pub fn masks(
    conn: &mut Conn,
    _granted: &Granted,
    stored: &Stored,
    beginning: &str,
) -> Result<BTreeMap<String, String>, StoreError> {
    let case_id = &stored.case.id;
    let rows: Vec<(String, String)> = case_secrets::table
        .filter(case_secrets::case_id.eq(case_id))
        .filter(case_secrets::path.like(format!("{beginning}%")))
        .select((case_secrets::path, case_secrets::body))
        .load(conn)?;
    let masked = |(path, sealed): (String, String)| {
        let plain = stored.key.open(&place(case_id, &path), &sealed)?;
        let value = String::from_utf8(plain).map_err(|_| StoreError::Damaged("a secret".to_owned()))?;
        Ok((path, Secret::new(value).mask()))
    };
    rows.into_iter().map(masked).collect()
}

/// Forgets every secret that answers hold but those at the given paths.
///
/// # Errors
/// When the database fails.
pub fn retain(conn: &mut Conn, case_id: &str, paths: &[String]) -> Result<(), StoreError> {
    let target = case_secrets::table
        .filter(case_secrets::case_id.eq(case_id))
        .filter(case_secrets::path.not_like(format!("{MEMBERS}%")))
        .filter(case_secrets::path.ne_all(paths.to_vec()));
    diesel::delete(target).execute(conn)?;
    Ok(())
}
