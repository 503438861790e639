//! What of the hub's work is written down, each step one transaction: a process that dies between two
//! steps finds in the database where it was.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use uuid::Uuid;

use crate::ports::hub::{Entry, Hub};
use crate::store::hub::{self, HubRow};
use crate::store::hub_batches::{self, Batch};
use crate::store::hub_moves::{self, Answer};
use crate::store::seal::sha256_hex;
use crate::store::{Conn, cases, hub_state};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::faults::{self, Fault};
use super::{Link, MOST_BYTES, convert};

/// Names our keys apart from other people's (RFC 9562, name-based).
const KEYS: Uuid = Uuid::from_u128(0x6d61_646f_6775_6368_6968_7562_6261_7463);
/// The published field names are longer than ours: this much is added to a row's size.
const ROW_OVERHEAD: usize = 1_024;
/// Cases looked at in one statement.
const CASES: usize = 200;

/// Which row a position in a batch is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub row: String,
    pub case: String,
    pub history_key: String,
    pub deleted: bool,
}

/// A batch with its rows, ready to be sent or asked after.
pub(super) struct Load {
    pub batch: Batch,
    pub key: Uuid,
    pub lines: Vec<Line>,
    pub rows: Vec<Entry>,
    /// Rows that cannot be read any more; the batch can then not be sent.
    pub unreadable: Vec<(usize, Vec<Fault>)>,
}

/// What was found at the start of a run.
pub(super) struct Opening {
    /// Why the connector stands still, if it does.
    pub stopped: Option<String>,
    /// Batches of an earlier run whose outcome is not known.
    pub batches: Vec<Batch>,
    /// Rows that are not yet answered.
    pub waiting: i64,
}

/// Picked rows, and how many were refused on the way.
pub(super) struct Picked {
    pub load: Option<Load>,
    pub refused: i64,
}

/// Puts the rows in order and finds what an earlier run left open.
pub(super) fn open(house: &House, link: &Link, urgent_only: bool) -> Result<Opening, Error> {
    let connector = link.connector.as_str();
    house.database.write(|conn| {
        if let Some(reason) = hub_state::stopped(conn, connector)? {
            return Ok(Opening { stopped: Some(reason), batches: Vec::new(), waiting: 0 });
        }
        hub_moves::hold_picking(conn)?;
        let subjects = hub_moves::crowded(conn, connector, &["pending", "rejected"])?;
        step_aside(house, conn, connector, &subjects, (&["pending", "rejected"], &["pending"]))?;
        hub_moves::hurry(conn, connector)?;
        let mut batches = hub_batches::open(conn, connector)?;
        if urgent_only {
            batches = urgent_ones(house, conn, batches)?;
        }
        let counts = hub::counts(conn, connector)?;
        let waits = |state: &str| matches!(state, "pending" | "sent");
        let waiting = counts.iter().filter(|(state, _)| waits(state)).map(|(_, count)| count).sum();
        Ok(Opening { stopped: None, batches, waiting })
    })
}

/// Rows of the subjects in the first states step aside for later ones of the same key in the second;
/// which.
pub(super) fn step_aside(
    house: &House,
    conn: &mut Conn,
    connector: &str,
    subjects: &[String],
    states: (&[&str], &[&str]),
) -> Result<BTreeSet<String>, Error> {
    let aside = hub_moves::supersede(conn, connector, subjects, states, house.now())?;
    show(house, conn, aside.iter().map(|(_, case)| case.as_str()))?;
    Ok(aside.into_iter().map(|(row, _)| row).collect())
}

fn urgent_ones(house: &House, conn: &mut Conn, batches: Vec<Batch>) -> Result<Vec<Batch>, Error> {
    let mut urgent = Vec::new();
    for batch in batches {
        if hub::of_batch(conn, &house.keys, &batch.id)?.iter().all(|row| row.urgent) {
            urgent.push(batch);
        }
    }
    Ok(urgent)
}

/// Whether anything is pending.
pub(super) fn waits(house: &House, connector: &str) -> Result<bool, Error> {
    Ok(house.database.read(|conn| hub_moves::waits(conn, connector, false))?)
}

