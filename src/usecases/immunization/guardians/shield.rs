//! 支援措置 and guardians: whoever must not learn where a person is, learns nothing of their vaccinations either, since
//! each dose names the place where it was given.

use serde_json::json;

use crate::domain::case::Case;
use crate::store::{Conn, guardians, subjects};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// Whether the whereabouts of a person are guarded: by the office, or by a case that issued vouchers to them.
///
/// # Errors
/// When the database fails or a case cannot be opened.
pub fn is_shielded(house: &House, conn: &mut Conn, subject: &str) -> Result<bool, Error> {
    if guardians::is_shielded(conn, subject)? {
        return Ok(true);
    }
    Ok(subjects::issuing(conn, &house.keys, subject)?.iter().any(|it| it.case.protected))
}

/// Lets follow that 支援措置 of a case began: of everybody for whom its applicant acts, and to whom it issued vouchers,
/// nobody else learns anything from then on. When it ends, nothing opens by itself: the office looks at each person.
///
/// # Errors
/// When the database fails.
pub fn protection(house: &House, conn: &mut Conn, case: &Case, issued: &[String]) -> Result<(), Error> {
    if !case.protected {
        return Ok(());
    }
    let mut people = guardians::subjects_of(conn, &case.applicant)?;
    people.extend(issued.iter().cloned());
    people.sort();
    people.dedup();
    for subject in people {
        // Where another guards the person already, the office alone says who goes on.
        if guardians::is_shielded(conn, &subject)? {
            continue;
        }
        guard(house, conn, &Caller::system(), &subject, std::slice::from_ref(&case.applicant))?;
    }
    Ok(())
}

/// Guards a person: everybody but those of `kept` loses sight of them, and what was handed out to join ends.
///
/// # Errors
/// When the database fails.
pub(super) fn guard(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    subject: &str,
    kept: &[String],
) -> Result<(), Error> {
    let now = house.now();
    guardians::shield(conn, subject, &caller.actor.id, now)?;
    let ended = guardians::end_others(conn, subject, kept, now)?;
    let invitations = guardians::end_invitations(conn, subject, None, now)?;
    let detail = json!({ "subject": subject, "ended": ended, "kept": kept, "invitations": invitations });
    house.record(conn, caller, "shield_subject", subject, "done", detail)
}
