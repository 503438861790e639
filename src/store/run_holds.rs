//! Which process is at work on a job just now.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::runs;

/// Whether a run of the job is in the hands of a living worker.
///
/// # Errors
/// When the database fails.
pub fn busy(conn: &mut Conn, job: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let held: Option<String> = runs::table
        .filter(runs::job.eq(job))
        .filter(runs::state.eq("running"))
        .filter(runs::locked_until.ge(now.naive_utc()))
        .select(runs::id)
        .first(conn)
        .optional()?;
    Ok(held.is_some())
}

/// The newest run of a job: state and note.
///
/// # Errors
/// When the database fails.
pub fn newest_of(conn: &mut Conn, job: &str) -> Result<Option<(String, String)>, StoreError> {
    Ok(runs::table
        .filter(runs::job.eq(job))
        .order(runs::due_at.desc())
        .select((runs::state, runs::note))
        .first(conn)
        .optional()?)
}

/// Lets go of a run at work, so that any process can claim it at once.
///
/// # Errors
/// When the database fails.
pub fn let_go(conn: &mut Conn, run: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let target = runs::table.filter(runs::id.eq(run)).filter(runs::state.eq("running"));
    let past = (now - chrono::TimeDelta::seconds(1)).naive_utc();
    diesel::update(target).set(runs::locked_until.eq(past)).execute(conn)?;
    Ok(())
}
