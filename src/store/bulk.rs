//! Runs over many cases: what is wanted, what would be done with each, and what was.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::{Eq, EqAny, Filter};
use diesel::prelude::*;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{bulk_items, bulk_runs};

/// Items that are put into their places at once.
const PLACED: usize = 500;

/// A run.
#[derive(Clone, Debug, Queryable)]
pub struct BulkRun {
    /// Id, `blk_…`.
    pub id: String,
    /// `draft`, `approve`, `print`, `invite` or `call`.
    pub action: String,
    /// The program whose cases it is about.
    pub program: String,
    /// Whose rights it has.
    pub owner: String,
    /// `planning`, `planned`, `running`, `done`, `cancelled` or `failed`.
    pub state: String,
    /// What is wanted, as JSON; sealed in the database.
    pub body: String,
    /// The last candidate that was looked at.
    pub place: String,
    /// Why it ended early; empty otherwise.
    pub note: String,
    /// When it was asked for.
    pub at: NaiveDateTime,
    /// When it last went on.
    pub updated_at: NaiveDateTime,
    /// Items that were looked at.
    pub looked: i64,
    /// Items that are to be done, or were.
    pub planned: i64,
    /// Items that were done, or could not be.
    pub settled: i64,
}

/// What a run would do, or did, with one case or letter.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = bulk_items)]
pub struct BulkItem {
    /// The run.
    pub run_id: String,
    /// A case, or a letter of one.
    pub item: String,
    /// The case.
    pub case_id: String,
    /// The version of the case that was looked at.
    pub version: i64,
    /// The hash of the draft that was looked at; empty where there is none.
    pub digest: String,
    /// `planned`, `left_out`, `done` or `failed`.
    pub state: String,
    /// What comes of it, or why not: a code.
    pub reason: String,
    /// The same as a sentence, in Japanese.
    pub detail: String,
    /// Its place in the order of the run.
    pub place: i64,
    /// By what it is sorted, sealed; empty where the order does not matter.
    pub sorted_by: String,
}

fn body_place(id: &str) -> String {
    format!("bulk_runs.body.{id}")
}

fn sort_place(run: &str, item: &str) -> String {
    format!("bulk_items.sorted_by.{run}.{item}")
}

/// Stores a new run; its body is sealed on the way.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut Conn, keys: &Keyring, run: &BulkRun) -> Result<(), StoreError> {
    diesel::insert_into(bulk_runs::table)
        .values((
            bulk_runs::id.eq(&run.id),
            bulk_runs::action.eq(&run.action),
            bulk_runs::program.eq(&run.program),
            bulk_runs::owner.eq(&run.owner),
            bulk_runs::state.eq(&run.state),
            bulk_runs::body.eq(keys.general.seal(&body_place(&run.id), run.body.as_bytes())?),
            bulk_runs::at.eq(run.at),
            bulk_runs::updated_at.eq(run.at),
        ))
        .execute(conn)?;
    Ok(())
}

/// The run of an id, opened.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn find(conn: &mut Conn, keys: &Keyring, id: &str) -> Result<BulkRun, StoreError> {
    let mut run: BulkRun = bulk_runs::table.find(id).first(conn)?;
    let body = keys.general.open(&body_place(&run.id), &run.body)?;
    run.body = String::from_utf8(body).map_err(|_| StoreError::Damaged("a run".to_owned()))?;
    Ok(run)
}

/// Runs of some programs, the newest first; their bodies stay sealed.
///
/// # Errors
/// When the database fails.
pub fn newest(conn: &mut Conn, programs: &[String], limit: i64) -> Result<Vec<BulkRun>, StoreError> {
    let runs = bulk_runs::table.filter(bulk_runs::program.eq_any(programs.to_vec()));
    Ok(runs.order(bulk_runs::id.desc()).limit(limit).load(conn)?)
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
    let target = bulk_runs::table.filter(bulk_runs::id.eq(id)).filter(bulk_runs::state.eq(states.0));
    let change =
        (bulk_runs::state.eq(states.1), bulk_runs::note.eq(note), bulk_runs::updated_at.eq(at.naive_utc()));
    Ok(diesel::update(target).set(change).execute(conn)? == 1)
}

/// Notes how far the planning is, or that the work went on.
///
/// # Errors
/// When the database fails.
pub fn reach(conn: &mut Conn, id: &str, place: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(bulk_runs::table.find(id))
        .set((bulk_runs::place.eq(place), bulk_runs::updated_at.eq(at.naive_utc())))
        .execute(conn)?;
    Ok(())
}

/// Adds what was planned, each at the next place of the run; what is there already stays. `sorted_by` is
/// sealed on the way. Returns how many items were looked at by now.
///
/// # Errors
/// When the database fails.
pub fn add(conn: &mut Conn, keys: &Keyring, run: &str, mut items: Vec<BulkItem>) -> Result<i64, StoreError> {
    let ids: Vec<&str> = items.iter().map(|item| item.item.as_str()).collect();
    let known: Vec<String> = of_items(run, &ids).select(bulk_items::item).load(conn)?;
    items.retain(|item| !known.contains(&item.item));
    let so_far = (bulk_runs::looked, bulk_runs::planned);
    let (looked, planned): (i64, i64) = bulk_runs::table.find(run).select(so_far).first(conn)?;
    let mut last = planned;
    for item in items.iter_mut().filter(|item| item.state == "planned") {
        last += 1;
        item.place = last;
    }
    for item in items.iter_mut().filter(|item| !item.sorted_by.is_empty()) {
        let place = sort_place(run, &item.item);
        item.sorted_by = keys.general.seal(&place, item.sorted_by.as_bytes())?;
    }
    on!(conn, c => diesel::insert_into(bulk_items::table).values(&items).execute(c))?;
    let looked = looked + i64::try_from(items.len()).unwrap_or(i64::MAX);
    let counted = (bulk_runs::looked.eq(looked), bulk_runs::planned.eq(last));
    diesel::update(bulk_runs::table.find(run)).set(counted).execute(conn)?;
    Ok(looked)
}

