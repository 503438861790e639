//! Jobs that follow from what was just written, in the same transaction.

use crate::domain::case::event::Stamp;
use crate::store::{Conn, jobs};

use super::error::Error;
use super::house::House;

/// Enqueues a job whose payload is also its key: twice the same is one job.
///
/// # Errors
/// When the database fails.
pub fn enqueue(
    house: &House,
    conn: &mut Conn,
    kind: &str,
    payload: &str,
    stamp: &Stamp,
) -> Result<(), Error> {
    let id = house.new_id("job")?;
    Ok(jobs::enqueue(conn, &id, kind, payload, &format!("{kind}/{payload}"), stamp.at)?)
}
