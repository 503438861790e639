//! Whether a member may look at a case: it lies before a session, their term runs, nothing excludes them.

use crate::domain::committee::{Appointment, exclusion};
use crate::domain::permission::Actor;
use crate::domain::program::definition::Definition;
use crate::domain::program::vocabulary::{Exclusion, Reach};
use crate::store::agenda::{self, Item};
use crate::store::{Conn, committee};
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// How a member stands to a case on an agenda.
pub struct Place {
    /// The case as the session has it.
    pub item: Item,
    /// The member.
    pub member: Appointment,
    /// Why they have no part in it.
    pub excluded: Option<Exclusion>,
}

/// Whether somebody sits, unexcluded, at the session before which a case lies. Asks nothing of those who are
/// on no committee.
///
/// # Errors
/// When the database fails.
pub fn is_seated(
    house: &House,
    conn: &mut Conn,
    actor: &Actor,
    case: &str,
    definition: &Definition,
) -> Result<bool, Error> {
    let sits = definition.roles.iter().any(|role| role.reach == Reach::Seated && actor.is(&role.code));
    if !sits {
        return Ok(false);
    }
    let place = place(house, conn, &actor.id, case, &definition.id)?;
    Ok(place.is_some_and(|place| place.excluded.is_none()))
}

/// The place of somebody as a member towards a case; none where it lies before no session of theirs.
///
/// # Errors
/// When the database fails.
pub fn place(
    house: &House,
    conn: &mut Conn,
    user: &str,
    case: &str,
    program: &str,
) -> Result<Option<Place>, Error> {
    let Some(session) = agenda::session_of(conn, case)? else { return Ok(None) };
    let Some(member) = member(house, conn, user, program)? else { return Ok(None) };
    let item = agenda::item(conn, &house.keys, &session, case)?;
    let excluded = exclusion(&member, &item.ties);
    Ok(Some(Place { item, member, excluded }))
}

/// The appointment of somebody whose term runs today.
///
/// # Errors
/// When the database fails.
pub fn member(
    house: &House,
    conn: &mut Conn,
    user: &str,
    program: &str,
) -> Result<Option<Appointment>, Error> {
    let today = house.today();
    let all = committee::appointments(conn, program)?;
    Ok(all.into_iter().find(|it| it.user == user && it.runs_on(today)))
}
