//! Moves of register rows that two workers may try at once. Each names the state it moves from, so
//! that a late one changes nothing.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{cases, hub_batches, hub_rows};

/// Lets only one worker at a time pick rows on PostgreSQL; SQLite's writer lock does it there.
const PICK_LOCK: i64 = 0x6875_6270;

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

/// An accepted row was read back as it was sent; `false` when it is no longer accepted.
///
/// # Errors
/// When the database fails.
pub fn confirm(conn: &mut Conn, row: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let target = hub_rows::table.filter(hub_rows::id.eq(row)).filter(hub_rows::state.eq("accepted"));
    let change = (hub_rows::state.eq("confirmed"), hub_rows::updated_at.eq(at.naive_utc()));
    Ok(diesel::update(target).set(change).execute(conn)? == 1)
}

/// Rows in one of the states `from` step aside for a later row of the same subject and history key in
/// one of the states `by`: the register keeps one row a key.
///
/// # Errors
/// When the database fails.
pub fn supersede(
    conn: &mut Conn,
    connector: &str,
    from: &[&str],
    by: &[&str],
    at: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let later = diesel::alias!(hub_rows as later);
    let replaced = later
        .filter(later.field(hub_rows::connector).eq(hub_rows::connector))
        .filter(later.field(hub_rows::subject).eq(hub_rows::subject))
        .filter(later.field(hub_rows::history_key).eq(hub_rows::history_key))
        .filter(later.field(hub_rows::seq).gt(hub_rows::seq))
        .filter(later.field(hub_rows::state).eq_any(by.to_vec()));
    let target = hub_rows::table
        .filter(hub_rows::connector.eq(connector))
        .filter(hub_rows::state.eq_any(from.to_vec()))
        .filter(diesel::dsl::exists(replaced));
    let change = (
        hub_rows::state.eq("superseded"),
        hub_rows::problem.eq(""),
        hub_rows::updated_at.eq(at.naive_utc()),
    );
    Ok(diesel::update(target).set(change).execute(conn)?)
}

/// What stands before an urgent row of the same subject becomes urgent with it.
///
/// # Errors
/// When the database fails.
pub fn hurry(conn: &mut Conn, connector: &str) -> Result<usize, StoreError> {
    let later = diesel::alias!(hub_rows as later);
    let waiting = later
        .filter(later.field(hub_rows::connector).eq(hub_rows::connector))
        .filter(later.field(hub_rows::subject).eq(hub_rows::subject))
        .filter(later.field(hub_rows::seq).gt(hub_rows::seq))
        .filter(later.field(hub_rows::state).eq("pending"))
        .filter(later.field(hub_rows::urgent).eq(true));
    let target = hub_rows::table
        .filter(hub_rows::connector.eq(connector))
        .filter(hub_rows::state.eq("pending"))
        .filter(hub_rows::urgent.eq(false))
        .filter(diesel::dsl::exists(waiting));
    Ok(diesel::update(target).set(hub_rows::urgent.eq(true)).execute(conn)?)
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
    let of_batch = hub_rows::table.filter(hub_rows::batch.eq(batch)).select(hub_rows::case_id);
    let target = cases::table.filter(cases::id.eq_any(of_batch));
    diesel::update(target).set(cases::sync.eq("sent")).execute(conn)?;
    Ok(())
}

/// The cases of which rows stepped aside for later ones, at or after a moment.
///
/// # Errors
/// When the database fails.
pub fn superseded_since(conn: &mut Conn, connector: &str, since: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
    Ok(hub_rows::table
        .filter(hub_rows::connector.eq(connector))
        .filter(hub_rows::state.eq("superseded"))
        .filter(hub_rows::updated_at.ge(since.naive_utc()))
        .select(hub_rows::case_id)
        .distinct()
        .load(conn)?)
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
