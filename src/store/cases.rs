//! Cases: the sealed aggregate, its events, and the columns by which it is listed.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::domain::case::Case;
use crate::domain::case::event::{Event, Stamp};

use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{case_events, case_search, cases};
use super::seal::DataKey;

/// A case with the key that opens what hangs on it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The aggregate.
    pub case: Case,
    /// Its data key.
    pub key: DataKey,
}

/// What lists show of a case, derived from it by the use case that stores it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projection {
    /// The day on which the nearest clock ends.
    pub due_on: NaiveDate,
    /// Kinds of open work items, or whom the case waits for; separated by blanks, with blanks at both ends.
    pub waiting: String,
    /// `pending`, `sent`, `confirmed`, `rejected` or empty.
    pub sync: String,
    /// Whether an uncleared duplicate is suspected.
    pub duplicate: bool,
    /// Whether a correction was answered that nobody has looked at.
    pub answered: bool,
    /// Keyed hash of who the person is, for finding duplicates.
    pub person: String,
    /// The person's name as lists show it; stored sealed.
    pub label: String,
}

/// Earlier cases of a person that are looked at.
const EARLIER: i64 = 3;

fn place(id: &str) -> String {
    format!("cases.body.{id}")
}

pub(super) fn label_place(id: &str) -> String {
    format!("cases.label.{id}")
}

/// The case of an id.
///
/// # Errors
/// [`StoreError::NotFound`], or when it cannot be opened.
pub fn find(conn: &mut Conn, keys: &Keyring, id: &str) -> Result<Stored, StoreError> {
    let (data_key, body): (String, String) =
        cases::table.find(id).select((cases::data_key, cases::body)).first(conn)?;
    open(keys, id, &data_key, &body)
}

/// The cases of some ids; an unknown id is left out.
///
/// # Errors
/// When the database fails or a case cannot be opened.
pub fn find_all(conn: &mut Conn, keys: &Keyring, ids: &[String]) -> Result<Vec<Stored>, StoreError> {
    let rows: Vec<(String, String, String)> = cases::table
        .filter(cases::id.eq_any(ids))
        .order(cases::id)
        .select((cases::id, cases::data_key, cases::body))
        .load(conn)?;
    rows.iter().map(|(id, data_key, body)| open(keys, id, data_key, body)).collect()
}

/// The id of the case with a reference number.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn id_of(conn: &mut Conn, reference: &str) -> Result<String, StoreError> {
    Ok(cases::table.filter(cases::reference.eq(reference)).select(cases::id).first(conn)?)
}

pub(super) fn open(keys: &Keyring, id: &str, data_key: &str, body: &str) -> Result<Stored, StoreError> {
    let key = keys.case_key(id, data_key)?;
    let case = serde_json::from_slice(&key.open(&place(id), body)?)?;
    Ok(Stored { case, key })
}

/// All cases of an applicant, newest first; at most 200.
///
/// # Errors
/// When the database fails or a case cannot be opened.
pub fn of_applicant(conn: &mut Conn, keys: &Keyring, applicant: &str) -> Result<Vec<Stored>, StoreError> {
    let rows: Vec<(String, String, String)> = cases::table
        .filter(cases::applicant.eq(applicant))
        .order(cases::id.desc())
        .limit(200)
        .select((cases::id, cases::data_key, cases::body))
        .load(conn)?;
    rows.iter().map(|(id, data_key, body)| open(keys, id, data_key, body)).collect()
}

/// The filed cases of a certificate: the one that opened it, and those that follow it; at most 200. Whether
/// one that follows belongs to it or goes on after it, its kind says.
///
/// # Errors
/// When the database fails or a case cannot be opened.
pub fn of_certificate(conn: &mut Conn, keys: &Keyring, root: &str) -> Result<Vec<Stored>, StoreError> {
    let rows: Vec<(String, String, String)> = cases::table
        .filter(cases::id.eq(root).or(cases::follows.eq(root)))
        .filter(cases::state.ne("draft"))
        .order((cases::submitted_at, cases::id))
        .limit(200)
        .select((cases::id, cases::data_key, cases::body))
        .load(conn)?;
    rows.iter().map(|(id, data_key, body)| open(keys, id, data_key, body)).collect()
}