/// Picks the next rows and writes them down as a batch with its key, before anything is sent.
pub(super) fn pick(
    house: &House,
    link: &Link,
    org: &str,
    urgent_only: bool,
    limit: usize,
) -> Result<Picked, Error> {
    house.database.write(|conn| {
        hub_moves::hold_picking(conn)?;
        let mut refused = 0;
        loop {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let found = hub::next_pending(conn, &house.keys, &link.connector, urgent_only, limit)?;
            if found.is_empty() {
                return Ok(Picked { load: None, refused });
            }
            let (fit, unfit) = sorted(&*link.hub, found);
            for (row, faults) in &unfit {
                hub_moves::refuse(conn, &row.id, &faults::write(faults), house.now())?;
                refused += 1;
            }
            show(house, conn, unfit.iter().map(|(row, _)| row.case_id.as_str()))?;
            if !fit.is_empty() {
                return Ok(Picked {
                    load: Some(write_batch(house, conn, &link.connector, org, fit)?),
                    refused,
                });
            }
        }
    })
}

type Fit = Vec<(HubRow, Entry)>;
type Unfit = Vec<(HubRow, Vec<Fault>)>;

/// As many rows as a batch may hold, and those that cannot be sent at all.
fn sorted(hub: &dyn Hub, found: Vec<HubRow>) -> (Fit, Unfit) {
    let (mut fit, mut unfit, mut size) = (Vec::new(), Vec::new(), 0);
    for row in found {
        size += row.body.len() + ROW_OVERHEAD;
        if size > MOST_BYTES && !fit.is_empty() {
            break;
        }
        match convert::entry(hub, &row) {
            Ok(ready) => fit.push((row, ready)),
            Err(faults) => unfit.push((row, faults)),
        }
    }
    (fit, unfit)
}

fn write_batch(house: &House, conn: &mut Conn, connector: &str, org: &str, fit: Fit) -> Result<Load, Error> {
    let id = house.new_id("bat")?;
    let key = key(org, &id, fit.iter().map(|(row, _)| row));
    let size = i64::try_from(fit.len()).unwrap_or(i64::MAX);
    let at = house.now();
    hub_batches::insert(conn, &id, connector, &key.to_string(), size, at)?;
    for (position, (row, _)) in (0..).zip(&fit) {
        if !hub_moves::pick(conn, &row.id, &id, position)? {
            return Err(Error::Fault("a picked row was no longer pending".to_owned()));
        }
    }
    let batch = Batch {
        id,
        connector: connector.to_owned(),
        idempotency_key: key.to_string(),
        task: String::new(),
        state: "built".to_owned(),
        size,
        polls: 0,
        at: at.naive_utc(),
    };
    let lines = fit.iter().map(|(row, _)| line(row)).collect();
    let rows = fit.into_iter().map(|(_, ready)| ready).collect();
    Ok(Load { batch, key, lines, rows, unreadable: Vec::new() })
}

/// The key says which rows are meant, not which try it is.
fn key<'a>(org: &str, batch: &str, rows: impl Iterator<Item = &'a HubRow>) -> Uuid {
    let contents: String = rows.map(|row| format!("{} {}\n", row.id, row.content_hash)).collect();
    let name = format!("{org}\n{batch}\n{}", sha256_hex(contents.as_bytes()));
    Uuid::new_v5(&KEYS, name.as_bytes())
}

fn line(row: &HubRow) -> Line {
    let (row_id, case, history_key) = (row.id.clone(), row.case_id.clone(), row.history_key.clone());
    Line { row: row_id, case, history_key, deleted: row.deleted }
}

/// Loads a batch that an earlier run left open.
pub(super) fn resume(house: &House, hub: &dyn Hub, batch: Batch) -> Result<Load, Error> {
    let key = Uuid::try_parse(&batch.idempotency_key)
        .map_err(|_| Error::Fault("a batch without key".to_owned()))?;
    let stored = house.database.read(|conn| hub::of_batch(conn, &house.keys, &batch.id))?;
    let (mut rows, mut unreadable) = (Vec::new(), Vec::new());
    for (position, row) in stored.iter().enumerate() {
        match convert::entry(hub, row) {
            Ok(ready) => rows.push(ready),
            Err(faults) => unreadable.push((position, faults)),
        }
    }
    Ok(Load { batch, key, lines: stored.iter().map(line).collect(), rows, unreadable })
}

/// The hub took a batch: its task is written down, and the cases show that it is on the way.
pub(super) fn taken(house: &House, batch: &str, task: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        hub_batches::set_task(conn, batch, task)?;
        Ok(hub_moves::show_sent(conn, batch)?)
    })
}

