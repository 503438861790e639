//! The last certificate of the same person for the same entry of the program, from an earlier case.
//!
//! It is opened under the reader's own rights: a physician sees one only where that request was
//! theirs as well, and the earlier case records who looked.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::domain::calendar::day_in_japan;
use crate::domain::forms::{Answer, Answers, Change, Env, Form, changes};
use crate::domain::program::definition::{Definition, EvidenceValue};
use crate::domain::program::vocabulary::{CommandName, DataClass};
use crate::store::{Conn, cases};

use super::access::{Caller, Opened};
use super::carry_out::fixed_answers;
use super::error::Error;
use super::house::House;

/// Why the earlier case is opened, as its record of access has it.
const PURPOSE: &str = "certificate-before";

/// What changed since the earlier certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Since {
    /// Reference of the earlier case.
    pub reference: String,
    /// When it was signed.
    pub signed_on: NaiveDate,
    /// What is answered otherwise now.
    pub changes: Vec<Change>,
}

/// The earlier certificate.
#[derive(Clone, Debug)]
pub struct Earlier {
    reference: String,
    signed_on: NaiveDate,
    answers: Answers,
}

impl Earlier {
    /// What the answers of now say otherwise; of questions that were answered both times.
    pub fn since(&self, form: &Form, now: &Answers, env: &Env<'_>) -> Since {
        let both = |change: &Change| !change.before.is_empty() && !change.after.is_empty();
        let found = changes(form, &self.answers, now, env).into_iter().filter(both);
        Since { reference: self.reference.clone(), signed_on: self.signed_on, changes: found.collect() }
    }
}

/// The newest earlier certificate that the caller may read and that is about the same entry as `now`.
///
/// # Errors
/// When something cannot be read.
pub fn certificate(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    opened: &Opened,
    (form, now): (&str, &Answers),
) -> Result<Option<Earlier>, Error> {
    let Some(entry) = entry(&opened.program.definition, now) else { return Ok(None) };
    for id in before(conn, opened)? {
        let other = match house.open(conn, caller, &id, CommandName::Read) {
            Ok(other) if other.granted.sees(DataClass::Health) => other,
            Ok(_) | Err(Error::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let Some(found) = signed(conn, &other, form)? else { continue };
        let found_entry = self::entry(&other.program.definition, &found.answers);
        if found_entry.as_ref() == Some(&entry) {
            let detail = json!({ "role": other.granted.role(), "purpose": PURPOSE });
            house.record(conn, caller, "read", &id, "done", detail)?;
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The case that this one follows, then others of the same person, newest first.
fn before(conn: &mut Conn, opened: &Opened) -> Result<Vec<String>, Error> {
    let case = &opened.stored.case;
    let mut ids: Vec<String> = case.follows.iter().cloned().collect();
    let others = cases::earlier_of_person(conn, &case.id)?;
    ids.extend(others.into_iter().filter(|id| Some(id) != case.follows.as_ref()));
    Ok(ids)
}

fn signed(conn: &mut Conn, other: &Opened, form: &str) -> Result<Option<Earlier>, Error> {
    let case = &other.stored.case;
    let (Some(revision), Some(answers)) = (case.revision(form), fixed_answers(conn, other, form)?) else {
        return Ok(None);
    };
    let reference = case.reference.clone().unwrap_or_default();
    Ok(Some(Earlier { reference, signed_on: day_in_japan(revision.at), answers }))
}

/// The code of the entry of the program that a certificate is about; empty where a program has no entries.
fn entry(definition: &Definition, answers: &Answers) -> Option<String> {
    let mut rules = definition.evidence.iter();
    let Some(rule) = rules.find(|rule| rule.from == EvidenceValue::DiseaseNumber) else {
        return Some(String::new());
    };
    match answers.get(&rule.item)? {
        Answer::Choice(coding) => Some(coding.code.clone()),
        _ => None,
    }
}
