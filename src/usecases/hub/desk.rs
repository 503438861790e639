//! What the operator sees of the hub's work, and may do about it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::permission::Desk;
use crate::store::hub;
use crate::store::hub_batches::{self, Batch};
use crate::store::hub_lines::{self, RowLine};
use crate::store::hub_state::{self, Discrepancy};
use crate::store::runs::{self, Run};
use crate::store::{Conn, hub_moves};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::{faults, ledger};

/// Rows on a page of the list.
pub const ROWS: i64 = 50;
const RUNS: i64 = 30;
const DISCREPANCIES: i64 = 100;

/// The hub's work at one look.
#[derive(Clone, Debug, Serialize)]
pub struct HubDesk {
    /// The registers, by name of their connectors.
    pub registers: Vec<RegisterView>,
    /// The newest runs of all kinds of nightly work.
    pub runs: Vec<RunView>,
    /// Batches whose outcome is not known.
    pub batches: Vec<BatchView>,
    /// Differences between what we hold registered and what the hub shows.
    pub discrepancies: Vec<DiscrepancyView>,
}

/// A register.
#[derive(Clone, Debug, Serialize)]
pub struct RegisterView {
    /// Name of its connector.
    pub connector: String,
    /// Whether it is configured; rows for one that is not wait.
    pub connected: bool,
    /// Why its connector stands still, if it does.
    pub stopped: Option<String>,
    /// Rows by state.
    pub counts: Vec<Count>,
}

/// How many rows are in a state.
#[derive(Clone, Debug, Serialize)]
pub struct Count {
    /// The state's code, for the list's filter.
    pub state: String,
    /// In words.
    pub words: &'static str,
    /// How many.
    pub rows: i64,
}

/// A run.
#[derive(Clone, Debug, Serialize)]
pub struct RunView {
    /// Id.
    pub id: String,
    /// What ran, in words.
    pub job: &'static str,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// `due`, `running`, `done`, `failed` or `stopped`.
    pub state: String,
    /// The state in words.
    pub words: &'static str,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Rows to do.
    pub total: i64,
    /// Rows done.
    pub done: i64,
    /// Rows rejected.
    pub rejected: i64,
    /// Why it did not come to its end.
    pub note: String,
}

/// A batch under way.
#[derive(Clone, Debug, Serialize)]
pub struct BatchView {
    /// Id.
    pub id: String,
    /// The connector.
    pub connector: String,
    /// The hub's name for its task; empty when it named none.
    pub task: String,
    /// Rows in it.
    pub size: i64,
    /// How often the task was asked after.
    pub polls: i64,
    /// When it was built.
    pub at: DateTime<Utc>,
}

/// A row.
#[derive(Clone, Debug, Serialize)]
pub struct RowView {
    /// Id.
    pub id: String,
    /// The connector.
    pub connector: String,
    /// The case.
    pub case_id: String,
    /// Its reference number.
    pub reference: String,
    /// The key under which the hub keeps it.
    pub history_key: String,
    /// Whether it withdraws that key.
    pub deleted: bool,
    /// Whether it does not wait for the night.
    pub urgent: bool,
    /// The state's code.
    pub state: String,
    /// The state in words.
    pub words: &'static str,
    /// Tries so far.
    pub attempts: i64,
    /// Why it was rejected, in words.
    pub faults: Vec<String>,
    /// When it changed last.
    pub changed_at: DateTime<Utc>,
    /// Whether it may be sent again.
    pub can_retry: bool,
}

/// A difference.
#[derive(Clone, Debug, Serialize)]
pub struct DiscrepancyView {
    /// The row.
    pub row_id: String,
    /// The connector.
    pub connector: String,
    /// The case.
    pub case_id: String,
    /// In words, with the names of the fields and never their values.
    pub words: String,
    /// When it was found.
    pub found_at: DateTime<Utc>,
}

