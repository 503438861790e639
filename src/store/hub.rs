//! Rows for the outside registers: written with the decision, sent at night, believed when confirmed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{cases, hub_rows, immunization_subjects};
use super::seal::DataKey;

/// A row.
#[derive(Clone, Debug)]
pub struct HubRow {
    /// Id, `hub_…`.
    pub id: String,
    /// The connector.
    pub connector: String,
    /// The case; empty for a row about a person of the ledger of vaccinations.
    pub case_id: String,
    /// The decision it registers; empty as well.
    pub decision_id: String,
    /// The person of that ledger.
    pub person: Option<String>,
    /// Keyed hash of the person: rows of one subject go in order.
    pub subject: String,
    /// Position among the subject's rows.
    pub seq: i64,
    /// The key under which the register keeps it.
    pub history_key: String,
    /// Whether it withdraws the row of that key.
    pub deleted: bool,
    /// Whether it does not wait for the night.
    pub urgent: bool,
    /// The registration as JSON; sealed at rest.
    pub body: Vec<u8>,
    /// SHA-256 of `body`.
    pub content_hash: String,
    /// `pending`, `sent`, `accepted`, `confirmed`, `rejected` or `superseded`.
    pub state: String,
    /// Tries so far.
    pub attempts: i64,
    /// Position within its batch.
    pub position: i64,
}

type Columns = (
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    i64,
    String,
    bool,
    bool,
    String,
    String,
    String,
    i64,
    i64,
    Option<String>,
    Option<String>,
);

macro_rules! columns {
    () => {
        (
            hub_rows::id,
            hub_rows::connector,
            hub_rows::case_id,
            hub_rows::decision_id,
            hub_rows::person,
            hub_rows::subject,
            hub_rows::seq,
            hub_rows::history_key,
            hub_rows::deleted,
            hub_rows::urgent,
            hub_rows::body,
            hub_rows::content_hash,
            hub_rows::state,
            hub_rows::attempts,
            hub_rows::position,
            cases::data_key.nullable(),
            immunization_subjects::data_key.nullable(),
        )
    };
}

fn place(id: &str) -> String {
    format!("hub_rows.body.{id}")
}

fn read(keys: &Keyring, row: Columns) -> Result<HubRow, StoreError> {
    let (
        id,
        connector,
        case_id,
        decision_id,
        person,
        subject,
        seq,
        history_key,
        deleted,
        urgent,
        body,
        hash,
        state,
        attempts,
        position,
        case_key,
        person_key,
    ) = row;
    let key = match (&case_id, case_key, &person, person_key) {
        (Some(case), Some(wrapped), ..) => keys.case_key(case, &wrapped)?,
        (_, _, Some(person), Some(wrapped)) => keys.subject_key(person, &wrapped)?,
        _ => return Err(StoreError::Damaged("hub_rows.person".to_owned())),
    };
    let body = key.open(&place(&id), &body)?;
    Ok(HubRow {
        id,
        connector,
        case_id: case_id.unwrap_or_default(),
        decision_id: decision_id.unwrap_or_default(),
        person,
        subject,
        seq,
        history_key,
        deleted,
        urgent,
        body,
        content_hash: hash,
        state,
        attempts,
        position,
    })
}

