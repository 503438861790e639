//! Another guardian joins with a code and the birth date of the person. One sentence for every reason why not.

use chrono::{DateTime, Duration, Utc};
use serde_json::json;

use crate::domain::calendar::EnteredDate;
use crate::domain::permission::{Relation, grant};
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::guardians::{self, Invitation};
use crate::store::immunization_subjects::{self, StoredSubject};
use crate::store::{Conn, StoreError};
use crate::usecases::access::Caller;
use crate::usecases::effects::code_token;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::Keeping;

use super::shield;

/// Wrong birth dates after which a code opens nothing any more.
const FAILURES: i64 = 5;
/// Codes that may open nothing within [`REST`] minutes.
const TRIES: i64 = 10;
/// Minutes over which they are counted.
const REST: i64 = 60;
/// What the record of access calls it.
const ACTION: &str = "join_guardian";

/// Lets the caller act for the person of a code from now on; gives the id of the person.
///
/// # Errors
/// `guardian.code`, in the same words for every reason; `guardian.rest` after many of those.
pub fn join(house: &House, caller: &Caller, code: &str, birth: &str) -> Result<String, Error> {
    let found = house.database.write(|conn| {
        let now = house.now();
        let (failures, since) = counted(conn, caller, now)?;
        if failures >= TRIES {
            return refused(house, conn, caller, "guardian.rest");
        }
        let Some((invitation, stored)) = opened(house, conn, code, birth)? else {
            guardians::set_tries(conn, &caller.actor.id, failures + 1, since)?;
            return refused(house, conn, caller, "guardian.code");
        };
        guard(house, conn, caller, &invitation, &stored).map(Ok)
    })?;
    found.map_err(|key| Refusal::new(key).with("minutes", REST).at("code").into())
}

/// What was counted within the last hour.
fn counted(conn: &mut Conn, caller: &Caller, now: DateTime<Utc>) -> Result<(i64, DateTime<Utc>), Error> {
    let (failures, since) = guardians::tries(conn, &caller.actor.id, now)?;
    Ok(if since > now - Duration::minutes(REST) { (failures, since) } else { (0, now) })
}

/// Not an error: the transaction goes on, so that the count and the record stay.
fn refused(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    key: &'static str,
) -> Result<Result<String, &'static str>, Error> {
    house.record(conn, caller, ACTION, "", "refused", json!({ "keys": [key] }))?;
    Ok(Err(key))
}

/// The invitation of a code that works, where the birth date is right. A wrong one is counted.
fn opened(
    house: &House,
    conn: &mut Conn,
    code: &str,
    birth: &str,
) -> Result<Option<(Invitation, StoredSubject)>, Error> {
    let found = match guardians::by_code(conn, &code_token(house, code)) {
        Ok(found) => found,
        Err(StoreError::NotFound) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let over = found.ended_at.is_some() || found.ends_at < house.now().naive_utc();
    if over || found.failures >= FAILURES {
        return Ok(None);
    }
    // Whom the office let join, it let join knowing of the guard.
    if !found.by_office && shield::is_shielded(house, conn, &found.subject)? {
        return Ok(None);
    }
    let stored = immunization_subjects::find(conn, &house.keys, &found.subject)?;
    let typed = EnteredDate::parse(birth).ok().and_then(|entered| entered.date.day());
    if typed != Some(stored.subject.birth) {
        guardians::count_failure(conn, &found.id)?;
        return Ok(None);
    }
    Ok(Some((found, stored)))
}

fn guard(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    invitation: &Invitation,
    stored: &StoredSubject,
) -> Result<String, Error> {
    let subject = &stored.subject.id;
    let keeping = Keeping::of(house, &stored.subject.program)?;
    // The code was shown, and makes the person the caller's own to act for.
    let relation = Relation { own: true, ..Relation::default() };
    let command = CommandName::ShareImmunizations;
    let granted = grant(&caller.actor, command, &keeping.program.definition, &relation);
    let granted = granted.map_err(|_| Error::NotFound)?;
    immunization_subjects::add_guardian(conn, subject, &caller.actor.id, house.now())?;
    guardians::use_up(conn, &invitation.id, &caller.actor.id, house.now())?;
    let detail = json!({ "subject": subject, "role": granted.role(), "invitation": invitation.id,
        "guardian": caller.actor.id });
    house.record(conn, caller, ACTION, subject, "done", detail)?;
    Ok(subject.clone())
}
