//! Moves of register rows that two workers may try at once. Each names the state it moves from, so
//! that a late one changes nothing.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{cases, hub_batches, hub_rows};

/// Lets only one worker at a time pick rows on PostgreSQL; SQLite's writer lock does it there.
const PICK_LOCK: i64 = 0x6875_6270;
/// Subjects looked at in one statement.
const SUBJECTS: usize = 200;

/// What the register said of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The row.
    pub row: String,
    /// `accepted`, `rejected` or `superseded`.
    pub state: &'static str,
    /// Why it was rejected, as JSON; empty otherwise.
    pub problem: String,
    /// What proves that it was taken; empty otherwise.
    pub receipt: String,
}

/// Holds other workers back from picking rows until the transaction ends.
///
/// # Errors
/// When the database fails.
pub fn hold_picking(conn: &mut Conn) -> Result<(), StoreError> {
    if let Conn::Postgres(c) = conn {
        diesel::sql_query(format!("SELECT pg_advisory_xact_lock({PICK_LOCK})")).execute(c)?;
    }
    Ok(())
}

/// Puts a pending row into a batch; `false` when it is no longer pending.
///
/// # Errors
/// When the database fails.
pub fn pick(conn: &mut Conn, row: &str, batch: &str, position: i64) -> Result<bool, StoreError> {
    let target = hub_rows::table.filter(hub_rows::id.eq(row)).filter(hub_rows::state.eq("pending"));
    let change = (
        hub_rows::batch.eq(batch),
        hub_rows::position.eq(position),
        hub_rows::state.eq("sent"),
        hub_rows::attempts.eq(hub_rows::attempts + 1),
    );
    Ok(diesel::update(target).set(change).execute(conn)? == 1)
}

/// Rejects a pending row before it was sent; `false` when it is no longer pending.
///
/// # Errors
/// When the database fails.
pub fn refuse(conn: &mut Conn, row: &str, problem: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let target = hub_rows::table.filter(hub_rows::id.eq(row)).filter(hub_rows::state.eq("pending"));
    let change = (
        hub_rows::state.eq("rejected"),
        hub_rows::problem.eq(problem),
        hub_rows::updated_at.eq(at.naive_utc()),
    );
    Ok(diesel::update(target).set(change).execute(conn)? == 1)
}

/// Stores what the register said of a row of a batch; `false` when it was answered before.
///
/// # Errors
/// When the database fails.
pub fn answer(conn: &mut Conn, batch: &str, answer: &Answer, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let target = hub_rows::table
        .filter(hub_rows::id.eq(&answer.row))
        .filter(hub_rows::batch.eq(batch))
        .filter(hub_rows::state.eq("sent"));
    let change = (
        hub_rows::state.eq(answer.state),
        hub_rows::problem.eq(&answer.problem),
        hub_rows::receipt.eq(&answer.receipt),
        hub_rows::updated_at.eq(at.naive_utc()),
    );
    Ok(diesel::update(target).set(change).execute(conn)? == 1)
}

/// Accepted rows were read back as they were sent; how many were still accepted.
///
/// # Errors
/// When the database fails.
pub fn confirm(conn: &mut Conn, rows: &[&str], at: DateTime<Utc>) -> Result<usize, StoreError> {
    let target =
        hub_rows::table.filter(hub_rows::id.eq_any(rows.to_vec())).filter(hub_rows::state.eq("accepted"));
    let change = (hub_rows::state.eq("confirmed"), hub_rows::updated_at.eq(at.naive_utc()));
    Ok(diesel::update(target).set(change).execute(conn)?)
}

/// Subjects with more than one row in the given states.
///
/// # Errors
/// When the database fails.
pub fn crowded(conn: &mut Conn, connector: &str, states: &[&str]) -> Result<Vec<String>, StoreError> {
    Ok(hub_rows::table
        .filter(hub_rows::connector.eq(connector))
        .filter(hub_rows::state.eq_any(states.to_vec()))
        .group_by(hub_rows::subject)
        .having(diesel::dsl::count(hub_rows::id).gt(1))
        .select(hub_rows::subject)
        .load(conn)?)
}

