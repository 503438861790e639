//! 予診票: one living form per person, vaccine and dose. Each change is conditional on the revision that was read, so
//! of two at the same moment one finds nothing left to change.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::domain::immunization::screening::{Content, Screening, ScreeningState};

use super::conn::Conn;
use super::error::StoreError;
use super::immunization_subjects::StoredSubject;
use super::schema::screenings;

/// Forms of one person that are read at most.
const MOST: i64 = 500;
/// The states in which a form can still lead to a dose.
const LIVING: [&str; 3] = ["draft", "answered", "locked"];
/// Those in which nobody judges by it yet.
const WAITING: [&str; 2] = ["draft", "answered"];
/// The state of those whose time is over.
const EXPIRED: &str = "expired";

#[derive(Queryable, Selectable)]
#[diesel(table_name = screenings)]
struct Row {
    id: String,
    subject: String,
    vaccine: String,
    dose: String,
    state: String,
    answered_on: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    institution: Option<String>,
    line: Option<String>,
    revision: i32,
    body: String,
}

fn place(id: &str) -> String {
    format!("screenings.body.{id}")
}

fn open(of: &StoredSubject, row: Row) -> Result<Screening, StoreError> {
    let content: Content = serde_json::from_slice(&of.key.open(&place(&row.id), &row.body)?)?;
    let state = ScreeningState::from_code(&row.state);
    Ok(Screening {
        state: state.ok_or_else(|| StoreError::Damaged("screenings.state".to_owned()))?,
        id: row.id,
        subject: row.subject,
        vaccine: row.vaccine,
        dose: row.dose,
        answered_on: row.answered_on,
        valid_to: row.valid_to,
        institution: row.institution,
        line: row.line,
        revision: row.revision,
        content,
    })
}

fn body(of: &StoredSubject, form: &Screening) -> Result<String, StoreError> {
    of.key.seal(&place(&form.id), &serde_json::to_vec(&form.content)?)
}

/// Begins a form.
///
/// # Errors
/// [`StoreError::Duplicate`] when one lives for the same person, vaccine and dose.
pub fn insert(
    conn: &mut Conn,
    of: &StoredSubject,
    form: &Screening,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = (
        screenings::id.eq(&form.id),
        screenings::subject.eq(&form.subject),
        screenings::vaccine.eq(&form.vaccine),
        screenings::dose.eq(&form.dose),
        screenings::state.eq(form.state.code()),
        screenings::answered_on.eq(form.answered_on),
        screenings::valid_to.eq(form.valid_to),
        screenings::revision.eq(form.revision),
        screenings::body.eq(body(of, form)?),
        screenings::created_at.eq(at.naive_utc()),
        screenings::changed_at.eq(at.naive_utc()),
    );
    diesel::insert_into(screenings::table).values(row).execute(conn)?;
    Ok(())
}

/// A form of a person.
///
/// # Errors
/// [`StoreError::NotFound`] as well for one of somebody else.
pub fn find(conn: &mut Conn, of: &StoredSubject, id: &str) -> Result<Screening, StoreError> {
    let own = screenings::table.find(id).filter(screenings::subject.eq(&of.subject.id));
    open(of, own.select(Row::as_select()).first(conn)?)
}

/// Whose form it is.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn subject_of(conn: &mut Conn, id: &str) -> Result<String, StoreError> {
    Ok(screenings::table.find(id).select(screenings::subject).first(conn)?)
}

/// The forms of a person, the newest first.
///
/// # Errors
/// When the database fails or a form cannot be opened.
pub fn of_subject(conn: &mut Conn, of: &StoredSubject) -> Result<Vec<Screening>, StoreError> {
    let rows: Vec<Row> = screenings::table
        .filter(screenings::subject.eq(&of.subject.id))
        .order(screenings::id.desc())
        .limit(MOST)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| open(of, row)).collect()
}

/// Stores a form as it is now, and counts its revision on.
///
/// # Errors
/// [`StoreError::Moved`] when it was changed or ended since it was read.
pub fn update(
    conn: &mut Conn,
    of: &StoredSubject,
    form: &mut Screening,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let read = screenings::table
        .find(&form.id)
        .filter(screenings::revision.eq(form.revision))
        .filter(screenings::state.eq_any(LIVING));
    let now = (
        screenings::state.eq(form.state.code()),
        screenings::answered_on.eq(form.answered_on),
        screenings::institution.eq(&form.institution),
        screenings::line.eq(&form.line),
        screenings::revision.eq(form.revision + 1),
        screenings::body.eq(body(of, form)?),
        screenings::changed_at.eq(at.naive_utc()),
    );
    if diesel::update(read).set(now).execute(conn)? == 0 {
        return Err(StoreError::Moved);
    }
    form.revision += 1;
    Ok(())
}

/// Ends every living form about a dose that was given otherwise.
///
/// # Errors
/// When the database fails.
pub fn lapse(
    conn: &mut Conn,
    subject: &str,
    (vaccine, dose): (&str, &str),
    at: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let living = screenings::table
        .filter(screenings::subject.eq(subject))
        .filter(screenings::vaccine.eq(vaccine))
        .filter(screenings::dose.eq(dose))
        .filter(screenings::state.eq_any(LIVING));
    let ended = (screenings::state.eq(EXPIRED), screenings::changed_at.eq(at.naive_utc()));
    Ok(diesel::update(living).set(ended).execute(conn)?)
}

/// Gives back every form that a clinic locked and has not touched since a moment, and gives how many there were.
///
/// # Errors
/// When the database fails.
pub fn give_back(conn: &mut Conn, since: DateTime<Utc>, at: DateTime<Utc>) -> Result<usize, StoreError> {
    let none: Option<String> = None;
    let left = screenings::table
        .filter(screenings::state.eq(ScreeningState::Locked.code()))
        .filter(screenings::changed_at.lt(since.naive_utc()));
    let back = (
        screenings::state.eq(ScreeningState::Answered.code()),
        screenings::institution.eq(none),
        screenings::changed_at.eq(at.naive_utc()),
    );
    Ok(diesel::update(left).set(back).execute(conn)?)
}

/// Ends every form whose last day is over and by which nobody judges, and gives how many there were.
///
/// # Errors
/// When the database fails.
pub fn expire(conn: &mut Conn, today: NaiveDate, at: DateTime<Utc>) -> Result<usize, StoreError> {
    let over =
        screenings::table.filter(screenings::state.eq_any(WAITING)).filter(screenings::valid_to.lt(today));
    let ended = (screenings::state.eq(EXPIRED), screenings::changed_at.eq(at.naive_utc()));
    Ok(diesel::update(over).set(ended).execute(conn)?)
}
