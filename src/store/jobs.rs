//! The outbox: work enqueued in the transaction that causes it, claimed by lease, retried, and dead
//! only where a person can see it.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::jobs;

/// A claimed job.
#[derive(Clone, Debug, Queryable)]
pub struct Job {
    /// Id; sorts by time.
    pub id: String,
    /// What is to be done.
    pub kind: String,
    /// With what: ids, never personal data.
    pub payload: String,
    /// Tries so far, this one included.
    pub attempts: i64,
}

/// Enqueues a job, in the caller's transaction. A job with the same key is not enqueued twice.
///
/// # Errors
/// When the database fails.
pub fn enqueue(
    conn: &mut Conn,
    id: &str,
    kind: &str,
    payload: &str,
    key: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = (
        jobs::id.eq(id),
        jobs::kind.eq(kind),
        jobs::payload.eq(payload),
        jobs::key.eq(key),
        jobs::state.eq("ready"),
        jobs::run_after.eq(at.naive_utc()),
        jobs::at.eq(at.naive_utc()),
    );
    on!(conn, c => diesel::insert_into(jobs::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Claims up to `limit` due jobs for `lease`. Two workers never hold the same job.
///
/// # Errors
/// When the database fails.
pub fn claim(
    conn: &mut Conn,
    now: DateTime<Utc>,
    lease: Duration,
    limit: i64,
) -> Result<Vec<Job>, StoreError> {
    let now_at = now.naive_utc();
    let free = |until: NaiveDateTime| jobs::locked_until.is_null().or(jobs::locked_until.lt(until));
    let due: Vec<String> = jobs::table
        .filter(jobs::state.eq("ready"))
        .filter(jobs::run_after.le(now_at))
        .filter(free(now_at))
        .order((jobs::run_after, jobs::id))
        .limit(limit)
        .select(jobs::id)
        .load(conn)?;
    let mut claimed = Vec::new();
    for id in due {
        // The condition again: on PostgreSQL another worker may have claimed it since it was read.
        let target =
            jobs::table.filter(jobs::id.eq(&id)).filter(jobs::state.eq("ready")).filter(free(now_at));
        let change =
            (jobs::locked_until.eq((now + lease).naive_utc()), jobs::attempts.eq(jobs::attempts + 1));
        if diesel::update(target).set(change).execute(conn)? == 1 {
            claimed.push(
                jobs::table
                    .find(&id)
                    .select((jobs::id, jobs::kind, jobs::payload, jobs::attempts))
                    .first(conn)?,
            );
        }
    }
    Ok(claimed)
}

/// A job is done.
///
/// # Errors
/// When the database fails.
pub fn finish(conn: &mut Conn, id: &str) -> Result<(), StoreError> {
    diesel::update(jobs::table.find(id))
        .set((jobs::state.eq("done"), jobs::locked_until.eq(None::<NaiveDateTime>), jobs::problem.eq("")))
        .execute(conn)?;
    Ok(())
}

/// A job did a part of its work; the next part is due at once.
///
/// # Errors
/// When the database fails.
pub fn go_on(conn: &mut Conn, id: &str, run_after: DateTime<Utc>) -> Result<(), StoreError> {
    let change = (
        jobs::locked_until.eq(None::<NaiveDateTime>),
        jobs::attempts.eq(0),
        jobs::problem.eq(""),
        jobs::run_after.eq(run_after.naive_utc()),
    );
    diesel::update(jobs::table.find(id)).set(change).execute(conn)?;
    Ok(())
}

/// A job failed and is tried again later.
///
/// # Errors
/// When the database fails.
pub fn retry(conn: &mut Conn, id: &str, problem: &str, run_after: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(jobs::table.find(id))
        .set((
            jobs::locked_until.eq(None::<NaiveDateTime>),
            jobs::problem.eq(problem),
            jobs::run_after.eq(run_after.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// A job failed for good; a person sees it.
///
/// # Errors
/// When the database fails.
pub fn bury(conn: &mut Conn, id: &str, problem: &str) -> Result<(), StoreError> {
    diesel::update(jobs::table.find(id))
        .set((
            jobs::state.eq("dead"),
            jobs::locked_until.eq(None::<NaiveDateTime>),
            jobs::problem.eq(problem),
        ))
        .execute(conn)?;
    Ok(())
}

/// A line of the job list: id, kind, state, attempts, problem, when.
pub type JobLine = (String, String, String, i64, String, NaiveDateTime);

/// Jobs in a state, newest first.
///
/// # Errors
/// When the database fails.
pub fn in_state(conn: &mut Conn, state: &str, limit: i64) -> Result<Vec<JobLine>, StoreError> {
    Ok(jobs::table
        .filter(jobs::state.eq(state))
        .order(jobs::id.desc())
        .limit(limit)
        .select((jobs::id, jobs::kind, jobs::state, jobs::attempts, jobs::problem, jobs::at))
        .load(conn)?)
}

/// Gives a dead job another set of tries.
///
/// # Errors
/// When the database fails.
pub fn revive(conn: &mut Conn, id: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let target = jobs::table.filter(jobs::id.eq(id)).filter(jobs::state.eq("dead"));
    let change = (jobs::state.eq("ready"), jobs::attempts.eq(0), jobs::run_after.eq(at.naive_utc()));
    Ok(diesel::update(target).set(change).execute(conn)? == 1)
}

/// Number of jobs that are not done.
///
/// # Errors
/// When the database fails.
pub fn open_count(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(jobs::table.filter(jobs::state.eq("ready")).count().get_result(conn)?)
}