/// A row that stepped aside: its id and its case.
pub type Aside = (String, String);

/// Of the given subjects, rows in one of the states `from` step aside for a later row of the same
/// history key in one of the states `by`: the register keeps one row a key.
///
/// # Errors
/// When the database fails.
pub fn supersede(
    conn: &mut Conn,
    connector: &str,
    subjects: &[String],
    (from, by): (&[&str], &[&str]),
    at: DateTime<Utc>,
) -> Result<Vec<Aside>, StoreError> {
    let mut aside = Vec::new();
    // In steps, because a statement holds only so many values.
    for subjects in subjects.chunks(SUBJECTS) {
        let rows = rows_of(conn, connector, subjects, &[from, by].concat())?;
        let overtaken: Vec<Aside> = overtaken(&rows, from, by);
        let ids: Vec<&String> = overtaken.iter().map(|(id, _)| id).collect();
        let target =
            hub_rows::table.filter(hub_rows::id.eq_any(ids)).filter(hub_rows::state.eq_any(from.to_vec()));
        let change = (
            hub_rows::state.eq("superseded"),
            hub_rows::problem.eq(""),
            hub_rows::updated_at.eq(at.naive_utc()),
        );
        diesel::update(target).set(change).execute(conn)?;
        aside.extend(overtaken);
    }
    Ok(aside)
}

#[derive(Queryable)]
struct Place {
    id: String,
    case_id: Option<String>,
    subject: String,
    history_key: String,
    seq: i64,
    state: String,
}

fn rows_of(
    conn: &mut Conn,
    connector: &str,
    subjects: &[String],
    states: &[&str],
) -> Result<Vec<Place>, StoreError> {
    Ok(hub_rows::table
        .filter(hub_rows::connector.eq(connector))
        .filter(hub_rows::subject.eq_any(subjects))
        .filter(hub_rows::state.eq_any(states.to_vec()))
        .select((
            hub_rows::id,
            hub_rows::case_id,
            hub_rows::subject,
            hub_rows::history_key,
            hub_rows::seq,
            hub_rows::state,
        ))
        .load(conn)?)
}

fn overtaken(rows: &[Place], from: &[&str], by: &[&str]) -> Vec<Aside> {
    let mut newest: HashMap<(&str, &str), i64> = HashMap::new();
    for row in rows.iter().filter(|row| by.contains(&row.state.as_str())) {
        let seq = newest.entry((&row.subject, &row.history_key)).or_default();
        *seq = row.seq.max(*seq);
    }
    let older = |row: &&Place| {
        let last = newest.get(&(row.subject.as_str(), row.history_key.as_str()));
        from.contains(&row.state.as_str()) && last.is_some_and(|last| row.seq < *last)
    };
    // What waits for another key between the two may need room that the older one makes.
    let makes_room = |row: &&Place| {
        let waits = |it: &&Place| it.state == "pending" && it.subject == row.subject && it.seq > row.seq;
        let next = rows.iter().filter(waits).min_by_key(|it| it.seq);
        row.state == "pending" && next.is_some_and(|next| next.history_key != row.history_key)
    };
    rows.iter()
        .filter(older)
        .filter(|row| !makes_room(row))
        .map(|row| (row.id.clone(), row.case_id.clone().unwrap_or_default()))
        .collect()
}

/// What stands before an urgent row of the same subject becomes urgent with it.
///
/// # Errors
/// When the database fails.
pub fn hurry(conn: &mut Conn, connector: &str) -> Result<(), StoreError> {
    let pending = || hub_rows::connector.eq(connector).and(hub_rows::state.eq("pending"));
    let urgent: Vec<(String, i64)> = hub_rows::table
        .filter(pending())
        .filter(hub_rows::urgent.eq(true))
        .select((hub_rows::subject, hub_rows::seq))
        .load(conn)?;
    for (subject, seq) in urgent {
        let before = hub_rows::table
            .filter(pending())
            .filter(hub_rows::subject.eq(subject))
            .filter(hub_rows::seq.lt(seq));
        diesel::update(before).set(hub_rows::urgent.eq(true)).execute(conn)?;
    }
    Ok(())
}

