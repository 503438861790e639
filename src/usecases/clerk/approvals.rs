//! What waits for a signature.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::permission::Desk;
use crate::domain::program::vocabulary::CommandName;
use crate::store::queue;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::clock::{self, Chip};
use super::head::title;
use super::queue::{Asked, count, filter, total};
use super::words;

/// Rows at most; the most urgent come first.
const MOST: i64 = 100;

/// A draft in 決裁.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    id: String,
    reference: String,
    person: String,
    title: String,
    outcome: String,
    drafter: String,
    sent_at: DateTime<Utc>,
    clock: Option<Chip>,
    mine: bool,
}

/// The list.
#[derive(Clone, Debug, Serialize)]
pub struct Approvals {
    rows: Vec<Row>,
    previous: Option<String>,
    next: Option<String>,
    total: String,
}

/// The drafts that wait for a signature, the most urgent first.
///
/// # Errors
/// `permission.denied`.
pub fn approvals(house: &House, caller: &Caller) -> Result<Approvals, Error> {
    let seated = house.seat(caller, Desk::Register)?;
    let asked: Asked = [("state".to_owned(), "approval".to_owned())].into();
    let filter = filter(house, caller, &asked);
    house.read_list(caller, "approvals", |conn| {
        let mut rows: Vec<Row> = Vec::new();
        for line in queue::page(conn, &seated, &filter, MOST)? {
            let opened = house.open(conn, caller, &line.id, CommandName::Read)?;
            let Some(draft) = &opened.stored.case.draft else { continue };
            let rule = opened.program.definition.outcome(&opened.stored.case.kind, draft.content.outcome);
            rows.push(Row {
                person: line.name(&house.keys)?,
                reference: line.reference.unwrap_or_default(),
                title: title(&opened),
                outcome: rule.map(|rule| words::text(&opened.program, &rule.label)).unwrap_or_default(),
                drafter: draft.name.clone(),
                sent_at: draft.at,
                clock: clock::of_case(&opened.stored.case, house.today()),
                mine: draft.by != caller.actor.id,
                id: line.id,
            });
        }
        let total = total(count(conn, &seated, &filter)?);
        let cases = rows.iter().map(|row| row.id.clone()).collect();
        Ok((Approvals { rows, previous: None, next: None, total }, cases))
    })
}