/// The hub's work at one look.
///
/// # Errors
/// When the caller has no place at the operator's desk, or the database fails.
pub fn desk(house: &House, caller: &Caller) -> Result<HubDesk, Error> {
    house.seat(caller, Desk::Operation)?;
    house.database.read(|conn| {
        Ok(HubDesk {
            registers: registers(house, conn)?,
            runs: runs::newest(conn, RUNS)?.into_iter().map(run_view).collect(),
            batches: hub_batches::all_open(conn)?.into_iter().map(batch_view).collect(),
            discrepancies: hub_state::open_discrepancies(conn, DISCREPANCIES)?
                .into_iter()
                .map(discrepancy_view)
                .collect(),
        })
    })
}

/// Every register that is configured, or that a program tells of its decisions.
fn registers(house: &House, conn: &mut Conn) -> Result<Vec<RegisterView>, Error> {
    let mut counts: BTreeMap<String, Vec<Count>> = BTreeMap::new();
    for (connector, state, rows) in hub::all_counts(conn)? {
        counts.entry(connector).or_default().push(count((state, rows)));
    }
    let mut stopped = hub_state::all_stopped(conn)?;
    let told = || house.programs.offered();
    let decisions = told().flat_map(|program| &program.definition.connectors).map(|it| &it.id);
    let doses = told().filter_map(|program| program.definition.exchange.as_ref()).map(|it| &it.connector);
    let names: BTreeSet<&String> = decisions.chain(doses).chain(house.hubs.keys()).collect();
    let view = |connector: &String| RegisterView {
        connector: connector.clone(),
        connected: house.hubs.contains_key(connector),
        stopped: stopped.remove(connector),
        counts: counts.remove(connector).unwrap_or_default(),
    };
    Ok(names.into_iter().map(view).collect())
}

/// Whether something waits that cannot wait for the night, and could go.
///
/// # Errors
/// When the database fails.
pub fn is_pressed(house: &House) -> Result<bool, Error> {
    house.database.read(|conn| {
        let stopped = hub_state::all_stopped(conn)?;
        let pressed = hub_moves::pressed(conn)?;
        Ok(pressed.iter().any(|it| house.hubs.contains_key(it) && !stopped.contains_key(it)))
    })
}

/// Rows in a state (any, when empty), newest first, [`ROWS`] on a page; before an id.
///
/// # Errors
/// As [`desk`].
pub fn rows(house: &House, caller: &Caller, state: &str, before: &str) -> Result<Vec<RowView>, Error> {
    house.seat(caller, Desk::Operation)?;
    house.database.read(|conn| listed(conn, state, "", before))
}

/// The rows of a case, newest first.
///
/// # Errors
/// When the caller may not read the case, or the database fails.
pub fn of_case(house: &House, caller: &Caller, case_id: &str) -> Result<Vec<RowView>, Error> {
    house.read(caller, case_id, "registration", |conn, _| listed(conn, "", case_id, ""))
}

fn listed(conn: &mut Conn, state: &str, case_id: &str, before: &str) -> Result<Vec<RowView>, Error> {
    let lines = hub_lines::lines(conn, "", state, case_id, before, ROWS)?;
    Ok(lines.into_iter().map(row_view).collect())
}

/// Sends a row again: one that was rejected, or that the hub took and does not hold.
///
/// # Errors
/// `hub.row-settled` when there is nothing to send again; as [`desk`].
pub fn retry(house: &House, caller: &Caller, row: &str) -> Result<(), Error> {
    house.seat(caller, Desk::Operation)?;
    house.database.write(|conn| {
        let case = hub::case_of(conn, row)?;
        if !hub_moves::again(conn, row, house.now())? {
            return Err(Error::refused("hub.row-settled"));
        }
        ledger::show(house, conn, [case.as_str()])?;
        house.record(conn, caller, "retry_row", &case, "done", json!({ "row": row }))
    })
}

