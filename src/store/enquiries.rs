//! Enquiries: what is asked of others about a person, and what came back.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::enquiry::Values;
use crate::domain::permission::Granted;

use super::cases::Stored;
use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{cases, enquiries};
use super::seal::DataKey;

/// Enquiries that are read at once.
pub const MOST: i64 = 1000;

/// What is asked, sealed at rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The person's name.
    pub name: String,
    /// What the person is to the patient, as a code of the office's form.
    pub role: String,
    /// What is sent, by heading.
    pub sent: BTreeMap<String, String>,
}

/// An enquiry.
#[derive(Clone, Debug)]
pub struct Enquiry {
    /// Id; the file shows it.
    pub id: String,
    /// The case.
    pub case_id: String,
    /// Kind.
    pub kind: String,
    /// The member; empty for the patient.
    pub person: String,
    /// `open`, `sent`, `answered`, `taken` or `missing`.
    pub state: String,
    /// The day by which an answer should be there.
    pub due_on: NaiveDate,
    /// What is asked.
    pub asked: Asked,
    /// What came back, for the office's form.
    pub answer: Option<Values>,
    /// Reference of the case; read only in lists.
    pub reference: String,
    key: DataKey,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = enquiries)]
struct Row {
    id: String,
    case_id: String,
    kind: String,
    person: String,
    state: String,
    due_on: NaiveDate,
    asked: String,
    answer: String,
}

fn place(column: &str, id: &str) -> String {
    format!("enquiries.{column}.{id}")
}

/// Stores an open enquiry.
///
/// # Errors
/// [`StoreError::Duplicate`] when the person has one of the kind.
pub fn insert(
    conn: &mut Conn,
    granted: &Granted,
    stored: &Stored,
    (id, kind, person): (&str, &str, &str),
    (asked, due_on): (&Asked, NaiveDate),
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sealed = stored.key.seal(&place("asked", id), &serde_json::to_vec(asked)?)?;
    diesel::insert_into(enquiries::table)
        .values((
            enquiries::id.eq(id),
            enquiries::case_id.eq(&stored.case.id),
            enquiries::kind.eq(kind),
            enquiries::person.eq(person),
            enquiries::state.eq("open"),
            enquiries::due_on.eq(due_on),
            enquiries::asked.eq(sealed),
            enquiries::answer.eq(""),
            enquiries::author.eq(&granted.actor().id),
            enquiries::at.eq(at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The enquiries of a case, the oldest first.
///
/// # Errors
/// When the database fails or one cannot be opened.
pub fn of_case(conn: &mut Conn, _: &Granted, stored: &Stored) -> Result<Vec<Enquiry>, StoreError> {
    let rows: Vec<Row> = enquiries::table
        .filter(enquiries::case_id.eq(&stored.case.id))
        .order(enquiries::id)
        .limit(MOST)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| open(row, String::new(), stored.key.clone())).collect()
}

/// The enquiries of some states over all cases of a program, the earliest due first. With ids only those.
///
/// # Errors
/// When the database fails or one cannot be opened.
pub fn list(
    conn: &mut Conn,
    keys: &Keyring,
    (program, kind): (&str, &str),
    states: &[&str],
    ids: Option<&[String]>,
) -> Result<Vec<Enquiry>, StoreError> {
    let mut query = enquiries::table
        .inner_join(cases::table)
        .filter(cases::program.eq(program))
        .filter(enquiries::kind.eq(kind))
        .filter(enquiries::state.eq_any(states.to_vec()))
        .order((enquiries::due_on, enquiries::id))
        .limit(MOST.max(ids.map_or(0, |ids| i64::try_from(ids.len()).unwrap_or(MOST))))
        .select((Row::as_select(), cases::reference, cases::data_key))
        .into_boxed();
    if let Some(ids) = ids {
        query = query.filter(enquiries::id.eq_any(ids));
    }
    let rows: Vec<(Row, Option<String>, String)> = query.load(conn)?;
    let opened = rows.into_iter().map(|(row, reference, data_key)| {
        let key = keys.case_key(&row.case_id, &data_key)?;
        open(row, reference.unwrap_or_default(), key)
    });
    opened.collect()
}

fn open(row: Row, reference: String, key: DataKey) -> Result<Enquiry, StoreError> {
    let asked = serde_json::from_slice(&key.open(&place("asked", &row.id), &row.asked)?)?;
    let answer = match row.answer.as_str() {
        "" => None,
        sealed => Some(serde_json::from_slice(&key.open(&place("answer", &row.id), sealed)?)?),
    };
    Ok(Enquiry {
        id: row.id,
        case_id: row.case_id,
        kind: row.kind,
        person: row.person,
        state: row.state,
        due_on: row.due_on,
        asked,
        answer,
        reference,
        key,
    })
}

/// Notes that some enquiries were sent.
///
/// # Errors
/// When the database fails.
pub fn set_sent(conn: &mut Conn, ids: &[String]) -> Result<(), StoreError> {
    let target = enquiries::table.filter(enquiries::id.eq_any(ids)).filter(enquiries::state.eq("open"));
    diesel::update(target).set(enquiries::state.eq("sent")).execute(conn)?;
    Ok(())
}

/// Stores an answer that nobody has taken yet.
///
/// # Errors
/// [`StoreError::NotFound`] when it was taken meanwhile.
pub fn set_answer(conn: &mut Conn, enquiry: &Enquiry, values: &Values) -> Result<(), StoreError> {
    let sealed = enquiry.key.seal(&place("answer", &enquiry.id), &serde_json::to_vec(values)?)?;
    let target = enquiries::table
        .filter(enquiries::id.eq(&enquiry.id))
        .filter(enquiries::state.ne_all(vec!["taken", "missing"]));
    let change = (enquiries::answer.eq(sealed), enquiries::state.eq("answered"));
    let changed = diesel::update(target).set(change).execute(conn)?;
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Notes what became of an enquiry: `taken` after an answer, `missing` without one.
///
/// # Errors
/// When the database fails.
pub fn settle(conn: &mut Conn, id: &str, state: &str) -> Result<(), StoreError> {
    diesel::update(enquiries::table.find(id)).set(enquiries::state.eq(state)).execute(conn)?;
    Ok(())
}
