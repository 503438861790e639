//! The clients of an office: who gave it leave that is in force, with their cases. All of them are read at once,
//! in a number of queries that does not grow with theirs.

use std::collections::BTreeMap;

use crate::domain::case::holding::{Holding, holding};
use crate::domain::mandate::Mandate;
use crate::domain::permission::{Actor, Desk, Relation, grant};
use crate::domain::program::vocabulary::{CommandName, State};
use crate::store::cases::Stored;
use crate::store::citizens::{self, Profile};
use crate::store::users::{self, Institution};
use crate::store::{Conn, mandates};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::citizen::renewal;
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// A client of an office under a program.
pub struct Client {
    /// The leave.
    pub mandate: Mandate,
    /// What the identity provider told of them.
    pub profile: Profile,
    /// Their cases under the program, the newest first: what was filed, and the drafts of this office.
    pub cases: Vec<Opened>,
}

impl Client {
    /// The case whose grant counts today, with that grant.
    pub fn certified(&self, house: &House) -> Option<(&Opened, Last)> {
        let opening = self.cases.iter().filter(|it| !it.effect().attaches());
        let found = opening.filter_map(|it| Some((it, Last::of(&holding(&it.rulings(), house.today())?))));
        found.max_by_key(|(_, last)| last.valid_to)
    }

    /// The case whose grant can be renewed today, if nobody has begun to.
    pub fn renewable(&self, house: &House) -> Option<&Opened> {
        let renewed = renewal::renewed(house, self.cases.iter().map(|it| &it.stored.case));
        let open =
            |it: &&Opened| !renewed.contains(&it.stored.case.id) && renewal::open_today(house, it).is_some();
        self.cases.iter().find(open)
    }

    /// What is under way: drafts of the office, and what was filed and is not decided.
    pub fn running(&self) -> impl Iterator<Item = &Opened> {
        self.cases.iter().filter(|it| !matches!(it.stored.case.state, State::Decided | State::Ended))
    }
}

/// The days of the grant that counts.
#[derive(Clone, Copy, Debug)]
pub struct Last {
    /// First day.
    pub valid_from: chrono::NaiveDate,
    /// Last day.
    pub valid_to: chrono::NaiveDate,
}

impl Last {
    fn of(held: &Holding<'_>) -> Last {
        Last { valid_from: held.valid_from, valid_to: held.valid_to }
    }
}

/// The office for which somebody sits at its desk.
///
/// # Errors
/// `permission.denied`.
pub fn office(house: &House, conn: &mut Conn, caller: &Caller) -> Result<Institution, Error> {
    house.seat(caller, Desk::Agent)?;
    let user = users::find(conn, &house.keys, &caller.actor.id)?;
    user.institution.ok_or_else(|| Error::refused("permission.denied"))
}

/// The clients of the caller's office.
///
/// # Errors
/// `permission.denied`.
pub fn all(house: &House, conn: &mut Conn, caller: &Caller) -> Result<Vec<Client>, Error> {
    let office = office(house, conn, caller)?;
    let given = mandates::of_agency(conn, &office.code, house.today())?;
    of(house, conn, &caller.actor, &office.code, given)
}

/// The client of a leave that the caller's office was given.
///
/// # Errors
/// [`Error::NotFound`] for a leave of another office, and for one that is over.
pub fn one(house: &House, conn: &mut Conn, caller: &Caller, mandate: &str) -> Result<Client, Error> {
    let office = office(house, conn, caller)?;
    let given = vec![mandates::held(conn, &office.code, mandate, house.today())?];
    of(house, conn, &caller.actor, &office.code, given)?.pop().ok_or(Error::NotFound)
}

fn of(
    house: &House,
    conn: &mut Conn,
    actor: &Actor,
    office: &str,
    given: Vec<Mandate>,
) -> Result<Vec<Client>, Error> {
    let ids: Vec<&str> = given.iter().map(|mandate| mandate.citizen.as_str()).collect();
    let profiles = citizens::profiles(conn, &house.keys, &ids)?;
    let mut cases: BTreeMap<String, Vec<Stored>> = BTreeMap::new();
    for stored in mandates::cases_of(conn, &house.keys, &ids)? {
        cases.entry(stored.case.applicant.clone()).or_default().push(stored);
    }
    let roots: Vec<String> = cases.values().flatten().map(|stored| stored.case.id.clone()).collect();
    let following = mandates::cases_following(conn, &house.keys, &roots)?;
    let mut clients = Vec::new();
    for mandate in given {
        let own = cases.get(&mandate.citizen).map_or(&[][..], Vec::as_slice);
        let own = own.iter().filter(|stored| stored.case.program == mandate.program);
        let mut opened = Vec::new();
        for stored in own {
            opened.extend(open(house, conn, actor, office, stored, &following)?);
        }
        let profile = profiles.get(&mandate.citizen).cloned().unwrap_or_default();
        clients.push(Client { mandate, profile, cases: opened });
    }
    Ok(clients)
}

/// A case of a client with the others of its certificate; none where the office has no right to it.
fn open(
    house: &House,
    conn: &mut Conn,
    actor: &Actor,
    office: &str,
    stored: &Stored,
    following: &[Stored],
) -> Result<Option<Opened>, Error> {
    let case = &stored.case;
    let begun_there = case.agency.as_ref().is_some_and(|agency| agency.code == office);
    let entrusted = begun_there || case.state != State::Draft;
    let relation = Relation { entrusted, state: Some(case.state), ..Relation::default() };
    let program = house.programs.pinned(conn, &case.definition)?;
    let Ok(granted) = grant(actor, CommandName::ReadClient, &program.definition, &relation) else {
        return Ok(None);
    };
    let mut opened = Opened::new(stored.clone(), program, granted);
    for stored in following.iter().filter(|it| it.case.follows.as_ref() == Some(&case.id)) {
        let program = house.programs.pinned(conn, &stored.case.definition)?;
        let kin = Opened::new(stored.clone(), program, opened.granted.clone());
        if kin.effect().attaches() {
            opened.kin.push(kin);
        }
    }
    Ok(Some(opened))
}
