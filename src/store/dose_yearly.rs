//! Lines, reports and procedures of a time as sums, for the report of a year.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{cases, decisions, immunization_subjects, immunizations, reaction_reports};

/// Equal lines.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Lines {
    /// Key of the vaccine.
    pub vaccine: String,
    /// Number of the dose.
    pub dose: String,
    /// Code of what became of it.
    pub status: String,
    /// Code of under what it was.
    pub category: String,
    /// Code of the sex, if it is known.
    pub sex: Option<String>,
    /// Day of birth of the person.
    pub birth: NaiveDate,
    /// The first day on which it can have been.
    pub on: NaiveDate,
    /// How many there are.
    pub count: i64,
}

/// The lines of a program that count in a time, both days counted, alike in all that is reported. Those are read month
/// by month, so that no more is held than a month has.
///
/// # Errors
/// When the database fails.
pub fn lines(
    conn: &mut Conn,
    program: &str,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Lines>, StoreError> {
    let alike = (
        immunizations::vaccine,
        immunizations::dose,
        immunizations::status,
        immunizations::category,
        immunization_subjects::sex,
        immunization_subjects::birth,
        immunizations::first_day,
    );
    Ok(immunizations::table
        .inner_join(immunization_subjects::table)
        .filter(immunization_subjects::program.eq(program))
        .filter(immunizations::first_day.between(from, to))
        .filter(immunizations::status.ne("entered_in_error"))
        .filter(immunizations::superseded_by.is_null())
        .group_by(alike)
        .order(alike)
        .select((
            immunizations::vaccine,
            immunizations::dose,
            immunizations::status,
            immunizations::category,
            immunization_subjects::sex,
            immunization_subjects::birth,
            immunizations::first_day,
            count_star(),
        ))
        .load(conn)?)
}

/// Vaccine, dose, codes of what became of it and under what it was, and how many.
pub type Sum = (String, String, String, String, i64);

/// How many lines of a time are alike in vaccine, dose, what became of them and under what they were.
///
/// # Errors
/// When the database fails.
pub fn sums(conn: &mut Conn, program: &str, from: NaiveDate, to: NaiveDate) -> Result<Vec<Sum>, StoreError> {
    let alike = (immunizations::vaccine, immunizations::dose, immunizations::status, immunizations::category);
    Ok(immunizations::table
        .inner_join(immunization_subjects::table)
        .filter(immunization_subjects::program.eq(program))
        .filter(immunizations::first_day.between(from, to))
        .filter(immunizations::status.ne("entered_in_error"))
        .filter(immunizations::superseded_by.is_null())
        .group_by(alike)
        .order(alike)
        .select((
            immunizations::vaccine,
            immunizations::dose,
            immunizations::status,
            immunizations::category,
            count_star(),
        ))
        .load(conn)?)
}

/// How many reactions were reported in a time, by the vaccine of the dose.
///
/// # Errors
/// When the database fails.
pub fn reactions(conn: &mut Conn, from: NaiveDate, to: NaiveDate) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(reaction_reports::table
        .inner_join(immunizations::table)
        .filter(reaction_reports::reported_on.between(from, to))
        .group_by(immunizations::vaccine)
        .order(immunizations::vaccine)
        .select((immunizations::vaccine, count_star()))
        .load(conn)?)
}

/// How many applications of a program were filed in a time, by kind.
///
/// # Errors
/// When the database fails.
pub fn filed(
    conn: &mut Conn,
    program: &str,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(cases::table
        .filter(cases::program.eq(program))
        .filter(cases::submitted_at.ge(from.naive_utc()))
        .filter(cases::submitted_at.lt(to.naive_utc()))
        .group_by(cases::kind)
        .order(cases::kind)
        .select((cases::kind, count_star()))
        .load(conn)?)
}

/// How many decisions on applications of a program became final in a time, by kind and outcome.
///
/// # Errors
/// When the database fails.
pub fn decided(
    conn: &mut Conn,
    program: &str,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(String, String, i64)>, StoreError> {
    let alike = (cases::kind, decisions::outcome);
    Ok(decisions::table
        .inner_join(cases::table)
        .filter(cases::program.eq(program))
        .filter(decisions::final_at.ge(from.naive_utc()))
        .filter(decisions::final_at.lt(to.naive_utc()))
        .group_by(alike)
        .order(alike)
        .select((cases::kind, decisions::outcome, count_star()))
        .load(conn)?)
}
