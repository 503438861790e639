//! What the rules say of the persons of the ledger, computed for a day: the next dose of each vaccine.
//!
//! It is a projection and may be computed anew at any time. Whoever acts upon a row asks the rules once more.

use chrono::NaiveDate;
use diesel::dsl::{count_star, exists, not};
use diesel::prelude::*;

use crate::domain::immunization::outlook::{Coming, ComingState, Outlook};

use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::{dose_forecast_days, dose_forecasts, dose_rights, immunization_subjects};

/// Rows that are written with one statement.
const AT_ONCE: usize = 500;

/// What is computed for a person.
#[derive(Clone, Debug)]
pub struct Computed<'a> {
    /// The person.
    pub subject: &'a str,
    /// What the rules say; of somebody who is no resident, nothing comes next.
    pub outlook: Outlook,
    /// The year of birth of the person for the figures of each right, in their order.
    pub cohorts: Vec<i32>,
}

/// Ids of persons of a program who were not computed for a day or whose record changed since; a page of them after an
/// id.
///
/// # Errors
/// When the database fails.
pub fn outdated(
    conn: &mut Conn,
    program: &str,
    day: NaiveDate,
    after: &str,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    Ok(immunization_subjects::table
        .filter(immunization_subjects::program.eq(program))
        .filter(immunization_subjects::id.gt(after))
        .filter(not(exists(current(day))))
        .order(immunization_subjects::id)
        .limit(limit)
        .select(immunization_subjects::id)
        .load(conn)?)
}

/// How many persons wait to be computed for a day.
///
/// # Errors
/// When the database fails.
pub fn waiting(conn: &mut Conn, program: &str, day: NaiveDate) -> Result<i64, StoreError> {
    Ok(immunization_subjects::table
        .filter(immunization_subjects::program.eq(program))
        .filter(not(exists(current(day))))
        .select(count_star())
        .first(conn)?)
}

/// The note that a person was computed for a day.
#[diesel::dsl::auto_type(no_type_alias)]
fn current(day: NaiveDate) -> _ {
    dose_forecast_days::table
        .filter(dose_forecast_days::subject.eq(immunization_subjects::id))
        .filter(dose_forecast_days::computed_on.eq(day))
}

/// Notes that what was computed for some persons no longer holds. Called with every change of a line or a person.
///
/// # Errors
/// When the database fails.
pub fn outdate(conn: &mut Conn, subjects: &[&str]) -> Result<(), StoreError> {
    let days = dose_forecast_days::table.filter(dose_forecast_days::subject.eq_any(subjects.to_vec()));
    diesel::delete(days).execute(conn)?;
    Ok(())
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = dose_forecasts)]
struct Row {
    subject: String,
    vaccine: String,
    dose: String,
    state: String,
    earliest: Option<NaiveDate>,
    latest: Option<NaiveDate>,
    standard_from: Option<NaiveDate>,
    standard_to: Option<NaiveDate>,
    finish_by: Option<NaiveDate>,
}

#[derive(Insertable)]
#[diesel(table_name = dose_rights)]
struct RightRow<'a> {
    subject: &'a str,
    vaccine: &'a str,
    dose: &'a str,
    cohort: i32,
    opens_on: NaiveDate,
    closes_on: Option<NaiveDate>,
    given_on: Option<NaiveDate>,
    valid: bool,
}

/// Stores what was computed for some persons in the place of what was there.
///
/// # Errors
/// When the database fails.
pub fn replace(conn: &mut Conn, day: NaiveDate, all: &[Computed<'_>]) -> Result<(), StoreError> {
    let ids: Vec<&str> = all.iter().map(|it| it.subject).collect();
    outdate(conn, &ids)?;
    diesel::delete(dose_forecasts::table.filter(dose_forecasts::subject.eq_any(ids.clone())))
        .execute(conn)?;
    diesel::delete(dose_rights::table.filter(dose_rights::subject.eq_any(ids.clone()))).execute(conn)?;
    let rows: Vec<Row> = all.iter().flat_map(rows).collect();
    for part in rows.chunks(AT_ONCE) {
        on!(conn, c => diesel::insert_into(dose_forecasts::table).values(part).execute(c))?;
    }
    let rights: Vec<RightRow<'_>> = all.iter().flat_map(rights).collect();
    for part in rights.chunks(AT_ONCE) {
        on!(conn, c => diesel::insert_into(dose_rights::table).values(part).execute(c))?;
    }
    let days: Vec<_> = ids
        .iter()
        .map(|id| (dose_forecast_days::subject.eq(*id), dose_forecast_days::computed_on.eq(day)))
        .collect();
    on!(conn, c => diesel::insert_into(dose_forecast_days::table).values(&days).execute(c))?;
    Ok(())
}

fn rows<'a>(of: &'a Computed<'_>) -> impl Iterator<Item = Row> + 'a {
    of.outlook.coming.iter().map(|coming| Row {
        subject: of.subject.to_owned(),
        vaccine: coming.vaccine.clone(),
        dose: coming.dose.clone(),
        state: coming.state.code().to_owned(),
        earliest: coming.earliest,
        latest: coming.latest,
        standard_from: coming.standard.0,
        standard_to: coming.standard.1,
        finish_by: coming.finish_by,
    })
}

fn rights<'a>(of: &'a Computed<'_>) -> impl Iterator<Item = RightRow<'a>> {
    of.outlook.rights.iter().zip(&of.cohorts).map(|(right, cohort)| RightRow {
        subject: of.subject,
        vaccine: &right.vaccine,
        dose: &right.dose,
        cohort: *cohort,
        opens_on: right.from,
        closes_on: right.to,
        given_on: right.given_on,
        valid: right.valid,
    })
}

/// Whose next doses are asked for. Empty fields do not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The program.
    pub program: String,
    /// Key of the vaccine.
    pub vaccine: String,
    /// Number of the dose.
    pub dose: String,
    /// How it stands.
    pub states: Vec<ComingState>,
    /// First and last day of birth.
    pub born: (Option<NaiveDate>, Option<NaiveDate>),
    /// District.
    pub district: Option<String>,
    /// First and last of the days on which the right may end.
    pub ends: (Option<NaiveDate>, Option<NaiveDate>),
    /// First and last of the days on which the advised time may end.
    pub advised_until: (Option<NaiveDate>, Option<NaiveDate>),
}