/// Gives up waiting for a batch: its rows go with another one. The hub keeps one row a key, so that
/// nothing is registered twice even if the batch was taken.
///
/// # Errors
/// `hub.batch-settled` when its outcome is known by now; as [`desk`].
pub fn release(house: &House, caller: &Caller, batch: &str) -> Result<(), Error> {
    house.seat(caller, Desk::Operation)?;
    house.database.write(|conn| {
        if !hub_batches::all_open(conn)?.iter().any(|it| it.id == batch) {
            return Err(Error::refused("hub.batch-settled"));
        }
        ledger::release(house, conn, batch)?;
        house.record(conn, caller, "release_batch", "", "done", json!({ "batch": batch }))
    })
}

/// Starts a connector again after somebody has looked.
///
/// # Errors
/// As [`desk`].
pub fn start_again(house: &House, caller: &Caller, connector: &str) -> Result<(), Error> {
    house.seat(caller, Desk::Operation)?;
    house.database.write(|conn| {
        if !hub_state::all_stopped(conn)?.contains_key(connector) {
            return Err(Error::NotFound);
        }
        hub_state::set_stopped(conn, connector, false, "", house.now())?;
        house.record(conn, caller, "start_connector", "", "done", json!({ "connector": connector }))
    })
}

fn count((state, rows): (String, i64)) -> Count {
    Count { words: row_words(&state), state, rows }
}

/// A stored run as pages show it.
pub fn run_view(run: Run) -> RunView {
    RunView {
        job: job_words(&run.job),
        due_at: run.due_at.and_utc(),
        words: run_words(&run.state),
        started_at: run.started_at.map(|at| at.and_utc()),
        finished_at: run.finished_at.map(|at| at.and_utc()),
        id: run.id,
        state: run.state,
        total: run.total,
        done: run.done,
        rejected: run.rejected,
        note: run.note,
    }
}

fn batch_view(batch: Batch) -> BatchView {
    let at = batch.at.and_utc();
    let connector = batch.connector;
    BatchView { id: batch.id, connector, task: batch.task, size: batch.size, polls: batch.polls, at }
}

fn row_view(line: RowLine) -> RowView {
    let (
        id,
        connector,
        case_id,
        reference,
        history_key,
        deleted,
        urgent,
        state,
        attempts,
        problem,
        changed_at,
    ) = line;
    RowView {
        id,
        connector,
        case_id: case_id.unwrap_or_default(),
        reference: reference.unwrap_or_default(),
        history_key,
        deleted,
        urgent,
        words: row_words(&state),
        can_retry: matches!(state.as_str(), "rejected" | "accepted"),
        state,
        attempts,
        faults: faults::read(&problem).iter().map(faults::Fault::words).collect(),
        changed_at: changed_at.and_utc(),
    }
}

fn discrepancy_view(found: Discrepancy) -> DiscrepancyView {
    let words = match found.kind.as_str() {
        "missing" => "連携先にありません".to_owned(),
        _ => format!("連携先と違います：{}", faults::fields_in_words(&found.fields)),
    };
    DiscrepancyView {
        row_id: found.row_id,
        connector: found.connector,
        case_id: found.case_id,
        words,
        found_at: found.found_at.and_utc(),
    }
}

fn job_words(job: &str) -> &'static str {
    match job {
        "nightly" => "夜間連携",
        "urgent" => "緊急連携",
        "upkeep" => "定期の手入れ",
        _ => "その他",
    }
}

fn run_words(state: &str) -> &'static str {
    match state {
        "due" => "開始待ち",
        "running" => "実行中",
        "done" => "完了",
        "failed" => "途中で終了",
        "stopped" => "停止",
        _ => "不明",
    }
}

fn row_words(state: &str) -> &'static str {
    match state {
        "pending" => "送信待ち",
        "sent" => "結果待ち",
        "accepted" => "受付済み（確認待ち）",
        "confirmed" => "連携済",
        "rejected" => "不受理",
        "superseded" => "後の行に置き換え",
        _ => "不明",
    }
}
