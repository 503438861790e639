//! Sessions: who holds a token, for how long, and how it is exchanged at sign-in.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};

use crate::domain::lang::Lang;
use crate::domain::permission::{APPLICANT, Actor, Desk, OPERATOR, seat};
use crate::store::seal::{random, sha256_hex};
use crate::store::sessions::{self, Session};
use crate::store::{Conn, StoreError, citizens, users};

use super::error::Error;
use super::house::House;

/// Hours after which every session ends.
const LONGEST: i64 = 12;
/// Seconds between two notes that a session is in use, so that a click is not a write.
const TOUCH_EVERY: i64 = 60;

/// What is known of the holder of a token.
#[derive(Clone, Debug)]
pub struct Known {
    /// The person, if one is named.
    pub actor: Option<Actor>,
    /// Name as shown.
    pub name: String,
    /// Role in words.
    pub role: String,
    /// Chosen language.
    pub lang: Option<Lang>,
    /// `guest`, `second_factor` or `full`.
    pub stage: String,
    /// Data of the session.
    pub data: BTreeMap<String, String>,
    /// When it ends without further use.
    pub timeout_at: DateTime<Utc>,
}

/// A fresh token: 256 random bits.
///
/// # Errors
/// When the operating system gives no randomness.
pub fn new_token() -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// What forms of a token's holder must carry.
pub fn csrf(house: &House, token: &str) -> String {
    house.keys.lookup.hash("csrf", token)
}

/// Minutes without use after which a session ends (staff of the office 60, everybody else 30).
fn idle(actor: Option<&Actor>) -> Duration {
    let outside = |it: &Actor| it.is(APPLICANT) || it.designation.is_some() || it.institution.is_some();
    let long = actor.is_some_and(|it| !outside(it));
    Duration::minutes(if long { 60 } else { 30 })
}

/// Finds the holder of a token; `None` when there is no session or it is over.
///
/// # Errors
/// When the database fails.
pub fn recognise(house: &House, token: &str) -> Result<Option<Known>, Error> {
    let hash = sha256_hex(token.as_bytes());
    let now = house.now();
    let found = house.database.read(|conn| {
        let Some(session) = sessions::find(conn, &hash)? else { return Ok(None) };
        let who = principal(house, conn, &session.principal)?;
        Ok::<_, Error>(Some((session, who)))
    })?;
    let Some((session, who)) = found else { return Ok(None) };
    let (actor, name, role, lang) = who;
    let timeout_at = (session.seen_at + idle(actor.as_ref())).min(session.ends_at);
    let gone = !session.principal.is_empty() && actor.is_none();
    if now >= timeout_at || gone {
        house.database.write(|conn| Ok::<_, Error>(sessions::delete(conn, &hash)?))?;
        return Ok(None);
    }
    if now - session.seen_at >= Duration::seconds(TOUCH_EVERY) {
        house.database.write(|conn| Ok::<_, Error>(sessions::touch(conn, &hash, &session.data, now)?))?;
    }
    let timeout_at = (now + idle(actor.as_ref())).min(session.ends_at);
    let data = serde_json::from_str(&session.data)?;
    Ok(Some(Known { actor, name, role, lang, stage: session.stage, data, timeout_at }))
}

type Who = (Option<Actor>, String, String, Option<Lang>);

fn principal(house: &House, conn: &mut Conn, id: &str) -> Result<Who, Error> {
    if id.starts_with("cit_") {
        let citizen = citizens::find(conn, &house.keys, id)?;
        let actor = Actor::citizen(id, &citizen.profile.name);
        let lang = Lang::from_code(&citizen.lang);
        return Ok((Some(actor), citizen.profile.name, String::new(), lang));
    }
    if !id.starts_with("usr_") {
        return Ok((None, String::new(), String::new(), None));
    }
    match users::find(conn, &house.keys, id) {
        Ok(user) if user.active => {
            let role = role_words(house, &user.roles);
            let actor = actor_of(&user);
            Ok((Some(actor), user.name, role, Some(Lang::Ja)))
        }
        Ok(_) | Err(StoreError::NotFound) => Ok((None, String::new(), String::new(), None)),
        Err(error) => Err(error.into()),
    }
}

/// A user as permissions know them.
pub fn actor_of(user: &users::User) -> Actor {
    let roles = user.roles.iter().map(String::as_str);
    let mut actor = Actor::with_roles(&user.id, &user.name, roles);
    actor.designation = user.designation.as_ref().map(|it| it.kind.clone());
    actor.institution = user.institution.as_ref().map(|it| it.code.clone());
    actor.office.clone_from(&user.office);
    actor
}

fn role_words(house: &House, roles: &[String]) -> String {
    let mut words: Vec<String> = Vec::new();
    for program in house.programs.offered() {
        for role in program.definition.roles.iter().filter(|role| roles.contains(&role.code)) {
            let word = program.texts.text(Lang::Ja, &role.label, &BTreeMap::new());
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    words.join("・")
}

/// Begins a session for a principal and returns its token. An earlier token is not adopted.
///
/// # Errors
/// When the database fails.
pub fn begin(
    house: &House,
    conn: &mut Conn,
    old: &str,
    principal: &str,
    stage: &str,
    data: &BTreeMap<String, String>,
) -> Result<String, Error> {
    sessions::delete(conn, &sha256_hex(old.as_bytes()))?;
    let token = new_token()?;
    let now = house.now();
    let session = Session {
        token_hash: sha256_hex(token.as_bytes()),
        principal: principal.to_owned(),
        stage: stage.to_owned(),
        data: serde_json::to_string(data)?,
        created_at: now,
        seen_at: now,
        ends_at: now + Duration::hours(LONGEST),
    };
    sessions::insert(conn, &session)?;
    Ok(token)
}

/// Ends the session of a token.
///
/// # Errors
/// When the database fails.
pub fn end(house: &House, token: &str) -> Result<(), Error> {
    house.database.write(|conn| Ok(sessions::delete(conn, &sha256_hex(token.as_bytes()))?))
}

/// Where somebody goes first after sign-in.
pub fn home_of(house: &House, actor: &Actor) -> &'static str {
    let has = |desk| seat(actor, desk, &house.programs.definitions()).is_ok();
    if actor.is(APPLICANT) {
        "/me"
    } else if actor.designation.is_some() || has(Desk::Assistant) {
        "/physician"
    } else if has(Desk::Agent) {
        "/agent"
    } else if has(Desk::Clinic) {
        "/clinic"
    } else if actor.institution.is_some() {
        "/institution"
    } else if actor.is(OPERATOR) {
        "/operator"
    } else if has(Desk::Member) {
        "/committee"
    } else {
        "/staff"
    }
}
