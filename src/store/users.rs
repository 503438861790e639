//! Staff and physicians, with what signs them in.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{designation_numbers, users};

/// A physician's designation (指定医).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Designation {
    /// Code of the kind, as programs name it.
    pub kind: String,
    /// The authority's number.
    pub number: String,
    /// First day.
    pub valid_from: chrono::NaiveDate,
    /// Last day.
    pub valid_to: chrono::NaiveDate,
    /// 10-digit institution code.
    pub institution_code: String,
    /// Name of the institution.
    pub institution: String,
    /// Address of the institution.
    pub institution_address: String,
    /// Its telephone number.
    pub institution_phone: String,
}

/// The institution for which somebody at a counter, or an assistant of physicians, acts (指定医療機関), or the
/// office that applies for persons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    /// 10-digit 医療機関コード or 事業所番号.
    pub code: String,
    /// Its name.
    pub name: String,
    /// As programs name it: of a counter the kind of line that it usually posts, of an office that applies for
    /// persons what it is.
    #[serde(default)]
    pub kind: String,
    /// Its telephone number, for an office that applies for persons.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
}

/// Someone who signs in with a password and a second factor.
#[derive(Clone, Debug)]
pub struct User {
    /// Id, `usr_…`.
    pub id: String,
    /// Login name.
    pub login: String,
    /// Name as shown.
    pub name: String,
    /// Role codes.
    pub roles: Vec<String>,
    /// For physicians.
    pub designation: Option<Designation>,
    /// For those at the counter of an institution, and for assistants of its physicians.
    pub institution: Option<Institution>,
    /// Code of the receiving office for which they work; none for the body that decides.
    pub office: Option<String>,
    /// argon2id hash.
    pub password: String,
    /// Secret of the second factor.
    pub totp: Vec<u8>,
    /// The last time step whose code was used; a code works once.
    pub totp_step: i64,
    /// Wrong tries in a row.
    pub failures: i64,
    /// No try counts before this moment.
    pub locked_until: Option<DateTime<Utc>>,
    /// Whether they may sign in.
    pub active: bool,
}

type Columns = (
    String,
    String,
    String,
    String,
    Option<String>,
    String,
    String,
    i64,
    i64,
    Option<NaiveDateTime>,
    bool,
    NaiveDateTime,
    Option<String>,
    Option<String>,
);

fn place(id: &str) -> String {
    format!("users.totp.{id}")
}

fn read(keys: &Keyring, row: Columns) -> Result<User, StoreError> {
    let (
        id,
        login,
        name,
        roles,
        designation,
        password,
        totp,
        totp_step,
        failures,
        locked,
        active,
        _,
        works_at,
        office,
    ) = row;
    Ok(User {
        totp: keys.general.open(&place(&id), &totp)?,
        roles: serde_json::from_str(&roles)?,
        designation: designation.as_deref().map(serde_json::from_str).transpose()?,
        institution: works_at.as_deref().map(serde_json::from_str).transpose()?,
        office,
        locked_until: locked.map(|at| at.and_utc()),
        id,
        login,
        name,
        password,
        totp_step,
        failures,
        active,
    })
}

/// The user with a login name.
///
/// # Errors
/// [`StoreError::NotFound`], or when the second factor cannot be opened.
pub fn by_login(conn: &mut Conn, keys: &Keyring, login: &str) -> Result<User, StoreError> {
    read(keys, users::table.filter(users::login.eq(login)).first(conn)?)
}

/// The user of an id.
///
/// # Errors
/// [`StoreError::NotFound`], or when the second factor cannot be opened.
pub fn find(conn: &mut Conn, keys: &Keyring, id: &str) -> Result<User, StoreError> {
    read(keys, users::table.find(id).first(conn)?)
}

/// All users, by login name; at most 1,000.
///
/// # Errors
/// When the database fails or a second factor cannot be opened.
pub fn all(conn: &mut Conn, keys: &Keyring) -> Result<Vec<User>, StoreError> {
    let rows: Vec<Columns> = users::table.order(users::login).limit(1000).load(conn)?;
    rows.into_iter().map(|row| read(keys, row)).collect()
}

/// The users of some ids, by id.
///
/// # Errors
/// When the database fails or a second factor cannot be opened.
pub fn some(conn: &mut Conn, keys: &Keyring, ids: &[&str]) -> Result<Vec<User>, StoreError> {
    let rows: Vec<Columns> =
        users::table.filter(users::id.eq_any(ids.to_vec())).order(users::id).load(conn)?;
    rows.into_iter().map(|row| read(keys, row)).collect()
}