/// Stores a new case with its first event.
///
/// # Errors
/// When the database fails.
pub fn insert(
    conn: &mut Conn,
    stored: &Stored,
    wrapped: &str,
    event: &Event,
    stamp: &Stamp,
    projection: &Projection,
) -> Result<(), StoreError> {
    let case = &stored.case;
    diesel::insert_into(cases::table)
        .values((
            cases::id.eq(&case.id),
            cases::program.eq(&case.program),
            cases::kind.eq(case.kind.code()),
            cases::definition.eq(&case.definition),
            cases::state.eq(case.state.code()),
            cases::version.eq(case.version),
            cases::applicant.eq(&case.applicant),
            cases::origin.eq(case.origin.code()),
            cases::lang.eq(case.lang.code()),
            cases::data_key.eq(wrapped),
            cases::body.eq(sealed(stored)?),
            cases::due_on.eq(projection.due_on),
            cases::person.eq(&projection.person),
            cases::follows.eq(&case.follows),
            cases::created_at.eq(stamp.at.naive_utc()),
            cases::updated_at.eq(stamp.at.naive_utc()),
        ))
        .execute(conn)?;
    append_events(conn, stored, 1, std::slice::from_ref(event), stamp, "")
}

fn sealed(stored: &Stored) -> Result<String, StoreError> {
    stored.key.seal(&place(&stored.case.id), &serde_json::to_vec(&stored.case)?)
}

