//! Record systems of hospitals as clients: their registration, used assertions, access tokens.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{client_assertions, client_tokens, hospital_clients as clients};

/// Most clients of a list.
const MOST: i64 = 1000;

/// A registered system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The client id.
    pub id: String,
    /// 10-digit 医療機関コード.
    pub institution: String,
    /// Name of the institution, as lists show it.
    pub name: String,
    /// A JSON Web Key Set of public keys.
    pub keys: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

type Columns = (String, String, String, String, NaiveDateTime, Option<NaiveDateTime>);

fn read((id, institution, name, keys, created, revoked): Columns) -> Client {
    let revoked_at = revoked.map(|at| at.and_utc());
    Client { id, institution, name, keys, created_at: created.and_utc(), revoked_at }
}

/// Registers a client.
///
/// # Errors
/// [`StoreError::Duplicate`] when the id was ever given.
pub fn insert(conn: &mut Conn, client: &Client) -> Result<(), StoreError> {
    diesel::insert_into(clients::table)
        .values((
            clients::id.eq(&client.id),
            clients::institution.eq(&client.institution),
            clients::name.eq(&client.name),
            clients::keys.eq(&client.keys),
            clients::created_at.eq(client.created_at.naive_utc()),
            clients::revoked_at.eq(client.revoked_at.map(|at| at.naive_utc())),
        ))
        .execute(conn)?;
    Ok(())
}

/// A client that was not revoked.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn find(conn: &mut Conn, id: &str) -> Result<Client, StoreError> {
    Ok(read(clients::table.find(id).filter(clients::revoked_at.is_null()).first(conn)?))
}

/// Every client, revoked ones too, by id; at most 1,000.
///
/// # Errors
/// When the database fails.
pub fn all(conn: &mut Conn) -> Result<Vec<Client>, StoreError> {
    let rows: Vec<Columns> = clients::table.order(clients::id).limit(MOST).load(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

/// Revokes a client; its tokens end with it.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none, or it is revoked already.
pub fn revoke(conn: &mut Conn, id: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let target = clients::table.find(id).filter(clients::revoked_at.is_null());
    let changed = diesel::update(target).set(clients::revoked_at.eq(at.naive_utc())).execute(conn)?;
    diesel::delete(client_tokens::table.filter(client_tokens::client_id.eq(id))).execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Uses an assertion up. What has ended by itself is forgotten on the way.
///
/// # Errors
/// [`StoreError::Duplicate`] when it was used before.
pub fn use_assertion(
    conn: &mut Conn,
    client: &str,
    jti: &str,
    ends_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let over = client_assertions::ends_at.lt(now.naive_utc());
    diesel::delete(client_assertions::table.filter(over)).execute(conn)?;
    diesel::insert_into(client_assertions::table)
        .values((
            client_assertions::client_id.eq(client),
            client_assertions::jti.eq(jti),
            client_assertions::ends_at.eq(ends_at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Keeps a token by its hash. Tokens that have ended are forgotten on the way.
///
/// # Errors
/// When the database fails.
pub fn insert_token(
    conn: &mut Conn,
    hash: &str,
    client: &str,
    scope: &str,
    ends_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let over = client_tokens::ends_at.lt(now.naive_utc());
    diesel::delete(client_tokens::table.filter(over)).execute(conn)?;
    diesel::insert_into(client_tokens::table)
        .values((
            client_tokens::token_hash.eq(hash),
            client_tokens::client_id.eq(client),
            client_tokens::scope.eq(scope),
            client_tokens::ends_at.eq(ends_at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whose token it is and for which scopes, while it lasts.
///
/// # Errors
/// [`StoreError::NotFound`] when it has ended, was never given, or its client was revoked.
pub fn by_token(conn: &mut Conn, hash: &str, now: DateTime<Utc>) -> Result<(Client, String), StoreError> {
    let (row, scopes): (Columns, String) = client_tokens::table
        .inner_join(clients::table)
        .filter(client_tokens::token_hash.eq(hash))
        .filter(client_tokens::ends_at.gt(now.naive_utc()))
        .filter(clients::revoked_at.is_null())
        .select((clients::all_columns, client_tokens::scope))
        .first(conn)?;
    Ok((read(row), scopes))
}
