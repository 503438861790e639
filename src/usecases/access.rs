//! Opens a case for somebody who may see it, and records that they did.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::Duration;
use serde_json::json;

use crate::domain::case::Case;
use crate::domain::case::event::Stamp;
use crate::domain::forms::Answers;
use crate::domain::permission::{APPLICANT, Actor, Desk, Granted, Relation, Seated, grant, seat};
use crate::domain::program::Program;
use crate::domain::program::vocabulary::{CommandName, State};
use crate::store::audit::{self, Entry};
use crate::store::cases::{self, Stored};
use crate::store::{Conn, cards, mandates, work};

use super::committee::seat::is_seated;
use super::error::Error;
use super::house::House;

/// Hours for which a certificate counts as presented: a day at the counter.
const PRESENTED: i64 = 12;

/// Who calls, from where.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// The client's address, `system` or `cli`.
    pub source: String,
}

impl Caller {
    /// The installation itself.
    pub fn system() -> Caller {
        Caller { actor: Actor::system(), source: "system".to_owned() }
    }
}

/// A case, opened for one purpose.
pub struct Opened {
    /// The case and its key.
    pub stored: Stored,
    /// The program as the case is pinned to it.
    pub program: Arc<Program>,
    /// The right under which it was opened.
    pub granted: Granted,
    /// The other filed cases of the same certificate, in the order of their filing; loaded where the case
    /// has a decision or belongs to a certificate.
    pub(super) kin: Vec<Opened>,
    /// Fixed answers that were read, by form and number of revision: what is fixed never changes.
    pub(super) fixed: RefCell<BTreeMap<(String, i64), Answers>>,
}

impl Opened {
    /// A case with the right to it.
    pub fn new(stored: Stored, program: Arc<Program>, granted: Granted) -> Opened {
        Opened { stored, program, granted, kin: Vec::new(), fixed: RefCell::default() }
    }
}

impl House {
    /// Who acts, and when, as events remember it.
    pub fn stamp(&self, actor: &Actor) -> Stamp {
        Stamp { at: self.now(), today: self.today(), by: actor.id.clone(), name: actor.name.clone() }
    }

    /// Loads a case and asks whether the caller may do `command` on it.
    ///
    /// # Errors
    /// [`Error::NotFound`] as well for a case that the caller must not know of.
    pub fn open(
        &self,
        conn: &mut Conn,
        caller: &Caller,
        case_id: &str,
        command: CommandName,
    ) -> Result<Opened, Error> {
        let stored = cases::find(conn, &self.keys, case_id)?;
        let program = self.programs.pinned(conn, &stored.case.definition)?;
        let actor = &caller.actor;
        let relation = Relation {
            own: stored.case.applicant == actor.id,
            assigned: work::is_assigned(conn, case_id, &actor.id)?,
            colleague: colleagues_item(conn, actor, case_id)?.is_some(),
            presented: self.is_presented(conn, actor, case_id)?,
            entrusted: self.is_entrusted(conn, actor, &stored.case)?,
            seated: is_seated(self, conn, actor, case_id, &program.definition)?,
            state: Some(stored.case.state),
            custody: stored.case.custody(actor.office.as_deref()),
        };
        match grant(actor, command, &program.definition, &relation) {
            Ok(granted) => self.with_kin(conn, Opened::new(stored, program, granted)),
            // Whoever may not even read must not learn that the case exists.
            Err(_) if command == CommandName::Read => Err(Error::NotFound),
            Err(refusal) => {
                let readable = grant(actor, CommandName::Read, &program.definition, &relation).is_ok();
                Err(if readable { refusal.into() } else { Error::NotFound })
            }
        }
    }

    /// Whether the person of a case gave the actor's office leave. What is not filed is the person's own affair,
    /// but for what that office began.
    fn is_entrusted(&self, conn: &mut Conn, actor: &Actor, case: &Case) -> Result<bool, Error> {
        let Some(office) = &actor.institution else { return Ok(false) };
        let begun_there = case.agency.as_ref().is_some_and(|agency| &agency.code == office);
        let open = begun_there || case.state != State::Draft;
        Ok(open && mandates::in_force(conn, &case.applicant, &case.program, office, self.today())?)
    }

    /// Whether an institution was shown the certificate a short while ago; nobody else is asked.
    fn is_presented(&self, conn: &mut Conn, actor: &Actor, case_id: &str) -> Result<bool, Error> {
        if actor.institution.is_none() {
            return Ok(false);
        }
        let since = self.now() - Duration::hours(PRESENTED);
        Ok(cards::is_presented(conn, case_id, &actor.id, since)?)
    }