/// Writes a row into the outbox, sealed under the key of its case or person, in the transaction of what causes it;
/// gives it the subject's next place.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut Conn, key: &DataKey, row: &HubRow, at: DateTime<Utc>) -> Result<(), StoreError> {
    let given = |id: &str| (!id.is_empty()).then(|| id.to_owned());
    let last: Option<i64> = hub_rows::table
        .filter(hub_rows::connector.eq(&row.connector))
        .filter(hub_rows::subject.eq(&row.subject))
        .select(diesel::dsl::max(hub_rows::seq))
        .first(conn)?;
    diesel::insert_into(hub_rows::table)
        .values((
            hub_rows::id.eq(&row.id),
            hub_rows::connector.eq(&row.connector),
            hub_rows::case_id.eq(given(&row.case_id)),
            hub_rows::decision_id.eq(given(&row.decision_id)),
            hub_rows::person.eq(&row.person),
            hub_rows::subject.eq(&row.subject),
            hub_rows::seq.eq(last.unwrap_or(0) + 1),
            hub_rows::history_key.eq(&row.history_key),
            hub_rows::deleted.eq(row.deleted),
            hub_rows::urgent.eq(row.urgent),
            hub_rows::body.eq(key.seal(&place(&row.id), &row.body)?),
            hub_rows::content_hash.eq(&row.content_hash),
            hub_rows::state.eq("pending"),
            hub_rows::at.eq(at.naive_utc()),
            hub_rows::updated_at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The next rows to send: of each subject only the oldest unconfirmed one, so that order is kept and
/// a rejected row holds up nobody else.
///
/// # Errors
/// When the database fails or a row cannot be opened.
pub fn next_pending(
    conn: &mut Conn,
    keys: &Keyring,
    connector: &str,
    urgent_only: bool,
    limit: i64,
) -> Result<Vec<HubRow>, StoreError> {
    let earlier = diesel::alias!(hub_rows as earlier);
    let blocked = earlier
        .filter(earlier.field(hub_rows::connector).eq(hub_rows::connector))
        .filter(earlier.field(hub_rows::subject).eq(hub_rows::subject))
        .filter(earlier.field(hub_rows::seq).lt(hub_rows::seq))
        .filter(earlier.field(hub_rows::state).eq_any(["pending", "sent", "rejected"]));
    let rows: Vec<Columns> = hub_rows::table
        .left_join(cases::table)
        .left_join(immunization_subjects::table)
        .filter(hub_rows::connector.eq(connector))
        .filter(hub_rows::state.eq("pending"))
        // Both databases order false before true.
        .filter(hub_rows::urgent.ge(urgent_only))
        .filter(diesel::dsl::not(diesel::dsl::exists(blocked)))
        .order((hub_rows::urgent.desc(), hub_rows::at, hub_rows::id))
        .limit(limit)
        .select(columns!())
        .load(conn)?;
    rows.into_iter().map(|row| read(keys, row)).collect()
}

/// The rows of a batch in the order in which they were sent.
///
/// # Errors
/// When the database fails or a row cannot be opened.
pub fn of_batch(conn: &mut Conn, keys: &Keyring, batch: &str) -> Result<Vec<HubRow>, StoreError> {
    let rows: Vec<Columns> = hub_rows::table
        .left_join(cases::table)
        .left_join(immunization_subjects::table)
        .filter(hub_rows::batch.eq(batch))
        .order(hub_rows::position)
        .select(columns!())
        .load(conn)?;
    rows.into_iter().map(|row| read(keys, row)).collect()
}

/// Rows that the register accepted and nobody has read back yet; a page after an id.
///
/// # Errors
/// When the database fails or a row cannot be opened.
pub fn unconfirmed(
    conn: &mut Conn,
    keys: &Keyring,
    connector: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<HubRow>, StoreError> {
    let rows: Vec<Columns> = hub_rows::table
        .left_join(cases::table)
        .left_join(immunization_subjects::table)
        .filter(hub_rows::connector.eq(connector))
        .filter(hub_rows::state.eq("accepted"))
        .filter(hub_rows::id.gt(after))
        .order(hub_rows::id)
        .limit(limit)
        .select(columns!())
        .load(conn)?;
    rows.into_iter().map(|row| read(keys, row)).collect()
}

/// Everything that a register was or will be told of a subject, and under some cases whoever the subject
/// was; the newest last.
///
/// # Errors
/// When the database fails or a row cannot be opened.
pub fn told(
    conn: &mut Conn,
    keys: &Keyring,
    connector: &str,
    subject: &str,
    cases: &[&str],
) -> Result<Vec<HubRow>, StoreError> {
    let theirs = hub_rows::subject.eq(subject).or(hub_rows::case_id.eq_any(cases.to_vec()));
    let rows: Vec<Columns> = hub_rows::table
        .left_join(cases::table)
        .left_join(immunization_subjects::table)
        .filter(hub_rows::connector.eq(connector))
        .filter(theirs)
        .order((hub_rows::at, hub_rows::seq))
        .select(columns!())
        .load(conn)?;
    rows.into_iter().map(|row| read(keys, row)).collect()
}

/// Those of some persons of the ledger of vaccinations of whom a register was or will be told.
///
/// # Errors
/// When the database fails.
pub fn people_told(conn: &mut Conn, connector: &str, people: &[&str]) -> Result<Vec<String>, StoreError> {
    let rows: Vec<Option<String>> = hub_rows::table
        .filter(hub_rows::connector.eq(connector))
        .filter(hub_rows::person.eq_any(people.to_vec()))
        .select(hub_rows::person)
        .distinct()
        .load(conn)?;
    Ok(rows.into_iter().flatten().collect())
}

/// Rows that were written in a span of time and for which no later one stands; a page after an id.
///
/// # Errors
/// When the database fails or a row cannot be opened.
pub fn written_between(
    conn: &mut Conn,
    keys: &Keyring,
    connector: &str,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    after: &str,
    limit: i64,
) -> Result<Vec<HubRow>, StoreError> {
    let rows: Vec<Columns> = hub_rows::table
        .left_join(cases::table)
        .left_join(immunization_subjects::table)
        .filter(hub_rows::connector.eq(connector))
        .filter(hub_rows::state.ne("superseded"))
        .filter(hub_rows::at.ge(from.naive_utc()))
        .filter(hub_rows::at.lt(to.naive_utc()))
        .filter(hub_rows::id.gt(after))
        .order(hub_rows::id)
        .limit(limit)
        .select(columns!())
        .load(conn)?;
    rows.into_iter().map(|row| read(keys, row)).collect()
}

/// Of some keys, the place of the first row for which no later one stands.
///
/// # Errors
/// When the database fails.
pub fn first_places(
    conn: &mut Conn,
    connector: &str,
    history_keys: &[&str],
) -> Result<BTreeMap<String, i64>, StoreError> {
    let rows: Vec<(String, Option<i64>)> = hub_rows::table
        .filter(hub_rows::connector.eq(connector))
        .filter(hub_rows::state.ne("superseded"))
        .filter(hub_rows::history_key.eq_any(history_keys.to_vec()))
        .group_by(hub_rows::history_key)
        .select((hub_rows::history_key, diesel::dsl::min(hub_rows::seq)))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(key, first)| Some((key, first?))).collect())
}

/// Puts rows of a batch whose outcome will never be known back among the pending ones.
///
/// # Errors
/// When the database fails.
pub fn release_batch(conn: &mut Conn, batch: &str) -> Result<(), StoreError> {
    let target = hub_rows::table.filter(hub_rows::batch.eq(batch)).filter(hub_rows::state.eq("sent"));
    diesel::update(target)
        .set((hub_rows::state.eq("pending"), hub_rows::batch.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}

/// The states of all rows of some cases, each with its case.
///
/// # Errors
/// When the database fails.
pub fn states_of(conn: &mut Conn, cases: &[&str]) -> Result<Vec<(String, String)>, StoreError> {
    let rows = hub_rows::table.filter(hub_rows::case_id.eq_any(cases.to_vec()));
    Ok(rows.select((hub_rows::case_id.assume_not_null(), hub_rows::state)).load(conn)?)
}

/// Number of rows of a connector by state.
///
/// # Errors
/// When the database fails.
pub fn counts(conn: &mut Conn, connector: &str) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(hub_rows::table
        .filter(hub_rows::connector.eq(connector))
        .group_by(hub_rows::state)
        .order(hub_rows::state)
        .select((hub_rows::state, diesel::dsl::count(hub_rows::id)))
        .load(conn)?)
}

/// Number of rows by connector and state.
///
/// # Errors
/// When the database fails.
pub fn all_counts(conn: &mut Conn) -> Result<Vec<(String, String, i64)>, StoreError> {
    Ok(hub_rows::table
        .group_by((hub_rows::connector, hub_rows::state))
        .order((hub_rows::connector, hub_rows::state))
        .select((hub_rows::connector, hub_rows::state, diesel::dsl::count(hub_rows::id)))
        .load(conn)?)
}

/// The case of a row; empty where it has none.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn case_of(conn: &mut Conn, id: &str) -> Result<String, StoreError> {
    let case: Option<String> = hub_rows::table.find(id).select(hub_rows::case_id).first(conn)?;
    Ok(case.unwrap_or_default())
}
