//! 受給者台帳: who holds a certificate on a day, computed from the decisions.

pub mod changes;
pub mod history;
pub mod list;
pub mod table;

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::case::holding::{Holding, Standing, holding};
use crate::domain::permission::{Desk, Seated};
use crate::domain::program::Program;
use crate::domain::program::vocabulary::{CommandName, DataClass};
use crate::store::Conn;
use crate::store::holders::{self, Wanted};

use super::access::{Caller, Opened};
use super::clerk::words;
use super::error::Error;
use super::house::House;
use super::slots::{person, shown_field};
use super::standing;

/// How many times the cases of a page are looked at to fill it: those that stand otherwise are passed over.
const PARTS: usize = 10;

/// A line of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    case: String,
    reference: String,
    person: String,
    kana: String,
    birth: String,
    /// The program's listed values of the decision, in words.
    values: Vec<String>,
    valid_from: NaiveDate,
    valid_to: NaiveDate,
    standing: &'static str,
}

/// A standing in words.
pub fn standing_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Valid => "有効",
        Standing::Future => "これから有効",
        Standing::Ended => "期間終了",
        Standing::Withdrawn => "取消し",
    }
}

/// The heads of a program's listed values.
fn heads(program: &Program) -> Vec<String> {
    let decision = &program.definition.decision;
    let fields = decision.listed.iter().filter_map(|key| decision.field(key));
    fields.map(|field| words::text(program, &field.label)).collect()
}

/// Listed values of a decision in words.
fn values(program: &Program, held: &Holding<'_>) -> Vec<String> {
    let fields = &held.decision.draft.content.fields;
    let shown = |key: &String| fields.get(key).map(|value| shown_field(program, key, value));
    program.definition.decision.listed.iter().map(|key| shown(key).unwrap_or_default()).collect()
}

/// A full page of lines, and the case after which the next one begins; none after the last. A page that had to
/// look at too many cases may be short.
fn page(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    seated: &Seated,
    wanted: &Wanted,
    limit: usize,
) -> Result<(Vec<Line>, Option<String>), Error> {
    let mut wanted = wanted.clone();
    let mut lines = Vec::new();
    for _ in 0..PARTS {
        let ids = holders::page(conn, seated, &wanted, i64::try_from(limit).unwrap_or(i64::MAX))?;
        let used = fill(house, conn, caller, &wanted, &ids, (&mut lines, limit))?;
        if used == ids.len() && ids.len() < limit {
            return Ok((lines, None));
        }
        wanted.after = ids.into_iter().take(used).next_back().unwrap_or(wanted.after);
        if lines.len() == limit {
            break;
        }
    }
    Ok((lines, Some(wanted.after)))
}

/// Adds lines until there are so many; how many of the cases were looked at.
fn fill(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    wanted: &Wanted,
    ids: &[String],
    (lines, limit): (&mut Vec<Line>, usize),
) -> Result<usize, Error> {
    for (used, id) in ids.iter().enumerate() {
        if lines.len() == limit {
            return Ok(used);
        }
        lines.extend(line(house, conn, caller, wanted, id)?);
    }
    Ok(ids.len())
}

fn line(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    wanted: &Wanted,
    id: &str,
) -> Result<Option<Line>, Error> {
    let Some(opened) = opened(house, conn, caller, id)? else { return Ok(None) };
    if opened.effect().attaches() {
        return Ok(None);
    }
    let case = &opened.stored.case;
    let held = holding(&opened.rulings(), wanted.day);
    let fits = |held: &Holding<'_>| wanted.standing.is_none_or(|standing| standing == held.standing);
    let Some(held) = held.filter(fits) else { return Ok(None) };
    let answers = standing::now(conn, &opened)?;
    let (person, kana, birth) = person(&opened.program, &answers);
    Ok(Some(Line {
        case: id.to_owned(),
        reference: case.reference.clone().unwrap_or_default(),
        person,
        kana,
        birth,
        values: values(&opened.program, &held),
        valid_from: held.valid_from,
        valid_to: held.valid_to,
        standing: standing_words(held.standing),
    }))
}

/// A case whose holder and decision the caller may see; none otherwise.
fn opened(house: &House, conn: &mut Conn, caller: &Caller, id: &str) -> Result<Option<Opened>, Error> {
    match house.open(conn, caller, id, CommandName::Read) {
        Ok(opened) => {
            let sees = [DataClass::Identity, DataClass::Decision].map(|class| opened.granted.sees(class));
            Ok((sees == [true, true]).then_some(opened))
        }
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sits the caller at the register: whoever sees no decision has none.
fn seat(house: &House, caller: &Caller) -> Result<Seated, Error> {
    let definitions = house.programs.definitions();
    let mut roles = definitions.iter().flat_map(|it| it.roles.iter()).filter(|it| caller.actor.is(&it.code));
    let sees = roles.any(|role| role.sees.contains(&DataClass::Decision));
    if !sees {
        return Err(Error::refused("permission.denied"));
    }
    house.seat(caller, Desk::Register)
}
