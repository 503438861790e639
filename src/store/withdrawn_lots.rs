//! Lots that were called back, as the office entered them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::withdrawn_lots;

/// Lots that are listed at most.
const MOST: i64 = 500;

/// A lot.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct WithdrawnLot {
    /// The program that keeps the ledger.
    pub program: String,
    /// Key of the vaccine.
    pub vaccine: String,
    /// The lot, in capitals.
    pub lot: String,
    /// The first day on which nobody should be given it.
    pub since: NaiveDate,
    /// Where that was made known.
    pub source: String,
    /// Who entered it.
    pub author: String,
    /// When.
    pub at: NaiveDateTime,
    /// When the office took it back; `None` while it holds.
    pub ended_at: Option<NaiveDateTime>,
}

/// Enters a lot; one that was taken back holds again.
///
/// # Errors
/// When the database fails.
pub fn enter(conn: &mut Conn, lot: &WithdrawnLot) -> Result<(), StoreError> {
    let none: Option<NaiveDateTime> = None;
    let told = (
        withdrawn_lots::since.eq(lot.since),
        withdrawn_lots::source.eq(&lot.source),
        withdrawn_lots::author.eq(&lot.author),
        withdrawn_lots::at.eq(lot.at),
        withdrawn_lots::ended_at.eq(none),
    );
    let key = (
        withdrawn_lots::program.eq(&lot.program),
        withdrawn_lots::vaccine.eq(&lot.vaccine),
        withdrawn_lots::lot.eq(&lot.lot),
    );
    on!(conn, c => diesel::insert_into(withdrawn_lots::table)
        .values((key, told))
        .on_conflict((withdrawn_lots::program, withdrawn_lots::vaccine, withdrawn_lots::lot))
        .do_update()
        .set(told)
        .execute(c))?;
    Ok(())
}

/// Takes a lot back that was entered by mistake.
///
/// # Errors
/// [`StoreError::NotFound`] when it does not hold.
pub fn end(
    conn: &mut Conn,
    (program, vaccine, lot): (&str, &str, &str),
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let living =
        withdrawn_lots::table.find((program, vaccine, lot)).filter(withdrawn_lots::ended_at.is_null());
    let ended = withdrawn_lots::ended_at.eq(at.naive_utc());
    let changed = diesel::update(living).set(ended).execute(conn)?;
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// The lots that hold, the newest first.
///
/// # Errors
/// When the database fails.
pub fn all(conn: &mut Conn, program: &str) -> Result<Vec<WithdrawnLot>, StoreError> {
    let living = withdrawn_lots::table
        .filter(withdrawn_lots::program.eq(program))
        .filter(withdrawn_lots::ended_at.is_null());
    Ok(living.order((withdrawn_lots::since.desc(), withdrawn_lots::lot)).limit(MOST).load(conn)?)
}

/// Whether a lot of a vaccine was called back by a day.
///
/// # Errors
/// When the database fails.
pub fn is_withdrawn(
    conn: &mut Conn,
    program: &str,
    (vaccine, lot): (&str, &str),
    on: NaiveDate,
) -> Result<bool, StoreError> {
    let one = withdrawn_lots::table
        .find((program, vaccine, lot.to_uppercase()))
        .filter(withdrawn_lots::ended_at.is_null())
        .filter(withdrawn_lots::since.le(on));
    Ok(diesel::select(diesel::dsl::exists(one)).get_result(conn)?)
}
