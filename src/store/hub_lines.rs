//! Rows for the outside registers as lists show them, without their content.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{cases, hub_rows};

/// A line of the row list: id, connector, case, reference, history key, deleted, urgent, state, attempts, problem, when.
pub type RowLine =
    (String, String, Option<String>, Option<String>, String, bool, bool, String, i64, String, NaiveDateTime);

/// Rows of a connector in a state (any, when empty, of either), newest first; a page before an id.
///
/// # Errors
/// When the database fails.
pub fn lines(
    conn: &mut Conn,
    connector: &str,
    state: &str,
    case_id: &str,
    before: &str,
    limit: i64,
) -> Result<Vec<RowLine>, StoreError> {
    let mut query = hub_rows::table
        .left_join(cases::table)
        .order(hub_rows::id.desc())
        .limit(limit)
        .select((
            hub_rows::id,
            hub_rows::connector,
            hub_rows::case_id,
            cases::reference.nullable(),
            hub_rows::history_key,
            hub_rows::deleted,
            hub_rows::urgent,
            hub_rows::state,
            hub_rows::attempts,
            hub_rows::problem,
            hub_rows::updated_at,
        ))
        .into_boxed();
    if !connector.is_empty() {
        query = query.filter(hub_rows::connector.eq(connector));
    }
    if !state.is_empty() {
        query = query.filter(hub_rows::state.eq(state));
    }
    if !case_id.is_empty() {
        query = query.filter(hub_rows::case_id.eq(case_id));
    }
    if !before.is_empty() {
        query = query.filter(hub_rows::id.lt(before));
    }
    Ok(query.load(conn)?)
}
