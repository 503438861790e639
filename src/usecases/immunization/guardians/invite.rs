//! A guardian lets another join by a code, takes that back, or stops acting for the person.

use chrono::{DateTime, Duration, Utc};
use serde_json::json;

use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::guardians::{self, Invitation};
use crate::store::{Conn, immunization_subjects};
use crate::usecases::access::Caller;
use crate::usecases::effects::code_token;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::household::consents::fresh_code;
use crate::usecases::immunization::access::{self, Ledger};

use super::{is_of_age, shield};

/// A code as it is shown, once.
#[derive(Clone, Debug)]
pub struct Code {
    /// Name of the person whom it opens.
    pub name: String,
    /// The code, in groups of four.
    pub code: String,
    /// Until when it works.
    pub until: DateTime<Utc>,
}

/// Makes a code by which another guardian joins, in place of the caller's earlier one.
///
/// # Errors
/// `guardian.shielded`; `guardian.of-age` of somebody who acts for themself; [`Error::NotFound`].
pub fn invite(house: &House, caller: &Caller, subject: &str) -> Result<Code, Error> {
    let code = fresh_code()?;
    house.database.write(|conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::ShareImmunizations)?;
        if is_of_age(house, &ledger) {
            return Err(Refusal::new("guardian.of-age").into());
        }
        if shield::is_shielded(house, conn, subject)? {
            return Err(Refusal::new("guardian.shielded").into());
        }
        keep(house, conn, caller, &ledger, &code, false)
    })
}

/// Stores an invitation with its code, and puts it on record.
pub(super) fn keep(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    ledger: &Ledger,
    code: &str,
    by_office: bool,
) -> Result<Code, Error> {
    let (now, subject) = (house.now(), ledger.subject());
    let rule = if by_office { "office-invite-hours" } else { "invite-hours" };
    let hours = ledger.keeping.household_rule(house, rule).unwrap_or_default();
    let until = now + Duration::hours(hours.into());
    let invitation = Invitation {
        id: house.new_id("inv")?,
        subject: subject.id.clone(),
        code: code_token(house, code),
        author: caller.actor.id.clone(),
        by_office,
        failures: 0,
        used_by: None,
        at: now.naive_utc(),
        ends_at: until.naive_utc(),
        ended_at: None,
    };
    guardians::invite(conn, &invitation)?;
    let detail = json!({ "subject": subject.id, "role": ledger.granted.role(), "invitation": invitation.id });
    house.record(conn, caller, "invite_guardian", &subject.id, "done", detail)?;
    Ok(Code { name: subject.person.name.clone(), code: code.to_owned(), until })
}

/// Takes an invitation back, whoever made it.
///
/// # Errors
/// [`Error::NotFound`] for one that does not work any more.
pub fn end(house: &House, caller: &Caller, subject: &str, id: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::ShareImmunizations)?;
        take_back(house, conn, caller, &ledger, id)
    })
}

pub(super) fn take_back(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    ledger: &Ledger,
    id: &str,
) -> Result<(), Error> {
    let subject = &ledger.subject().id;
    if guardians::end_invitations(conn, subject, Some(id), house.now())? == 0 {
        return Err(Error::NotFound);
    }
    let detail = json!({ "subject": subject, "role": ledger.granted.role(), "invitation": id });
    house.record(conn, caller, "end_guardian_invitation", subject, "done", detail)
}

/// The caller acts for the person no more. The invitations that they made end too.
///
/// # Errors
/// [`Error::NotFound`].
pub fn leave(house: &House, caller: &Caller, subject: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::ShareImmunizations)?;
        let own = guardians::invitations(conn, subject, house.now())?;
        for invitation in own.iter().filter(|it| it.author == caller.actor.id) {
            guardians::end_invitations(conn, subject, Some(&invitation.id), house.now())?;
        }
        immunization_subjects::end_guardian(conn, subject, &caller.actor.id, house.now())?;
        let detail =
            json!({ "subject": subject, "role": ledger.granted.role(), "guardian": caller.actor.id });
        house.record(conn, caller, "leave_guardian", subject, "done", detail)
    })
}
