//! What an outside register should show of a case on a day, beside what it has confirmed.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::case::entitlement::{Entitlement, held};
use crate::store::Conn;
use crate::store::hub::{self, RowLine};
use crate::usecases::access::Opened;
use crate::usecases::error::Error;
use crate::usecases::registration::{certificate_id, history_key};

use super::words;

/// Rows of a case that are looked through for the newest of each key.
const LINES: i64 = 100;

/// One row of the register.
#[derive(Clone, Debug, Serialize)]
pub struct RegisterRow {
    /// The key under which the register keeps it.
    key: String,
    /// First day.
    valid_from: NaiveDate,
    /// Last day.
    valid_to: NaiveDate,
    /// What the register should show on the day.
    shown: &'static str,
    /// How the newest message about it stands, in words.
    state: String,
    /// Whether the register has confirmed its newest content.
    confirmed: bool,
}

/// The rows that follow from the decisions, oldest first, as they should look on `on`.
///
/// # Errors
/// When the database fails.
pub fn rows(conn: &mut Conn, opened: &Opened, on: NaiveDate) -> Result<Vec<RegisterRow>, Error> {
    let case = &opened.stored.case;
    let mut found = Vec::new();
    for connector in &opened.program.definition.connectors {
        let lines = hub::lines(conn, &connector.id, "", &case.id, "", LINES)?;
        for row in held(&opened.rulings(), &connector.outcomes) {
            let key = history_key(connector, certificate_id(opened), row.key_seq);
            let newest = lines.iter().find(|line| line.3 == key);
            found.push(RegisterRow {
                valid_from: row.valid_from,
                valid_to: row.valid_to,
                shown: shown(&row, on, case.protected),
                state: newest.map_or_else(|| "まだ送っていません".to_owned(), state),
                confirmed: newest.is_some_and(|line| line.6 == "confirmed"),
                key,
            });
        }
    }
    Ok(found)
}

fn state(line: &RowLine) -> String {
    words::sync(&line.6).to_owned()
}

fn shown(row: &Entitlement<'_>, on: NaiveDate, protected: bool) -> &'static str {
    match row {
        row if row.deleted => "取消し（出ない）",
        row if !(row.valid_from..=row.valid_to).contains(&on) => "期間外（出ない）",
        _ if protected => "支援措置（出さない）",
        _ => "有効（出る）",
    }
}
