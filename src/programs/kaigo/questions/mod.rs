//! The questions that this program answers from plain values, one file a question; docs/rules-kaigo.md has
//! an example of each.

mod judge;
mod limit;
mod simplified;
mod validity;
mod window;

use chrono::NaiveDate;

use crate::domain::tables::Tables;
use crate::programs::ask::{AskError, Fields, Question, day, shown};

/// All of them, in the order in which a case needs them.
pub const QUESTIONS: &[Question] =
    &[judge::QUESTION, window::QUESTION, simplified::QUESTION, validity::QUESTION, limit::QUESTION];

/// A code that must be a key of a table on a day. Where the table holds nothing that day, that is told.
fn known(
    fields: &Fields,
    key: &str,
    code: &str,
    (table, on): (&str, NaiveDate),
    tables: &Tables,
) -> Result<(), AskError> {
    let rows = tables.rows(table, on)?;
    if rows.is_empty() || rows.iter().any(|row| row.key() == code) {
        return Ok(tables.row(table, code, on).map(|_| ())?);
    }
    let codes: Vec<&str> = rows.iter().map(|row| row.key()).collect();
    Err(fields.invalid(key, format!("one of {}", codes.join(", "))))
}