/// Adds a user.
///
/// # Errors
/// [`StoreError::Duplicate`] when the login name is taken.
pub fn insert(conn: &mut Conn, keys: &Keyring, user: &User, at: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::insert_into(users::table)
        .values((
            users::id.eq(&user.id),
            users::login.eq(&user.login),
            users::name.eq(&user.name),
            users::roles.eq(serde_json::to_string(&user.roles)?),
            users::designation.eq(user.designation.as_ref().map(serde_json::to_string).transpose()?),
            users::institution.eq(user.institution.as_ref().map(serde_json::to_string).transpose()?),
            users::office.eq(&user.office),
            users::password.eq(&user.password),
            users::totp.eq(keys.general.seal(&place(&user.id), &user.totp)?),
            users::active.eq(user.active),
            users::created_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    if let Some(designation) = &user.designation {
        diesel::insert_into(designation_numbers::table)
            .values((
                designation_numbers::user_id.eq(&user.id),
                designation_numbers::number.eq(&designation.number),
                designation_numbers::institution.eq(&designation.institution_code),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The users that may sign in and hold a designation of this number; authorities number independently.
///
/// # Errors
/// When the database fails or a second factor cannot be opened.
pub fn by_designation(conn: &mut Conn, keys: &Keyring, number: &str) -> Result<Vec<User>, StoreError> {
    let holders = designation_numbers::table
        .filter(designation_numbers::number.eq(number))
        .select(designation_numbers::user_id);
    let active = users::table.filter(users::id.eq_any(holders)).filter(users::active.eq(true));
    let rows: Vec<Columns> = active.order(users::id).limit(100).load(conn)?;
    rows.into_iter().map(|row| read(keys, row)).collect()
}

/// Stores how the last try to sign in went.
///
/// # Errors
/// When the database fails.
pub fn note_try(
    conn: &mut Conn,
    id: &str,
    failures: i64,
    locked_until: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    diesel::update(users::table.find(id))
        .set((users::failures.eq(failures), users::locked_until.eq(locked_until.map(|at| at.naive_utc()))))
        .execute(conn)?;
    Ok(())
}

/// Uses up a time step of the second factor; `false` when it, or a later one, was used before.
///
/// # Errors
/// When the database fails.
pub fn use_totp_step(conn: &mut Conn, id: &str, step: i64) -> Result<bool, StoreError> {
    let target = users::table.filter(users::id.eq(id)).filter(users::totp_step.lt(step));
    Ok(diesel::update(target).set(users::totp_step.eq(step)).execute(conn)? == 1)
}

/// Lets a user sign in, or no longer.
///
/// # Errors
/// When the database fails.
pub fn set_active(conn: &mut Conn, id: &str, active: bool) -> Result<(), StoreError> {
    diesel::update(users::table.find(id)).set(users::active.eq(active)).execute(conn)?;
    Ok(())
}

/// Gives a user other roles.
///
/// # Errors
/// When the database fails.
pub fn set_roles(conn: &mut Conn, id: &str, roles: &[String]) -> Result<(), StoreError> {
    let roles = serde_json::to_string(roles)?;
    diesel::update(users::table.find(id)).set(users::roles.eq(roles)).execute(conn)?;
    Ok(())
}

/// Gives a user another second factor; codes of the old one no longer work.
///
/// # Errors
/// When the database fails.
pub fn set_totp(conn: &mut Conn, keys: &Keyring, id: &str, secret: &[u8]) -> Result<(), StoreError> {
    let sealed = keys.general.seal(&place(id), secret)?;
    let change = (users::totp.eq(sealed), users::totp_step.eq(0));
    diesel::update(users::table.find(id)).set(change).execute(conn)?;
    Ok(())
}

/// The password hashes of those of the given logins that may sign in.
///
/// # Errors
/// When the database fails.
pub fn password_hashes(conn: &mut Conn, logins: &[&str]) -> Result<Vec<String>, StoreError> {
    Ok(users::table
        .filter(users::login.eq_any(logins.to_vec()))
        .filter(users::active.eq(true))
        .select(users::password)
        .load(conn)?)
}

/// Whether there is any user.
///
/// # Errors
/// When the database fails.
pub fn any(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(users::table.select(users::id).limit(1).first::<String>(conn).optional()?.is_some())
}
