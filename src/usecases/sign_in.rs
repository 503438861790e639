//! Signing in: citizens through their identity provider, everybody else with password and code.

use std::collections::BTreeMap;

use chrono::Duration;
use serde_json::json;

use crate::domain::permission::Actor;
use crate::ports::identity::{Begin, Gender, Identity, IdentityError};
use crate::store::citizens::{self, Profile};
use crate::store::users::{self, User};
use crate::store::{Conn, StoreError};

use super::access::Caller;
use super::error::Error;
use super::house::House;
use super::{passwords, sessions};

/// Wrong tries in a row before an account rests.
const TRIES: i64 = 5;
/// Minutes for which it rests; the real owner can still come in afterwards.
const REST: i64 = 15;

/// Key of the session's data that holds a sign-in under way.
pub const BEGUN: &str = "begun";
/// Key of the session's data that holds where to go afterwards.
pub const NEXT: &str = "next";

/// Begins a citizen's sign-in: the address to go to, and the token of the session that remembers it.
///
/// # Errors
/// `sign-in.unavailable` when the provider cannot be reached.
pub async fn begin(house: &House, old: &str, next: &str) -> Result<(String, String), Error> {
    let provider = house.identity.as_ref().ok_or_else(|| Error::refused("sign-in.unavailable"))?;
    let begun = provider.begin(&callback(house)).await.map_err(provider_error)?;
    let data = BTreeMap::from([
        (BEGUN.to_owned(), serde_json::to_string(&begun)?),
        (NEXT.to_owned(), next.to_owned()),
    ]);
    let token = house.database.write(|conn| sessions::begin(house, conn, old, "", "guest", &data))?;
    Ok((begun.authorize_url, token))
}

fn callback(house: &House) -> String {
    format!("{}/callback", house.public_url)
}

fn provider_error(error: IdentityError) -> Error {
    tracing::warn!(%error, "the identity provider did not sign anybody in");
    Error::refused("sign-in.unavailable")
}

/// Ends a citizen's sign-in: the new session's token, and where to go.
///
/// # Errors
/// `sign-in.state` when this browser did not begin it; `sign-in.unavailable` when nobody was signed in.
pub async fn finish(
    house: &House,
    old: &str,
    data: &BTreeMap<String, String>,
    state: &str,
    code: &str,
    source: &str,
) -> Result<(String, String), Error> {
    let begun = data.get(BEGUN).ok_or_else(|| Error::refused("sign-in.state"))?;
    let begun: Begin = serde_json::from_str(begun)?;
    let same = bool::from(subtle::ConstantTimeEq::ct_eq(begun.state.as_bytes(), state.as_bytes()));
    let provider = house.identity.as_ref().filter(|_| same).ok_or_else(|| Error::refused("sign-in.state"))?;
    let identity = provider.finish(&callback(house), code, &begun).await.map_err(provider_error)?;
    let next = data.get(NEXT).cloned().unwrap_or_default();
    let token = house.database.write(|conn| welcome(house, conn, old, &identity, source))?;
    Ok((token, next))
}

fn welcome(
    house: &House,
    conn: &mut Conn,
    old: &str,
    identity: &Identity,
    source: &str,
) -> Result<String, Error> {
    let profile = Profile {
        name: identity.name.clone().unwrap_or_default(),
        birth_date: identity.birth_date.map(|day| day.to_string()).unwrap_or_default(),
        address: identity.address.clone().unwrap_or_default(),
        gender: match identity.gender {
            Some(Gender::Male) => "1".to_owned(),
            Some(Gender::Female) => "2".to_owned(),
            _ => String::new(),
        },
    };
    let subject = citizens::subject_hash(&house.keys, &identity.issuer, &identity.subject);
    let id = house.new_id("cit")?;
    let citizen = citizens::sign_in(conn, &house.keys, &subject, &id, &profile, house.now())?;
    let caller = Caller { actor: Actor::citizen(&citizen.id, &profile.name), source: source.to_owned() };
    house.record(conn, &caller, "sign_in", "", "done", json!({ "acr": identity.acr }))?;
    sessions::begin(house, conn, old, &citizen.id, "full", &BTreeMap::new())
}

