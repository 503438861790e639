//! The grant that a case renews or changes.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::forms::Answers;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::{Effect, Outcome};
use crate::store::{Conn, cases, grants};

use super::access::Opened;
use super::error::Error;
use super::house::House;
use super::{projection, slots};

/// Fields of the decision that the case renews or changes; empty when it follows none.
///
/// Whoever has a right to a case has one to the grant that it follows: it is part of what is decided.
///
/// # Errors
/// When the database fails.
pub fn fields_before(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
) -> Result<BTreeMap<String, Value>, Error> {
    let case = &opened.stored.case;
    if opened.effect().attaches() {
        let decision = opened.certified_but_for(&case.id);
        return Ok(decision.map(|it| it.draft.content.fields.clone()).unwrap_or_default());
    }
    let Some(follows) = &case.follows else { return Ok(BTreeMap::new()) };
    let earlier = followed(house, conn, opened, follows)?;
    Ok(earlier.certified_but_for("").map(|it| it.draft.content.fields.clone()).unwrap_or_default())
}

/// The case with the grant that another follows, under the same right.
///
/// # Errors
/// When the database fails.
pub fn followed(house: &House, conn: &mut Conn, opened: &Opened, follows: &str) -> Result<Opened, Error> {
    let stored = cases::find(conn, &house.keys, follows)?;
    let program = house.programs.pinned(conn, &stored.case.definition)?;
    house.with_kin(conn, Opened::new(stored, program, opened.granted.clone()))
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
    let opening: Vec<&str> = [Effect::Opens, Effect::Renews]
        .into_iter()
        .flat_map(|effect| program.definition.kinds_that(effect))
        .map(|kind| kind.code())
        .collect();
    Ok(grants::newest_of(conn, &program.definition.id, &person, &opening, &granting.collect::<Vec<_>>())?)
}