/// Closes a batch with what became of its rows; tells which of them were not answered before.
pub(super) fn close(house: &House, batch: &str, answers: &[(String, Answer)]) -> Result<Vec<Answer>, Error> {
    house.database.write(|conn| {
        let news = store_answers(house, conn, batch, answers)?;
        hub_batches::close(conn, batch, "closed")?;
        Ok(news)
    })
}

/// Takes a batch apart: the answered rows keep their answer, the others wait for another batch.
pub(super) fn take_apart(
    house: &House,
    batch: &str,
    answers: &[(String, Answer)],
) -> Result<Vec<Answer>, Error> {
    house.database.write(|conn| {
        let news = store_answers(house, conn, batch, answers)?;
        release(house, conn, batch)?;
        Ok(news)
    })
}

/// Lets the rows of a batch that have no answer wait for another one.
pub(super) fn release(house: &House, conn: &mut Conn, batch: &str) -> Result<(), Error> {
    let cases = hub_moves::cases_of(conn, batch)?;
    hub::release_batch(conn, batch)?;
    hub_batches::close(conn, batch, "defect")?;
    show(house, conn, cases.iter().map(String::as_str))
}

/// Stores answers, each with the case it belongs to.
fn store_answers(
    house: &House,
    conn: &mut Conn,
    batch: &str,
    answers: &[(String, Answer)],
) -> Result<Vec<Answer>, Error> {
    let mut news = Vec::new();
    let mut touched = Vec::new();
    for (case, answer) in answers {
        if hub_moves::answer(conn, batch, answer, house.now())? {
            news.push(answer.clone());
            touched.push(case.as_str());
        }
    }
    show(house, conn, touched)?;
    Ok(news)
}

/// Brings the cases' own marks up to date with their rows.
pub(super) fn show<'c>(
    house: &House,
    conn: &mut Conn,
    cases: impl IntoIterator<Item = &'c str>,
) -> Result<(), Error> {
    let cases: BTreeSet<&str> = cases.into_iter().collect();
    let cases: Vec<&str> = cases.into_iter().collect();
    // In steps, because a statement holds only so many values.
    cases.chunks(CASES).try_for_each(|cases| show_some(house, conn, cases))
}

fn show_some(house: &House, conn: &mut Conn, cases: &[&str]) -> Result<(), Error> {
    let mut states: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (case, state) in hub::states_of(conn, cases)? {
        states.entry(case).or_default().push(state);
    }
    let mut marked: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for case in cases {
        marked.entry(mark(states.get(*case).map_or(&[], Vec::as_slice))).or_default().push(case);
    }
    for (sync, cases) in marked {
        let moved = cases::move_sync(conn, &cases, sync)?;
        if matches!(sync, "confirmed" | "rejected") {
            house.record_all(conn, &Caller::system(), "record_sync", &moved, &json!({ "sync": sync }))?;
        }
    }
    Ok(())
}

/// How far a case is: registered only when every row of it is.
fn mark(states: &[String]) -> &'static str {
    let any = |wanted: &[&str]| states.iter().any(|state| wanted.contains(&state.as_str()));
    if any(&["rejected"]) {
        "rejected"
    } else if any(&["sent", "accepted"]) {
        "sent"
    } else if any(&["pending"]) {
        "pending"
    } else if any(&["confirmed"]) {
        "confirmed"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_registered_only_when_all_its_rows_are() {
        let mark = |states: &[&str]| mark(&states.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
        assert_eq!(mark(&["confirmed", "superseded"]), "confirmed");
        assert_eq!(mark(&["confirmed", "accepted"]), "sent");
        assert_eq!(mark(&["confirmed", "pending"]), "pending");
        assert_eq!(mark(&["confirmed", "rejected", "pending"]), "rejected");
        assert_eq!(mark(&["superseded"]), "");
    }

    #[test]
    fn the_key_depends_on_what_is_sent_and_on_nothing_else() {
        let row = super::super::tests::row("hub_1");
        let other = HubRow { content_hash: "x".to_owned(), ..row.clone() };
        let tried = HubRow { attempts: 5, ..row.clone() };
        let key = |org: &str, batch: &str, row: &HubRow| key(org, batch, std::iter::once(row));
        assert_eq!(key("1", "b", &row), key("1", "b", &tried));
        for different in [key("1", "b", &other), key("1", "c", &row), key("2", "b", &row)] {
            assert_ne!(key("1", "b", &row), different);
        }
    }
}
