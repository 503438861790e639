//! The ledger of vaccinations: lines by person, never changed, only superseded.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::immunization::Immunization;
use crate::domain::immunization::record::{Category, Content, Origin, Status};

use super::conn::{Conn, on};
use super::dose_forecasts;
use super::error::StoreError;
use super::immunization_subjects::{self, StoredSubject};
use super::keys::Keyring;
use super::schema::immunizations;

/// Lines of one person, or of one day at an institution, that are read at most.
const MOST: i64 = 1000;

/// What became of a record that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is a line of its own now.
    New,
    /// A line tells the same; nothing was written.
    Same,
    /// This line of the same vaccine, dose and day tells otherwise; nothing was written.
    Differs(Box<Immunization>),
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = immunizations)]
struct Row {
    id: String,
    vaccine: String,
    dose: String,
    given_on: String,
    nth: i32,
    status: String,
    origin: String,
    category: String,
    product: Option<String>,
    lot: String,
    institution: String,
    body: String,
    supersedes: Option<String>,
    superseded_by: Option<String>,
    author: String,
    at: NaiveDateTime,
    keep_until: Option<NaiveDate>,
    copay: Option<i64>,
}

fn place(id: &str) -> String {
    format!("immunizations.body.{id}")
}

fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(format!("immunizations.{what}"))
}

fn open(of: &StoredSubject, row: Row) -> Result<Immunization, StoreError> {
    let content: Content = serde_json::from_slice(&of.key.open(&place(&row.id), &row.body)?)?;
    Ok(Immunization {
        id: row.id,
        vaccine: row.vaccine,
        dose: row.dose,
        on: row.given_on.parse().map_err(|_| damaged("given_on"))?,
        nth: row.nth,
        status: Status::from_code(&row.status).ok_or_else(|| damaged("status"))?,
        origin: Origin::from_code(&row.origin).ok_or_else(|| damaged("origin"))?,
        category: Category::from_code(&row.category).ok_or_else(|| damaged("category"))?,
        product: row.product,
        lot: row.lot,
        institution: row.institution,
        content,
        supersedes: row.supersedes,
        superseded_by: row.superseded_by,
        author: row.author,
        at: row.at.and_utc(),
        keep_until: row.keep_until,
        copay: row.copay,
    })
}

/// Every line of a person, the oldest day first; superseded ones too.
///
/// # Errors
/// When the database fails or a line cannot be opened.
pub fn of_subject(conn: &mut Conn, of: &StoredSubject) -> Result<Vec<Immunization>, StoreError> {
    let rows: Vec<Row> = immunizations::table
        .filter(immunizations::subject.eq(&of.subject.id))
        .order((immunizations::first_day, immunizations::at, immunizations::id))
        .limit(MOST)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| open(of, row)).collect()
}

/// A line of a person.
///
/// # Errors
/// [`StoreError::NotFound`] as well for a line of somebody else.
pub fn find(conn: &mut Conn, of: &StoredSubject, id: &str) -> Result<Immunization, StoreError> {
    let row: Row = immunizations::table
        .find(id)
        .filter(immunizations::subject.eq(&of.subject.id))
        .select(Row::as_select())
        .first(conn)?;
    open(of, row)
}

/// Whose a line is.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn subject_of(conn: &mut Conn, id: &str) -> Result<String, StoreError> {
    Ok(immunizations::table.find(id).select(immunizations::subject).first(conn)?)
}

/// The line that holds the place of a record: same vaccine, dose, day, status and number among equals.
///
/// # Errors
/// When the database fails or the line cannot be opened.
pub fn twin(
    conn: &mut Conn,
    of: &StoredSubject,
    record: &Immunization,
) -> Result<Option<Immunization>, StoreError> {
    let row: Option<Row> = immunizations::table
        .filter(immunizations::subject.eq(&of.subject.id))
        .filter(immunizations::vaccine.eq(&record.vaccine))
        .filter(immunizations::dose.eq(&record.dose))
        .filter(immunizations::given_on.eq(record.on.to_string()))
        .filter(immunizations::status.eq(record.status.code()))
        .filter(immunizations::nth.eq(record.nth))
        .filter(immunizations::superseded_by.is_null())
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(|row| open(of, row)).transpose()
}

