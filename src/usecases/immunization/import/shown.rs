//! The pages of imports: the runs, how far one is, and the lines that wait for a person.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::immunization::import::{Field, Kind};
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::store::Conn;
use crate::store::dose_imports::{self, DoseImport, Held};
use crate::usecases::access::Caller;
use crate::usecases::clerk::names::Names;
use crate::usecases::csv;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::Keeping;

use super::receive::{Body, last_map};
use super::{Reason, may};

/// Runs that are listed.
const RUNS: i64 = 50;
/// Waiting lines of a page.
const PAGE: i64 = 50;

/// A run in the list.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// Id.
    pub id: String,
    /// Name of the file.
    pub file: String,
    /// Code of the state.
    pub state: String,
    /// The state in words.
    pub state_label: &'static str,
    /// Lines in all.
    pub lines: i64,
    /// Lines that are behind it.
    pub looked: i64,
    /// Code of what its lines tell.
    pub kind: String,
    /// New ones.
    pub fresh: i64,
    /// Those that change what is on record of a person.
    pub changed: i64,
    /// Those that the ledger had.
    pub same: i64,
    /// Those that wait.
    pub held: i64,
    /// Why it ended early; empty otherwise.
    pub note: String,
    /// Whoever asked for it.
    pub owner: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The list of runs.
#[derive(Clone, Debug, Serialize)]
pub struct Runs {
    /// Id of the program.
    pub program: String,
    /// The newest first.
    pub runs: Vec<Run>,
    /// Of what the lines of the next file tell.
    pub kind: Kind,
    /// The map of the last time, or the common one, to start from.
    pub map: String,
}

/// A line that waits.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Its line in the file.
    pub line: i64,
    /// Why it waits, in words.
    pub reasons: Vec<String>,
    /// Its cells by heading, those that the map reads.
    pub cells: Vec<(String, String)>,
    /// `trial`, `open` or `settled`.
    pub state: String,
    /// What was done about it.
    pub note: String,
}

/// The page of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// The run.
    pub run: Run,
    /// Whether it goes on by itself.
    pub at_work: bool,
    /// Whether it can be started.
    pub can_start: bool,
    /// Whether it can be cancelled.
    pub can_cancel: bool,
    /// Lines that wait.
    pub waiting: Vec<Line>,
    /// The line after which the next page begins.
    pub next: Option<i64>,
}

/// The runs of the program that keeps a ledger, and the map with which a file of a kind would begin.
///
/// # Errors
/// `permission.denied`; [`Error::NotFound`] where no program keeps one.
pub fn runs(house: &House, caller: &Caller, kind: Kind) -> Result<Runs, Error> {
    let program = Keeping::first(house)?.program.definition.id.clone();
    may(house, caller, &program)?;
    let map = last_map(house, &program, kind)?;
    house.database.read(|conn| {
        let mut names = Names::default();
        let found = dose_imports::newest(conn, &program, RUNS)?;
        let runs = found.into_iter().map(|it| run(house, conn, &mut names, it)).collect::<Result<_, _>>()?;
        Ok(Runs { program, runs, kind, map })
    })
}

/// How far a run is.
///
/// # Errors
/// `permission.denied`, [`Error::NotFound`].
pub fn run_of(house: &House, caller: &Caller, id: &str) -> Result<Run, Error> {
    house.database.read(|conn| {
        let found = dose_imports::find(conn, &house.keys, id)?;
        may(house, caller, &found.program)?;
        run(house, conn, &mut Names::default(), found)
    })
}

fn run(house: &House, conn: &mut Conn, names: &mut Names, it: DoseImport) -> Result<Run, Error> {
    let note = if it.note.is_empty() { String::new() } else { words(house, &it.note) };
    Ok(Run {
        owner: names.of(house, conn, &it.owner)?,
        state_label: state_words(&it.state),
        note,
        at: it.at.and_utc(),
        id: it.id,
        file: it.file,
        state: it.state,
        lines: it.lines,
        looked: it.looked,
        kind: it.kind,
        fresh: it.fresh,
        changed: it.changed,
        same: it.same,
        held: it.held,
    })
}

