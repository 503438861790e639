//! Opens the ledger of a person for somebody who may see it.

use std::sync::Arc;

use chrono::Duration;

use crate::domain::immunization::record::known;
use crate::domain::immunization::{Immunization, Known, Subject, Vaccine};
use crate::domain::permission::{APPLICANT, Actor, Desk, Granted, RECORD_SYSTEM, Relation, grant};
use crate::domain::program::Program;
use crate::domain::program::vocabulary::CommandName;
use crate::programs::ImmunizationRules;
use crate::store::immunization_subjects::StoredSubject;
use crate::store::{Conn, immunization_subjects, immunizations};
use crate::usecases::access::Caller;
use crate::usecases::clerk::proposal::settings;
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// Hours for which a person counts as having shown themself: a day at the institution.
pub(super) const PRESENTED: i64 = 12;

/// A program that keeps a ledger, with its rules.
#[derive(Clone)]
pub struct Keeping {
    /// The program.
    pub program: Arc<Program>,
    /// Its rules about doses.
    pub rules: &'static ImmunizationRules,
}

impl Keeping {
    /// The program of this id, if it keeps a ledger.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn of(house: &House, program: &str) -> Result<Keeping, Error> {
        let rules = house.programs.rules(program).and_then(|rules| rules.immunization.as_ref());
        Ok(Keeping { program: house.programs.newest(program)?, rules: rules.ok_or(Error::NotFound)? })
    }

    /// The first offered program that keeps a ledger.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub fn first(house: &House) -> Result<Keeping, Error> {
        let mut all = house.programs.offered().map(|program| Keeping::of(house, &program.definition.id));
        all.find_map(Result::ok).ok_or(Error::NotFound)
    }

    /// A number of today by which guardians join and are reminded; `None` where the tables have none.
    pub fn household_rule(&self, house: &House, rule: &str) -> Option<u32> {
        (self.rules.household_rule)(rule, &self.program.tables, house.today())
    }

    /// The vaccines of today.
    pub fn vaccines(&self, house: &House) -> Vec<Vaccine> {
        (self.rules.vaccines)(&self.program.tables, house.today())
    }
}

/// The ledger of a person, opened for one purpose.
pub struct Ledger {
    /// The person and their key.
    pub stored: StoredSubject,
    /// The program that keeps it.
    pub keeping: Keeping,
    /// The right under which it was opened.
    pub granted: Granted,
}

impl Ledger {
    /// The person.
    pub fn subject(&self) -> &Subject {
        &self.stored.subject
    }

    /// Every line, the oldest day first; superseded ones too.
    ///
    /// # Errors
    /// When the database fails or a line cannot be opened.
    pub fn lines(&self, conn: &mut Conn) -> Result<Vec<Immunization>, Error> {
        Ok(immunizations::of_subject(conn, &self.stored)?)
    }

    /// What the rules know of the person.
    pub fn known(&self, house: &House, lines: &[Immunization]) -> Known {
        Known { settings: settings(house), ..known(&self.stored.subject, lines) }
    }
}

/// Opens the ledger of a person.
///
/// # Errors
/// [`Error::NotFound`] as well for a person of whom the caller must not know.
pub fn open(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    subject: &str,
    command: CommandName,
) -> Result<Ledger, Error> {
    let stored = immunization_subjects::find(conn, &house.keys, subject)?;
    let keeping = Keeping::of(house, &stored.subject.program)?;
    let actor = &caller.actor;
    let relation = Relation {
        own: actor.is(APPLICANT) && immunization_subjects::is_guardian(conn, subject, &actor.id)?,
        presented: is_presented(house, conn, actor, subject)?,
        ..Relation::default()
    };
    let granted = grant(actor, command, &keeping.program.definition, &relation);
    Ok(Ledger { stored, granted: granted.map_err(|_| Error::NotFound)?, keeping })
}

/// The program whose ledger somebody at the office may read or keep, person by person.
///
/// # Errors
/// `permission.denied`; [`Error::NotFound`] for a program without a ledger.
pub fn at_register(
    house: &House,
    caller: &Caller,
    keeping: Keeping,
    command: CommandName,
) -> Result<Keeping, Error> {
    house.seat(caller, Desk::Register)?;
    grant(&caller.actor, command, &keeping.program.definition, &Relation::default())?;
    Ok(keeping)
}

fn is_presented(house: &House, conn: &mut Conn, actor: &Actor, subject: &str) -> Result<bool, Error> {
    if actor.institution.is_none() {
        return Ok(false);
    }
    let since = house.now() - Duration::hours(PRESENTED);
    // A record system acts for everybody at its institution.
    if let Some(institution) = actor.institution.as_ref().filter(|_| actor.is(RECORD_SYSTEM)) {
        return Ok(immunization_subjects::is_presented_at(conn, subject, institution, since)?);
    }
    Ok(immunization_subjects::is_presented(conn, subject, &actor.id, since)?)
}
