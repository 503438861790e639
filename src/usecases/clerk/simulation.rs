//! What changed tables would change: the rules worked again over decided cases.

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::domain::calendar::start_in_japan;
use crate::domain::program::Program;
use crate::domain::program::outcome::DecisionShape;
use crate::domain::program::vocabulary::{CommandName, FieldType};
use crate::domain::proposal::Proposal;
use crate::store::grants;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::proposal;

/// Cases held in memory at a time.
const PAGE: i64 = 100;

/// What stands for a text.
pub const WITHHELD: &str = "…";

/// A proposed value that would be another; it names the case by its id and nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flip {
    /// The case.
    pub case: String,
    /// The decision's field.
    pub field: String,
    /// What the tables to which the case is pinned propose, as JSON; a text is withheld, as it may name
    /// a disease.
    pub before: String,
    /// What the changed tables propose, in the same way.
    pub after: String,
}

/// How a simulation went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Simulated {
    /// Cases that were worked.
    pub worked: usize,
    /// Cases of which at least one field would be another.
    pub flipped: usize,
}

/// Works the rules again over every case of the program decided since the beginning of a day in Japan,
/// and tells of each case, as it is done, how many were worked and which values would be others.
/// Nothing is changed; the record notes that it was done.
///
/// # Errors
/// When the database fails.
pub fn simulate(
    house: &House,
    with: &Arc<Program>,
    since: NaiveDate,
    tell: &mut dyn FnMut(usize, &[Flip]),
) -> Result<Simulated, Error> {
    let program = with.definition.id.as_str();
    let start = start_in_japan(since);
    let mut done = Simulated::default();
    let mut last = String::new();
    loop {
        let page = house.database.read(|conn| grants::decided_since(conn, program, start, &last, PAGE))?;
        let Some(newest) = page.last() else { break };
        last.clone_from(newest);
        for case in &page {
            let flips = flips(house, case, with)?;
            done.worked += 1;
            done.flipped += usize::from(!flips.is_empty());
            tell(done.worked, &flips);
        }
    }
    let detail = json!({ "program": program, "definition": with.hash, "worked": done.worked });
    house.database.write(|conn| house.record(conn, &Caller::system(), "simulate", "", "done", detail))?;
    Ok(done)
}

fn flips(house: &House, case: &str, with: &Arc<Program>) -> Result<Vec<Flip>, Error> {
    house.database.read(|conn| {
        // The engine reads nothing for its own sake; it works the rules again as when it made the decision final.
        let opened = house.open(conn, &Caller::system(), case, CommandName::Finalise)?;
        let before = proposal::of(house, conn, &opened)?.unwrap_or_default();
        let changed = Opened { program: Arc::clone(with), ..opened };
        let after = proposal::of(house, conn, &changed)?.unwrap_or_default();
        Ok(different(case, &with.definition.decision, &before, &after))
    })
}

fn different(case: &str, shape: &DecisionShape, before: &Proposal, after: &Proposal) -> Vec<Flip> {
    let said = |field: &str, value: &Value| match shape.field(field).map(|it| it.kind) {
        None | Some(FieldType::Text | FieldType::Parts) => WITHHELD.to_owned(),
        Some(_) => value.to_string(),
    };
    let fields: std::collections::BTreeSet<&String> =
        before.fields.keys().chain(after.fields.keys()).collect();
    let value = |proposal: &Proposal, field: &str| proposal.value(field).cloned().unwrap_or(Value::Null);
    let pairs = fields.into_iter().map(|field| (field, value(before, field), value(after, field)));
    pairs
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Flip {
            case: case.to_owned(),
            field: field.clone(),
            before: said(field, &before),
            after: said(field, &after),
        })
        .collect()
}
