//! The grant that a case renews or changes.

use crate::domain::case::decision::Decision;
use crate::domain::forms::Answers;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::Outcome;
use crate::store::{Conn, cases, grants};

use super::access::Opened;
use super::error::Error;
use super::house::House;
use super::{projection, slots};

/// The newest decision of the case that this one follows; none when it follows no other.
///
/// Whoever has a right to a case has one to the grant that it renews: it is part of what is decided.
///
/// # Errors
/// When the database fails.
pub fn decision_before(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Option<Decision>, Error> {
    let Some(follows) = &opened.stored.case.follows else { return Ok(None) };
    let earlier = cases::find(conn, &house.keys, follows)?;
    Ok(earlier.case.decision().filter(|decision| decision.draft.content.outcome.grants()).cloned())
}

/// The case with the newest grant of the person whom the answers name.
///
/// # Errors
/// When the database fails.
pub fn grant_of_person(
    house: &House,
    conn: &mut Conn,
    program: &Program,
    answers: &Answers,
) -> Result<Option<String>, Error> {
    let (name, kana, birth) = slots::person(program, answers);
    let person = projection::person_hash(house, &name, &kana, &birth);
    if person.is_empty() {
        return Ok(None);
    }
    let granting = Outcome::ALL.iter().filter(|outcome| outcome.grants()).map(|outcome| outcome.code());
    Ok(grants::newest_of(conn, &program.definition.id, &person, &granting.collect::<Vec<_>>())?)
}
