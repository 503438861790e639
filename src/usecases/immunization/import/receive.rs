//! Receives a file: its lines are sealed in parts, which a trial then looks at.

use std::io::Read;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::immunization::import::{Columns, Kind, Map, MapFault};
use crate::domain::refusal::Refusal;
use crate::store::dose_imports::{self, DoseImport};
use crate::store::{Conn, jobs};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::{decode, may};

/// Lines of a part: as many as are written in one transaction.
const PART: usize = 500;
/// Lines of a file at most.
const MOST_LINES: i64 = 2_000_000;
/// Columns of a file at most.
const MOST_COLUMNS: usize = 200;
/// Bytes of a line at most; a quote that is never closed makes one of the rest of the file.
const LONGEST: usize = 20_000;

/// What a run remembers of its file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Body {
    /// The map.
    pub(super) map: Map,
    /// Where its columns are.
    pub(super) columns: Columns,
}

/// A line of a part: its number in the file, and its cells.
pub(super) type Line = (i64, Vec<String>);

/// Receives a file of a kind for a program, to be read by a written map; by the one of the last time if that is empty.
/// Returns the id of the run. Nothing is taken in yet.
///
/// # Errors
/// `permission.denied`, `dose-import.map`, `dose-import.heading`, `dose-import.file`, `dose-import.empty`.
pub fn receive(
    house: &House,
    caller: &Caller,
    (program, kind): (&str, Kind),
    (name, map): (&str, &str),
    file: impl Read,
) -> Result<String, Error> {
    may(house, caller, program)?;
    let written = if map.trim().is_empty() { last_map(house, program, kind)? } else { map.to_owned() };
    let map = read_map(kind, &written)?;
    let file = decode::open(file).map_err(|_| unreadable(0))?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(file);
    let mut lines = reader.records().map(line);
    let (_, headings) = lines.next().ok_or_else(|| Refusal::new("dose-import.empty").at("file"))??;
    let columns = map
        .places(kind, &headings)
        .map_err(|heading| Refusal::new("dose-import.heading").with("heading", heading).at("file"))?;
    let run = run(house, caller, (program, kind), name, &Body { map, columns })?;
    begin(house, &run)?;
    let run = run.id.clone();
    match receive_lines(house, &run, lines)
        .and_then(|()| begin_trial(house, caller, (program, kind), &run, &written))
    {
        Ok(()) => Ok(run),
        Err(error) => {
            house.database.write(|conn| give_up(house, conn, &run))?;
            Err(error)
        }
    }
}

/// The map by which a file of a kind was read last; the common one before there was any.
pub(super) fn last_map(house: &House, program: &str, kind: Kind) -> Result<String, Error> {
    let kept = house.database.read(|conn| dose_imports::map(conn, program, kind.code()))?;
    Ok(kept.unwrap_or_else(|| kind.common().to_owned()))
}

fn read_map(kind: Kind, written: &str) -> Result<Map, Error> {
    Map::read(kind, written).map_err(|fault| {
        let refusal = match fault {
            MapFault::Unreadable(words) => Refusal::new("dose-import.map").with("fault", words),
            MapFault::Missing(field) => {
                Refusal::new("dose-import.map-column").with("field", field.common(kind))
            }
            MapFault::TooLong => Refusal::new("dose-import.map-long"),
        };
        refusal.at("map").into()
    })
}

fn unreadable(line: i64) -> Error {
    Refusal::new("dose-import.file").with("line", line).at("file").into()
}

fn line(record: Result<csv::StringRecord, csv::Error>) -> Result<Line, Error> {
    let record = record.map_err(|_| unreadable(0))?;
    let number = record.position().map_or(0, |place| i64::try_from(place.line()).unwrap_or(i64::MAX));
    if record.as_slice().len() > LONGEST || record.len() > MOST_COLUMNS {
        return Err(unreadable(number));
    }
    Ok((number, record.iter().map(str::to_owned).collect()))
}

fn run(
    house: &House,
    caller: &Caller,
    (program, kind): (&str, Kind),
    name: &str,
    body: &Body,
) -> Result<DoseImport, Error> {
    let now = house.now().naive_utc();
    Ok(DoseImport {
        id: house.new_id("dim")?,
        program: program.to_owned(),
        owner: caller.actor.id.clone(),
        state: "receiving".to_owned(),
        file: name.chars().take(200).collect(),
        body: serde_json::to_string(body)?,
        parts: 0,
        place: 0,
        lines: 0,
        looked: 0,
        fresh: 0,
        same: 0,
        held: 0,
        note: String::new(),
        at: now,
        updated_at: now,
        kind: kind.code().to_owned(),
        changed: 0,
    })
}

fn begin(house: &House, run: &DoseImport) -> Result<(), Error> {
    house.database.write(|conn| dose_imports::insert(conn, &house.keys, run).map_err(Error::from))
}

fn receive_lines(
    house: &House,
    run: &str,
    lines: impl Iterator<Item = Result<Line, Error>>,
) -> Result<(), Error> {
    let (mut part, mut number, mut count) = (Vec::with_capacity(PART), 0, 0);
    for line in lines {
        let line = line?;
        // Systems end their files with an empty line.
        if line.1.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        part.push(line);
        count += 1;
        if count > MOST_LINES {
            return Err(Refusal::new("dose-import.long-file").with("most", MOST_LINES).at("file").into());
        }
        if part.len() == PART {
            number += 1;
            keep(house, run, number, &mut part)?;
        }
    }
    if !part.is_empty() {
        keep(house, run, number + 1, &mut part)?;
    }
    if count == 0 { Err(Refusal::new("dose-import.empty").at("file").into()) } else { Ok(()) }
}

fn keep(house: &House, run: &str, number: i32, part: &mut Vec<Line>) -> Result<(), Error> {
    let body = serde_json::to_string(part)?;
    let lines = i64::try_from(part.len()).unwrap_or(0);
    part.clear();
    house.database.write(|conn| {
        dose_imports::add_part(conn, &house.keys, (run, number), &body, lines).map_err(Error::from)
    })
}

fn begin_trial(
    house: &House,
    caller: &Caller,
    (program, kind): (&str, Kind),
    run: &str,
    map: &str,
) -> Result<(), Error> {
    house.database.write(|conn| {
        let by = caller.actor.id.as_str();
        dose_imports::keep_map(conn, (program, kind.code()), map, by, house.now())?;
        dose_imports::turn(conn, run, ("receiving", "checking"), "", house.now())?;
        enqueue(house, conn, run, "check")?;
        house.record(conn, caller, "check_dose_import", "", "done", json!({ "run": run }))
    })
}

fn give_up(house: &House, conn: &mut Conn, run: &str) -> Result<(), Error> {
    dose_imports::drop_parts(conn, run)?;
    dose_imports::turn(conn, run, ("receiving", "failed"), "", house.now())?;
    Ok(())
}

/// Asks for the work of a run in a phase.
pub(super) fn enqueue(house: &House, conn: &mut Conn, run: &str, phase: &str) -> Result<(), Error> {
    let job = house.new_id("job")?;
    Ok(jobs::enqueue(conn, &job, "dose-import", run, &format!("dose-import/{run}/{phase}"), house.now())?)
}
