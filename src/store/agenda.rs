//! The agenda of a committee's session: cases with their packets, opinions and conclusions.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::domain::committee::Ties;
use crate::domain::committee::opinion::{Concluded, Opinion};
use crate::domain::committee::packet::Packet;

use super::cases::Stored;
use super::conn::{Conn, on};
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{
    cases, committee_agenda as agenda, committee_opinions as opinions, committee_sessions as sessions,
};
use super::seal::DataKey;

/// Cases of one session that are read at most.
pub const MOST_ITEMS: i64 = 200;
/// Waiting cases that a list shows.
const MOST_WAITING: i64 = 200;

/// A case on an agenda.
#[derive(Clone, Debug)]
pub struct Item {
    /// The session.
    pub session: String,
    /// The case.
    pub case: String,
    /// Its reference number.
    pub reference: String,
    /// Its core state.
    pub case_state: String,
    /// Its number on the agenda, from 1.
    pub position: i64,
    /// `open`, `confirmed`, or `left` when it was taken off.
    pub state: String,
    /// What members read.
    pub packet: Packet,
    /// To whom the case is tied.
    pub ties: Ties,
    /// What the committee concludes, once it is written down.
    pub conclusion: Option<Concluded>,
}

/// A member's opinion on a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The case.
    pub case: String,
    /// Whose it is.
    pub user: String,
    /// What they say.
    pub opinion: Opinion,
    /// When.
    pub at: DateTime<Utc>,
}

type OpinionColumns = (String, String, String, String, NaiveDateTime, String);
type Columns = (String, String, Option<String>, String, i64, String, String, Option<String>, String);

fn packet_place(session: &str, case: &str) -> String {
    format!("committee_agenda.packet.{session}.{case}")
}

fn conclusion_place(session: &str, case: &str) -> String {
    format!("committee_agenda.conclusion.{session}.{case}")
}

fn opinion_place(session: &str, case: &str, user: &str) -> String {
    format!("committee_opinions.body.{session}.{case}.{user}")
}

/// Puts a case on the agenda; one that was taken off comes back with a new packet.
///
/// # Errors
/// [`StoreError::Duplicate`] when it lies before another session.
pub fn put(
    conn: &mut Conn,
    stored: &Stored,
    session: &str,
    position: i64,
    content: &(Packet, Ties),
) -> Result<(), StoreError> {
    let case = &stored.case.id;
    let sealed = stored.key.seal(&packet_place(session, case), &serde_json::to_vec(content)?)?;
    let fresh = (agenda::position.eq(position), agenda::state.eq("open"), agenda::packet.eq(&sealed));
    let fresh = (fresh, agenda::conclusion.eq(None::<String>));
    let row = (agenda::session_id.eq(session), agenda::case_id.eq(case), fresh.clone());
    on!(conn, c => diesel::insert_into(agenda::table)
        .values(row)
        .on_conflict((agenda::session_id, agenda::case_id))
        .do_update()
        .set(fresh)
        .execute(c))?;
    Ok(())
}

/// The cases of sessions that were not taken off, in their order.
///
/// # Errors
/// When the database fails or something cannot be opened.
pub fn items(conn: &mut Conn, keys: &Keyring, sessions: &[String]) -> Result<Vec<Item>, StoreError> {
    let on_it =
        columns().filter(agenda::session_id.eq_any(sessions.to_vec())).filter(agenda::state.ne("left"));
    let ordered = on_it.order((agenda::position, agenda::case_id)).limit(MOST_ITEMS);
    let rows: Vec<Columns> = ordered.load(conn)?;
    rows.into_iter().map(|row| open(keys, row)).collect()
}

/// A case of a session.
///
/// # Errors
/// [`StoreError::NotFound`], or when something cannot be opened.
pub fn item(conn: &mut Conn, keys: &Keyring, session: &str, case: &str) -> Result<Item, StoreError> {
    let row = columns()
        .filter(agenda::session_id.eq(session))
        .filter(agenda::case_id.eq(case))
        .filter(agenda::state.ne("left"))
        .first(conn)?;
    open(keys, row)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    agenda::table.inner_join(cases::table).select((
        agenda::session_id,
        agenda::case_id,
        cases::reference,
        cases::state,
        agenda::position,
        agenda::state,
        agenda::packet,
        agenda::conclusion,
        cases::data_key,
    ))
}

fn open(keys: &Keyring, row: Columns) -> Result<Item, StoreError> {
    let (session, case, reference, case_state, position, state, packet, conclusion, data_key) = row;
    let key = keys.case_key(&case, &data_key)?;
    let (packet, ties) = serde_json::from_slice(&key.open(&packet_place(&session, &case), &packet)?)?;
    let conclusion = conclusion.map(|text| conclusion_of(&key, &session, &case, &text)).transpose()?;
    let reference = reference.unwrap_or_default();
    Ok(Item { session, case, reference, case_state, position, state, packet, ties, conclusion })
}

