//! Runs of the nightly work and their rows.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use crate::domain::permission::Desk;
use crate::store::operation::{self, RunRow, Span};
use crate::store::runs::{self, Run};
use crate::store::{Conn, run_holds};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::hub::{self, Fault, RunView, run_view};

/// Name of the nightly work among the runs.
pub const NIGHTLY: &str = "nightly";
/// Rows on a page.
pub const ROWS: i64 = 50;
/// Rows that one order sends again at most.
const MOST_RETRIED: i64 = 1_000;

/// Which rows of a run are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Those whose result is not known, or not read back.
    Waiting,
    /// Those read back as sent.
    Confirmed,
    /// Those refused.
    Rejected,
    /// Those for which a later row stands.
    Superseded,
}

impl Which {
    /// Every choice with its code and words, in the order of the tabs.
    pub const ALL: [(Which, &'static str, &'static str); 5] = [
        (Which::All, "", "すべて"),
        (Which::Waiting, "waiting", "結果待ち"),
        (Which::Confirmed, "confirmed", "連携済み"),
        (Which::Rejected, "rejected", "拒否"),
        (Which::Superseded, "superseded", "置きかえ済み"),
    ];

    /// The choice of a code.
    pub fn from_code(code: &str) -> Which {
        Which::ALL.iter().find(|it| it.1 == code).map_or(Which::All, |it| it.0)
    }

    fn states(self) -> &'static [&'static str] {
        match self {
            Which::All => &[],
            Which::Waiting => &["pending", "sent", "accepted"],
            Which::Confirmed => &["confirmed"],
            Which::Rejected => &["rejected"],
            Which::Superseded => &["superseded"],
        }
    }

    /// How many rows of these counts belong to the choice.
    pub fn of(self, counts: &BTreeMap<String, i64>) -> i64 {
        let states = self.states();
        counts
            .iter()
            .filter(|(state, _)| states.is_empty() || states.contains(&state.as_str()))
            .map(|it| it.1)
            .sum()
    }
}

/// A row as the page of a run shows it.
#[derive(Clone, Debug, Serialize)]
pub struct RowView {
    /// Id.
    pub id: String,
    /// The connector.
    pub connector: String,
    /// Reference number of its case.
    pub reference: String,
    /// What it does at the register.
    pub what: &'static str,
    /// Its state.
    pub state: String,
    /// Why it was refused, in words.
    pub text: String,
    /// The codes that the register gave.
    pub codes: String,
    /// What proves that it was taken.
    pub receipt: String,
    /// Tries so far.
    pub tries: i64,
    /// Whether it may be sent again.
    pub can_retry: bool,
}

/// A run with a page of its rows.
pub struct Detail {
    /// The run.
    pub run: RunView,
    /// Rows by state.
    pub counts: BTreeMap<String, i64>,
    /// A page of rows.
    pub rows: Vec<RowView>,
}

/// A run with the rows of a choice, after an id.
///
/// # Errors
/// [`Error::NotFound`]; when the caller has no place at the desk, or the database fails.
pub fn detail(house: &House, caller: &Caller, id: &str, which: Which, after: &str) -> Result<Detail, Error> {
    house.seat(caller, Desk::Operation)?;
    house.database.read(|conn| {
        let run = runs::find(conn, id)?;
        let span = span(house, &run);
        let counts = operation::run_counts(conn, span)?;
        let rows = operation::run_rows(conn, span, which.states(), after, ROWS)?;
        Ok(Detail { run: run_view(run), counts, rows: rows.into_iter().map(row_view).collect() })
    })
}

fn span(house: &House, run: &Run) -> Span {
    let from = run.started_at.unwrap_or(run.due_at).and_utc();
    Span { from, to: run.finished_at.map_or_else(|| house.now(), |at| at.and_utc()) }
}

fn row_view(row: RunRow) -> RowView {
    let faults: Vec<Fault> = serde_json::from_str(&row.problem).unwrap_or_default();
    let joined = |each: fn(&Fault) -> String| faults.iter().map(each).collect::<Vec<_>>().join("、");
    RowView {
        what: match (row.deleted, row.urgent) {
            (true, _) => "取消し",
            (false, true) => "登録（緊急）",
            (false, false) => "登録",
        },
        text: joined(Fault::words),
        codes: joined(|fault| fault.code.clone()),
        can_retry: row.state == "rejected",
        id: row.id,
        connector: row.connector,
        // A row about a person of a ledger belongs to no case.
        reference: row.reference.unwrap_or_else(|| "－".to_owned()),
        state: row.state,
        receipt: row.receipt,
        tries: row.attempts,
    }
}

/// Sends the given rows again and tells how many went; rows that were settled meanwhile are passed over.
///
/// # Errors
/// As [`detail`].
pub fn retry(house: &House, caller: &Caller, rows: &[String]) -> Result<usize, Error> {
    let mut again = 0;
    for row in rows {
        match hub::retry(house, caller, row) {
            Ok(()) => again += 1,
            Err(Error::Refused(refusals)) if refusals.iter().any(|it| it.key == "hub.row-settled") => {}
            Err(error) => return Err(error),
        }
    }
    Ok(again)
}

/// Sends every refused row of a run again.
///
/// # Errors
/// As [`detail`].
pub fn retry_all(house: &House, caller: &Caller, id: &str) -> Result<usize, Error> {
    house.seat(caller, Desk::Operation)?;
    let rows = house.database.read(|conn| {
        let run = runs::find(conn, id)?;
        let states = Which::Rejected.states();
        operation::run_rows(conn, span(house, &run), states, "", MOST_RETRIED)
    })?;
    let ids: Vec<String> = rows.into_iter().map(|row| row.id).collect();
    retry(house, caller, &ids)
}

/// Orders a run now. Whichever process looks first makes it.
///
/// # Errors
/// `run.busy` while one is under way; as [`detail`].
pub fn start(house: &House, caller: &Caller) -> Result<(), Error> {
    house.seat(caller, Desk::Operation)?;
    house.database.write(|conn| {
        if under_way(house, conn)? {
            return Err(Error::refused("run.busy"));
        }
        let id = house.new_id("run")?;
        runs::note_due(conn, &id, NIGHTLY, house.now())?;
        house.record(conn, caller, "start_run", "", "done", json!({ "run": id }))
    })
}

fn under_way(house: &House, conn: &mut Conn) -> Result<bool, Error> {
    let waits = run_holds::newest_of(conn, NIGHTLY)?.is_some_and(|(state, _)| state == "due");
    Ok(waits || run_holds::busy(conn, NIGHTLY, house.now())?)
}
