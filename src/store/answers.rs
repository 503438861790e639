//! Answers to the forms of a case: one draft, and fixed revisions that are never changed.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::permission::Granted;

use super::cases::Stored;
use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::case_answers;

/// The number of the draft.
pub const DRAFT: i64 = 0;
/// The number of the copy of a draft as it was prepared for whom it belongs to.
pub const PREPARED: i64 = -1;

pub(super) fn place(case_id: &str, form: &str, revision: i64) -> String {
    format!("case_answers.body.{case_id}.{form}.{revision}")
}

/// Stored answers.
#[derive(Clone, Debug)]
pub struct Saved {
    /// JSON of the answers.
    pub body: Vec<u8>,
    /// Who saved them last.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Saves the draft of a form or its prepared copy, or fixes a revision.
///
/// # Errors
/// [`StoreError::Duplicate`] when the revision is already fixed.
#[expect(clippy::too_many_arguments, reason = "one row has this many columns")]
pub fn save(
    conn: &mut Conn,
    stored: &Stored,
    form: &str,
    revision: i64,
    body: &[u8],
    digest: &str,
    author: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sealed = stored.key.seal(&place(&stored.case.id, form, revision), body)?;
    let row = (
        case_answers::case_id.eq(&stored.case.id),
        case_answers::form.eq(form),
        case_answers::revision.eq(revision),
        case_answers::digest.eq(digest),
        case_answers::body.eq(&sealed),
        case_answers::author.eq(author),
        case_answers::at.eq(at.naive_utc()),
    );
    if revision > DRAFT {
        diesel::insert_into(case_answers::table).values(row).execute(conn)?;
        return Ok(());
    }
    let change = (
        case_answers::digest.eq(digest),
        case_answers::body.eq(&sealed),
        case_answers::author.eq(author),
        case_answers::at.eq(at.naive_utc()),
    );
    let key = (case_answers::case_id, case_answers::form, case_answers::revision);
    on!(conn, c => diesel::insert_into(case_answers::table)
        .values(row)
        .on_conflict(key)
        .do_update()
        .set(change)
        .execute(c))?;
    Ok(())
}

/// The draft, its prepared copy or a revision of a form's answers, if there is one.
///
/// # Errors
/// When the database fails or the answers cannot be opened.
pub fn find(
    conn: &mut Conn,
    _granted: &Granted,
    stored: &Stored,
    form: &str,
    revision: i64,
) -> Result<Option<Saved>, StoreError> {
    let row: Option<(String, String, chrono::NaiveDateTime)> = case_answers::table
        .find((&stored.case.id, form, revision))
        .select((case_answers::body, case_answers::author, case_answers::at))
        .first(conn)
        .optional()?;
    row.map(|(body, author, at)| {
        let body = stored.key.open(&place(&stored.case.id, form, revision), &body)?;
        Ok(Saved { body, author, at: at.and_utc() })
    })
    .transpose()
}
