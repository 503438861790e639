//! Accounts of staff and physicians: who holds which role, who may sign in, with which second factor.
//! Every change ends the person's sessions, so that it holds at once.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::lang::Lang;
use crate::domain::numbers::InstitutionCode;
use crate::domain::permission::{APPLICANT, Desk, ENGINE, MEMBER, OPERATOR, RECORD_SYSTEM};
use crate::domain::program::vocabulary::{Body, Reach};
use crate::domain::refusal::Refusal;
use crate::store::mandates;
use crate::store::offices;
use crate::store::seal::random;
use crate::store::users::{self, Designation, Institution, User};
use crate::store::{Conn, Database, StoreError, sessions};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::passwords;

/// Bytes of a second factor's secret (RFC 4226 asks for 16 at least and advises 20).
const SECRET: usize = 20;

/// An account as the list shows it.
#[derive(Clone, Debug, Serialize)]
pub struct AccountView {
    /// Id.
    pub id: String,
    /// Login name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Whether they may sign in.
    pub active: bool,
    /// Role codes.
    pub roles: Vec<String>,
    /// When they were last seen, while the session is kept.
    pub last_seen: Option<DateTime<Utc>>,
}

/// A role that can be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleView {
    /// Its code.
    pub code: String,
    /// In words.
    pub label: String,
}

/// Somebody who is to have an account.
#[derive(Clone, Debug)]
pub struct NewAccount {
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
    /// The first password.
    pub password: String,
}

/// What is typed into an authenticator app. Shown once and never again.
pub struct SecondFactor {
    /// Login name.
    pub login: String,
    /// The secret in base32.
    pub secret: String,
    /// `otpauth://…`
    pub url: String,
}

/// Every account, by login name.
///
/// # Errors
/// When the caller has no place at the desk, or the database fails.
pub fn list(house: &House, caller: &Caller) -> Result<Vec<AccountView>, Error> {
    house.seat(caller, Desk::Operation)?;
    house.database.read(|conn| {
        let seen = sessions::last_seen(conn)?;
        let view = |user: User| AccountView {
            last_seen: seen.get(&user.id).copied(),
            id: user.id,
            login: user.login,
            name: user.name,
            active: user.active,
            roles: user.roles,
        };
        Ok(users::all(conn, &house.keys)?.into_iter().map(view).collect())
    })
}

/// The roles that the programs know, apart from those nobody is given.
pub fn roles(house: &House) -> Vec<RoleView> {
    let mut known = BTreeSet::new();
    let mut views = Vec::new();
    for program in house.programs.offered() {
        for role in &program.definition.roles {
            let given = ![APPLICANT, ENGINE, MEMBER, RECORD_SYSTEM].contains(&role.code.as_str());
            if given && known.insert(role.code.clone()) {
                let label = program.texts.text(Lang::Ja, &role.label, &Default::default());
                views.push(RoleView { code: role.code.clone(), label });
            }
        }
    }
    views
}

fn check_roles(house: &House, wanted: &[String]) -> Result<(), Error> {
    let known = roles(house);
    match wanted.iter().find(|role| !known.iter().any(|it| it.code == **role)) {
        None => Ok(()),
        Some(role) => Err(Refusal::new("account.role").with("role", role).into()),
    }
}

/// Adds an account, and gives its second factor.
///
/// # Errors
/// `account.login`, `account.role`, `account.password`, `account.institution`, `account.assistant`,
/// `account.agency`, `account.office`; as [`list`].
pub fn add(house: &House, caller: &Caller, new: &NewAccount) -> Result<SecondFactor, Error> {
    house.seat(caller, Desk::Operation)?;
    check_new(house, new)?;
    let secret: [u8; SECRET] = random()?;
    let user = User {
        id: house.new_id("usr")?,
        login: new.login.clone(),
        name: new.name.clone(),
        roles: new.roles.clone(),
        designation: new.designation.clone(),
        institution: new.institution.clone(),
        office: new.office.clone(),
        password: passwords::hash(&new.password)?,
        totp: secret.to_vec(),
        totp_step: 0,
        failures: 0,
        locked_until: None,
        active: true,
    };
    house.database.write(|conn| {
        enter_agency(house, conn, new.institution.as_ref(), &new.roles)?;
        match users::insert(conn, &house.keys, &user, house.now()) {
            Err(StoreError::Duplicate(_)) => return Err(Refusal::new("account.login").at("login").into()),
            other => other?,
        }
        let detail = json!({ "account": user.id, "roles": user.roles });
        house.record(conn, caller, "add_account", "", "done", detail)
    })?;
    factor(house, &user.login, &secret)
}

fn check_new(house: &House, new: &NewAccount) -> Result<(), Error> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-@".contains(c);
    if new.login.is_empty() || new.login.len() > 64 || !new.login.chars().all(plain) {
        return Err(Refusal::new("account.login").at("login").into());
    }
    let length = new.password.chars().count();
    if !(passwords::SHORTEST..=passwords::LONGEST).contains(&length) {
        let refusal = Refusal::new("account.password").at("password");
        return Err(refusal.with("shortest", passwords::SHORTEST).with("longest", passwords::LONGEST).into());
    }
    let nameless = |it: &Institution| it.name.trim().is_empty() || InstitutionCode::parse(&it.code).is_err();
    if new.institution.as_ref().is_some_and(nameless) {
        return Err(Refusal::new("account.institution").at("institution").into());
    }
    check_roles(house, &new.roles)?;
    check_place(house, new)?;
    check_agency(house, new.institution.as_ref(), &new.roles)?;
    check_office(house, new.office.as_deref(), &new.roles)
}