/// Whether a row is pending; of the urgent ones only, if so wanted.
///
/// # Errors
/// When the database fails.
pub fn waits(conn: &mut Conn, connector: &str, urgent_only: bool) -> Result<bool, StoreError> {
    let pending = hub_rows::connector.eq(connector).and(hub_rows::state.eq("pending"));
    // Both databases order false before true.
    let waiting = hub_rows::table.filter(pending).filter(hub_rows::urgent.ge(urgent_only));
    Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(conn)?)
}

/// The connectors with a pending row that cannot wait for the night.
///
/// # Errors
/// When the database fails.
pub fn pressed(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    Ok(hub_rows::table
        .filter(hub_rows::state.eq("pending"))
        .filter(hub_rows::urgent.eq(true))
        .select(hub_rows::connector)
        .distinct()
        .load(conn)?)
}

/// Gives a rejected row, or one that was accepted and is not there, another try; `false` when it is
/// neither, or when a later row of the same key went out meanwhile.
///
/// # Errors
/// When the database fails.
pub fn again(conn: &mut Conn, row: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let later = diesel::alias!(hub_rows as later);
    let newer = later
        .filter(later.field(hub_rows::connector).eq(hub_rows::connector))
        .filter(later.field(hub_rows::subject).eq(hub_rows::subject))
        .filter(later.field(hub_rows::history_key).eq(hub_rows::history_key))
        .filter(later.field(hub_rows::seq).gt(hub_rows::seq))
        .filter(later.field(hub_rows::state).eq_any(["sent", "accepted", "confirmed"]));
    let target = hub_rows::table
        .filter(hub_rows::id.eq(row))
        .filter(hub_rows::state.eq_any(["rejected", "accepted"]))
        .filter(diesel::dsl::not(diesel::dsl::exists(newer)));
    let change = (
        hub_rows::state.eq("pending"),
        hub_rows::batch.eq(None::<String>),
        hub_rows::problem.eq(""),
        hub_rows::receipt.eq(""),
        hub_rows::updated_at.eq(at.naive_utc()),
    );
    Ok(diesel::update(target).set(change).execute(conn)? == 1)
}

/// The cases of a batch show that their rows are on the way.
///
/// # Errors
/// When the database fails.
pub fn show_sent(conn: &mut Conn, batch: &str) -> Result<(), StoreError> {
    let of_batch = hub_rows::table.filter(hub_rows::batch.eq(batch)).filter(hub_rows::case_id.is_not_null());
    let of_batch = of_batch.select(hub_rows::case_id.assume_not_null());
    let target = cases::table.filter(cases::id.eq_any(of_batch));
    diesel::update(target).set(cases::sync.eq("sent")).execute(conn)?;
    Ok(())
}

/// The cases of which rows are in a batch.
///
/// # Errors
/// When the database fails.
pub fn cases_of(conn: &mut Conn, batch: &str) -> Result<Vec<String>, StoreError> {
    let of_batch = hub_rows::table.filter(hub_rows::batch.eq(batch)).filter(hub_rows::case_id.is_not_null());
    Ok(of_batch.select(hub_rows::case_id.assume_not_null()).distinct().load(conn)?)
}

/// A batch's task was asked after once more.
///
/// # Errors
/// When the database fails.
pub fn note_poll(conn: &mut Conn, batch: &str) -> Result<(), StoreError> {
    diesel::update(hub_batches::table.find(batch))
        .set(hub_batches::polls.eq(hub_batches::polls + 1))
        .execute(conn)?;
    Ok(())
}
