//! Reminders of vaccinations by mail: who wants which, and of what somebody was told.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{dose_reminder_settings, dose_reminder_silent, dose_reminders};

/// What a guardian wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The sign-in.
    pub citizen: String,
    /// The mail address.
    pub address: String,
    /// Code of the language of the mails.
    pub lang: String,
    /// Whether to be told that the time of a dose begins.
    pub begins: bool,
    /// Whether to be told that the last day is near.
    pub ends: bool,
    /// Whether to be told that the advised time is over.
    pub overdue: bool,
    /// Hash of what stops the mails without a sign-in.
    pub stop: String,
    /// Keyed hash of the code that confirms the address.
    pub code: String,
    /// Until when the code works.
    pub code_ends_at: NaiveDateTime,
    /// How often a wrong code was typed.
    pub failures: i64,
    /// When the address was confirmed.
    pub confirmed_at: Option<NaiveDateTime>,
    /// When the mails were stopped.
    pub ended_at: Option<NaiveDateTime>,
}

impl Settings {
    /// Whether mails may go out.
    pub fn is_on(&self) -> bool {
        self.confirmed_at.is_some() && self.ended_at.is_none()
    }
}

/// One thing of which a guardian is told once.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = dose_reminders)]
pub struct Reminder {
    /// The sign-in.
    pub citizen: String,
    /// The person.
    pub subject: String,
    /// Key of the vaccine.
    pub vaccine: String,
    /// Number of the dose.
    pub dose: String,
    /// Year of the last day of a vaccine that is given anew; 0 of a course.
    pub season: i32,
    /// Code of the occasion.
    pub occasion: String,
    /// The mail.
    pub mail: String,
}

impl Reminder {
    /// Whether another mail tells the same.
    pub fn tells_as(&self, other: &Reminder) -> bool {
        *self == Reminder { mail: self.mail.clone(), ..other.clone() }
    }
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = dose_reminder_settings, treat_none_as_null = true)]
struct Row {
    citizen: String,
    address: String,
    lang: String,
    begins: bool,
    ends: bool,
    overdue: bool,
    stop: String,
    code: String,
    code_ends_at: NaiveDateTime,
    failures: i64,
    confirmed_at: Option<NaiveDateTime>,
    ended_at: Option<NaiveDateTime>,
    changed_at: NaiveDateTime,
}

fn place(citizen: &str) -> String {
    format!("dose_reminder_settings.address.{citizen}")
}

fn open(keys: &Keyring, row: Row) -> Result<Settings, StoreError> {
    let address = keys.general.open(&place(&row.citizen), &row.address)?;
    Ok(Settings {
        address: serde_json::from_slice(&address)?,
        citizen: row.citizen,
        lang: row.lang,
        begins: row.begins,
        ends: row.ends,
        overdue: row.overdue,
        stop: row.stop,
        code: row.code,
        code_ends_at: row.code_ends_at,
        failures: row.failures,
        confirmed_at: row.confirmed_at,
        ended_at: row.ended_at,
    })
}

/// What a guardian wants, if they said so.
///
/// # Errors
/// When the database fails or the address cannot be opened.
pub fn find(conn: &mut Conn, keys: &Keyring, citizen: &str) -> Result<Option<Settings>, StoreError> {
    let row: Option<Row> =
        dose_reminder_settings::table.find(citizen).select(Row::as_select()).first(conn).optional()?;
    row.map(|row| open(keys, row)).transpose()
}

/// Stores what a guardian wants.
///
/// # Errors
/// When the database fails.
pub fn keep(
    conn: &mut Conn,
    keys: &Keyring,
    settings: &Settings,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sealed = keys.general.seal(&place(&settings.citizen), &serde_json::to_vec(&settings.address)?)?;
    let row = || Row {
        citizen: settings.citizen.clone(),
        address: sealed.clone(),
        lang: settings.lang.clone(),
        begins: settings.begins,
        ends: settings.ends,
        overdue: settings.overdue,
        stop: settings.stop.clone(),
        code: settings.code.clone(),
        code_ends_at: settings.code_ends_at,
        failures: settings.failures,
        confirmed_at: settings.confirmed_at,
        ended_at: settings.ended_at,
        changed_at: at.naive_utc(),
    };
    on!(conn, c => diesel::insert_into(dose_reminder_settings::table)
        .values(row())
        .on_conflict(dose_reminder_settings::citizen)
        .do_update()
        .set(row())
        .execute(c))?;
    Ok(())
}

