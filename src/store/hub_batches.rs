//! Batches sent to an outside register: what was asked under which key, and what came of it.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::hub_batches;

/// A batch.
#[derive(Clone, Debug, Queryable)]
pub struct Batch {
    /// Id, `bat_…`.
    pub id: String,
    /// The connector.
    pub connector: String,
    /// The key under which it is sent, and re-sent.
    pub idempotency_key: String,
    /// The register's task, once it named one.
    pub task: String,
    /// `built`, `sent`, `closed` or `defect`.
    pub state: String,
    /// Rows in it.
    pub size: i64,
    /// How often the task was asked after.
    pub polls: i64,
    /// When it was built.
    pub at: NaiveDateTime,
}

/// Stores a new batch.
///
/// # Errors
/// When the database fails.
pub fn insert(
    conn: &mut Conn,
    id: &str,
    connector: &str,
    idempotency_key: &str,
    size: i64,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(hub_batches::table)
        .values((
            hub_batches::id.eq(id),
            hub_batches::connector.eq(connector),
            hub_batches::idempotency_key.eq(idempotency_key),
            hub_batches::state.eq("built"),
            hub_batches::size.eq(size),
            hub_batches::at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Batches of a connector whose outcome is not known, oldest first.
///
/// # Errors
/// When the database fails.
pub fn open(conn: &mut Conn, connector: &str) -> Result<Vec<Batch>, StoreError> {
    Ok(hub_batches::table
        .filter(hub_batches::connector.eq(connector))
        .filter(hub_batches::state.eq_any(["built", "sent"]))
        .order(hub_batches::id)
        .limit(1000)
        .load(conn)?)
}

/// Batches of all connectors whose outcome is not known, oldest first.
///
/// # Errors
/// When the database fails.
pub fn all_open(conn: &mut Conn) -> Result<Vec<Batch>, StoreError> {
    Ok(hub_batches::table
        .filter(hub_batches::state.eq_any(["built", "sent"]))
        .order(hub_batches::id)
        .limit(1000)
        .load(conn)?)
}

/// The register took the batch and named its task.
///
/// # Errors
/// When the database fails.
pub fn set_task(conn: &mut Conn, id: &str, task: &str) -> Result<(), StoreError> {
    diesel::update(hub_batches::table.find(id))
        .set((hub_batches::task.eq(task), hub_batches::state.eq("sent")))
        .execute(conn)?;
    Ok(())
}

/// The batch is over: `closed` with results, `defect` without.
///
/// # Errors
/// When the database fails.
pub fn close(conn: &mut Conn, id: &str, state: &str) -> Result<(), StoreError> {
    diesel::update(hub_batches::table.find(id)).set(hub_batches::state.eq(state)).execute(conn)?;
    Ok(())
}
