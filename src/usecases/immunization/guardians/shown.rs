//! Who sees and acts for a person, as the guardians and the office see it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::program::vocabulary::CommandName;
use crate::store::guardians::{Guardian, Invitation};
use crate::store::{Conn, citizens, guardians};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{self, Ledger};

use super::{is_of_age, shield};

/// Somebody who acts for the person, or did.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// The sign-in.
    pub id: String,
    /// Name, as the sign-in gave it.
    pub name: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Since when no more.
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether it is whoever reads this.
    pub own: bool,
}

/// A code that was handed out and works.
#[derive(Clone, Debug, Serialize)]
pub struct Open {
    /// Its id; the code itself is known to nobody here.
    pub id: String,
    /// Whether the office made it.
    pub by_office: bool,
    /// Until when it works.
    pub until: DateTime<Utc>,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Guardians {
    /// Id of the person.
    pub subject: String,
    /// Name of the person.
    pub name: String,
    /// Who acts for them; for the office also who did.
    pub guardians: Vec<Shown>,
    /// Codes that work.
    pub invitations: Vec<Open>,
    /// Whether the whereabouts of the person are guarded.
    pub shielded: bool,
    /// Whether the person is of age.
    pub of_age: bool,
}

/// Who acts for a person for whom the caller acts.
///
/// # Errors
/// [`Error::NotFound`] for anybody else.
pub fn page(house: &House, caller: &Caller, subject: &str) -> Result<Guardians, Error> {
    house.database.write(|conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::ShareImmunizations)?;
        let mut page = of(house, conn, caller, &ledger)?;
        page.guardians.retain(|it| it.ended_at.is_none());
        Ok(page)
    })
}

pub(super) fn of(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    ledger: &Ledger,
) -> Result<Guardians, Error> {
    let subject = &ledger.subject().id;
    let found = guardians::of_subject(conn, subject)?;
    let ids: Vec<&str> = found.iter().map(|it| it.citizen.as_str()).collect();
    let names = citizens::profiles(conn, &house.keys, &ids)?;
    let shown = |it: &Guardian| Shown {
        name: names.get(&it.citizen).map(|profile| profile.name.clone()).unwrap_or_default(),
        since: it.since.and_utc(),
        ended_at: it.ended_at.map(|at| at.and_utc()),
        own: it.citizen == caller.actor.id,
        id: it.citizen.clone(),
    };
    let open = |it: Invitation| Open { id: it.id, by_office: it.by_office, until: it.ends_at.and_utc() };
    Ok(Guardians {
        subject: subject.clone(),
        name: ledger.subject().person.name.clone(),
        guardians: found.iter().map(shown).collect(),
        invitations: guardians::invitations(conn, subject, house.now())?.into_iter().map(open).collect(),
        shielded: shield::is_shielded(house, conn, subject)?,
        of_age: is_of_age(house, ledger),
    })
}
