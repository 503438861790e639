//! What institutions recorded in a time, counted for their claims.

use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::immunizations;

/// Equal lines of an institution on a day.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Tally {
    /// 10-digit code of the institution.
    pub institution: String,
    /// Key of the vaccine.
    pub vaccine: String,
    /// The day.
    pub on: NaiveDate,
    /// Code of what became of the visits.
    pub status: String,
    /// Code of under what they were.
    pub category: String,
    /// Yen that exempt persons paid; `None` for the regular share.
    pub copay: Option<i64>,
    /// How many there were.
    pub count: i64,
}

/// What was recorded at the desks of institutions between two days, both counted; no line whose place another took.
///
/// # Errors
/// When the database fails.
pub fn between(conn: &mut Conn, from: NaiveDate, to: NaiveDate) -> Result<Vec<Tally>, StoreError> {
    let alike = (
        immunizations::institution,
        immunizations::vaccine,
        immunizations::first_day,
        immunizations::status,
        immunizations::category,
        immunizations::copay,
    );
    Ok(immunizations::table
        .filter(immunizations::first_day.between(from, to))
        .filter(immunizations::origin.eq("clinic"))
        .filter(immunizations::status.ne("entered_in_error"))
        .filter(immunizations::superseded_by.is_null())
        .group_by(alike)
        .order(alike)
        .select((
            immunizations::institution,
            immunizations::vaccine,
            immunizations::first_day,
            immunizations::status,
            immunizations::category,
            immunizations::copay,
            count_star(),
        ))
        .load(conn)?)
}