/// Stores what a command made of a case: the events and the new projection.
///
/// # Errors
/// [`StoreError::Moved`] when the case is no longer at version `expected`.
pub fn update(
    conn: &mut Conn,
    stored: &Stored,
    expected: i64,
    events: &[Event],
    stamp: &Stamp,
    on_behalf_of: &str,
    projection: &Projection,
) -> Result<(), StoreError> {
    let case = &stored.case;
    let target = cases::table.filter(cases::id.eq(&case.id)).filter(cases::version.eq(expected));
    let changed = diesel::update(target)
        .set((
            cases::reference.eq(&case.reference),
            cases::state.eq(case.state.code()),
            cases::version.eq(case.version),
            cases::body.eq(sealed(stored)?),
            cases::assignee.eq(case.assignee.as_deref().unwrap_or_default()),
            cases::submitted_at.eq(case.received_at.map(|at| at.naive_utc())),
            cases::received_by.eq(case.receiving_office()),
            cases::held_by.eq(case.holding_office()),
            cases::due_on.eq(projection.due_on),
            cases::waiting.eq(&projection.waiting),
            cases::duplicate.eq(projection.duplicate),
            cases::answered.eq(projection.answered),
            cases::person.eq(&projection.person),
            cases::label.eq(stored.key.seal(&label_place(&case.id), projection.label.as_bytes())?),
            cases::updated_at.eq(stamp.at.naive_utc()),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(StoreError::Moved);
    }
    let first = case.events - i64::try_from(events.len()).unwrap_or(0) + 1;
    append_events(conn, stored, first, events, stamp, on_behalf_of)
}

/// Notes how far a case's rows at the outside registers have come.
///
/// # Errors
/// When the database fails.
pub fn set_sync(conn: &mut Conn, id: &str, sync: &str) -> Result<(), StoreError> {
    diesel::update(cases::table.find(id)).set(cases::sync.eq(sync)).execute(conn)?;
    Ok(())
}

/// How far a case's rows at the outside registers have come.
///
/// # Errors
/// When the database fails.
pub fn sync_of(conn: &mut Conn, id: &str) -> Result<String, StoreError> {
    Ok(cases::table.find(id).select(cases::sync).first(conn)?)
}

/// Brings some cases to the same point of the way to the outside registers; which were elsewhere.
///
/// # Errors
/// When the database fails.
pub fn move_sync(conn: &mut Conn, ids: &[&str], sync: &str) -> Result<Vec<String>, StoreError> {
    let elsewhere = cases::table.filter(cases::id.eq_any(ids.to_vec())).filter(cases::sync.ne(sync));
    let moved: Vec<String> = elsewhere.order(cases::id).select(cases::id).load(conn)?;
    diesel::update(cases::table.filter(cases::id.eq_any(&moved))).set(cases::sync.eq(sync)).execute(conn)?;
    Ok(moved)
}

fn append_events(
    conn: &mut Conn,
    stored: &Stored,
    first: i64,
    events: &[Event],
    stamp: &Stamp,
    on_behalf_of: &str,
) -> Result<(), StoreError> {
    for (seq, event) in (first..).zip(events) {
        let body = serde_json::to_vec(&(event, stamp))?;
        diesel::insert_into(case_events::table)
            .values((
                case_events::case_id.eq(&stored.case.id),
                case_events::seq.eq(seq),
                case_events::version.eq(stored.case.version),
                case_events::at.eq(stamp.at.naive_utc()),
                case_events::actor.eq(&stamp.by),
                case_events::on_behalf_of.eq(on_behalf_of),
                case_events::kind.eq(event.code()),
                case_events::body.eq(stored.key.seal(&event_place(&stored.case.id, seq), &body)?),
            ))
            .execute(conn)?;
    }
    Ok(())
}

fn event_place(id: &str, seq: i64) -> String {
    format!("case_events.body.{id}.{seq}")
}

/// The events of a case after a version, oldest first.
///
/// # Errors
/// When the database fails or an event cannot be opened.
pub fn events_after(
    conn: &mut Conn,
    stored: &Stored,
    version: i64,
) -> Result<Vec<(Event, Stamp)>, StoreError> {
    let id = &stored.case.id;
    let rows: Vec<(i64, String)> = case_events::table
        .filter(case_events::case_id.eq(id))
        .filter(case_events::version.gt(version))
        .order(case_events::seq)
        .select((case_events::seq, case_events::body))
        .load(conn)?;
    rows.iter()
        .map(|(seq, body)| Ok(serde_json::from_slice(&stored.key.open(&event_place(id, *seq), body)?)?))
        .collect()
}

/// Replaces the keyed hashes under which a case is found.
///
/// # Errors
/// When the database fails.
pub fn set_search(conn: &mut Conn, id: &str, tokens: &[String]) -> Result<(), StoreError> {
    diesel::delete(case_search::table.filter(case_search::case_id.eq(id))).execute(conn)?;
    for token in tokens {
        diesel::insert_into(case_search::table)
            .values((case_search::case_id.eq(id), case_search::token.eq(token)))
            .execute(conn)?;
    }
    Ok(())
}

/// References of other filed cases of the same person and program, without those in `settled` states.
///
/// # Errors
/// When the database fails.
pub fn same_person(
    conn: &mut Conn,
    id: &str,
    program: &str,
    person: &str,
    settled: &[&str],
) -> Result<Vec<String>, StoreError> {
    let found: Vec<Option<String>> = cases::table
        .filter(cases::person.eq(person))
        .filter(cases::program.eq(program))
        .filter(cases::id.ne(id))
        .filter(cases::reference.is_not_null())
        .filter(cases::state.ne_all(settled.to_vec()))
        .order(cases::id)
        .limit(20)
        .select(cases::reference)
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
}

/// The living case that follows one, with its reference once it is filed.
///
/// # Errors
/// When the database fails.
pub fn follower(
    conn: &mut Conn,
    id: &str,
    kinds: &[&str],
) -> Result<Option<(String, Option<String>)>, StoreError> {
    let of_kind = cases::table.filter(cases::follows.eq(id)).filter(cases::kind.eq_any(kinds.to_vec()));
    let living = of_kind.filter(cases::state.ne("ended"));
    Ok(living.order(cases::id.desc()).select((cases::id, cases::reference)).first(conn).optional()?)
}

/// Ids of the cases that the same person filed before this one under its program, newest first; a few.
///
/// # Errors
/// When the database fails.
pub fn earlier_of_person(conn: &mut Conn, id: &str) -> Result<Vec<String>, StoreError> {
    let own: (String, String, Option<NaiveDateTime>) =
        cases::table.find(id).select((cases::person, cases::program, cases::submitted_at)).first(conn)?;
    let (person, program, Some(submitted_at)) = own else { return Ok(Vec::new()) };
    if person.is_empty() {
        return Ok(Vec::new());
    }
    Ok(cases::table
        .filter(cases::person.eq(person))
        .filter(cases::program.eq(program))
        .filter(cases::submitted_at.lt(submitted_at))
        .filter(cases::id.ne(id))
        .order((cases::submitted_at.desc(), cases::id.desc()))
        .limit(EARLIER)
        .select(cases::id)
        .load(conn)?)
}

/// Ids of cases in a state that have not changed since a moment; a page of them by key.
///
/// # Errors
/// When the database fails.
pub fn unchanged_since(
    conn: &mut Conn,
    state: &str,
    since: DateTime<Utc>,
    after: &str,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    Ok(cases::table
        .filter(cases::state.eq(state))
        .filter(cases::updated_at.lt(since.naive_utc()))
        .filter(cases::id.gt(after))
        .order(cases::id)
        .limit(limit)
        .select(cases::id)
        .load(conn)?)
}

/// Deletes a draft with all that hangs on it.
///
/// # Errors
/// When the database fails.
pub fn delete_draft(conn: &mut Conn, id: &str) -> Result<(), StoreError> {
    let target = cases::table.filter(cases::id.eq(id)).filter(cases::state.eq("draft"));
    diesel::delete(target).execute(conn)?;
    Ok(())
}

/// Holds a case for the rest of the transaction, so that two commands on it follow one another.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn hold(conn: &mut Conn, id: &str) -> Result<(), StoreError> {
    let held = diesel::update(cases::table.find(id)).set(cases::version.eq(cases::version)).execute(conn)?;
    if held == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}