    /// Reads a case for a page. Reads by anybody but the applicant are recorded with their purpose,
    /// in the same transaction: what was read without a record was not read.
    ///
    /// # Errors
    /// As [`House::open`], and whatever `work` fails with.
    pub fn read<T>(
        &self,
        caller: &Caller,
        case_id: &str,
        purpose: &str,
        work: impl FnOnce(&mut Conn, &Opened) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.read_as(caller, case_id, CommandName::Read, purpose, work)
    }

    /// Reads a case under another right than that of reading, such as reading its log.
    ///
    /// # Errors
    /// As [`House::read`].
    pub fn read_as<T>(
        &self,
        caller: &Caller,
        case_id: &str,
        command: CommandName,
        purpose: &str,
        work: impl FnOnce(&mut Conn, &Opened) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let read = self.database.read(|conn| {
            let opened = self.open(conn, caller, case_id, command)?;
            if is_own(&opened, caller) { work(conn, &opened).map(Ok) } else { Ok(Err(work)) }
        })?;
        let work = match read {
            Ok(value) => return Ok(value),
            Err(work) => work,
        };
        self.database.write(|conn| {
            let opened = self.open(conn, caller, case_id, command)?;
            let detail = json!({ "role": opened.granted.role(), "purpose": purpose });
            self.record(conn, caller, "read", case_id, "done", detail)?;
            work(conn, &opened)
        })
    }

    /// Reads a list that names persons for somebody who sits at a desk. One row says which cases it
    /// showed; what could not be recorded is not shown.
    ///
    /// # Errors
    /// Whatever `work` fails with, or when the database fails.
    pub fn read_list<T>(
        &self,
        caller: &Caller,
        list: &str,
        work: impl FnOnce(&mut Conn) -> Result<(T, Vec<String>), Error>,
    ) -> Result<T, Error> {
        // The list is read outside the transaction that records it: lists are long, and writers wait.
        let (shown, cases) = self.database.read(work)?;
        let detail = json!({ "list": list, "cases": cases });
        self.database.write(|conn| self.record(conn, caller, "read_list", "", "done", detail))?;
        Ok(shown)
    }

    /// Sits the caller at a desk of the installation.
    ///
    /// # Errors
    /// `permission.denied`.
    pub fn seat(&self, caller: &Caller, desk: Desk) -> Result<Seated, Error> {
        Ok(seat(&caller.actor, desk, &self.programs.definitions())?)
    }

    /// Appends to the record of access, in the caller's transaction.
    ///
    /// # Errors
    /// When the database fails; then the whole transaction must.
    pub fn record(
        &self,
        conn: &mut Conn,
        caller: &Caller,
        action: &str,
        case_id: &str,
        outcome: &str,
        detail: serde_json::Value,
    ) -> Result<(), Error> {
        let entry = Entry {
            at: self.now(),
            actor: &caller.actor.id,
            action,
            case_id,
            source: &caller.source,
            outcome,
            detail,
        };
        Ok(audit::append(conn, &self.keys, &entry)?)
    }

    /// Appends that the same was done to each of some cases.
    ///
    /// # Errors
    /// As [`House::record`].
    pub fn record_all(
        &self,
        conn: &mut Conn,
        caller: &Caller,
        action: &str,
        cases: &[String],
        detail: &serde_json::Value,
    ) -> Result<(), Error> {
        let (at, actor, source) = (self.now(), &caller.actor.id, &caller.source);
        let entries = cases.iter().map(|case_id| {
            let detail = detail.clone();
            Entry { at, actor, action, case_id, source, outcome: "done", detail }
        });
        Ok(audit::append_all(conn, &self.keys, &entries.collect::<Vec<_>>())?)
    }
}

/// The work item of a case that awaits a physician of the institution for which somebody acts.
///
/// # Errors
/// When the database fails.
pub fn colleagues_item(conn: &mut Conn, actor: &Actor, case_id: &str) -> Result<Option<String>, Error> {
    let Some(institution) = &actor.institution else { return Ok(None) };
    Ok(work::awaited_at(conn, case_id, institution)?)
}

/// A clerk who entered a paper application is no applicant: their reads are recorded.
fn is_own(opened: &Opened, caller: &Caller) -> bool {
    opened.stored.case.applicant == caller.actor.id && caller.actor.is(APPLICANT)
}
