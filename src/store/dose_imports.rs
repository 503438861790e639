//! Imports of ledgers: the run, the lines that wait in parts, and those that a person has to look at.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{dose_import_held, dose_import_maps, dose_import_parts, dose_imports};

/// A run.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct DoseImport {
    /// Id, `dim_…`.
    pub id: String,
    /// The program.
    pub program: String,
    /// Who asked for it.
    pub owner: String,
    /// `receiving`, `checking`, `checked`, `running`, `done`, `cancelled` or `failed`.
    pub state: String,
    /// Name of the file.
    pub file: String,
    /// Headings and map, as JSON; sealed in the database.
    pub body: String,
    /// Parts in all.
    pub parts: i32,
    /// Parts that are behind it.
    pub place: i32,
    /// Lines in all.
    pub lines: i64,
    /// Lines that are behind it.
    pub looked: i64,
    /// Lines that are new.
    pub fresh: i64,
    /// Lines that the ledger has already.
    pub same: i64,
    /// Lines that a person has to look at.
    pub held: i64,
    /// Why it ended early; empty otherwise.
    pub note: String,
    /// When it was asked for.
    pub at: NaiveDateTime,
    /// When it last went on.
    pub updated_at: NaiveDateTime,
    /// Of what its lines tell: `doses` or `residents`.
    pub kind: String,
    /// Lines that change what is on record of a person.
    pub changed: i64,
}

/// A line that a person has to look at.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Held {
    /// The run.
    pub run: String,
    /// Its line in the file, from 1.
    pub line: i64,
    /// Keyed hash of what it says.
    pub lookup: String,
    /// Why, as JSON.
    pub reasons: String,
    /// The line, as JSON; sealed in the database.
    pub body: String,
    /// `trial`, `open` or `settled`.
    pub state: String,
    /// What was done about it.
    pub note: Option<String>,
    /// Who did.
    pub settled_by: Option<String>,
    /// When.
    pub settled_at: Option<NaiveDateTime>,
}

/// Lines by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub looked: i64,
    /// New ones.
    pub fresh: i64,
    /// Those that change what is on record of a person.
    pub changed: i64,
    /// Those that the ledger has already.
    pub same: i64,
    /// Those that a person has to look at.
    pub held: i64,
}

fn body_place(id: &str) -> String {
    format!("dose_imports.body.{id}")
}

fn part_place(run: &str, number: i32) -> String {
    format!("dose_import_parts.body.{run}.{number}")
}

fn held_place(run: &str, line: i64) -> String {
    format!("dose_import_held.body.{run}.{line}")
}

fn opened(keys: &Keyring, place: &str, sealed: &str) -> Result<String, StoreError> {
    String::from_utf8(keys.general.open(place, sealed)?).map_err(|_| StoreError::Damaged(place.to_owned()))
}

/// Stores a new run; its body is sealed on the way.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut Conn, keys: &Keyring, run: &DoseImport) -> Result<(), StoreError> {
    let body = keys.general.seal(&body_place(&run.id), run.body.as_bytes())?;
    diesel::insert_into(dose_imports::table)
        .values((
            dose_imports::id.eq(&run.id),
            dose_imports::program.eq(&run.program),
            dose_imports::owner.eq(&run.owner),
            dose_imports::state.eq(&run.state),
            dose_imports::file.eq(&run.file),
            dose_imports::body.eq(body),
            dose_imports::at.eq(run.at),
            dose_imports::updated_at.eq(run.at),
            dose_imports::kind.eq(&run.kind),
        ))
        .execute(conn)?;
    Ok(())
}

/// The run of an id, opened.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn find(conn: &mut Conn, keys: &Keyring, id: &str) -> Result<DoseImport, StoreError> {
    let mut run: DoseImport = dose_imports::table.find(id).first(conn)?;
    run.body = opened(keys, &body_place(id), &run.body)?;
    Ok(run)
}

/// The newest runs of a program; their bodies stay sealed.
///
/// # Errors
/// When the database fails.
pub fn newest(conn: &mut Conn, program: &str, limit: i64) -> Result<Vec<DoseImport>, StoreError> {
    let runs = dose_imports::table.filter(dose_imports::program.eq(program));
    Ok(runs.order(dose_imports::id.desc()).limit(limit).load(conn)?)
}

/// Adds a part at the end of a run that is being received.
///
/// # Errors
/// When the database fails.
pub fn add_part(
    conn: &mut Conn,
    keys: &Keyring,
    (run, number): (&str, i32),
    body: &str,
    lines: i64,
) -> Result<(), StoreError> {
    let body = keys.general.seal(&part_place(run, number), body.as_bytes())?;
    let row = (
        dose_import_parts::run.eq(run),
        dose_import_parts::number.eq(number),
        dose_import_parts::body.eq(body),
    );
    diesel::insert_into(dose_import_parts::table).values(row).execute(conn)?;
    diesel::update(dose_imports::table.find(run))
        .set((dose_imports::parts.eq(number), dose_imports::lines.eq(dose_imports::lines + lines)))
        .execute(conn)?;
    Ok(())
}

/// A part, from 1.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn part(conn: &mut Conn, keys: &Keyring, run: &str, number: i32) -> Result<String, StoreError> {
    let sealed: String =
        dose_import_parts::table.find((run, number)).select(dose_import_parts::body).first(conn)?;
    opened(keys, &part_place(run, number), &sealed)
}

