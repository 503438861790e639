//! Committees: the register of members, and sessions.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::domain::committee::Appointment;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{
    committee_attendance as attendance, committee_members as members, committee_sessions as sessions, users,
};

/// Appointments of one program that are read at most; a committee has some thirty members.
const MOST_MEMBERS: i64 = 1000;
/// Sessions that a list shows.
const MOST_SESSIONS: i64 = 50;

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Id, `ses_…`.
    pub id: String,
    /// The program whose cases it examines.
    pub program: String,
    /// Its day.
    pub held_on: NaiveDate,
    /// Where it is held, or how one joins it.
    pub place: String,
    /// Whether it is held on line.
    pub online: bool,
    /// `planned`, `open` or `closed`.
    pub state: String,
    /// What the minutes say besides the results.
    pub remarks: String,
    /// The panel that holds it; empty for the committee as a whole.
    pub panel: String,
}

type MemberColumns =
    (String, String, String, String, bool, String, String, NaiveDate, NaiveDate, bool, String, String, bool);
type SessionColumns = (String, String, NaiveDate, String, bool, String, String, String);

fn place(id: &str) -> String {
    format!("committee_sessions.remarks.{id}")
}

/// Registers an appointment.
///
/// # Errors
/// [`StoreError::Duplicate`] when the person has one from the same day.
pub fn appoint(
    conn: &mut Conn,
    program: &str,
    new: &Appointment,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(members::table)
        .values((
            members::id.eq(&new.id),
            members::program.eq(program),
            members::user_id.eq(&new.user),
            members::profession.eq(&new.profession),
            members::designated.eq(new.designated),
            members::institution_code.eq(&new.institution_code),
            members::institution.eq(&new.institution),
            members::starts_on.eq(new.starts_on),
            members::ends_on.eq(new.ends_on),
            members::chair.eq(new.chair),
            members::panel_chair.eq(new.panel_chair),
            members::panel.eq(&new.panel),
            members::field.eq(&new.field),
            members::created_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Every appointment of a program, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn appointments(conn: &mut Conn, program: &str) -> Result<Vec<Appointment>, StoreError> {
    let rows: Vec<MemberColumns> = members::table
        .inner_join(users::table)
        .filter(members::program.eq(program))
        .order((members::starts_on, members::id))
        .limit(MOST_MEMBERS)
        .select((
            members::id,
            members::user_id,
            users::name,
            members::profession,
            members::designated,
            members::institution_code,
            members::institution,
            members::starts_on,
            members::ends_on,
            members::chair,
            members::panel,
            members::field,
            members::panel_chair,
        ))
        .load(conn)?;
    let mut found: Vec<Appointment> = Vec::new();
    for row in rows {
        let before = found.iter().filter(|it| it.user == row.1).count();
        found.push(appointment(row, u32::try_from(before).unwrap_or(u32::MAX)));
    }
    Ok(found)
}

fn appointment(row: MemberColumns, before: u32) -> Appointment {
    let (id, user, name, profession, designated, institution_code, institution, starts_on, ends_on, ..) = row;
    let (chair, panel, field, panel_chair) = (row.9, row.10, row.11, row.12);
    Appointment {
        id,
        user,
        name,
        profession,
        designated,
        institution_code,
        institution,
        starts_on,
        ends_on,
        chair,
        panel_chair,
        panel,
        field,
        before,
    }
}

/// Lets one appointment preside, and no other of its program.
///
/// # Errors
/// When the database fails.
pub fn set_chair(conn: &mut Conn, program: &str, id: &str) -> Result<(), StoreError> {
    let of_program = members::table.filter(members::program.eq(program));
    diesel::update(of_program).set(members::chair.eq(members::id.eq(id))).execute(conn)?;
    Ok(())
}

/// Lets one appointment preside over its panel, and no other of that panel.
///
/// # Errors
/// When the database fails.
pub fn set_panel_chair(conn: &mut Conn, program: &str, panel: &str, id: &str) -> Result<(), StoreError> {
    let of_panel = members::table.filter(members::program.eq(program)).filter(members::panel.eq(panel));
    diesel::update(of_panel).set(members::panel_chair.eq(members::id.eq(id))).execute(conn)?;
    Ok(())
}

/// Moves a member to another panel; empty for none. There they preside over nothing yet.
///
/// # Errors
/// When the database fails.
pub fn set_panel(conn: &mut Conn, id: &str, panel: &str) -> Result<(), StoreError> {
    let moved = (members::panel.eq(panel), members::panel_chair.eq(false));
    diesel::update(members::table.find(id)).set(moved).execute(conn)?;
    Ok(())
}

/// Ends a term on an earlier day.
///
/// # Errors
/// When the database fails.
pub fn end_term(conn: &mut Conn, id: &str, on: NaiveDate) -> Result<(), StoreError> {
    diesel::update(members::table.find(id)).set(members::ends_on.eq(on)).execute(conn)?;
    Ok(())
}

/// Adds a session.
///
/// # Errors
/// When the database fails.
pub fn insert_session(
    conn: &mut Conn,
    keys: &Keyring,
    session: &Session,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(&session.id),
            sessions::program.eq(&session.program),
            sessions::held_on.eq(session.held_on),
            sessions::place.eq(&session.place),
            sessions::online.eq(session.online),
            sessions::state.eq(&session.state),
            sessions::panel.eq(&session.panel),
            sessions::remarks.eq(keys.general.seal(&place(&session.id), session.remarks.as_bytes())?),
            sessions::created_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// A session by its id.
///
/// # Errors
/// [`StoreError::NotFound`], or when its remarks cannot be opened.
pub fn session(conn: &mut Conn, keys: &Keyring, id: &str) -> Result<Session, StoreError> {
    open(keys, columns().filter(sessions::id.eq(id)).first(conn)?)
}

/// Holds a session for the rest of the transaction.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn hold(conn: &mut Conn, keys: &Keyring, id: &str) -> Result<Session, StoreError> {
    diesel::update(sessions::table.find(id)).set(sessions::state.eq(sessions::state)).execute(conn)?;
    session(conn, keys, id)
}

/// The sessions of some programs, those to come first, then the newest.
///
/// # Errors
/// When the database fails.
pub fn sessions(
    conn: &mut Conn,
    keys: &Keyring,
    programs: &[String],
    closed: bool,
) -> Result<Vec<Session>, StoreError> {
    let wanted = columns().filter(sessions::program.eq_any(programs.to_vec()));
    let wanted = wanted.filter(sessions::state.eq("closed").eq(closed)).order(sessions::held_on.desc());
    let rows: Vec<SessionColumns> = wanted.limit(MOST_SESSIONS).load(conn)?;
    rows.into_iter().map(|row| open(keys, row)).collect()
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    sessions::table.select((
        sessions::id,
        sessions::program,
        sessions::held_on,
        sessions::place,
        sessions::online,
        sessions::state,
        sessions::remarks,
        sessions::panel,
    ))
}

fn open(keys: &Keyring, row: SessionColumns) -> Result<Session, StoreError> {
    let (id, program, held_on, place_text, online, state, remarks, panel) = row;
    let remarks = keys.general.open(&place(&id), &remarks)?;
    let remarks = String::from_utf8(remarks).map_err(|_| StoreError::Damaged("remarks".to_owned()))?;
    Ok(Session { id, program, held_on, place: place_text, online, state, remarks, panel })
}

/// Moves a session to another state.
///
/// # Errors
/// When the database fails.
pub fn set_state(conn: &mut Conn, id: &str, state: &str) -> Result<(), StoreError> {
    diesel::update(sessions::table.find(id)).set(sessions::state.eq(state)).execute(conn)?;
    Ok(())
}

/// Writes the remarks of the minutes.
///
/// # Errors
/// When the database fails.
pub fn set_remarks(conn: &mut Conn, keys: &Keyring, id: &str, remarks: &str) -> Result<(), StoreError> {
    let sealed = keys.general.seal(&place(id), remarks.as_bytes())?;
    diesel::update(sessions::table.find(id)).set(sessions::remarks.eq(sealed)).execute(conn)?;
    Ok(())
}

/// Accounts of those who are present.
///
/// # Errors
/// When the database fails.
pub fn present(conn: &mut Conn, session: &str) -> Result<Vec<String>, StoreError> {
    let there = attendance::table.filter(attendance::session_id.eq(session));
    Ok(there.order(attendance::user_id).select(attendance::user_id).load(conn)?)
}

/// Writes down who is present, instead of what was written before.
///
/// # Errors
/// When the database fails.
pub fn set_present(conn: &mut Conn, session: &str, users: &[String]) -> Result<(), StoreError> {
    diesel::delete(attendance::table.filter(attendance::session_id.eq(session))).execute(conn)?;
    let rows: Vec<_> =
        users.iter().map(|user| (attendance::session_id.eq(session), attendance::user_id.eq(user))).collect();
    on!(conn, c => diesel::insert_into(attendance::table).values(&rows).execute(c))?;
    Ok(())
}
