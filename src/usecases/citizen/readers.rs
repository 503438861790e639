//! Who read or changed a case, for the person whom it is about.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::{CommandName, Reach};
use crate::store::audit::{self, Row};
use crate::store::{Conn, StoreError, users};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::sheet::{Head, head, text};

/// Lines on a page.
const PAGE: i64 = 50;

/// One line of the record.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// Role and name; none for the person themselves.
    pub who: Option<String>,
    /// What was done: a command's code, `read` and so on.
    pub action: String,
    /// Whether it was refused.
    pub refused: bool,
    /// For what it was read.
    pub purpose: Option<String>,
    /// How often in a row; the moment is that of the last time.
    pub times: usize,
}

impl Entry {
    fn repeats(&self, newer: &Entry) -> bool {
        let what =
            |entry: &Entry| (entry.who.clone(), entry.action.clone(), entry.refused, entry.purpose.clone());
        what(self) == what(newer)
    }
}

/// A page of the record, newest first.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Title line.
    pub head: Head,
    /// The lines.
    pub entries: Vec<Entry>,
    /// Where the next page begins.
    pub next: Option<i64>,
}

/// The record of a case, a page at a time.
///
/// # Errors
/// [`Error::NotFound`].
pub fn page(
    house: &House,
    caller: &Caller,
    lang: Lang,
    case_id: &str,
    before: Option<i64>,
) -> Result<Record, Error> {
    house.read_as(caller, case_id, CommandName::ReadLog, "own", |conn, opened| {
        let rows = audit::newest(conn, case_id, before, PAGE)?;
        let full = i64::try_from(rows.len()).unwrap_or(0) == PAGE;
        let next = rows.last().map(|row| row.seq).filter(|_| full);
        let mut names = BTreeMap::new();
        let mut entries: Vec<Entry> = Vec::new();
        for row in rows {
            let entry = entry(house, conn, opened, lang, &mut names, row)?;
            match entries.last_mut().filter(|newer| entry.repeats(newer)) {
                Some(newer) => newer.times += 1,
                None => entries.push(entry),
            }
        }
        Ok(Record { head: head(opened, lang), entries, next })
    })
}

fn entry(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    lang: Lang,
    names: &mut BTreeMap<String, String>,
    row: Row,
) -> Result<Entry, Error> {
    let detail: Value = serde_json::from_str(&row.detail)?;
    let word = |key: &str| detail.get(key).and_then(Value::as_str).map(str::to_owned);
    let own = row.actor == opened.stored.case.applicant;
    let role = word("role").map(|role| role_word(opened, lang, &role)).unwrap_or_default();
    let name = if own { String::new() } else { name_of(house, conn, opened, names, &row.actor)? };
    Ok(Entry {
        at: row.at.and_utc(),
        who: (!own).then(|| format!("{role} {name}").trim().to_owned()),
        refused: row.outcome != "done",
        purpose: word("purpose"),
        action: row.action,
        times: 1,
    })
}

fn role_word(opened: &Opened, lang: Lang, role: &str) -> String {
    let known = opened.program.definition.role(role);
    known.map(|role| text(&opened.program, lang, &role.label)).unwrap_or_default()
}

/// The name of a member of staff or a physician, and nothing else about them; of somebody whose office applies
/// for the person, that of the office as well.
fn name_of(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    names: &mut BTreeMap<String, String>,
    actor: &str,
) -> Result<String, Error> {
    if !actor.starts_with("usr_") {
        return Ok(String::new());
    }
    if let Some(known) = names.get(actor) {
        return Ok(known.clone());
    }
    let name = match users::find(conn, &house.keys, actor) {
        Ok(user) => match user.institution.filter(|_| entrusted(opened, &user.roles)) {
            Some(office) => format!("{} {}", office.name, user.name),
            None => user.name,
        },
        Err(StoreError::NotFound) => String::new(),
        Err(error) => return Err(error.into()),
    };
    names.insert(actor.to_owned(), name.clone());
    Ok(name)
}

fn entrusted(opened: &Opened, roles: &[String]) -> bool {
    let mut held = opened.program.definition.roles.iter().filter(|role| roles.contains(&role.code));
    held.any(|role| role.reach == Reach::Entrusted)
}
