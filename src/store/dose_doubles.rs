//! Pairs of lines that may tell of one dose, until somebody says whether they do.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::dose_doubles;

/// A pair.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Pair {
    /// The line with the smaller id.
    pub one: String,
    /// The other.
    pub other: String,
    /// The program that keeps the ledger.
    pub program: String,
    /// Whose lines they are.
    pub subject: String,
    /// `open`, `apart` (two doses), `merged`, or `over` where one of the lines stands no more.
    pub state: String,
    /// When it was found.
    pub found_at: NaiveDateTime,
    /// Who said what they are.
    pub settled_by: Option<String>,
    /// When.
    pub settled_at: Option<NaiveDateTime>,
}

/// The two ids in the order in which a pair has them.
pub fn ordered<'a>(one: &'a str, other: &'a str) -> (&'a str, &'a str) {
    if one < other { (one, other) } else { (other, one) }
}

/// Notes that lines of a person may tell of the dose of another line; what is noted already stays.
///
/// # Errors
/// When the database fails.
pub fn note(
    conn: &mut Conn,
    (program, subject): (&str, &str),
    line: &str,
    others: &[&str],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = |other: &&str| {
        let (one, other) = ordered(line, other);
        (
            dose_doubles::one.eq(one.to_owned()),
            dose_doubles::other.eq(other.to_owned()),
            dose_doubles::program.eq(program.to_owned()),
            dose_doubles::subject.eq(subject.to_owned()),
            dose_doubles::state.eq("open"),
            dose_doubles::found_at.eq(at.naive_utc()),
        )
    };
    let rows: Vec<_> = others.iter().map(row).collect();
    on!(conn, c => diesel::insert_into(dose_doubles::table).values(&rows).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Open pairs of a program after a pair, in the order in which their first lines came.
///
/// # Errors
/// When the database fails.
pub fn open(
    conn: &mut Conn,
    program: &str,
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<Pair>, StoreError> {
    let next =
        dose_doubles::one.gt(after.0).or(dose_doubles::one.eq(after.0).and(dose_doubles::other.gt(after.1)));
    let open = dose_doubles::table
        .filter(dose_doubles::program.eq(program))
        .filter(dose_doubles::state.eq("open"))
        .filter(next);
    Ok(open.order((dose_doubles::one, dose_doubles::other)).limit(limit).load(conn)?)
}

/// A pair.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn find(conn: &mut Conn, one: &str, other: &str) -> Result<Pair, StoreError> {
    Ok(dose_doubles::table.find((one, other)).first(conn)?)
}

/// Says what an open pair is.
///
/// # Errors
/// [`StoreError::Moved`] when it is not open any more.
pub fn settle(
    conn: &mut Conn,
    (one, other): (&str, &str),
    state: &str,
    by: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let open = dose_doubles::table.find((one, other)).filter(dose_doubles::state.eq("open"));
    let change = (
        dose_doubles::state.eq(state),
        dose_doubles::settled_by.eq(by),
        dose_doubles::settled_at.eq(at.naive_utc()),
    );
    let changed = diesel::update(open).set(change).execute(conn)?;
    if changed == 0 { Err(StoreError::Moved) } else { Ok(()) }
}

/// Ends what was open about a line that stands no more, and gives the lines that are known to tell of another dose.
///
/// # Errors
/// When the database fails.
pub fn over(conn: &mut Conn, line: &str, by: &str, at: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
    let named = dose_doubles::one.eq(line).or(dose_doubles::other.eq(line));
    let open = dose_doubles::table.filter(named).filter(dose_doubles::state.eq("open"));
    let change = (
        dose_doubles::state.eq("over"),
        dose_doubles::settled_by.eq(by),
        dose_doubles::settled_at.eq(at.naive_utc()),
    );
    diesel::update(open).set(change).execute(conn)?;
    let apart: Vec<(String, String)> = dose_doubles::table
        .filter(named)
        .filter(dose_doubles::state.eq("apart"))
        .select((dose_doubles::one, dose_doubles::other))
        .load(conn)?;
    Ok(apart.into_iter().map(|(one, other)| if one == line { other } else { one }).collect())
}