fn words(house: &House, key: &str) -> String {
    house.texts.text(Lang::Ja, key, &BTreeMap::new())
}

fn state_words(state: &str) -> &'static str {
    match state {
        "receiving" => "受け取っています",
        "checking" => "試しています（台帳は変わりません）",
        "checked" => "試しました（まだ取り込んでいません）",
        "running" => "取り込んでいます",
        "done" => "取り込みました",
        "cancelled" => "取りやめました",
        _ => "止まりました",
    }
}

/// A run, with the waiting lines after a line.
///
/// # Errors
/// `permission.denied`, [`Error::NotFound`].
pub fn page(house: &House, caller: &Caller, id: &str, after: i64) -> Result<Shown, Error> {
    let found = house.database.read(|conn| dose_imports::find(conn, &house.keys, id))?;
    let program = may(house, caller, &found.program)?.program;
    let body: Body = serde_json::from_str(&found.body)?;
    house.database.write(|conn| {
        let held = dose_imports::held(conn, &house.keys, id, after, PAGE)?;
        let full = i64::try_from(held.len()).is_ok_and(|count| count == PAGE);
        let next = held.last().filter(|_| full).map(|it| it.line);
        // The lines tell of persons, so that reading them is on record.
        if !held.is_empty() {
            let detail = json!({ "list": "dose-import", "run": id, "after": after });
            house.record(conn, caller, "read_list", "", "done", detail)?;
        }
        let waiting = held.iter().map(|it| line(house, &program, &body, it)).collect::<Result<_, _>>()?;
        let run = run(house, conn, &mut Names::default(), found)?;
        let state = run.state.as_str();
        Ok(Shown {
            at_work: ["receiving", "checking", "running"].contains(&state),
            can_start: state == "checked",
            can_cancel: ["receiving", "checking", "checked", "running"].contains(&state),
            waiting,
            next,
            run,
        })
    })
}

pub(super) fn line(house: &House, program: &Program, body: &Body, held: &Held) -> Result<Line, Error> {
    let cells: Vec<String> = serde_json::from_str(&held.body)?;
    Ok(Line {
        line: held.line,
        reasons: said(house, program, &held.reasons)?,
        cells: Field::ALL
            .iter()
            // Sealed apart, and never shown.
            .filter(|field| **field != Field::MyNumber)
            .map(|field| (body.map.heading(*field), body.columns.text(&cells, *field)))
            .filter(|(_, text)| !text.is_empty())
            .map(|(heading, text)| (heading.to_owned(), text.to_owned()))
            .collect(),
        state: held.state.clone(),
        note: held.note.clone().unwrap_or_default(),
    })
}

fn said(house: &House, program: &Program, reasons: &str) -> Result<Vec<String>, Error> {
    let reasons: Vec<Reason> = serde_json::from_str(reasons)?;
    let say = |it: &Reason| match program.texts.has(&it.key) {
        true => program.texts.text(Lang::Ja, &it.key, &it.args),
        false => house.texts.text(Lang::Ja, &it.key, &it.args),
    };
    Ok(reasons.iter().map(say).collect())
}

/// The next waiting lines as a table, and where the page after it begins; it names nobody.
///
/// # Errors
/// `permission.denied`, [`Error::NotFound`].
pub fn table(house: &House, caller: &Caller, id: &str, after: i64) -> Result<(String, Option<i64>), Error> {
    let found = house.database.read(|conn| dose_imports::find(conn, &house.keys, id))?;
    let program = may(house, caller, &found.program)?.program;
    let held = house.database.read(|conn| dose_imports::held(conn, &house.keys, id, after, PAGE))?;
    let mut text = String::new();
    for it in &held {
        let said = said(house, &program, &it.reasons)?.join(" ");
        text.push_str(&csv::line([it.line.to_string().as_str(), said.as_str(), it.state.as_str()]));
    }
    Ok((text, held.last().map(|it| it.line)))
}