/// Whoever prepares for the physicians of an institution works at one, and is none of them.
fn check_place(house: &House, new: &NewAccount) -> Result<(), Error> {
    let definitions = house.programs.definitions();
    let mut held =
        definitions.iter().flat_map(|it| it.roles.iter()).filter(|it| new.roles.contains(&it.code));
    let assists = held.any(|role| role.reach == Reach::Institution);
    if assists && (new.institution.is_none() || new.designation.is_some()) {
        return Err(Refusal::new("account.assistant").at("institution").into());
    }
    Ok(())
}

/// Whether somebody with these roles applies for persons who asked their office to.
fn applies(house: &House, roles: &[String]) -> bool {
    let definitions = house.programs.definitions();
    let mut held = definitions.iter().flat_map(|it| it.roles.iter()).filter(|it| roles.contains(&it.code));
    held.any(|role| role.reach == Reach::Entrusted)
}

/// Whoever applies for others does it for an office, which persons find by its number.
fn check_agency(house: &House, office: Option<&Institution>, roles: &[String]) -> Result<(), Error> {
    if applies(house, roles) && office.is_none() {
        return Err(Refusal::new("account.agency").at("institution").into());
    }
    Ok(())
}

/// Enters the office of somebody who applies for others, so that persons can ask it to.
fn enter_agency(
    house: &House,
    conn: &mut Conn,
    office: Option<&Institution>,
    roles: &[String],
) -> Result<(), Error> {
    let Some(office) = office.filter(|_| applies(house, roles)) else { return Ok(()) };
    Ok(mandates::keep_agency(conn, office, house.now())?)
}

/// The office is open, and the roles are those of its side.
fn check_office(house: &House, office: Option<&str>, roles: &[String]) -> Result<(), Error> {
    if let Some(code) = office {
        let found = house.database.read(|conn| offices::find(conn, code));
        if !found.is_ok_and(|office| office.closed_at.is_none()) {
            return Err(Refusal::new("account.office").at("office").into());
        }
    }
    check_sides(house, office, roles)
}

/// Who works for a receiving office holds the roles of one, and nobody else does.
fn check_sides(house: &House, office: Option<&str>, roles: &[String]) -> Result<(), Error> {
    let definitions = house.programs.definitions();
    let mut held = definitions.iter().flat_map(|it| it.roles.iter()).filter(|it| roles.contains(&it.code));
    if held.all(|role| (role.body == Body::Forwarding) == office.is_some()) {
        return Ok(());
    }
    Err(Refusal::new("account.office").at("office").into())
}

/// Sets the roles of an account and whether it may be used.
///
/// # Errors
/// `account.self` for what would lock the caller out; `account.role`, `account.agency`, `account.office`; as [`list`].
pub fn save(house: &House, caller: &Caller, id: &str, roles: &[String], active: bool) -> Result<(), Error> {
    house.seat(caller, Desk::Operation)?;
    check_roles(house, roles)?;
    let keeps = active && roles.iter().any(|role| role == OPERATOR);
    if caller.actor.id == id && !keeps {
        return Err(Error::refused("account.self"));
    }
    house.database.write(|conn| {
        let user = users::find(conn, &house.keys, id)?;
        check_sides(house, user.office.as_deref(), roles)?;
        check_agency(house, user.institution.as_ref(), roles)?;
        enter_agency(house, conn, user.institution.as_ref(), roles)?;
        users::set_roles(conn, &user.id, roles)?;
        users::set_active(conn, &user.id, active)?;
        let detail = json!({ "account": id, "before": user.roles, "roles": roles, "active": active });
        changed(house, conn, caller, id, "change_account", detail)
    })
}

/// Gives an account a new second factor.
///
/// # Errors
/// As [`list`].
pub fn reset_factor(house: &House, caller: &Caller, id: &str) -> Result<SecondFactor, Error> {
    house.seat(caller, Desk::Operation)?;
    let secret: [u8; SECRET] = random()?;
    let login = house.database.write(|conn| {
        let user = users::find(conn, &house.keys, id)?;
        users::set_totp(conn, &house.keys, id, &secret)?;
        changed(house, conn, caller, id, "reset_factor", json!({ "account": id }))?;
        Ok::<_, Error>(user.login)
    })?;
    factor(house, &login, &secret)
}

fn changed(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    id: &str,
    action: &str,
    detail: serde_json::Value,
) -> Result<(), Error> {
    sessions::delete_of(conn, id)?;
    house.record(conn, caller, action, "", "done", detail)
}

fn factor(house: &House, login: &str, secret: &[u8]) -> Result<SecondFactor, Error> {
    let fault = |error: totp_rs::TotpError| Error::Fault(error.to_string());
    let issuer = house.office.get("name").map_or("madoguchi", String::as_str);
    let totp = passwords::totp(secret, login, issuer).map_err(fault)?;
    let base32 = totp_rs::Secret::from(secret.to_vec()).to_base32();
    Ok(SecondFactor { login: login.to_owned(), secret: base32, url: totp.to_url().map_err(fault)? })
}

/// Whether one of these logins may sign in with this password.
///
/// # Errors
/// When the database fails.
pub fn has_demo_accounts(database: &Database, logins: &[&str], password: &str) -> Result<bool, StoreError> {
    let hashes = database.read(|conn| users::password_hashes(conn, logins))?;
    Ok(hashes.iter().any(|hash| passwords::verify(password, Some(hash))))
}
