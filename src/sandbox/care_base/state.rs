//! What the base holds, and what it makes of a record.

use super::intake::{Manifest, Record};
use super::layout::{Column, fault};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A record that is held.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    number: u64,
    deleted: bool,
    record: Record,
}

/// Everything that is held: by kind, person and key.
#[derive(Default)]
pub struct State {
    baselines: BTreeMap<String, NaiveDate>,
    held: BTreeMap<String, Held>,
}

/// A fault of a record: its code and its field.
pub type Fault = (&'static str, &'static str);

impl State {
    /// Whether a file comes in its time: a baseline first, of one day only, then differences. The code of what
    /// is wrong with it, if something is.
    pub fn refuses(&mut self, manifest: &Manifest) -> Option<&'static str> {
        let known = self.baselines.get(&manifest.kind).copied();
        match (manifest.initial, manifest.base_date, known) {
            (true, None, _) | (false, Some(_), _) => Some("KB-C2002"),
            (true, Some(day), Some(before)) if day != before => Some("KB-C2002"),
            (true, Some(day), _) => {
                self.baselines.insert(manifest.kind.clone(), day);
                None
            }
            (false, None, None) => Some("KB-C2001"),
            (false, None, Some(_)) => None,
        }
    }

    /// Takes a record and says what became of it.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn take(
        &mut self,
        kind: &str,
        columns: &[Column],
        record: &Record,
        unknown: &[String],
    ) -> Result<&'static str, Vec<Fault>> {
        let mut faults = of_values(columns, record);
        if unknown.contains(&record["insuredNo"]) {
            faults.push(("KB-E3006", "insuredNo"));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let place = format!("{kind}/{}/{}", record["insuredNo"], key(record).map_or("", String::as_str));
        let next = Held {
            number: record.get("historyNo").and_then(|number| number.parse().ok()).unwrap_or_default(),
            deleted: record["isDeleted"] == "1",
            record: record.clone(),
        };
        let result = judge(self.held.get(&place), &next, key(record).is_some()).map_err(|it| vec![it])?;
        self.held.insert(place, next);
        Ok(result)
    }

    /// Everything that is held, for whoever looks on.
    pub fn shown(&self) -> Value {
        json!({ "baselines": self.baselines, "held": self.held })
    }
}

/// The key of a record, where its kind has one in this version.
pub fn key(record: &Record) -> Option<&String> {
    record.get("applicationNo").or_else(|| record.get("cardKey"))
}

fn of_values(columns: &[Column], record: &Record) -> Vec<Fault> {
    let value = |name: &str| record.get(name).map_or("", String::as_str);
    let mut faults: Vec<Fault> =
        columns.iter().filter_map(|column| Some((fault(column, value(column.0))?, column.0))).collect();
    // Days in this form compare as they stand.
    if faults.is_empty() && value("validTo") < value("validFrom") {
        faults.push(("KB-E1005", "validTo"));
    }
    faults
}

fn judge(before: Option<&Held>, next: &Held, keyed: bool) -> Result<&'static str, Fault> {
    match before {
        None if next.deleted => Err(("KB-E3004", "isDeleted")),
        None => Ok("REGISTERED"),
        Some(before) if before.record == next.record => Ok("UNCHANGED"),
        Some(before) if keyed && next.number <= before.number => Err(("KB-E3005", "historyNo")),
        Some(before) if keyed && before.deleted && !next.deleted => Err(("KB-E3002", "isDeleted")),
        Some(before) if before.deleted && next.deleted => Ok("UNCHANGED"),
        Some(_) if next.deleted => Ok("DELETED"),
        Some(_) => Ok("UPDATED"),
    }
}
