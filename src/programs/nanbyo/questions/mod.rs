//! The questions that this program answers from plain values, one file a question; docs/rules.md has
//! an example of each.

mod cap;
mod claim;
mod household;
mod ledger;
mod refund;
mod severity;
mod share;
mod start;
mod tier;
mod validity;
mod ventilator;
mod window;

use crate::domain::ledger::LedgerError;
use crate::domain::tables::TableError;
use crate::programs::ask::{AskError, Fields, Question, day, shown};

/// All of them, in the order in which a case needs them.
pub const QUESTIONS: &[Question] = &[
    household::QUESTION,
    tier::QUESTION,
    ventilator::QUESTION,
    cap::QUESTION,
    share::QUESTION,
    window::QUESTION,
    severity::QUESTION,
    start::QUESTION,
    validity::QUESTION,
    ledger::QUESTION,
    claim::QUESTION,
    refund::QUESTION,
];

/// Items of the certificate that the question of the severity takes: yes or no, numbers, codes.
pub fn severity_items() -> [&'static str; 3] {
    [severity::FLAGS, severity::NUMBERS, severity::CODES]
}

/// A code that must be a key of a table; its own error if it is none.
fn known<T>(fields: &Fields, key: &str, expected: &str, found: Result<T, TableError>) -> Result<T, AskError> {
    found.map_err(|error| match error {
        TableError::NoRow { .. } => fields.invalid(key, expected),
        other => AskError::Table(other),
    })
}

/// Where in `lines` a ledger cannot be.
fn line_error(fields: &Fields, error: LedgerError) -> AskError {
    let (line, key) = match error {
        LedgerError::Total { line } => (line, "total"),
        LedgerError::Percent { line } => (line, "percent"),
        LedgerError::OtherMonth { line } => (line, "on"),
        LedgerError::Cap => return fields.invalid("cap", "0 or more"),
    };
    fields.invalid(&format!("lines[{line}].{key}"), "in range, and in the month of the first line")
}
