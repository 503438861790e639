//! Vouchers as sums: how many were issued and how they ended.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::{immunization_subjects, vouchers};

/// What happened to vouchers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// They were issued.
    Issued,
    /// They were used, expired or were cancelled.
    Ended,
}

/// Vouchers of a vaccine to which the same happened within an hour.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Sum {
    /// Key of the vaccine.
    #[diesel(sql_type = Text)]
    pub vaccine: String,
    /// Code of how they stand now.
    #[diesel(sql_type = Text)]
    pub state: String,
    /// The hour, `2026-11-23 09`, in UTC.
    #[diesel(sql_type = Text)]
    pub hour: String,
    /// How many there are.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// How many vouchers were issued or ended in a time, by vaccine, state and hour: of an hour one can tell in which month
/// of Japan it lies.
///
/// # Errors
/// When the database fails.
pub fn sums(
    conn: &mut Conn,
    happened: Happened,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Sum>, StoreError> {
    let column = if happened == Happened::Issued { "issued_at" } else { "ended_at" };
    let moment = |at: DateTime<Utc>| at.naive_utc().format("%Y-%m-%d %H:%M:%S").to_string();
    let query = format!(
        "SELECT vaccine, state, substr(CAST({column} AS TEXT), 1, 13) AS hour, count(*) AS count FROM vouchers \
         WHERE {column} >= '{}' AND {column} < '{}' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        moment(from),
        moment(to),
    );
    Ok(on!(conn, c => diesel::sql_query(query).load(c))?)
}

/// How many vouchers of each vaccine can still be used.
///
/// # Errors
/// When the database fails.
pub fn out(conn: &mut Conn, program: &str) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(vouchers::table
        .inner_join(immunization_subjects::table)
        .filter(immunization_subjects::program.eq(program))
        .filter(vouchers::state.eq("issued"))
        .group_by(vouchers::vaccine)
        .order(vouchers::vaccine)
        .select((vouchers::vaccine, count_star()))
        .load(conn)?)
}

/// The number that was issued last, and when; none where none was.
///
/// # Errors
/// When the database fails.
pub fn last(conn: &mut Conn) -> Result<Option<(String, DateTime<Utc>)>, StoreError> {
    // Numbers are issued in order and have one length, so the greatest is the last.
    let greatest: Option<String> = vouchers::table.select(max(vouchers::number)).first(conn)?;
    let Some(number) = greatest else { return Ok(None) };
    let at: NaiveDateTime =
        vouchers::table.filter(vouchers::number.eq(&number)).select(vouchers::issued_at).first(conn)?;
    Ok(Some((number, at.and_utc())))
}