/// Notes that a part is behind a run in one of its working states; `false` when another was faster.
///
/// # Errors
/// When the database fails.
pub fn advance(
    conn: &mut Conn,
    run: &DoseImport,
    tally: Tally,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let target = dose_imports::table
        .filter(dose_imports::id.eq(&run.id))
        .filter(dose_imports::state.eq(&run.state))
        .filter(dose_imports::place.eq(run.place));
    let changed = diesel::update(target)
        .set((
            dose_imports::place.eq(run.place + 1),
            dose_imports::looked.eq(run.looked + tally.looked),
            dose_imports::fresh.eq(run.fresh + tally.fresh),
            dose_imports::changed.eq(run.changed + tally.changed),
            dose_imports::same.eq(run.same + tally.same),
            dose_imports::held.eq(run.held + tally.held),
            dose_imports::updated_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Moves a run from one state to another; `false` when it was in another by then.
///
/// # Errors
/// When the database fails.
pub fn turn(
    conn: &mut Conn,
    id: &str,
    states: (&str, &str),
    note: &str,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let target = dose_imports::table.filter(dose_imports::id.eq(id)).filter(dose_imports::state.eq(states.0));
    let change = (
        dose_imports::state.eq(states.1),
        dose_imports::note.eq(note),
        dose_imports::updated_at.eq(at.naive_utc()),
    );
    Ok(diesel::update(target).set(change).execute(conn)? == 1)
}

/// Begins at the first part again, after a trial whose results are dropped.
///
/// # Errors
/// When the database fails.
pub fn begin_again(conn: &mut Conn, id: &str) -> Result<(), StoreError> {
    drop_trial(conn, id)?;
    let none = (
        dose_imports::place.eq(0),
        dose_imports::looked.eq(0),
        dose_imports::fresh.eq(0),
        dose_imports::changed.eq(0),
        dose_imports::same.eq(0),
        dose_imports::held.eq(0),
    );
    diesel::update(dose_imports::table.find(id)).set(none).execute(conn)?;
    Ok(())
}

fn drop_trial(conn: &mut Conn, run: &str) -> Result<(), StoreError> {
    let trial = dose_import_held::table.filter(dose_import_held::run.eq(run));
    diesel::delete(trial.filter(dose_import_held::state.eq("trial"))).execute(conn)?;
    Ok(())
}

/// Drops the lines that waited in parts, and what a trial found.
///
/// # Errors
/// When the database fails.
pub fn drop_parts(conn: &mut Conn, run: &str) -> Result<(), StoreError> {
    diesel::delete(dose_import_parts::table.filter(dose_import_parts::run.eq(run))).execute(conn)?;
    drop_trial(conn, run)
}

/// Keeps lines for a person to look at; those that wait already, or were settled, do not wait once more.
///
/// # Errors
/// When the database fails.
pub fn hold(conn: &mut Conn, keys: &Keyring, held: &[Held]) -> Result<(), StoreError> {
    let sealed = |it: &Held| keys.general.seal(&held_place(&it.run, it.line), it.body.as_bytes());
    let bodies = held.iter().map(sealed).collect::<Result<Vec<_>, _>>()?;
    let row = |(it, body): (&Held, String)| {
        (
            dose_import_held::run.eq(it.run.clone()),
            dose_import_held::line.eq(it.line),
            dose_import_held::lookup.eq(it.lookup.clone()),
            dose_import_held::reasons.eq(it.reasons.clone()),
            dose_import_held::body.eq(body),
            dose_import_held::state.eq(it.state.clone()),
        )
    };
    let rows: Vec<_> = held.iter().zip(bodies).map(row).collect();
    on!(conn, c => diesel::insert_into(dose_import_held::table)
        .values(&rows)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Lines of a run that a person has to look at, after a line; opened.
///
/// # Errors
/// When the database fails.
pub fn held(
    conn: &mut Conn,
    keys: &Keyring,
    run: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Held>, StoreError> {
    let rows = dose_import_held::table.filter(dose_import_held::run.eq(run));
    let rows = rows.filter(dose_import_held::line.gt(after)).order(dose_import_held::line).limit(limit);
    let mut found: Vec<Held> = rows.load(conn)?;
    for it in &mut found {
        it.body = opened(keys, &held_place(&it.run, it.line), &it.body)?;
    }
    Ok(found)
}

/// Notes what was done about a line that waited.
///
/// # Errors
/// [`StoreError::NotFound`] when it does not wait.
pub fn settle(
    conn: &mut Conn,
    (run, line): (&str, i64),
    note: &str,
    by: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let waiting = dose_import_held::table.find((run, line)).filter(dose_import_held::state.eq("open"));
    let change = (
        dose_import_held::state.eq("settled"),
        dose_import_held::note.eq(note),
        dose_import_held::settled_by.eq(by),
        dose_import_held::settled_at.eq(at.naive_utc()),
    );
    let changed = diesel::update(waiting).set(change).execute(conn)?;
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Keeps the map by which a file of a kind was read, to begin with the next time.
///
/// # Errors
/// When the database fails.
pub fn keep_map(
    conn: &mut Conn,
    (program, kind): (&str, &str),
    map: &str,
    by: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let change = (
        dose_import_maps::body.eq(map),
        dose_import_maps::author.eq(by),
        dose_import_maps::at.eq(at.naive_utc()),
    );
    let row = (dose_import_maps::program.eq(program), dose_import_maps::kind.eq(kind), change);
    on!(conn, c => diesel::insert_into(dose_import_maps::table)
        .values(row)
        .on_conflict((dose_import_maps::program, dose_import_maps::kind))
        .do_update()
        .set(change)
        .execute(c))?;
    Ok(())
}

/// The map by which a file of a kind was read last.
///
/// # Errors
/// When the database fails.
pub fn map(conn: &mut Conn, program: &str, kind: &str) -> Result<Option<String>, StoreError> {
    let one = dose_import_maps::table.find((program, kind)).select(dose_import_maps::body);
    Ok(one.first(conn).optional()?)
}
