//! Addresses under which a telephone reads the calendar of a person.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{dose_calendars, immunization_guardians};

/// An address. The address itself is known to nobody but whoever asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = dose_calendars)]
pub struct DoseCalendar {
    /// Id, `cal_…`.
    pub id: String,
    /// The person.
    pub subject: String,
    /// Whoever asked for it.
    pub citizen: String,
    /// The hash of the address.
    pub lookup: String,
    /// Code of its language.
    pub lang: String,
    /// When it was made.
    pub at: NaiveDateTime,
    /// When it was ended.
    pub ended_at: Option<NaiveDateTime>,
}

/// Stores an address.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut Conn, calendar: &DoseCalendar) -> Result<(), StoreError> {
    let row = (
        dose_calendars::id.eq(&calendar.id),
        dose_calendars::subject.eq(&calendar.subject),
        dose_calendars::citizen.eq(&calendar.citizen),
        dose_calendars::lookup.eq(&calendar.lookup),
        dose_calendars::lang.eq(&calendar.lang),
        dose_calendars::at.eq(calendar.at),
    );
    diesel::insert_into(dose_calendars::table).values(row).execute(conn)?;
    Ok(())
}

/// Addresses that a sign-in made for a person and that still work, the newest first.
///
/// # Errors
/// When the database fails.
pub fn living(conn: &mut Conn, citizen: &str, subject: &str) -> Result<Vec<DoseCalendar>, StoreError> {
    let own = dose_calendars::table.filter(dose_calendars::citizen.eq(citizen));
    let own = own.filter(dose_calendars::subject.eq(subject)).filter(dose_calendars::ended_at.is_null());
    Ok(own.order(dose_calendars::id.desc()).load(conn)?)
}

/// Ends an address of a sign-in for a person.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none, or it ended before.
pub fn end(
    conn: &mut Conn,
    (citizen, subject): (&str, &str),
    id: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let target = dose_calendars::table
        .find(id)
        .filter(dose_calendars::citizen.eq(citizen))
        .filter(dose_calendars::subject.eq(subject))
        .filter(dose_calendars::ended_at.is_null());
    let changed = diesel::update(target).set(dose_calendars::ended_at.eq(at.naive_utc())).execute(conn)?;
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// The calendar of an address, as long as whoever made it still acts for the person.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn by_lookup(conn: &mut Conn, lookup: &str) -> Result<DoseCalendar, StoreError> {
    let acts = immunization_guardians::subject
        .eq(dose_calendars::subject)
        .and(immunization_guardians::citizen.eq(dose_calendars::citizen))
        .and(immunization_guardians::ended_at.is_null());
    Ok(dose_calendars::table
        .inner_join(immunization_guardians::table.on(acts))
        .filter(dose_calendars::lookup.eq(lookup))
        .filter(dose_calendars::ended_at.is_null())
        .select(dose_calendars::all_columns)
        .first(conn)?)
}