/// The first factor: a session that still lacks the second, if login and password belong together.
///
/// # Errors
/// `sign-in.failed`, the same for every reason.
pub fn password(
    house: &House,
    old: &str,
    login: &str,
    password: &str,
    next: &str,
    source: &str,
) -> Result<String, Error> {
    let found = house.database.read(|conn| match users::by_login(conn, &house.keys, login) {
        Ok(user) => Ok(Some(user)),
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error),
    })?;
    let right = passwords::verify(password, found.as_ref().map(|user| user.password.as_str()));
    let now = house.now();
    let outcome = house.database.write(|conn| {
        let Some(user) = &found else { return Ok(None) };
        let resting = user.locked_until.is_some_and(|until| until > now);
        if !right || resting || !user.active {
            note_failure(house, conn, user, source, "password")?;
            return Ok(None);
        }
        let data = BTreeMap::from([(NEXT.to_owned(), next.to_owned())]);
        Ok::<_, Error>(Some(sessions::begin(house, conn, old, &user.id, "second_factor", &data)?))
    })?;
    outcome.ok_or_else(|| Error::refused("sign-in.failed"))
}

pub(super) fn note_failure(
    house: &House,
    conn: &mut Conn,
    user: &User,
    source: &str,
    factor: &str,
) -> Result<(), Error> {
    let now = house.now();
    let resting = user.locked_until.filter(|until| *until > now);
    let failures = user.failures + 1;
    let until = if failures >= TRIES { Some(now + Duration::minutes(REST)) } else { resting };
    users::note_try(conn, &user.id, if until.is_some() { 0 } else { failures }, until)?;
    let caller = Caller { actor: sessions::actor_of(user), source: source.to_owned() };
    house.record(conn, &caller, "sign_in", "", "refused", json!({ "factor": factor }))
}

/// The second factor: a full session, if the code is right and was not used before.
///
/// # Errors
/// `sign-in.code`, the same for every reason.
pub fn second_factor(
    house: &House,
    old: &str,
    user_id: &str,
    code: &str,
    source: &str,
) -> Result<(String, Actor), Error> {
    let now = house.now();
    let done = house.database.write(|conn| {
        let user = users::find(conn, &house.keys, user_id)?;
        let resting = user.locked_until.is_some_and(|until| until > now);
        let step = passwords::matched_step(&user.totp, code.trim(), now).filter(|_| !resting && user.active);
        let fresh = match step {
            Some(step) => users::use_totp_step(conn, &user.id, step)?,
            None => false,
        };
        if !fresh {
            note_failure(house, conn, &user, source, "code")?;
            return Ok(None);
        }
        users::note_try(conn, &user.id, 0, None)?;
        let actor = sessions::actor_of(&user);
        let caller = Caller { actor: actor.clone(), source: source.to_owned() };
        house.record(conn, &caller, "sign_in", "", "done", json!({ "roles": user.roles }))?;
        let token = sessions::begin(house, conn, old, &user.id, "full", &BTreeMap::new())?;
        Ok::<_, Error>(Some((token, actor)))
    })?;
    done.ok_or_else(|| Error::refused("sign-in.code"))
}

/// The user whose second factor is awaited by a session.
///
/// # Errors
/// `sign-in.state` when the session awaits none.
pub fn awaiting(house: &House, token: &str) -> Result<String, Error> {
    let hash = crate::store::seal::sha256_hex(token.as_bytes());
    let session = house.database.read(|conn| crate::store::sessions::find(conn, &hash))?;
    session
        .filter(|it| it.stage == "second_factor" && it.ends_at > house.now())
        .map(|it| it.principal)
        .ok_or_else(|| Error::refused("sign-in.state"))
}

/// The code that the awaited second factor shows now. Only the demo's page asks for it.
///
/// # Errors
/// `sign-in.state` when the session awaits none.
pub fn demo_code(house: &House, token: &str) -> Result<String, Error> {
    let user = awaiting(house, token)?;
    let user = house.database.read(|conn| users::find(conn, &house.keys, &user))?;
    let time = u64::try_from(house.now().timestamp()).unwrap_or(0);
    let totp = passwords::totp(&user.totp, &user.login, "madoguchi")
        .map_err(|error| Error::Fault(error.to_string()))?;
    Ok(totp.generate(time).to_string())
}

/// Stores the language a citizen chose.
///
/// # Errors
/// When the database fails.
pub fn choose_language(house: &House, caller: &Caller, lang: &str) -> Result<(), Error> {
    if caller.actor.id.starts_with("cit_") {
        house.database.write(|conn| citizens::set_lang(conn, &caller.actor.id, lang))?;
    }
    Ok(())
}
