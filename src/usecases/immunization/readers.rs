//! Who read or changed the ledger of a person, for the person and those who act for them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::store::audit::{self, Row};
use crate::store::users::User;
use crate::store::{Conn, StoreError, users};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::access::{self, Ledger};

/// Lines on a page.
const PAGE: i64 = 50;

/// One line of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// Role, institution and name; none for whoever reads this.
    pub who: Option<String>,
    /// What was done, as the record calls it.
    pub action: String,
    /// Whether it was refused.
    pub refused: bool,
}

/// A page of the record, newest first.
#[derive(Clone, Debug)]
pub struct Record {
    /// Name of the person.
    pub name: String,
    /// The lines.
    pub entries: Vec<Entry>,
    /// Where the next page begins.
    pub next: Option<i64>,
}

/// The record of the ledger of a person for whom the caller acts.
///
/// # Errors
/// [`Error::NotFound`] for anybody else.
pub fn page(
    house: &House,
    caller: &Caller,
    lang: Lang,
    subject: &str,
    before: Option<i64>,
) -> Result<Record, Error> {
    house.database.read(|conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::ReadImmunizations)?;
        let rows = audit::newest(conn, subject, before, PAGE)?;
        let full = i64::try_from(rows.len()).unwrap_or(0) == PAGE;
        let next = rows.last().map(|row| row.seq).filter(|_| full);
        let mut reader = Reader { house, caller, lang, ledger: &ledger, names: BTreeMap::new() };
        let entries = rows.into_iter().map(|row| reader.entry(conn, row)).collect::<Result<_, _>>()?;
        Ok(Record { name: ledger.subject().person.name.clone(), entries, next })
    })
}

struct Reader<'a> {
    house: &'a House,
    caller: &'a Caller,
    lang: Lang,
    ledger: &'a Ledger,
    names: BTreeMap<String, String>,
}

impl Reader<'_> {
    fn entry(&mut self, conn: &mut Conn, row: Row) -> Result<Entry, Error> {
        let detail: Value = serde_json::from_str(&row.detail)?;
        let role = detail.get("role").and_then(Value::as_str).map(|role| self.role(role)).unwrap_or_default();
        let own = row.actor == self.caller.actor.id;
        let name = if own { String::new() } else { self.name(conn, &row.actor)? };
        Ok(Entry {
            at: row.at.and_utc(),
            who: (!own).then(|| format!("{role} {name}").trim().to_owned()),
            refused: row.outcome != "done",
            action: row.action,
        })
    }

    fn role(&self, code: &str) -> String {
        let program = &self.ledger.keeping.program;
        let known = program.definition.role(code);
        known.map(|role| program.texts.text(self.lang, &role.label, &BTreeMap::new())).unwrap_or_default()
    }

    /// The name of a member of staff, with the institution for which they work, and nothing else about them.
    fn name(&mut self, conn: &mut Conn, actor: &str) -> Result<String, Error> {
        if let Some(known) = self.names.get(actor).cloned() {
            return Ok(known);
        }
        let name = match users::find(conn, &self.house.keys, actor) {
            Ok(user) => named(user),
            Err(StoreError::NotFound) => String::new(),
            Err(error) => return Err(error.into()),
        };
        self.names.insert(actor.to_owned(), name.clone());
        Ok(name)
    }
}

fn named(user: User) -> String {
    match user.institution {
        Some(place) => format!("{} {}", place.name, user.name),
        None => user.name,
    }
}
