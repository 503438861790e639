//! Due runs of the nightly work: one row each, so that any number of processes make exactly one.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::runs;

/// A run.
#[derive(Clone, Debug, Queryable)]
pub struct Run {
    /// Id, `run_…`.
    pub id: String,
    /// The job.
    pub job: String,
    /// When it was due, UTC.
    pub due_at: NaiveDateTime,
    /// `due`, `running`, `done`, `failed` or `stopped`.
    pub state: String,
    /// Which process works on it.
    pub worker: String,
    /// Until when that process holds it.
    pub locked_until: Option<NaiveDateTime>,
    /// When it began.
    pub started_at: Option<NaiveDateTime>,
    /// When it ended.
    pub finished_at: Option<NaiveDateTime>,
    /// Rows to do.
    pub total: i64,
    /// Rows done.
    pub done: i64,
    /// Rows rejected.
    pub rejected: i64,
    /// In words.
    pub note: String,
}

/// Notes that a job is due; `false` when another process noted it before.
///
/// # Errors
/// When the database fails.
pub fn note_due(conn: &mut Conn, id: &str, job: &str, due_at: DateTime<Utc>) -> Result<bool, StoreError> {
    let row =
        (runs::id.eq(id), runs::job.eq(job), runs::due_at.eq(due_at.naive_utc()), runs::state.eq("due"));
    let added =
        on!(conn, c => diesel::insert_into(runs::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(added == 1)
}

/// The newest moment at which a job was due.
///
/// # Errors
/// When the database fails.
pub fn last_due(conn: &mut Conn, job: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    let last: Option<NaiveDateTime> =
        runs::table.filter(runs::job.eq(job)).select(diesel::dsl::max(runs::due_at)).first(conn)?;
    Ok(last.map(|at| at.and_utc()))
}

/// Claims the oldest run that is due, or whose worker died.
///
/// # Errors
/// When the database fails.
pub fn claim(
    conn: &mut Conn,
    job: &str,
    worker: &str,
    now: DateTime<Utc>,
    lease: Duration,
) -> Result<Option<Run>, StoreError> {
    let at = now.naive_utc();
    let open = || {
        runs::state.eq("due").or(runs::state.eq("running").and(runs::locked_until.assume_not_null().lt(at)))
    };
    let candidate: Option<String> = runs::table
        .filter(runs::job.eq(job))
        .filter(open())
        .order(runs::due_at)
        .select(runs::id)
        .first(conn)
        .optional()?;
    let Some(id) = candidate else { return Ok(None) };
    let change = (
        runs::state.eq("running"),
        runs::worker.eq(worker),
        runs::locked_until.eq((now + lease).naive_utc()),
        runs::started_at.eq(at),
    );
    let claimed =
        diesel::update(runs::table.filter(runs::id.eq(&id)).filter(open())).set(change).execute(conn)?;
    if claimed == 0 {
        return Ok(None);
    }
    Ok(Some(runs::table.find(&id).first(conn)?))
}

/// Stores how far a run is, and keeps hold of it.
///
/// # Errors
/// When the database fails.
pub fn progress(
    conn: &mut Conn,
    id: &str,
    counts: (i64, i64, i64),
    now: DateTime<Utc>,
    lease: Duration,
) -> Result<(), StoreError> {
    let (total, done, rejected) = counts;
    diesel::update(runs::table.find(id))
        .set((
            runs::total.eq(total),
            runs::done.eq(done),
            runs::rejected.eq(rejected),
            runs::locked_until.eq((now + lease).naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends a run.
///
/// # Errors
/// When the database fails.
pub fn finish(
    conn: &mut Conn,
    id: &str,
    state: &str,
    note: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::update(runs::table.find(id))
        .set((
            runs::state.eq(state),
            runs::note.eq(note),
            runs::finished_at.eq(now.naive_utc()),
            runs::locked_until.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)?;
    Ok(())
}

/// The newest runs.
///
/// # Errors
/// When the database fails.
pub fn newest(conn: &mut Conn, limit: i64) -> Result<Vec<Run>, StoreError> {
    Ok(runs::table.order(runs::due_at.desc()).limit(limit).load(conn)?)
}

/// The run of an id.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn find(conn: &mut Conn, id: &str) -> Result<Run, StoreError> {
    Ok(runs::table.find(id).first(conn)?)
}
