//! What becomes of one line: a new dose, one that the ledger has, or something for a person to look at.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::immunization::import::{Fault, Map, Row, Who};
use crate::domain::immunization::{Immunization, Origin, Status, Subject};
use crate::domain::proposal::Finding;

/// Why a person has to look at a line: a sentence of the catalogue and its slots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Its key.
    pub key: String,
    /// Its slots.
    pub args: BTreeMap<String, String>,
}

impl Reason {
    pub(super) fn new(key: &str) -> Reason {
        Reason { key: key.to_owned(), args: BTreeMap::new() }
    }

    pub(super) fn with(mut self, name: &str, value: impl ToString) -> Reason {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }

    /// What is wrong with the line by itself, told with the heading that people see.
    pub(super) fn of_fault(fault: &Fault, map: &Map) -> Reason {
        Reason::new(fault.key).with("heading", map.heading(fault.field))
    }

    pub(super) fn of_finding(finding: Finding) -> Reason {
        Reason { key: finding.key, args: finding.args }
    }
}

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::usecases::immunization) enum Outcome {
    /// It is a dose that the ledger does not have.
    Fresh,
    /// The ledger has it.
    Same,
    /// A person has to look at it.
    Held(Vec<Reason>),
}

/// Whether a line tells of the person that the register has under its number.
pub(super) fn same_person(who: &Who, subject: &Subject) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if who.birth != subject.birth {
        reasons.push(Reason::new("dose-import.other-birth"));
    }
    if let (Some(one), Some(two)) = (who.sex, subject.sex)
        && one != two
    {
        reasons.push(Reason::new("dose-import.other-sex"));
    }
    let numbers = (&who.resident, &subject.person.resident_number);
    if !numbers.1.is_empty() && numbers.0 != numbers.1 {
        reasons.push(Reason::new("dose-import.namesake"));
    }
    reasons
}

/// A line beside what the ledger has of the person. `anew` says that the numbers of the vaccine's doses begin anew, with
/// each season or pregnancy.
pub(in crate::usecases::immunization) fn beside(
    record: &Immunization,
    lines: &[Immunization],
    anew: bool,
) -> Outcome {
    let mut reasons = Vec::new();
    for line in lines.iter().filter(|line| line.is_given() && line.vaccine == record.vaccine) {
        match against(record, line, anew) {
            Some(Outcome::Held(found)) => reasons.extend(found),
            Some(outcome) => return outcome,
            None => {}
        }
    }
    if reasons.is_empty() { Outcome::Fresh } else { Outcome::Held(reasons) }
}

fn against(record: &Immunization, line: &Immunization, anew: bool) -> Option<Outcome> {
    let on = |key: &str| Outcome::Held(vec![Reason::new(key).with("date", line.on)]);
    let numbers = (!record.dose.is_empty() && !line.dose.is_empty()).then(|| record.dose == line.dose);
    if record.on == line.on {
        return Some(match numbers {
            Some(false) => on("dose-import.twice"),
            _ if record.agrees_with(line) => Outcome::Same,
            _ => on("dose-import.differs"),
        });
    }
    match (numbers, record.on.certain_order(&line.on)) {
        (_, None) => Some(on("dose-import.maybe-same")),
        (Some(true), Some(Ordering::Less | Ordering::Greater)) if !anew => Some(on("dose-import.number")),
        _ => None,
    }
}

/// A line of the ledger from one of a file.
pub(super) fn record(
    row: &Row,
    id: String,
    keep_until: Option<NaiveDate>,
    by: (&str, &str),
    at: DateTime<Utc>,
) -> Immunization {
    let mut content = row.content.clone();
    content.by = by.1.to_owned();
    Immunization {
        id,
        vaccine: row.vaccine.clone(),
        dose: row.dose.clone(),
        on: row.on,
        nth: 0,
        status: Status::Completed,
        origin: Origin::Import,
        category: row.category,
        product: row.product.clone(),
        lot: row.lot.clone(),
        institution: row.institution.clone(),
        copay: None,
        content,
        supersedes: None,
        superseded_by: None,
        author: by.0.to_owned(),
        at,
        keep_until,
    }
}