type OfItems<'a> =
    Filter<Filter<bulk_items::table, Eq<bulk_items::run_id, &'a str>>, EqAny<bulk_items::item, Vec<&'a str>>>;

fn of_items<'a>(run: &'a str, ids: &[&'a str]) -> OfItems<'a> {
    bulk_items::table.filter(bulk_items::run_id.eq(run)).filter(bulk_items::item.eq_any(ids.to_vec()))
}

/// What came of an item that was planned; the run is so much further.
///
/// # Errors
/// When the database fails.
pub fn settle(
    conn: &mut Conn,
    run: &str,
    item: &str,
    state: &str,
    why: Option<(&str, &str)>,
) -> Result<(), StoreError> {
    let target = bulk_items::table.find((run, item));
    match why {
        None => diesel::update(target).set(bulk_items::state.eq(state)).execute(conn)?,
        Some((reason, detail)) => {
            let change =
                (bulk_items::state.eq(state), bulk_items::reason.eq(reason), bulk_items::detail.eq(detail));
            diesel::update(target).set(change).execute(conn)?
        }
    };
    let settled = bulk_runs::settled.eq(bulk_runs::settled + 1);
    diesel::update(bulk_runs::table.find(run)).set(settled).execute(conn)?;
    Ok(())
}

/// Items in a state in the order of the run; a page of them after a place. An empty state or reason does
/// not narrow.
///
/// # Errors
/// When the database fails.
pub fn items(
    conn: &mut Conn,
    run: &str,
    (state, reason): (&str, &str),
    after: &(i64, String),
    limit: i64,
) -> Result<Vec<BulkItem>, StoreError> {
    let (place, item) = after;
    let later = bulk_items::place.gt(place).or(bulk_items::place.eq(place).and(bulk_items::item.gt(item)));
    let mut query = bulk_items::table.filter(bulk_items::run_id.eq(run)).filter(later).into_boxed();
    if !state.is_empty() {
        query = query.filter(bulk_items::state.eq(state));
    }
    if !reason.is_empty() {
        query = query.filter(bulk_items::reason.eq(reason));
    }
    Ok(query.order((bulk_items::place, bulk_items::item)).limit(limit).load(conn)?)
}

/// Items that were not left out, by their places.
///
/// # Errors
/// When the database fails.
pub fn in_places(
    conn: &mut Conn,
    run: &str,
    places: std::ops::Range<i64>,
) -> Result<Vec<BulkItem>, StoreError> {
    Ok(bulk_items::table
        .filter(bulk_items::run_id.eq(run))
        .filter(bulk_items::state.ne("left_out"))
        .filter(bulk_items::place.ge(places.start))
        .filter(bulk_items::place.lt(places.end))
        .order((bulk_items::place, bulk_items::item))
        .load(conn)?)
}

/// How many items are in which state and for which reason: state, reason, its sentence, how many.
///
/// # Errors
/// When the database fails.
pub fn counts(conn: &mut Conn, run: &str) -> Result<Vec<(String, String, String, i64)>, StoreError> {
    let key = (bulk_items::state, bulk_items::reason, bulk_items::detail);
    Ok(bulk_items::table
        .filter(bulk_items::run_id.eq(run))
        .group_by(key)
        .order(key)
        .select((bulk_items::state, bulk_items::reason, bulk_items::detail, diesel::dsl::count_star()))
        .load(conn)?)
}

/// Puts the planned items into the order of what they are sorted by, from 1.
///
/// # Errors
/// When the database fails or a value cannot be opened.
pub fn put_in_order(conn: &mut Conn, keys: &Keyring, run: &str) -> Result<(), StoreError> {
    let planned: Vec<(String, String)> = bulk_items::table
        .filter(bulk_items::run_id.eq(run))
        .filter(bulk_items::state.eq("planned"))
        .select((bulk_items::item, bulk_items::sorted_by))
        .load(conn)?;
    let mut sorted = Vec::with_capacity(planned.len());
    for (item, sealed) in planned {
        let by = match sealed.as_str() {
            "" => Vec::new(),
            sealed => keys.general.open(&sort_place(run, &item), sealed)?,
        };
        sorted.push((by, item));
    }
    sorted.sort();
    let places: BTreeMap<&str, i64> = sorted.iter().map(|(_, item)| item.as_str()).zip(1..).collect();
    for part in sorted.chunks(PLACED) {
        let ids: Vec<&str> = part.iter().map(|(_, item)| item.as_str()).collect();
        place(conn, run, &ids, &places)?;
    }
    Ok(())
}

/// Writes some items anew with their places: one statement for all of them.
fn place(conn: &mut Conn, run: &str, ids: &[&str], places: &BTreeMap<&str, i64>) -> Result<(), StoreError> {
    let mut items: Vec<BulkItem> = of_items(run, ids).load(conn)?;
    for item in &mut items {
        item.place = places.get(item.item.as_str()).copied().unwrap_or(item.place);
        item.sorted_by.clear();
    }
    diesel::delete(of_items(run, ids)).execute(conn)?;
    on!(conn, c => diesel::insert_into(bulk_items::table).values(&items).execute(c))?;
    Ok(())
}
