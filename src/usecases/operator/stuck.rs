//! Jobs that failed for good.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::permission::Desk;
use crate::store::jobs;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::words::job_words;

/// Jobs on the page.
const MOST: i64 = 200;

/// A job.
#[derive(Clone, Debug, Serialize)]
pub struct JobView {
    /// Id.
    pub id: String,
    /// What was to be done, in words.
    pub kind: &'static str,
    /// Tries.
    pub tries: i64,
    /// Why the last one failed.
    pub problem: String,
    /// When it was ordered.
    pub at: DateTime<Utc>,
}

/// The newest jobs that failed for good.
///
/// # Errors
/// When the caller has no place at the desk, or the database fails.
pub fn list(house: &House, caller: &Caller) -> Result<Vec<JobView>, Error> {
    house.seat(caller, Desk::Operation)?;
    let lines = house.database.read(|conn| jobs::in_state(conn, "dead", MOST))?;
    let view = |(id, kind, _, tries, problem, at): jobs::JobLine| JobView {
        id,
        kind: job_words(&kind),
        tries,
        problem,
        at: at.and_utc(),
    };
    Ok(lines.into_iter().map(view).collect())
}

/// Gives a job another set of tries.
///
/// # Errors
/// `job.settled` when it is not among the failed ones any more; as [`list`].
pub fn retry(house: &House, caller: &Caller, id: &str) -> Result<(), Error> {
    house.seat(caller, Desk::Operation)?;
    house.database.write(|conn| {
        if !jobs::revive(conn, id, house.now())? {
            return Err(Error::refused("job.settled"));
        }
        house.record(conn, caller, "retry_job", "", "done", json!({ "job": id }))
    })
}
