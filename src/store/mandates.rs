//! Offices that apply for persons, and the leave that persons gave them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::domain::mandate::{Agency, Mandate};

use super::cases::{Stored, open};
use super::conn::{Conn, on};
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{agencies, cases, mandates};
use super::users::Institution;

/// Most persons of one office, and most leaves of one person, that are read.
const MOST: i64 = 1000;

type Columns = (String, String, String, String, NaiveDate, NaiveDate, NaiveDateTime, Option<NaiveDateTime>);

fn read((id, citizen, program, agency, begins_on, ends_on, _, ended): Columns) -> Mandate {
    Mandate { id, citizen, program, agency, begins_on, ends_on, ended: ended.is_some() }
}

/// Enters an office, or what is now known of it.
///
/// # Errors
/// When the database fails.
pub fn keep_agency(conn: &mut Conn, office: &Institution, at: DateTime<Utc>) -> Result<(), StoreError> {
    let known =
        (agencies::name.eq(&office.name), agencies::kind.eq(&office.kind), agencies::phone.eq(&office.phone));
    let row = (agencies::code.eq(&office.code), known, agencies::created_at.eq(at.naive_utc()));
    on!(conn, c => diesel::insert_into(agencies::table)
        .values(row)
        .on_conflict(agencies::code)
        .do_update()
        .set(known)
        .execute(c))?;
    Ok(())
}

/// The office of a number.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn agency(conn: &mut Conn, code: &str) -> Result<Agency, StoreError> {
    let name = agencies::table.find(code).select(agencies::name).first(conn)?;
    Ok(Agency { code: code.to_owned(), name })
}

/// Stores a leave in the place of an earlier one of the same office.
///
/// # Errors
/// When the database fails.
pub fn give(conn: &mut Conn, mandate: &Mandate, at: DateTime<Utc>) -> Result<(), StoreError> {
    let same = mandates::table
        .filter(mandates::citizen.eq(&mandate.citizen))
        .filter(mandates::program.eq(&mandate.program))
        .filter(mandates::agency.eq(&mandate.agency))
        .filter(mandates::ended_at.is_null());
    diesel::update(same).set(mandates::ended_at.eq(at.naive_utc())).execute(conn)?;
    diesel::insert_into(mandates::table)
        .values((
            mandates::id.eq(&mandate.id),
            mandates::citizen.eq(&mandate.citizen),
            mandates::program.eq(&mandate.program),
            mandates::agency.eq(&mandate.agency),
            mandates::begins_on.eq(mandate.begins_on),
            mandates::ends_on.eq(mandate.ends_on),
            mandates::given_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes back a leave of a person.
///
/// # Errors
/// [`StoreError::NotFound`] when the person has none of that id, or took it back before.
pub fn end(conn: &mut Conn, citizen: &str, id: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let own = mandates::table.filter(mandates::id.eq(id)).filter(mandates::citizen.eq(citizen));
    let living = own.filter(mandates::ended_at.is_null());
    let changed = diesel::update(living).set(mandates::ended_at.eq(at.naive_utc())).execute(conn)?;
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// The leaves that a person gave, with the names of the offices, the newest first.
///
/// # Errors
/// When the database fails.
pub fn of_citizen(conn: &mut Conn, citizen: &str) -> Result<Vec<(Mandate, String)>, StoreError> {
    let rows: Vec<(Columns, String)> = mandates::table
        .inner_join(agencies::table)
        .filter(mandates::citizen.eq(citizen))
        .order(mandates::id.desc())
        .limit(MOST)
        .select((mandates::all_columns, agencies::name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(row, name)| (read(row), name)).collect())
}

/// The leaves of an office that are in force on a day.
///
/// # Errors
/// When the database fails.
pub fn of_agency(conn: &mut Conn, code: &str, today: NaiveDate) -> Result<Vec<Mandate>, StoreError> {
    let rows: Vec<Columns> = mandates::table
        .filter(mandates::agency.eq(code))
        .filter(mandates::ended_at.is_null())
        .filter(mandates::begins_on.le(today))
        .filter(mandates::ends_on.ge(today))
        .order(mandates::id)
        .limit(MOST)
        .load(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

/// A leave of an office that is in force on a day.
///
/// # Errors
/// [`StoreError::NotFound`] as well for one of another office, and for one that is over.
pub fn held(conn: &mut Conn, agency: &str, id: &str, today: NaiveDate) -> Result<Mandate, StoreError> {
    let found = mandates::table.find(id).filter(mandates::agency.eq(agency));
    let mandate = read(found.first(conn)?);
    if mandate.in_force(today) { Ok(mandate) } else { Err(StoreError::NotFound) }
}

/// Whether a person gave an office leave under a program that is in force on a day.
///
/// # Errors
/// When the database fails.
pub fn in_force(
    conn: &mut Conn,
    citizen: &str,
    program: &str,
    agency: &str,
    today: NaiveDate,
) -> Result<bool, StoreError> {
    let found: Option<String> = mandates::table
        .filter(mandates::citizen.eq(citizen))
        .filter(mandates::program.eq(program))
        .filter(mandates::agency.eq(agency))
        .filter(mandates::ended_at.is_null())
        .filter(mandates::begins_on.le(today))
        .filter(mandates::ends_on.ge(today))
        .select(mandates::id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// The cases of some applicants, newest first; at most 10,000.
///
/// # Errors
/// When the database fails or a case cannot be opened.
pub fn cases_of(conn: &mut Conn, keys: &Keyring, applicants: &[&str]) -> Result<Vec<Stored>, StoreError> {
    let rows: Vec<(String, String, String)> = cases::table
        .filter(cases::applicant.eq_any(applicants.to_vec()))
        .order(cases::id.desc())
        .limit(10_000)
        .select((cases::id, cases::data_key, cases::body))
        .load(conn)?;
    rows.iter().map(|(id, data_key, body)| open(keys, id, data_key, body)).collect()
}

/// The filed cases that follow one of some cases, whoever entered them; at most 10,000.
///
/// # Errors
/// When the database fails or a case cannot be opened.
pub fn cases_following(conn: &mut Conn, keys: &Keyring, ids: &[String]) -> Result<Vec<Stored>, StoreError> {
    let rows: Vec<(String, String, String)> = cases::table
        .filter(cases::follows.eq_any(ids))
        .filter(cases::state.ne("draft"))
        .order((cases::submitted_at, cases::id))
        .limit(10_000)
        .select((cases::id, cases::data_key, cases::body))
        .load(conn)?;
    rows.iter().map(|(id, data_key, body)| open(keys, id, data_key, body)).collect()
}
