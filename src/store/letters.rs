//! Letters as composed, and how each travels.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::cases::Stored;
use super::conn::Conn;
use super::error::StoreError;
use super::schema::{deliveries, letters};

/// A letter.
#[derive(Clone, Debug)]
pub struct LetterRow {
    /// Id, `let_…`.
    pub id: String,
    /// The decision it tells, if it tells one.
    pub decision_id: Option<String>,
    /// Kind, as the program names it.
    pub kind: String,
    /// The composed letter as JSON.
    pub body: Vec<u8>,
    /// Name of the rendered file, once it is rendered.
    pub file: String,
    /// Characters that no font had.
    pub missing: String,
    /// When it was composed.
    pub at: DateTime<Utc>,
}

/// A way in which something is told to the applicant.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Id, `dlv_…`; the mail's Message-ID is made from it.
    pub id: String,
    /// The case.
    pub case_id: String,
    /// The letter, or none for a bare notice.
    pub letter_id: Option<String>,
    /// `mail` or `paper`.
    pub channel: String,
    /// `queued`, `sent`, `bounced`, `printed` or `posted`.
    pub state: String,
    /// Subject of the mail; nothing personal.
    pub subject: String,
    /// Address and text, as JSON.
    pub body: Vec<u8>,
    /// Tries so far.
    pub attempts: i64,
    /// Why the last try failed.
    pub problem: String,
    /// When it was queued.
    pub at: DateTime<Utc>,
}

type LetterColumns = (String, Option<String>, String, String, String, String, NaiveDateTime);
type DeliveryColumns =
    (String, String, Option<String>, String, String, String, String, i64, String, NaiveDateTime);

fn letter_place(id: &str) -> String {
    format!("letters.body.{id}")
}

fn delivery_place(id: &str) -> String {
    format!("deliveries.body.{id}")
}

