//! Renewals of many clients at once: drafts are prepared for those who are chosen, each is looked through, and one
//! confirmation files what is complete. What lacks something stays a draft.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::{Effect, State};
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::citizen::step_of;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::clients::{self, Client};
use super::draft;

/// Clients for whom something is done at once. The others come the next time.
pub const MOST: usize = 50;

/// A client whose certificate can be renewed, and for whom nothing is prepared.
#[derive(Clone, Debug, Serialize)]
pub struct Open {
    /// Id of the leave.
    pub id: String,
    /// Name.
    pub name: String,
    /// Last day of the certificate.
    pub valid_to: Option<NaiveDate>,
}

/// Something that a draft lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lack {
    /// The question.
    pub label: String,
    /// The step that asks it.
    pub step: String,
}

/// A draft of a renewal.
#[derive(Clone, Debug, Serialize)]
pub struct Prepared {
    /// Id of the case.
    pub id: String,
    /// Name of the client.
    pub name: String,
    /// Last day of the certificate.
    pub valid_to: Option<NaiveDate>,
    /// What stops its filing.
    pub missing: Vec<Lack>,
}

/// The page of renewals.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Renewals {
    /// Whom nothing is prepared for, those first whose certificate ends soonest.
    pub open: Vec<Open>,
    /// What can be filed.
    pub ready: Vec<Prepared>,
    /// What lacks something.
    pub lacking: Vec<Prepared>,
}

/// What filing many at once came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filed {
    /// Filed just now.
    pub filed: usize,
    /// Left as drafts, as something is missing.
    pub left: usize,
}

/// The renewals of the caller's office. What the page shows is on record.
///
/// # Errors
/// `permission.denied`.
pub fn page(house: &House, caller: &Caller) -> Result<Renewals, Error> {
    house.read_list(caller, "renewals", |conn| {
        let mut clients = clients::all(house, conn, caller)?;
        clients.sort_by_key(|client| client.certified(house).map(|(_, last)| last.valid_to));
        let mut page = Renewals::default();
        let mut shown = Vec::new();
        for client in &clients {
            if let Some(opened) = client.renewable(house).filter(|_| page.open.len() < MOST) {
                shown.push(opened.stored.case.id.clone());
                page.open.push(open(house, client));
            }
            for opened in client.running().filter(|it| renews(it)) {
                shown.push(opened.stored.case.id.clone());
                add(house, conn, client, opened, &mut page)?;
            }
        }
        Ok((page, shown))
    })
}

fn renews(opened: &Opened) -> bool {
    opened.stored.case.state == State::Draft && opened.effect() == Effect::Renews
}

fn open(house: &House, client: &Client) -> Open {
    Open {
        id: client.mandate.id.clone(),
        name: client.profile.name.clone(),
        valid_to: client.certified(house).map(|(_, last)| last.valid_to),
    }
}

/// Puts a draft where it belongs; of those that are not looked at now, nothing is said.
fn add(
    house: &House,
    conn: &mut Conn,
    client: &Client,
    opened: &Opened,
    page: &mut Renewals,
) -> Result<(), Error> {
    if page.ready.len() + page.lacking.len() >= MOST {
        return Ok(());
    }
    let prepared = Prepared {
        id: opened.stored.case.id.clone(),
        name: draft::person(conn, opened)?,
        valid_to: client.certified(house).map(|(_, last)| last.valid_to),
        missing: lacks(house, conn, opened)?,
    };
    let place = if prepared.missing.is_empty() { &mut page.ready } else { &mut page.lacking };
    place.push(prepared);
    Ok(())
}

fn lacks(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<Lack>, Error> {
    let Some(form) = opened.program.application() else { return Ok(Vec::new()) };
    let hard = draft::errors(house, conn, opened)?.into_iter().filter(|it| !it.error.soft);
    let label = |path: &str| {
        let id = crate::usecases::slots::link_id(path);
        form.item(id).or_else(|| step_of(form, path)).map_or(path, |item| item.text.get(Lang::Ja)).to_owned()
    };
    Ok(hard.map(|it| Lack { label: label(&it.error.path), step: it.step }).collect())
}

/// Prepares a draft for each of some clients; how many there are now. Whoever meanwhile began by themself, or
/// ended their leave, is passed over.
///
/// # Errors
/// `renewals.none` when nobody was chosen; `permission.denied`.
pub fn prepare(house: &House, caller: &Caller, mandates: &[String]) -> Result<usize, Error> {
    let chosen = chosen(mandates)?;
    let mut prepared = 0;
    for id in chosen {
        let kind = house.database.read(|conn| renewal_of(house, conn, caller, id))?;
        let Some(kind) = kind else { continue };
        match draft::begin(house, caller, id, &kind) {
            Ok(_) => prepared += 1,
            Err(Error::Refused(_) | Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(prepared)
}

/// The kind of the renewal that is open to a client, as [`draft::begin`] takes it.
fn renewal_of(house: &House, conn: &mut Conn, caller: &Caller, id: &str) -> Result<Option<String>, Error> {
    let client = match clients::one(house, conn, caller, id) {
        Err(Error::NotFound) => return Ok(None),
        other => other?,
    };
    let program = house.programs.newest(&client.mandate.program)?;
    let kind = program.definition.kinds_that(Effect::Renews).next().map(|kind| kind.code().to_owned());
    let follows = client.renewable(house).map(|it| it.stored.case.id.clone());
    Ok(kind.zip(follows).map(|(kind, follows)| format!("{kind}/{follows}")))
}

/// Files those of some drafts that are complete, each by itself. What was filed before is not filed again.
///
/// # Errors
/// `submit.declaration`, `renewals.none`; `permission.denied`.
pub fn file(house: &House, caller: &Caller, cases: &[String], declared: bool) -> Result<Filed, Error> {
    let chosen = chosen(cases)?;
    if !declared {
        return Err(Refusal::new("submit.declaration").at("declaration").into());
    }
    let mut done = Filed::default();
    for case in chosen {
        match draft::file(house, caller, case, "", declared) {
            Ok(now) => done.filed += usize::from(now),
            Err(Error::Refused(_)) => done.left += 1,
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

fn chosen(ids: &[String]) -> Result<&[String], Error> {
    if ids.is_empty() {
        return Err(Refusal::new("renewals.none").at("chosen").into());
    }
    Ok(ids.get(..MOST).unwrap_or(ids))
}