/// Stops the mails of whoever has the secret of this hash; of nobody where nobody has it.
///
/// # Errors
/// When the database fails.
pub fn stop(conn: &mut Conn, hash: &str, at: DateTime<Utc>) -> Result<Option<String>, StoreError> {
    let target = dose_reminder_settings::table
        .filter(dose_reminder_settings::stop.eq(hash))
        .filter(dose_reminder_settings::ended_at.is_null());
    let citizen: Option<String> = target.select(dose_reminder_settings::citizen).first(conn).optional()?;
    if let Some(citizen) = &citizen {
        diesel::update(dose_reminder_settings::table.find(citizen))
            .set(dose_reminder_settings::ended_at.eq(Some(at.naive_utc())))
            .execute(conn)?;
    }
    Ok(citizen)
}

/// Sign-ins that want mails, by id after one; at most `limit`.
///
/// # Errors
/// When the database fails.
pub fn wanting(conn: &mut Conn, after: &str, limit: i64) -> Result<Vec<String>, StoreError> {
    Ok(dose_reminder_settings::table
        .filter(dose_reminder_settings::citizen.gt(after))
        .filter(dose_reminder_settings::confirmed_at.is_not_null())
        .filter(dose_reminder_settings::ended_at.is_null())
        .order(dose_reminder_settings::citizen)
        .limit(limit)
        .select(dose_reminder_settings::citizen)
        .load(conn)?)
}

/// Persons of whom a guardian wants no reminder.
///
/// # Errors
/// When the database fails.
pub fn silent(conn: &mut Conn, citizen: &str) -> Result<Vec<String>, StoreError> {
    Ok(dose_reminder_silent::table
        .filter(dose_reminder_silent::citizen.eq(citizen))
        .select(dose_reminder_silent::subject)
        .load(conn)?)
}

/// Sets of which persons a guardian wants no reminder.
///
/// # Errors
/// When the database fails.
pub fn set_silent(conn: &mut Conn, citizen: &str, subjects: &[String]) -> Result<(), StoreError> {
    let own = dose_reminder_silent::table.filter(dose_reminder_silent::citizen.eq(citizen));
    diesel::delete(own).execute(conn)?;
    let rows: Vec<_> = subjects
        .iter()
        .map(|it| (dose_reminder_silent::citizen.eq(citizen), dose_reminder_silent::subject.eq(it)))
        .collect();
    on!(conn, c => diesel::insert_into(dose_reminder_silent::table).values(rows).execute(c))?;
    Ok(())
}

/// Holds what a guardian wants for the rest of the transaction, so that two nights at once tell one after the other.
///
/// # Errors
/// When the database fails.
pub fn hold(conn: &mut Conn, citizen: &str) -> Result<(), StoreError> {
    diesel::update(dose_reminder_settings::table.find(citizen))
        .set(dose_reminder_settings::failures.eq(dose_reminder_settings::failures))
        .execute(conn)?;
    Ok(())
}

/// Notes of what a guardian is told.
///
/// # Errors
/// [`StoreError::Duplicate`] when they were told of one of it.
pub fn note(conn: &mut Conn, reminders: &[Reminder]) -> Result<(), StoreError> {
    on!(conn, c => diesel::insert_into(dose_reminders::table).values(reminders).execute(c))?;
    Ok(())
}

/// Of what a guardian was told.
///
/// # Errors
/// When the database fails.
pub fn told(conn: &mut Conn, citizen: &str) -> Result<Vec<Reminder>, StoreError> {
    Ok(dose_reminders::table.filter(dose_reminders::citizen.eq(citizen)).load(conn)?)
}