/// Stores a composed letter.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut Conn, stored: &Stored, letter: &LetterRow) -> Result<(), StoreError> {
    diesel::insert_into(letters::table)
        .values((
            letters::id.eq(&letter.id),
            letters::case_id.eq(&stored.case.id),
            letters::decision_id.eq(&letter.decision_id),
            letters::kind.eq(&letter.kind),
            letters::body.eq(stored.key.seal(&letter_place(&letter.id), &letter.body)?),
            letters::at.eq(letter.at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The letters of a case, oldest first; at most 200.
///
/// # Errors
/// When the database fails or a letter cannot be opened.
pub fn of_case(conn: &mut Conn, stored: &Stored) -> Result<Vec<LetterRow>, StoreError> {
    let rows: Vec<LetterColumns> = letters::table
        .filter(letters::case_id.eq(&stored.case.id))
        .order((letters::at, letters::id))
        .limit(200)
        .select((
            letters::id,
            letters::decision_id,
            letters::kind,
            letters::body,
            letters::file,
            letters::missing,
            letters::at,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, decision_id, kind, body, file, missing, at)| {
            let body = stored.key.open(&letter_place(&id), &body)?;
            Ok(LetterRow { id, decision_id, kind, body, file, missing, at: at.and_utc() })
        })
        .collect()
}

/// A letter of a case as it was composed, as JSON.
///
/// # Errors
/// [`StoreError::NotFound`], or when it cannot be opened.
pub fn body(conn: &mut Conn, stored: &Stored, id: &str) -> Result<Vec<u8>, StoreError> {
    let letter = letters::table.find(id).filter(letters::case_id.eq(&stored.case.id));
    let body: String = letter.select(letters::body).first(conn)?;
    stored.key.open(&letter_place(id), &body)
}

/// Notes where a rendered letter is, and what could not be drawn.
///
/// # Errors
/// When the database fails.
pub fn set_file(conn: &mut Conn, id: &str, file: &str, missing: &str) -> Result<(), StoreError> {
    diesel::update(letters::table.find(id))
        .set((letters::file.eq(file), letters::missing.eq(missing)))
        .execute(conn)?;
    Ok(())
}

/// Queues a delivery.
///
/// # Errors
/// When the database fails.
pub fn queue(conn: &mut Conn, stored: &Stored, delivery: &Delivery) -> Result<(), StoreError> {
    let at = delivery.at.naive_utc();
    diesel::insert_into(deliveries::table)
        .values((
            deliveries::id.eq(&delivery.id),
            deliveries::case_id.eq(&stored.case.id),
            deliveries::letter_id.eq(&delivery.letter_id),
            deliveries::channel.eq(&delivery.channel),
            deliveries::state.eq(&delivery.state),
            deliveries::subject.eq(&delivery.subject),
            deliveries::body.eq(stored.key.seal(&delivery_place(&delivery.id), &delivery.body)?),
            deliveries::at.eq(at),
            deliveries::updated_at.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}

/// The case to which a delivery belongs.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn case_of_delivery(conn: &mut Conn, id: &str) -> Result<String, StoreError> {
    Ok(deliveries::table.find(id).select(deliveries::case_id).first(conn)?)
}

/// A delivery of a case.
///
/// # Errors
/// [`StoreError::NotFound`], or when it cannot be opened.
pub fn delivery(conn: &mut Conn, stored: &Stored, id: &str) -> Result<Delivery, StoreError> {
    let row: DeliveryColumns = deliveries::table
        .find(id)
        .filter(deliveries::case_id.eq(&stored.case.id))
        .select((
            deliveries::id,
            deliveries::case_id,
            deliveries::letter_id,
            deliveries::channel,
            deliveries::state,
            deliveries::subject,
            deliveries::body,
            deliveries::attempts,
            deliveries::problem,
            deliveries::at,
        ))
        .first(conn)?;
    read_delivery(stored, row)
}

fn read_delivery(stored: &Stored, row: DeliveryColumns) -> Result<Delivery, StoreError> {
    let (id, case_id, letter_id, channel, state, subject, body, attempts, problem, at) = row;
    let body = stored.key.open(&delivery_place(&id), &body)?;
    Ok(Delivery {
        id,
        case_id,
        letter_id,
        channel,
        state,
        subject,
        body,
        attempts,
        problem,
        at: at.and_utc(),
    })
}

/// Notes how a try went.
///
/// # Errors
/// When the database fails.
pub fn set_delivery(
    conn: &mut Conn,
    id: &str,
    state: &str,
    problem: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::update(deliveries::table.find(id))
        .set((
            deliveries::state.eq(state),
            deliveries::problem.eq(problem),
            deliveries::attempts.eq(deliveries::attempts + 1),
            deliveries::updated_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// A line of a delivery list: id, case, letter, channel, state, attempts, problem, when.
pub type DeliveryLine = (String, String, Option<String>, String, String, i64, String, NaiveDateTime);

/// Deliveries of one channel in one of the states, oldest first; a page after an id.
///
/// # Errors
/// When the database fails.
pub fn deliveries_in(
    conn: &mut Conn,
    channel: &str,
    states: &[&str],
    after: &str,
    limit: i64,
) -> Result<Vec<DeliveryLine>, StoreError> {
    Ok(deliveries::table
        .filter(deliveries::channel.eq(channel))
        .filter(deliveries::state.eq_any(states.to_vec()))
        .filter(deliveries::id.gt(after))
        .order(deliveries::id)
        .limit(limit)
        .select((
            deliveries::id,
            deliveries::case_id,
            deliveries::letter_id,
            deliveries::channel,
            deliveries::state,
            deliveries::attempts,
            deliveries::problem,
            deliveries::at,
        ))
        .load(conn)?)
}

/// How the letters of a case travelled.
///
/// # Errors
/// When the database fails.
pub fn deliveries_of(conn: &mut Conn, case_id: &str) -> Result<Vec<DeliveryLine>, StoreError> {
    Ok(deliveries::table
        .filter(deliveries::case_id.eq(case_id))
        .order(deliveries::id)
        .limit(200)
        .select((
            deliveries::id,
            deliveries::case_id,
            deliveries::letter_id,
            deliveries::channel,
            deliveries::state,
            deliveries::attempts,
            deliveries::problem,
            deliveries::at,
        ))
        .load(conn)?)
}
