//! Decided cases by what their decisions grant.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{cases, decisions};

/// The case with the newest grant of a person under a program, by the keyed hash of who they are.
///
/// # Errors
/// When the database fails.
pub fn newest_of(
    conn: &mut Conn,
    program: &str,
    person: &str,
    kinds: &[&str],
    outcomes: &[&str],
) -> Result<Option<String>, StoreError> {
    let granted = cases::table
        .inner_join(decisions::table)
        .filter(cases::program.eq(program))
        .filter(cases::person.eq(person))
        .filter(cases::kind.eq_any(kinds.to_vec()))
        .filter(cases::state.eq("decided"))
        .filter(decisions::outcome.eq_any(outcomes.to_vec()));
    let newest = granted.order((decisions::final_at.desc(), cases::id.desc())).select(cases::id);
    Ok(newest.first(conn).optional()?)
}

/// Decided cases with a decision that ends within the days, by id; a page of them by key.
///
/// # Errors
/// When the database fails.
pub fn ending(
    conn: &mut Conn,
    program: &str,
    days: std::ops::RangeInclusive<NaiveDate>,
    after: &str,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    let ending = cases::table
        .inner_join(decisions::table)
        .filter(cases::program.eq(program))
        .filter(cases::state.eq("decided"))
        .filter(decisions::valid_to.between(*days.start(), *days.end()))
        .filter(cases::id.gt(after.to_owned()));
    Ok(ending.order(cases::id).select(cases::id).distinct().limit(limit).load(conn)?)
}

/// Decided cases of a program whose newest decision became final at a moment or later, by id; a page of
/// them by key.
///
/// # Errors
/// When the database fails.
pub fn decided_since(
    conn: &mut Conn,
    program: &str,
    since: DateTime<Utc>,
    after: &str,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    let decided = cases::table
        .inner_join(decisions::table)
        .filter(cases::program.eq(program))
        .filter(cases::state.eq("decided"))
        .filter(decisions::final_at.ge(since.naive_utc()))
        .filter(cases::id.gt(after.to_owned()));
    Ok(decided.order(cases::id).select(cases::id).distinct().limit(limit).load(conn)?)
}
