//! What the hourly upkeep asks and removes: notices given once, drafts, files that no row names.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{cases, deliveries, documents, idempotency, letters};

/// When something was noted under a key in the list of what was done.
///
/// # Errors
/// When the database fails.
pub fn noted_at(conn: &mut Conn, key: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    let at: Option<NaiveDateTime> =
        idempotency::table.find(key).select(idempotency::at).first(conn).optional()?;
    Ok(at.map(|at| at.and_utc()))
}

/// When a case was last changed.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn changed_at(conn: &mut Conn, case_id: &str) -> Result<DateTime<Utc>, StoreError> {
    let at: NaiveDateTime = cases::table.find(case_id).select(cases::updated_at).first(conn)?;
    Ok(at.and_utc())
}

/// Removes what was told about a draft, so that the draft itself can be deleted.
///
/// # Errors
/// When the database fails.
pub fn forget_deliveries(conn: &mut Conn, case_id: &str) -> Result<(), StoreError> {
    let drafts =
        cases::table.filter(cases::id.eq(case_id)).filter(cases::state.eq("draft")).select(cases::id);
    diesel::delete(deliveries::table.filter(deliveries::case_id.eq_any(drafts))).execute(conn)?;
    Ok(())
}

/// Which of the given file names a row still names: as a document's id or content hash, or as the
/// rendering of a letter.
///
/// # Errors
/// When the database fails.
pub fn named_files(conn: &mut Conn, names: &[String]) -> Result<Vec<String>, StoreError> {
    let mut named: Vec<String> =
        letters::table.filter(letters::file.eq_any(names)).select(letters::file).load(conn)?;
    let kept = || documents::table.filter(documents::state.ne("removed"));
    named.extend(
        kept().filter(documents::sha256.eq_any(names)).select(documents::sha256).load::<String>(conn)?,
    );
    named.extend(kept().filter(documents::id.eq_any(names)).select(documents::id).load::<String>(conn)?);
    Ok(named)
}

/// Ids of filed cases of a program without a decision whose nearest period or duty ends on a day or before; a page of them
/// by key.
///
/// # Errors
/// When the database fails.
pub fn due_until(
    conn: &mut Conn,
    program: &str,
    day: NaiveDate,
    after: &str,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    let open = ["submitted", "in_review", "correction", "deliberation", "approval"];
    Ok(cases::table
        .filter(cases::program.eq(program))
        .filter(cases::state.eq_any(open))
        .filter(cases::due_on.le(day))
        .filter(cases::id.gt(after))
        .order(cases::id)
        .limit(limit)
        .select(cases::id)
        .load(conn)?)
}
