//! What the office does about guardians: lets one join after seeing papers, ends that one acts, and guards a person
//! under 支援措置.

use serde_json::json;

use crate::domain::permission::could;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::{Conn, guardians, immunization_subjects};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::household::consents::fresh_code;
use crate::usecases::immunization::access::{self, Ledger};

use super::invite::{self, Code};
use super::shield;
use super::shown::{self, Guardians};

/// What the office saw before it lets somebody join, as recorded and as shown.
pub const PAPERS: [(&str, &str); 4] = [
    ("family_register", "戸籍"),
    ("resident_record", "住民票"),
    ("booklet", "母子健康手帳と本人確認書類"),
    ("custody", "親権・監護を定めた書面"),
];

/// Why the office ends that somebody acts for a person, as recorded and as shown.
pub const REASONS: [(&str, &str); 4] = [
    ("custody", "親権がない、または変わった"),
    ("order", "裁判所の命令などがあった"),
    ("wish", "本人の申出"),
    ("mistaken", "誤って登録した"),
];

/// The page, and whether the caller may end a guard.
#[derive(Clone, Debug)]
pub struct Page {
    /// What it shows.
    pub guardians: Guardians,
    /// Whether the caller may change it.
    pub keeps: bool,
    /// Whether the caller may end a guard.
    pub lifts: bool,
}

/// What the office wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Take a code back, by its id.
    TakeBack(String),
    /// End that a sign-in acts for the person, for a reason.
    End(String, String),
    /// Guard the person; these sign-ins go on acting for them.
    Shield(Vec<String>),
    /// End the guard.
    Lift,
}

/// Who acts for a person and who did. That it was read is on record.
///
/// # Errors
/// [`Error::NotFound`] for somebody who may not read it.
pub fn page(house: &House, caller: &Caller, subject: &str) -> Result<Page, Error> {
    house.database.write(|conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::ReadImmunizations)?;
        if ledger.granted.role() == crate::domain::permission::APPLICANT {
            return Err(Error::NotFound);
        }
        let definition = &ledger.keeping.program.definition;
        let detail = json!({ "subject": subject, "role": ledger.granted.role() });
        house.record(conn, caller, "read_guardians", subject, "done", detail)?;
        Ok(Page {
            keeps: could(&caller.actor, CommandName::KeepImmunizations, definition),
            lifts: could(&caller.actor, CommandName::SetProtection, definition),
            guardians: shown::of(house, conn, caller, &ledger)?,
        })
    })
}

/// Makes a code for somebody whose papers the office has seen. Of a guarded person only for whoever is guarded with
/// them, and only where that is said.
///
/// # Errors
/// `guardian.papers`; `guardian.guarded-side`; [`Error::NotFound`].
pub fn invite(
    house: &House,
    caller: &Caller,
    subject: &str,
    papers: &str,
    guarded_side: bool,
) -> Result<Code, Error> {
    if !PAPERS.iter().any(|(key, _)| *key == papers) {
        return Err(Refusal::new("guardian.papers").at("papers").into());
    }
    let code = fresh_code()?;
    house.database.write(|conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::KeepImmunizations)?;
        if shield::is_shielded(house, conn, subject)? && !guarded_side {
            return Err(Refusal::new("guardian.guarded-side").at("guarded").into());
        }
        let detail = json!({ "subject": subject, "papers": papers, "guarded_side": guarded_side });
        house.record(conn, caller, "check_guardian", subject, "done", detail)?;
        invite::keep(house, conn, caller, &ledger, &code, true)
    })
}

/// Does what the office wants.
///
/// # Errors
/// `guardian.reason`; `guardian.case-shield` while a case still guards the person; [`Error::NotFound`].
pub fn act(house: &House, caller: &Caller, subject: &str, act: &Act) -> Result<(), Error> {
    house.database.write(|conn| {
        let command =
            if *act == Act::Lift { CommandName::SetProtection } else { CommandName::KeepImmunizations };
        let ledger = access::open(house, conn, caller, subject, command)?;
        match act {
            Act::TakeBack(id) => invite::take_back(house, conn, caller, &ledger, id),
            Act::End(citizen, reason) => end(house, conn, caller, &ledger, (citizen, reason)),
            Act::Shield(kept) => shield::guard(house, conn, caller, subject, kept),
            Act::Lift => lift(house, conn, caller, &ledger),
        }
    })
}

fn end(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    ledger: &Ledger,
    (citizen, reason): (&str, &str),
) -> Result<(), Error> {
    if !REASONS.iter().any(|(key, _)| *key == reason) {
        return Err(Refusal::new("guardian.reason").at(&format!("reason-{citizen}")).into());
    }
    let subject = &ledger.subject().id;
    immunization_subjects::end_guardian(conn, subject, citizen, house.now())?;
    // A code that they made must not bring them back by another sign-in.
    for invitation in guardians::invitations(conn, subject, house.now())? {
        if invitation.author == citizen {
            guardians::end_invitations(conn, subject, Some(&invitation.id), house.now())?;
        }
    }
    let detail = json!({ "subject": subject, "role": ledger.granted.role(), "guardian": citizen,
        "reason": reason });
    house.record(conn, caller, "end_guardian", subject, "done", detail)
}

fn lift(house: &House, conn: &mut Conn, caller: &Caller, ledger: &Ledger) -> Result<(), Error> {
    let subject = &ledger.subject().id;
    guardians::end_shield(conn, subject, house.now())?;
    if shield::is_shielded(house, conn, subject)? {
        return Err(Refusal::new("guardian.case-shield").into());
    }
    let detail = json!({ "subject": subject, "role": ledger.granted.role() });
    house.record(conn, caller, "lift_shield", subject, "done", detail)
}