fn conclusion_of(key: &DataKey, session: &str, case: &str, text: &str) -> Result<Concluded, StoreError> {
    Ok(serde_json::from_slice(&key.open(&conclusion_place(session, case), text)?)?)
}

/// The session before which a case lies now, if one is not closed.
///
/// # Errors
/// When the database fails.
pub fn session_of(conn: &mut Conn, case: &str) -> Result<Option<String>, StoreError> {
    let open = agenda::table.inner_join(sessions::table).filter(agenda::case_id.eq(case));
    let open = open.filter(agenda::state.eq("open")).filter(sessions::state.ne("closed"));
    Ok(open.select(agenda::session_id).first(conn).optional()?)
}

/// Cases of a program with the committee that are on no open agenda: id and reference, oldest first.
///
/// # Errors
/// When the database fails.
pub fn waiting(conn: &mut Conn, program: &str) -> Result<Vec<(String, String)>, StoreError> {
    let placed = agenda::table.filter(agenda::state.eq("open")).select(agenda::case_id);
    let rows: Vec<(String, Option<String>)> = cases::table
        .filter(cases::program.eq(program))
        .filter(cases::state.eq("deliberation"))
        .filter(cases::id.ne_all(placed))
        .order((cases::submitted_at, cases::id))
        .limit(MOST_WAITING)
        .select((cases::id, cases::reference))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, reference)| (id, reference.unwrap_or_default())).collect())
}

/// Gives a case another place on the agenda.
///
/// # Errors
/// When the database fails.
pub fn set_position(conn: &mut Conn, session: &str, case: &str, position: i64) -> Result<(), StoreError> {
    diesel::update(agenda::table.find((session, case))).set(agenda::position.eq(position)).execute(conn)?;
    Ok(())
}

/// Takes a case off, or marks its conclusion as carried out.
///
/// # Errors
/// When the database fails.
pub fn set_state(conn: &mut Conn, session: &str, case: &str, state: &str) -> Result<(), StoreError> {
    diesel::update(agenda::table.find((session, case))).set(agenda::state.eq(state)).execute(conn)?;
    Ok(())
}

/// Takes every case off that nothing was confirmed for; they wait for another session.
///
/// # Errors
/// When the database fails.
pub fn release(conn: &mut Conn, session: &str) -> Result<(), StoreError> {
    let open = agenda::table.filter(agenda::session_id.eq(session)).filter(agenda::state.eq("open"));
    diesel::update(open).set(agenda::state.eq("left")).execute(conn)?;
    Ok(())
}

/// Writes down what the committee concludes.
///
/// # Errors
/// When the database fails.
pub fn conclude(
    conn: &mut Conn,
    stored: &Stored,
    session: &str,
    concluded: &Concluded,
) -> Result<(), StoreError> {
    let case = &stored.case.id;
    let sealed = stored.key.seal(&conclusion_place(session, case), &serde_json::to_vec(concluded)?)?;
    let row = agenda::table.find((session, case));
    diesel::update(row).set(agenda::conclusion.eq(sealed)).execute(conn)?;
    Ok(())
}

/// Stores a member's opinion instead of an earlier one.
///
/// # Errors
/// When the database fails.
pub fn say(
    conn: &mut Conn,
    stored: &Stored,
    session: &str,
    user: &str,
    opinion: &Opinion,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let case = &stored.case.id;
    let sealed = stored.key.seal(&opinion_place(session, case, user), &serde_json::to_vec(opinion)?)?;
    let said = (opinions::body.eq(&sealed), opinions::at.eq(at.naive_utc()));
    let who = (opinions::session_id.eq(session), opinions::case_id.eq(case), opinions::user_id.eq(user));
    on!(conn, c => diesel::insert_into(opinions::table)
        .values((who, said))
        .on_conflict((opinions::session_id, opinions::case_id, opinions::user_id))
        .do_update()
        .set(said)
        .execute(c))?;
    Ok(())
}

/// The opinions on the cases of sessions.
///
/// # Errors
/// When the database fails or one cannot be opened.
pub fn opinions(conn: &mut Conn, keys: &Keyring, sessions: &[String]) -> Result<Vec<Said>, StoreError> {
    let rows: Vec<OpinionColumns> = opinions::table
        .inner_join(cases::table)
        .filter(opinions::session_id.eq_any(sessions.to_vec()))
        .order((opinions::case_id, opinions::at))
        .limit(MOST_ITEMS * 50)
        .select((
            opinions::session_id,
            opinions::case_id,
            opinions::user_id,
            opinions::body,
            opinions::at,
            cases::data_key,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(session, case, user, body, at, data_key)| {
            let place = opinion_place(&session, &case, &user);
            let body = keys.case_key(&case, &data_key)?.open(&place, &body)?;
            Ok(Said { opinion: serde_json::from_slice(&body)?, case, user, at: at.and_utc() })
        })
        .collect()
}
