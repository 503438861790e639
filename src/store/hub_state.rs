//! Connectors that stopped, and differences between us and the register.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::{connectors, discrepancies};

/// Whether a connector stopped, and why.
///
/// # Errors
/// When the database fails.
pub fn stopped(conn: &mut Conn, connector: &str) -> Result<Option<String>, StoreError> {
    let row: Option<(bool, String)> = connectors::table
        .find(connector)
        .select((connectors::stopped, connectors::reason))
        .first(conn)
        .optional()?;
    Ok(row.and_then(|(stopped, reason)| stopped.then_some(reason)))
}

/// The connectors that stopped, each with its reason.
///
/// # Errors
/// When the database fails.
pub fn all_stopped(conn: &mut Conn) -> Result<BTreeMap<String, String>, StoreError> {
    let rows: Vec<(String, String)> = connectors::table
        .filter(connectors::stopped.eq(true))
        .select((connectors::name, connectors::reason))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Stops a connector, or starts it again.
///
/// # Errors
/// When the database fails.
pub fn set_stopped(
    conn: &mut Conn,
    connector: &str,
    stopped: bool,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let change = (
        connectors::stopped.eq(stopped),
        connectors::reason.eq(reason),
        connectors::changed_at.eq(at.naive_utc()),
    );
    let row = (connectors::name.eq(connector), change);
    on!(conn, c => diesel::insert_into(connectors::table)
        .values(row)
        .on_conflict(connectors::name)
        .do_update()
        .set(change)
        .execute(c))?;
    Ok(())
}

/// A difference between what we hold registered and what the register shows.
#[derive(Clone, Debug, Queryable)]
pub struct Discrepancy {
    /// Id, `dis_…`.
    pub id: String,
    /// The connector.
    pub connector: String,
    /// Our row.
    pub row_id: String,
    /// The case.
    pub case_id: String,
    /// `missing` or `different`.
    pub kind: String,
    /// Names of the fields that differ; never their values.
    pub fields: String,
    /// When it was found.
    pub found_at: NaiveDateTime,
    /// When it was gone or cleared.
    pub cleared_at: Option<NaiveDateTime>,
}

/// Notes a difference.
///
/// # Errors
/// When the database fails.
pub fn note_discrepancy(conn: &mut Conn, found: &Discrepancy) -> Result<(), StoreError> {
    clear_discrepancies(conn, &[&found.row_id], found.found_at.and_utc())?;
    diesel::insert_into(discrepancies::table)
        .values((
            discrepancies::id.eq(&found.id),
            discrepancies::connector.eq(&found.connector),
            discrepancies::row_id.eq(&found.row_id),
            discrepancies::case_id.eq(&found.case_id),
            discrepancies::kind.eq(&found.kind),
            discrepancies::fields.eq(&found.fields),
            discrepancies::found_at.eq(found.found_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// The differences of some rows are gone.
///
/// # Errors
/// When the database fails.
pub fn clear_discrepancies(conn: &mut Conn, rows: &[&str], at: DateTime<Utc>) -> Result<(), StoreError> {
    let target = discrepancies::table
        .filter(discrepancies::row_id.eq_any(rows.to_vec()))
        .filter(discrepancies::cleared_at.is_null());
    diesel::update(target).set(discrepancies::cleared_at.eq(at.naive_utc())).execute(conn)?;
    Ok(())
}

/// Differences that still stand, newest first.
///
/// # Errors
/// When the database fails.
pub fn open_discrepancies(conn: &mut Conn, limit: i64) -> Result<Vec<Discrepancy>, StoreError> {
    Ok(discrepancies::table
        .filter(discrepancies::cleared_at.is_null())
        .order(discrepancies::id.desc())
        .limit(limit)
        .load(conn)?)
}