/// The next dose of a vaccine for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// The person.
    pub subject: String,
    /// The dose.
    pub coming: Coming,
}

/// Where a page begins: after this person and vaccine.
pub type Place = (String, String);

/// Next doses of residents, by person and vaccine; a page of them after a place.
///
/// # Errors
/// When the database fails.
pub fn page(conn: &mut Conn, wanted: &Wanted, after: &Place, limit: i64) -> Result<Vec<Next>, StoreError> {
    let later = dose_forecasts::subject
        .gt(&after.0)
        .or(dose_forecasts::subject.eq(&after.0).and(dose_forecasts::vaccine.gt(&after.1)));
    let rows: Vec<Row> = narrowed(wanted)
        .filter(later)
        .order((dose_forecasts::subject, dose_forecasts::vaccine))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

/// How many next doses are wanted.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut Conn, wanted: &Wanted) -> Result<i64, StoreError> {
    Ok(narrowed(wanted).select(count_star()).first(conn)?)
}

fn read(row: Row) -> Result<Next, StoreError> {
    let state = ComingState::from_code(&row.state);
    let coming = Coming {
        state: state.ok_or_else(|| StoreError::Damaged("dose_forecasts.state".to_owned()))?,
        vaccine: row.vaccine,
        dose: row.dose,
        earliest: row.earliest,
        latest: row.latest,
        standard: (row.standard_from, row.standard_to),
        finish_by: row.finish_by,
    };
    Ok(Next { subject: row.subject, coming })
}

type Narrowed<'a> = dose_forecasts::BoxedQuery<'a, <Conn as diesel::Connection>::Backend>;

fn narrowed(wanted: &Wanted) -> Narrowed<'_> {
    let residents = immunization_subjects::table
        .filter(immunization_subjects::program.eq(&wanted.program))
        .filter(immunization_subjects::moved_out_on.is_null())
        .filter(immunization_subjects::died_on.is_null())
        .select(immunization_subjects::id);
    let people = || immunization_subjects::table.select(immunization_subjects::id);
    let mut query = dose_forecasts::table.filter(dose_forecasts::subject.eq_any(residents)).into_boxed();
    if let Some(from) = wanted.born.0 {
        let born = people().filter(immunization_subjects::birth.ge(from));
        query = query.filter(dose_forecasts::subject.eq_any(born));
    }
    if let Some(to) = wanted.born.1 {
        let born = people().filter(immunization_subjects::birth.le(to));
        query = query.filter(dose_forecasts::subject.eq_any(born));
    }
    if let Some(district) = &wanted.district {
        let there = people().filter(immunization_subjects::district.eq(district));
        query = query.filter(dose_forecasts::subject.eq_any(there));
    }
    if !wanted.vaccine.is_empty() {
        query = query.filter(dose_forecasts::vaccine.eq(&wanted.vaccine));
    }
    if !wanted.dose.is_empty() {
        query = query.filter(dose_forecasts::dose.eq(&wanted.dose));
    }
    if !wanted.states.is_empty() {
        let codes: Vec<&str> = wanted.states.iter().map(|state| state.code()).collect();
        query = query.filter(dose_forecasts::state.eq_any(codes));
    }
    if let Some(from) = wanted.ends.0 {
        query = query.filter(dose_forecasts::latest.ge(from));
    }
    if let Some(to) = wanted.ends.1 {
        query = query.filter(dose_forecasts::latest.le(to));
    }
    if let Some(from) = wanted.advised_until.0 {
        query = query.filter(dose_forecasts::standard_to.ge(from));
    }
    if let Some(to) = wanted.advised_until.1 {
        query = query.filter(dose_forecasts::standard_to.le(to));
    }
    query
}
