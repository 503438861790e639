//! Letters to those who were not vaccinated: once for a dose, sealed under the key of the person.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::immunization_subjects::StoredSubject;
use super::schema::dose_calls;

/// A letter about a dose.
#[derive(Clone, Debug)]
pub struct Call {
    /// Id, `let_…`.
    pub id: String,
    /// The run that made it.
    pub run: String,
    /// Key of the vaccine.
    pub vaccine: String,
    /// Number of the dose.
    pub dose: String,
    /// The last day of the season, of what is given anew with each; else empty.
    pub season: String,
    /// Whether somebody said why it is written again.
    pub again: bool,
    /// The composed letter as JSON.
    pub body: Vec<u8>,
    /// The day.
    pub on: NaiveDate,
}

/// Person, vaccine, dose and season of a letter that was made.
pub type Called = (String, String, String, String);

fn place(id: &str) -> String {
    format!("dose_calls.body.{id}")
}

/// Stores a letter.
///
/// # Errors
/// [`StoreError::Duplicate`] when the person was written to for the dose before and nobody said why again, or by the
/// same run.
pub fn insert(conn: &mut Conn, of: &StoredSubject, call: &Call) -> Result<(), StoreError> {
    let body = of.key.seal(&place(&call.id), &call.body)?;
    let row = (
        dose_calls::id.eq(&call.id),
        dose_calls::run_id.eq(&call.run),
        dose_calls::subject.eq(&of.subject.id),
        dose_calls::vaccine.eq(&call.vaccine),
        dose_calls::dose.eq(&call.dose),
        dose_calls::season.eq(&call.season),
        dose_calls::again.eq(call.again),
        dose_calls::body.eq(body),
        dose_calls::called_on.eq(call.on),
    );
    diesel::insert_into(dose_calls::table).values(row).execute(conn)?;
    Ok(())
}

/// For what some persons were written to.
///
/// # Errors
/// When the database fails.
pub fn called(conn: &mut Conn, subjects: &[String]) -> Result<Vec<Called>, StoreError> {
    Ok(dose_calls::table
        .filter(dose_calls::subject.eq_any(subjects.to_vec()))
        .select((dose_calls::subject, dose_calls::vaccine, dose_calls::dose, dose_calls::season))
        .load(conn)?)
}

/// Whether a run wrote to a person about a vaccine.
///
/// # Errors
/// When the database fails.
pub fn is_made(conn: &mut Conn, run: &str, subject: &str, vaccine: &str) -> Result<bool, StoreError> {
    let made = dose_calls::table
        .filter(dose_calls::run_id.eq(run))
        .filter(dose_calls::subject.eq(subject))
        .filter(dose_calls::vaccine.eq(vaccine));
    Ok(diesel::select(diesel::dsl::exists(made)).get_result(conn)?)
}

/// The letter that a run made for a person about a vaccine.
///
/// # Errors
/// [`StoreError::NotFound`], or when it cannot be opened.
pub fn body(conn: &mut Conn, of: &StoredSubject, run: &str, vaccine: &str) -> Result<Vec<u8>, StoreError> {
    let (id, body): (String, String) = dose_calls::table
        .filter(dose_calls::run_id.eq(run))
        .filter(dose_calls::subject.eq(&of.subject.id))
        .filter(dose_calls::vaccine.eq(vaccine))
        .select((dose_calls::id, dose_calls::body))
        .first(conn)?;
    of.key.open(&place(&id), &body)
}
