//! What a pulled record offers for items of the certificate, taken one by one.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::clinical::Diagnosis;
use crate::domain::forms::{Answers, Origin, read_step};
use crate::domain::lang::Lang;
use crate::domain::program::definition::{EvidenceRule, EvidenceValue};

use super::evidence::Record;
use super::sheet::{Sheet, step_of};

/// Name of the source that an accepted answer remembers.
pub const SOURCE: &str = "platform";

/// A value of the record for an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// The item.
    pub path: String,
    /// Its step.
    pub step: String,
    /// Its label.
    pub label: String,
    /// The value, as if it were typed.
    pub value: String,
}

/// What the record offers and is not answered so already.
pub fn offers(sheet: &Sheet, rules: &[EvidenceRule]) -> Vec<Offer> {
    let Some(record) = &sheet.record else { return Vec::new() };
    let offered = rules.iter().filter_map(|rule| offer(sheet, record, rule));
    offered
        .filter(|offer| taken(sheet, offer).is_some_and(|with| changes(sheet, &with, &offer.path)))
        .collect()
}

/// The answers with an offer taken; `None` when its value does not fit the item.
pub fn taken(sheet: &Sheet, offer: &Offer) -> Option<Answers> {
    let posted = BTreeMap::from([(offer.path.clone(), vec![offer.value.clone()])]);
    let mut answers = sheet.answers.clone();
    let env = sheet.env();
    let errors = read_step(sheet.form, &offer.step, &posted, &mut answers, &env);
    let wrong = errors.iter().any(|error| error.path == offer.path && !error.soft);
    let answer = answers.get(&offer.path).filter(|_| !wrong)?.clone();
    let origin = Origin::Prefilled { source: SOURCE.to_owned(), on: env.today };
    answers.set_from(&offer.path, answer, origin);
    Some(answers)
}

fn changes(sheet: &Sheet, with: &Answers, path: &str) -> bool {
    with.get(path) != sheet.answers.get(path)
}

fn offer(sheet: &Sheet, record: &Record, rule: &EvidenceRule) -> Option<Offer> {
    let item = sheet.form.item(&rule.item)?;
    let step = step_of(sheet.form, &rule.item)?;
    Some(Offer {
        path: rule.item.clone(),
        step: step.link_id.clone(),
        label: item.text.get(Lang::Ja).to_owned(),
        value: value(record, rule.from)?,
    })
}

fn value(record: &Record, from: EvidenceValue) -> Option<String> {
    match from {
        EvidenceValue::DiseaseNumber => record.disease_number().map(|number| number.to_string()),
        EvidenceValue::Onset => matched(record)?.onset.as_deref().map(month),
        EvidenceValue::Drugs => {
            let drugs = record
                .evidence
                .drugs
                .iter()
                .filter(|drug| drug.status.as_deref() != Some("entered-in-error"));
            let lines = drugs.map(|drug| {
                format!("{}　{}", drug.concept.label(), drug.dosage.join("、")).trim().to_owned()
            });
            let lines: Vec<String> = lines.collect();
            (!lines.is_empty()).then(|| lines.join("\n"))
        }
    }
}

/// The diagnosis that the one certain match rests on.
fn matched(record: &Record) -> Option<&Diagnosis> {
    let number = record.disease_number()?;
    let found = record.matches.iter().find(|found| found.number == number && record.stands(found))?;
    record.evidence.diagnoses.get(found.diagnosis)
}

/// A day shortened to its month; a year or a month stays as it is.
fn month(date: &str) -> String {
    date.get(..7).unwrap_or(date).to_owned()
}
