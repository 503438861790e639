//! Results that others delivered and the office took, to be paid for: counted, without whose they are.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::domain::case::work::WorkState;
use crate::domain::permission::Seated;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{cases, work_items};

/// Results that are alike.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Delivered {
    /// Kind of the work item.
    pub work: String,
    /// Kind of procedure.
    pub procedure: String,
    /// The user who delivered them.
    pub assignee: String,
    /// How many.
    pub results: i64,
}

/// Accepted results of some kinds of work items of a program that came in a span of time.
///
/// # Errors
/// When the database fails.
pub fn counted(
    conn: &mut Conn,
    _seated: &Seated,
    program: &str,
    works: &[&str],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Delivered>, StoreError> {
    let alike = (work_items::kind, cases::kind, work_items::assignee);
    Ok(work_items::table
        .inner_join(cases::table)
        .filter(cases::program.eq(program))
        .filter(work_items::kind.eq_any(works.to_vec()))
        .filter(work_items::state.eq(WorkState::Accepted.code()))
        .filter(work_items::received_at.ge(from.naive_utc()))
        .filter(work_items::received_at.lt(to.naive_utc()))
        .group_by(alike)
        .order(alike)
        .select((work_items::kind, cases::kind, work_items::assignee, count_star()))
        .load(conn)?)
}
