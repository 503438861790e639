//! Certificates that are presented at a counter: found by number and birth date together, never by a list.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::{ledger_cards, ledger_presented, ledger_tries};

/// Makes the certificate of a case findable under a keyed hash.
///
/// # Errors
/// When the database fails.
pub fn keep(conn: &mut Conn, lookup: &str, case_id: &str) -> Result<(), StoreError> {
    let row = (ledger_cards::lookup.eq(lookup), ledger_cards::case_id.eq(case_id));
    on!(conn, c => diesel::insert_into(ledger_cards::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// The cases of a certificate, the newest first; at most ten.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut Conn, lookup: &str) -> Result<Vec<String>, StoreError> {
    Ok(ledger_cards::table
        .filter(ledger_cards::lookup.eq(lookup))
        .order(ledger_cards::case_id.desc())
        .limit(10)
        .select(ledger_cards::case_id)
        .load(conn)?)
}

/// Notes that somebody was shown the certificate of a case.
///
/// # Errors
/// When the database fails.
pub fn present(conn: &mut Conn, case_id: &str, user_id: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let at = ledger_presented::at.eq(at.naive_utc());
    let row = (ledger_presented::case_id.eq(case_id), ledger_presented::user_id.eq(user_id), at);
    on!(conn, c => diesel::insert_into(ledger_presented::table)
        .values(row)
        .on_conflict((ledger_presented::case_id, ledger_presented::user_id))
        .do_update()
        .set(at)
        .execute(c))?;
    Ok(())
}

/// Whether somebody was shown the certificate of a case since a moment.
///
/// # Errors
/// When the database fails.
pub fn is_presented(
    conn: &mut Conn,
    case_id: &str,
    user_id: &str,
    since: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let at: Option<NaiveDateTime> = ledger_presented::table
        .find((case_id, user_id))
        .select(ledger_presented::at)
        .first(conn)
        .optional()?;
    Ok(at.is_some_and(|at| at >= since.naive_utc()))
}

/// How often somebody found nothing, counted from when. Holds the count for the rest of the transaction, so
/// that many look-ups at once are counted one after the other.
///
/// # Errors
/// When the database fails.
pub fn tries(conn: &mut Conn, user_id: &str, now: DateTime<Utc>) -> Result<(i64, DateTime<Utc>), StoreError> {
    let none = (ledger_tries::failures.eq(0), ledger_tries::since.eq(now.naive_utc()));
    on!(conn, c => diesel::insert_into(ledger_tries::table)
        .values((ledger_tries::user_id.eq(user_id), none))
        .on_conflict(ledger_tries::user_id)
        .do_update()
        .set(ledger_tries::failures.eq(ledger_tries::failures))
        .execute(c))?;
    let (failures, since): (i64, NaiveDateTime) = ledger_tries::table
        .find(user_id)
        .select((ledger_tries::failures, ledger_tries::since))
        .first(conn)?;
    Ok((failures, since.and_utc()))
}

/// Sets how often somebody found nothing, counted from when.
///
/// # Errors
/// When the database fails.
pub fn set_tries(
    conn: &mut Conn,
    user_id: &str,
    failures: i64,
    since: DateTime<Utc>,
) -> Result<(), StoreError> {
    let counted = (ledger_tries::failures.eq(failures), ledger_tries::since.eq(since.naive_utc()));
    diesel::update(ledger_tries::table.find(user_id)).set(counted).execute(conn)?;
    Ok(())
}
