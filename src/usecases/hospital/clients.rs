//! Which record systems may hand documents in: registered by the operator, with their public keys.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::numbers::InstitutionCode;
use crate::domain::permission::Desk;
use crate::domain::refusal::Refusal;
use crate::store::clients::{self, Client};
use crate::store::{Conn, StoreError};

use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// Most characters of an id and of a name.
const LONGEST: usize = 64;
/// Most bytes of a key set.
const MOST_BYTES: usize = 64 * 1024;

/// A system that is to be registered.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Client id.
    pub id: String,
    /// 10-digit 医療機関コード.
    pub institution: String,
    /// Name of the institution.
    pub name: String,
    /// JSON Web Key Set.
    pub keys: String,
}

/// A registered system, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientView {
    /// Client id.
    pub id: String,
    /// 10-digit 医療機関コード.
    pub institution: String,
    /// Name of the institution.
    pub name: String,
    /// Names of its keys.
    pub keys: Vec<String>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

fn view(house: &House, client: Client) -> ClientView {
    ClientView {
        keys: house.hospitals.names(&client.keys).unwrap_or_default(),
        id: client.id,
        institution: client.institution,
        name: client.name,
        created_at: client.created_at,
        revoked_at: client.revoked_at,
    }
}

/// Every system that was ever registered.
///
/// # Errors
/// `permission.denied`.
pub fn list(house: &House, caller: &Caller) -> Result<Vec<ClientView>, Error> {
    house.seat(caller, Desk::Operation)?;
    let all = house.database.read(clients::all)?;
    Ok(all.into_iter().map(|client| view(house, client)).collect())
}

/// Registers a system.
///
/// # Errors
/// `client.id`, `client.institution`, `client.name`, `client.keys` with the reason; `permission.denied`.
pub fn add(house: &House, caller: &Caller, new: &NewClient) -> Result<ClientView, Error> {
    house.seat(caller, Desk::Operation)?;
    let client = checked(house, new)?;
    house.database.write(|conn| {
        match clients::insert(conn, &client) {
            Err(StoreError::Duplicate(_)) => return Err(Refusal::new("client.id").at("id").into()),
            other => other?,
        }
        note(house, conn, caller, "add_client", &client.id)
    })?;
    Ok(view(house, client))
}

fn checked(house: &House, new: &NewClient) -> Result<Client, Error> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if new.id.is_empty() || new.id.len() > LONGEST || !new.id.chars().all(plain) {
        return Err(Refusal::new("client.id").at("id").into());
    }
    let institution = InstitutionCode::parse(&new.institution)
        .map_err(|_| Refusal::new("client.institution").at("institution"))?;
    if new.name.trim().is_empty() || new.name.chars().count() > LONGEST {
        return Err(Refusal::new("client.name").at("name").into());
    }
    let wrong = |why: String| Refusal::new("client.keys").at("keys").with("why", why);
    if new.keys.len() > MOST_BYTES {
        return Err(wrong(format!("> {MOST_BYTES} bytes")).into());
    }
    house.hospitals.names(&new.keys).map_err(|fault| wrong(fault.to_string()))?;
    Ok(Client {
        id: new.id.clone(),
        institution: institution.as_str().to_owned(),
        name: new.name.trim().to_owned(),
        keys: new.keys.clone(),
        created_at: house.now(),
        revoked_at: None,
    })
}

/// Revokes a system, at once and for good.
///
/// # Errors
/// [`Error::NotFound`]; `permission.denied`.
pub fn revoke(house: &House, caller: &Caller, id: &str) -> Result<(), Error> {
    house.seat(caller, Desk::Operation)?;
    house.database.write(|conn| {
        clients::revoke(conn, id, house.now())?;
        note(house, conn, caller, "revoke_client", id)
    })
}

fn note(house: &House, conn: &mut Conn, caller: &Caller, action: &str, id: &str) -> Result<(), Error> {
    house.record(conn, caller, action, "", "done", json!({ "client": id }))
}
