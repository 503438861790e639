//! Work items as rows, for inboxes and request codes. The truth is in the case.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::case::Case;
use crate::domain::case::work::WorkItem;
use crate::domain::permission::Seated;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::{cases, designation_numbers, work_items};

/// The states in which a person was asked for a result that is not in yet.
pub const AWAITED: [&str; 2] = ["requested", "in_progress"];

/// A line of an inbox.
#[derive(Clone, Debug, Queryable)]
pub struct Line {
    /// Id of the work item.
    pub id: String,
    /// The case.
    pub case_id: String,
    /// Its kind.
    pub kind: String,
    /// Its state.
    pub state: String,
    /// When it was asked for.
    pub requested_at: Option<NaiveDateTime>,
    /// By when.
    pub due_on: NaiveDate,
    /// The case's reference.
    pub reference: Option<String>,
    /// The case's program.
    pub program: String,
}

/// Brings the rows of a case's work items up to date. `code` gives the hash of an item's request code.
///
/// # Errors
/// When the database fails.
pub fn sync(conn: &mut Conn, case: &Case, code: impl Fn(&WorkItem) -> String) -> Result<(), StoreError> {
    for item in &case.work {
        let change = (
            work_items::state.eq(item.state.code()),
            work_items::assignee.eq(&item.assignee),
            work_items::requested_at.eq(item.requested_at.map(|at: DateTime<_>| at.naive_utc())),
            work_items::due_on.eq(item.due_on),
            work_items::received_at.eq(item.received_at.map(|at: DateTime<_>| at.naive_utc())),
        );
        let row = (
            work_items::id.eq(&item.id),
            work_items::case_id.eq(&case.id),
            work_items::kind.eq(&item.kind),
            work_items::code.eq(code(item)),
            change,
        );
        on!(conn, c => diesel::insert_into(work_items::table)
            .values(row)
            .on_conflict(work_items::id)
            .do_update()
            .set(change)
            .execute(c))?;
    }
    Ok(())
}

/// Whose items are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// Those of a user.
    User(&'a str),
    /// Those of every physician of an institution, by its code.
    Institution(&'a str),
}

/// Items in the given states, the most urgent first; a page after `(due_on, id)`.
///
/// # Errors
/// When the database fails.
pub fn inbox(
    conn: &mut Conn,
    _seated: &Seated,
    whose: Whose<'_>,
    states: &[&str],
    after: Option<(NaiveDate, String)>,
    limit: i64,
) -> Result<Vec<Line>, StoreError> {
    let mut query = work_items::table
        .inner_join(cases::table)
        .filter(work_items::state.eq_any(states.to_vec()))
        .order((work_items::due_on, work_items::id))
        .limit(limit)
        .select((
            work_items::id,
            work_items::case_id,
            work_items::kind,
            work_items::state,
            work_items::requested_at,
            work_items::due_on,
            cases::reference,
            cases::program,
        ))
        .into_boxed();
    query = match whose {
        Whose::User(id) => query.filter(work_items::assignee.eq(id.to_owned())),
        Whose::Institution(code) => query.filter(work_items::assignee.eq_any(physicians(code))),
    };
    if let Some((due, id)) = after {
        query = query
            .filter(work_items::due_on.gt(due).or(work_items::due_on.eq(due).and(work_items::id.gt(id))));
    }
    Ok(query.load(conn)?)
}

/// The case and kind of the item with a request code's hash, until its result is accepted.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn by_code(conn: &mut Conn, code: &str) -> Result<(String, String), StoreError> {
    Ok(work_items::table
        .filter(work_items::code.eq(code))
        .filter(work_items::state.eq_any(vec!["planned", "requested", "in_progress", "received"]))
        .select((work_items::case_id, work_items::kind))
        .first(conn)?)
}

/// Whether an item of a case is assigned to someone.
///
/// # Errors
/// When the database fails.
pub fn is_assigned(conn: &mut Conn, case_id: &str, assignee: &str) -> Result<bool, StoreError> {
    Ok(work_items::table
        .filter(work_items::case_id.eq(case_id))
        .filter(work_items::assignee.eq(assignee))
        .filter(work_items::state.ne("cancelled"))
        .select(work_items::id)
        .first::<String>(conn)
        .optional()?
        .is_some())
}

/// The physicians of an institution.
#[diesel::dsl::auto_type(no_type_alias)]
fn physicians<'a>(code: &'a str) -> _ {
    designation_numbers::table
        .filter(designation_numbers::institution.eq(code))
        .select(designation_numbers::user_id)
}

/// The item of a case whose result is awaited from a physician of an institution.
///
/// # Errors
/// When the database fails.
pub fn awaited_at(conn: &mut Conn, case_id: &str, institution: &str) -> Result<Option<String>, StoreError> {
    Ok(work_items::table
        .filter(work_items::case_id.eq(case_id))
        .filter(work_items::state.eq_any(AWAITED.to_vec()))
        .filter(work_items::assignee.eq_any(physicians(institution)))
        .order(work_items::id)
        .select(work_items::id)
        .first(conn)
        .optional()?)
}
