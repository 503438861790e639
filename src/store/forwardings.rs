//! The ways of cases between receiving offices and the body that decides, for lists by day.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::case::Case;
use crate::domain::permission::Seated;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::{cases, forwardings};

/// Most lines of a day's list.
const MOST: i64 = 500;
/// Most days that are offered.
const DAYS: i64 = 60;

/// A line of a covering list: numbers and days, nothing of the person.
#[derive(Clone, Debug, Queryable)]
pub struct Line {
    /// The case.
    pub case_id: String,
    /// Its reference.
    pub reference: Option<String>,
    /// Its program.
    pub program: String,
    /// Kind of procedure.
    pub kind: String,
    /// When the office received it.
    pub submitted_at: Option<NaiveDateTime>,
    /// How many times it was passed on or back before, and this time.
    pub number: i64,
    /// When it arrived, if it has.
    pub arrived_on: Option<NaiveDate>,
}

/// Brings the rows of a case's ways up to date.
///
/// # Errors
/// When the database fails.
pub fn sync(conn: &mut Conn, case: &Case) -> Result<(), StoreError> {
    let Some(route) = &case.route else { return Ok(()) };
    for (number, leg) in (1i64..).zip(&route.legs) {
        let change = forwardings::arrived_on.eq(leg.arrived_on);
        let row = (
            forwardings::case_id.eq(&case.id),
            forwardings::number.eq(number),
            forwardings::office.eq(&route.receiver.code),
            forwardings::onward.eq(leg.onward),
            forwardings::sent_on.eq(leg.sent_on),
            change,
        );
        on!(conn, c => diesel::insert_into(forwardings::table)
            .values(row)
            .on_conflict((forwardings::case_id, forwardings::number))
            .do_update()
            .set(change)
            .execute(c))?;
    }
    Ok(())
}

/// What an office passed on on a day, in the order of the numbers.
///
/// # Errors
/// When the database fails.
pub fn of_day(
    conn: &mut Conn,
    _seated: &Seated,
    office: &str,
    day: NaiveDate,
    programs: &[String],
) -> Result<Vec<Line>, StoreError> {
    Ok(forwardings::table
        .inner_join(cases::table)
        .filter(forwardings::office.eq(office))
        .filter(forwardings::sent_on.eq(day))
        .filter(forwardings::onward.eq(true))
        .filter(cases::program.eq_any(programs))
        .order((cases::reference, forwardings::number))
        .limit(MOST)
        .select((
            forwardings::case_id,
            cases::reference,
            cases::program,
            cases::kind,
            cases::submitted_at,
            forwardings::number,
            forwardings::arrived_on,
        ))
        .load(conn)?)
}

/// The days on which an office passed something on, the newest first, each with whether something of it has
/// not arrived; without a code, those of every office.
///
/// # Errors
/// When the database fails.
pub fn days(
    conn: &mut Conn,
    _seated: &Seated,
    office: Option<&str>,
) -> Result<Vec<(String, NaiveDate, i64, i64)>, StoreError> {
    use diesel::dsl::count;
    let mut query = forwardings::table
        .filter(forwardings::onward.eq(true))
        .group_by((forwardings::office, forwardings::sent_on))
        .select((
            forwardings::office,
            forwardings::sent_on,
            count(forwardings::case_id),
            count(forwardings::arrived_on),
        ))
        .order((forwardings::sent_on.desc(), forwardings::office))
        .limit(DAYS)
        .into_boxed();
    if let Some(code) = office {
        query = query.filter(forwardings::office.eq(code));
    }
    Ok(query.load(conn)?)
}