/// Takes a record in. Handed in again it changes nothing, however often and from wherever.
///
/// # Errors
/// When the database fails.
pub fn keep(conn: &mut Conn, of: &StoredSubject, record: &Immunization) -> Result<Kept, StoreError> {
    match twin(conn, of, record)? {
        Some(line) if line.agrees_with(record) => Ok(Kept::Same),
        Some(line) => Ok(Kept::Differs(Box::new(line))),
        None => insert(conn, of, record).map(|()| Kept::New),
    }
}

/// Writes a line.
///
/// # Errors
/// [`StoreError::Duplicate`] when there is one of the same vaccine, dose, day and number among equals, or
/// another corrects the same line.
pub fn insert(conn: &mut Conn, of: &StoredSubject, line: &Immunization) -> Result<(), StoreError> {
    diesel::insert_into(immunizations::table).values(row(of, line)?).execute(conn)?;
    dose_forecasts::outdate(conn, &[&of.subject.id])
}

/// A line as it is written.
#[derive(Insertable)]
#[diesel(table_name = immunizations)]
struct Written {
    id: String,
    subject: String,
    vaccine: String,
    dose: String,
    given_on: String,
    first_day: NaiveDate,
    nth: i32,
    status: &'static str,
    origin: &'static str,
    category: &'static str,
    product: Option<String>,
    lot: String,
    institution: String,
    body: String,
    supersedes: Option<String>,
    author: String,
    at: NaiveDateTime,
    keep_until: Option<NaiveDate>,
    copay: Option<i64>,
}

fn row(of: &StoredSubject, line: &Immunization) -> Result<Written, StoreError> {
    Ok(Written {
        id: line.id.clone(),
        subject: of.subject.id.clone(),
        vaccine: line.vaccine.clone(),
        dose: line.dose.clone(),
        given_on: line.on.to_string(),
        first_day: line.on.earliest(),
        nth: line.nth,
        status: line.status.code(),
        origin: line.origin.code(),
        category: line.category.code(),
        product: line.product.clone(),
        lot: line.lot.clone(),
        institution: line.institution.clone(),
        body: of.key.seal(&place(&line.id), &serde_json::to_vec(&line.content)?)?,
        supersedes: line.supersedes.clone(),
        author: line.author.clone(),
        at: line.at.naive_utc(),
        keep_until: line.keep_until,
        copay: line.copay,
    })
}

/// The lines of some persons by their ids, the oldest day first; superseded ones too.
///
/// # Errors
/// When the database fails or a line cannot be opened.
pub fn of_subjects(
    conn: &mut Conn,
    of: &[&StoredSubject],
) -> Result<BTreeMap<String, Vec<Immunization>>, StoreError> {
    let owners: BTreeMap<&str, &StoredSubject> = of.iter().map(|it| (it.subject.id.as_str(), *it)).collect();
    let ids: Vec<&str> = owners.keys().copied().collect();
    let rows: Vec<(String, Row)> = immunizations::table
        .filter(immunizations::subject.eq_any(ids))
        .order((immunizations::first_day, immunizations::at, immunizations::id))
        .select((immunizations::subject, Row::as_select()))
        .load(conn)?;
    let mut found: BTreeMap<String, Vec<Immunization>> = BTreeMap::new();
    for (subject, row) in rows {
        let Some(owner) = owners.get(subject.as_str()) else { continue };
        found.entry(subject).or_default().push(open(owner, row)?);
    }
    Ok(found)
}

/// The lines that an institution wrote for a vaccine on a day, each with its person, the newest first; superseded
/// ones too.
///
/// # Errors
/// When the database fails or a line cannot be opened.
pub fn of_day(
    conn: &mut Conn,
    keys: &Keyring,
    (institution, vaccine): (&str, &str),
    day: NaiveDate,
) -> Result<Vec<(StoredSubject, Immunization)>, StoreError> {
    let rows: Vec<(String, Row)> = immunizations::table
        .filter(immunizations::institution.eq(institution))
        .filter(immunizations::vaccine.eq(vaccine))
        .filter(immunizations::first_day.eq(day))
        .filter(immunizations::given_on.eq(day.to_string()))
        .order((immunizations::at.desc(), immunizations::id))
        .limit(MOST)
        .select((immunizations::subject, Row::as_select()))
        .load(conn)?;
    with_owners(conn, keys, rows)
}

