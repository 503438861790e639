//! What was ever decided for a holder: the case and those that it follows or that follow it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::case::decision::Decision;
use crate::domain::program::Program;
use crate::store::{Conn, cases};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::clerk::words;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::slots::{person, shown_field};
use crate::usecases::standing;

use super::{opened, seat};

/// Cases that are followed at most, in either direction.
const MOST: usize = 40;

/// A value that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    label: String,
    before: String,
    after: String,
}

/// A decision.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    case: String,
    reference: String,
    kind: String,
    outcome: String,
    at: DateTime<Utc>,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    drafter: String,
    signers: Vec<String>,
    /// What the person reads otherwise than in the decision before.
    changed: Vec<Changed>,
}

/// The history of a holder.
#[derive(Clone, Debug, Serialize)]
pub struct History {
    person: String,
    entries: Vec<Entry>,
}

/// Everything decided for the holder of a case, the oldest first. Each case is recorded as read.
///
/// # Errors
/// [`Error::NotFound`] for a case that the caller must not know of.
pub fn history(house: &House, caller: &Caller, case: &str) -> Result<History, Error> {
    seat(house, caller)?;
    house.database.write(|conn| {
        let family = family(house, conn, caller, case)?;
        let ids: Vec<String> = family.iter().map(|it| it.stored.case.id.clone()).collect();
        house.record_all(conn, caller, "read", &ids, &json!({ "purpose": "holders" }))?;
        let newest = family.last().ok_or(Error::NotFound)?;
        let answers = standing::now(conn, newest)?;
        let (person, _, _) = person(&newest.program, &answers);
        Ok(History { person, entries: entries(&family) })
    })
}

/// The cases of a certificate, the oldest first.
fn family(house: &House, conn: &mut Conn, caller: &Caller, case: &str) -> Result<Vec<Opened>, Error> {
    let mut found = vec![opened(house, conn, caller, case)?.ok_or(Error::NotFound)?];
    while let Some(earlier) =
        found.first().and_then(|it| it.stored.case.follows.clone()).filter(|_| found.len() < MOST)
    {
        match opened(house, conn, caller, &earlier)? {
            Some(opened) => found.insert(0, opened),
            None => break,
        }
    }
    let mut last = case.to_owned();
    let renewing = found.first().map(|it| it.program.clone());
    let renewing = renewing.as_ref().map(|it| it.definition.renewing()).unwrap_or_default();
    while let Some((later, _)) = cases::follower(conn, &last, &renewing)?.filter(|_| found.len() < 2 * MOST) {
        found.extend(opened(house, conn, caller, &later)?);
        last = later;
    }
    Ok(found)
}

fn entries(family: &[Opened]) -> Vec<Entry> {
    let mut before: Option<&Decision> = None;
    let mut found = Vec::new();
    for opened in family {
        for ruling in opened.rulings() {
            let member = opened.member(ruling.case).unwrap_or(opened);
            found.push(entry(member, before, ruling.decision));
            before = Some(ruling.decision);
        }
    }
    found
}

fn entry(opened: &Opened, before: Option<&Decision>, decision: &Decision) -> Entry {
    let (program, case) = (&opened.program, &opened.stored.case);
    let content = &decision.draft.content;
    let rule = program.definition.outcome(&case.kind, content.outcome);
    Entry {
        case: case.id.clone(),
        reference: case.reference.clone().unwrap_or_default(),
        kind: words::text(program, &format!("kind.{}", case.kind.code())),
        outcome: rule.map(|rule| words::text(program, &rule.label)).unwrap_or_default(),
        at: decision.at,
        valid_from: content.effective_from,
        valid_to: content.valid_to,
        drafter: decision.draft.name.clone(),
        signers: decision.draft.signatures.iter().map(|signature| signature.name.clone()).collect(),
        changed: before.map(|before| changed(program, before, decision)).unwrap_or_default(),
    }
}

/// The listed values that differ.
fn changed(program: &Program, before: &Decision, now: &Decision) -> Vec<Changed> {
    let shape = &program.definition.decision;
    let shown = |decision: &Decision, key: &String| {
        let value = decision.draft.content.fields.get(key);
        value.map(|value| shown_field(program, key, value)).unwrap_or_default()
    };
    let fields = shape.listed.iter().filter_map(|key| shape.field(key));
    let pairs = fields.map(|field| Changed {
        label: words::text(program, &field.label),
        before: shown(before, &field.key),
        after: shown(now, &field.key),
    });
    pairs.filter(|pair| pair.before != pair.after).collect()
}
