//! What a pulled record offers for items of the certificate, taken one by one.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::clinical::{Diagnosis, Lab, Origin};
use crate::domain::forms::{self, Answers, read_step};
use crate::domain::lang::Lang;
use crate::domain::program::definition::{EvidenceRule, EvidenceValue};
use crate::domain::text::{fold_width, search_key};

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
    /// Unit, day and who recorded it.
    pub note: Option<String>,
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
    let origin = forms::Origin::Prefilled { source: SOURCE.to_owned(), on: env.today };
    answers.set_from(&offer.path, answer, origin);
    Some(answers)
}

fn changes(sheet: &Sheet, with: &Answers, path: &str) -> bool {
    with.get(path) != sheet.answers.get(path)
}

fn offer(sheet: &Sheet, record: &Record, rule: &EvidenceRule) -> Option<Offer> {
    let item = sheet.form.item(&rule.item)?;
    let step = step_of(sheet.form, &rule.item)?;
    let (value, note) = match rule.from {
        EvidenceValue::DiseaseNumber => (record.disease_number()?.to_string(), None),
        EvidenceValue::Onset => {
            let diagnosis = matched(record)?;
            (month(diagnosis.onset.as_deref()?), source(&diagnosis.origin))
        }
        EvidenceValue::Drugs => (drugs(record)?, None),
        EvidenceValue::Lab => lab(record, rule)?,
    };
    let label = item.text.get(Lang::Ja).to_owned();
    Some(Offer { path: rule.item.clone(), step: step.link_id.clone(), label, value, note })
}

/// The diagnosis that the one certain match rests on.
fn matched(record: &Record) -> Option<&Diagnosis> {
    let number = record.disease_number()?;
    let found = record.matches.iter().find(|found| found.number == number && record.counts(found))?;
    record.evidence.diagnoses.get(found.diagnosis)
}

/// A day shortened to its month; a year or a month stays as it is.
fn month(date: &str) -> String {
    date.get(..7).unwrap_or(date).to_owned()
}

fn drugs(record: &Record) -> Option<String> {
    let drugs =
        record.evidence.drugs.iter().filter(|drug| holds(record, &drug.origin, drug.status.as_deref()));
    let lines =
        drugs.map(|drug| format!("{}　{}", drug.concept.label(), drug.dosage.join("、")).trim().to_owned());
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The newest value of a test in the wanted unit, with its day and who recorded it.
fn lab(record: &Record, rule: &EvidenceRule) -> Option<(String, Option<String>)> {
    let labs = record.evidence.labs.iter().filter(|lab| {
        holds(record, &lab.origin, lab.status.as_deref()) && named(lab, rule) && in_unit(lab, rule)
    });
    let newest = labs.max_by(|one, other| one.effective.cmp(&other.effective))?;
    let (value, unit) = (newest.value.clone()?, newest.unit.clone()?);
    let day = newest.effective.as_deref().map(|at| at.get(..10).unwrap_or(at));
    let day = day.map_or_else(|| "日付なし".to_owned(), |day| format!("{day}の検査"));
    let note = [Some(unit), Some(day), source(&newest.origin)].into_iter().flatten().collect::<Vec<_>>();
    Some((value, Some(note.join("　"))))
}

fn named(lab: &Lab, rule: &EvidenceRule) -> bool {
    let displays = lab.concept.codes.iter().filter_map(|code| code.display.as_deref());
    let called: Vec<String> = displays.chain([lab.concept.label()]).map(search_key).collect();
    rule.names.iter().any(|name| called.contains(&search_key(name)))
}

fn in_unit(lab: &Lab, rule: &EvidenceRule) -> bool {
    let unit = lab.unit.as_deref().map(fold_width);
    rule.units.iter().any(|known| unit.as_deref() == Some(fold_width(known).as_str()))
}

/// What the patient was not told, what is about somebody else and what does not stand is not offered:
/// once it stood in the form, its mark would be gone.
fn holds(record: &Record, origin: &Origin, status: Option<&str>) -> bool {
    let void = matches!(status, Some("entered-in-error" | "cancelled"));
    !void && record.is_usable(origin)
}

fn source(origin: &Origin) -> Option<String> {
    origin.institution.as_ref().map(|number| format!("医療機関 {number}"))
}