/// Doses of a lot that stand, each with its person, in the order of their days; a page after a day and an id. Lots that
/// differ in small letters only are one.
///
/// # Errors
/// When the database fails or a line cannot be opened.
pub fn of_lot(
    conn: &mut Conn,
    keys: &Keyring,
    (vaccine, lot): (&str, &str),
    after: (NaiveDate, &str),
    limit: i64,
) -> Result<Vec<(StoredSubject, Immunization)>, StoreError> {
    let next = immunizations::first_day
        .gt(after.0)
        .or(immunizations::first_day.eq(after.0).and(immunizations::id.gt(after.1)));
    let lots = [lot.to_owned(), lot.to_uppercase(), lot.to_lowercase()];
    let rows: Vec<(String, Row)> = immunizations::table
        .filter(immunizations::lot.eq_any(lots))
        .filter(immunizations::vaccine.eq(vaccine))
        .filter(immunizations::status.eq(Status::Completed.code()))
        .filter(immunizations::superseded_by.is_null())
        .filter(next)
        .order((immunizations::first_day, immunizations::id))
        .limit(limit)
        .select((immunizations::subject, Row::as_select()))
        .load(conn)?;
    with_owners(conn, keys, rows)
}

fn with_owners(
    conn: &mut Conn,
    keys: &Keyring,
    rows: Vec<(String, Row)>,
) -> Result<Vec<(StoredSubject, Immunization)>, StoreError> {
    let ids: Vec<String> = rows.iter().map(|(subject, _)| subject.clone()).collect();
    let owners = immunization_subjects::many(conn, keys, &ids)?;
    let mut found = Vec::new();
    for (subject, row) in rows {
        let Some(owner) = owners.iter().find(|it| it.subject.id == subject) else { continue };
        found.push((owner.clone(), open(owner, row)?));
    }
    Ok(found)
}

/// Writes the new lines of some persons at once.
///
/// # Errors
/// As [`insert`].
pub fn insert_all(conn: &mut Conn, of: &[(StoredSubject, Vec<Immunization>)]) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for (owner, line) in of.iter().flat_map(|(owner, lines)| lines.iter().map(move |line| (owner, line))) {
        rows.push(row(owner, line)?);
    }
    on!(conn, c => diesel::insert_into(immunizations::table).values(&rows).execute(c))?;
    let owners: Vec<&str> = of.iter().map(|(owner, _)| owner.subject.id.as_str()).collect();
    dose_forecasts::outdate(conn, &owners)
}

/// Lets a second line, which told of the same dose, give its place to a line that is written next.
///
/// # Errors
/// [`StoreError::Moved`] when a correction was faster.
pub fn absorb(conn: &mut Conn, of: &StoredSubject, second: &str, line: &str) -> Result<(), StoreError> {
    let living = immunizations::table
        .find(second)
        .filter(immunizations::subject.eq(&of.subject.id))
        .filter(immunizations::superseded_by.is_null());
    let changed = diesel::update(living).set(immunizations::superseded_by.eq(line)).execute(conn)?;
    if changed == 0 { Err(StoreError::Moved) } else { Ok(()) }
}

/// Puts a line into the place of the one that it names in `supersedes`. Both stay.
///
/// # Errors
/// [`StoreError::Moved`] when another correction was faster; [`StoreError::Duplicate`] as [`insert`].
pub fn supersede(conn: &mut Conn, of: &StoredSubject, line: &Immunization) -> Result<(), StoreError> {
    let before = line.supersedes.clone().unwrap_or_default();
    let living = immunizations::table
        .find(before)
        .filter(immunizations::subject.eq(&of.subject.id))
        .filter(immunizations::superseded_by.is_null());
    let changed = diesel::update(living).set(immunizations::superseded_by.eq(&line.id)).execute(conn)?;
    if changed == 0 { Err(StoreError::Moved) } else { insert(conn, of, line) }
}
