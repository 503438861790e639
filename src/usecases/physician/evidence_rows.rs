//! The entries of a record as rows.

use crate::domain::clinical::{Allergy, Concept, Coverage, Diagnosis, Drug, Lab, Origin, Told};

use super::evidence::{Group, Record, Row};
use super::evidence_words as words;

/// The groups that have any entry.
pub(super) fn groups(record: &Record) -> Vec<Group> {
    let found = &record.evidence;
    let diagnoses = found.diagnoses.iter().enumerate().map(|(at, entry)| diagnosis(record, at, entry));
    let groups = [
        Group { title: "病名", rows: diagnoses.collect() },
        Group { title: "検査", rows: found.labs.iter().map(lab).collect() },
        Group { title: "処方", rows: found.drugs.iter().map(drug).collect() },
        Group { title: "アレルギー", rows: found.allergies.iter().map(allergy).collect() },
        Group { title: "保険", rows: found.coverages.iter().map(coverage).collect() },
    ];
    groups.into_iter().filter(|group| !group.rows.is_empty()).collect()
}

fn diagnosis(record: &Record, at: usize, entry: &Diagnosis) -> Row {
    let code = entry.concept.icd10().first().map(|code| format!("ICD-10 {code}"));
    let principal = entry.principal.then(|| "主傷病".to_owned());
    let matched = record.matches.iter().find(|found| found.diagnosis == at);
    let status = entry.clinical_status.as_deref().map(words::clinical_status);
    let parts = [words::verification(entry), status, principal, code, matched.map(words::matched)];
    Row {
        label: label(&entry.concept),
        value: parts.into_iter().flatten().collect::<Vec<_>>().join("　"),
        date: entry.onset.clone().or_else(|| entry.recorded.clone()),
        source: source(&entry.origin),
    }
}

/// The words of the recorder; modifiers that are not part of them stand around.
fn label(concept: &Concept) -> String {
    let label = concept.label();
    let missing = |words: &[String]| -> String {
        words.iter().filter(|word| !label.contains(*word)).cloned().collect()
    };
    format!("{}{label}{}", missing(&concept.prefixes), missing(&concept.suffixes))
}

fn lab(entry: &Lab) -> Row {
    let value = [&entry.value, &entry.unit].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    Row {
        label: label(&entry.concept),
        value: with_status(value, entry.status.as_deref()),
        date: entry.effective.as_deref().map(day),
        source: source(&entry.origin),
    }
}

fn drug(entry: &Drug) -> Row {
    Row {
        label: label(&entry.concept),
        value: with_status(entry.dosage.join("、"), entry.status.as_deref()),
        date: entry.authored.as_deref().map(day),
        source: source(&entry.origin),
    }
}

fn allergy(entry: &Allergy) -> Row {
    let drug = entry.categories.iter().any(|category| category == "medication");
    let kind = match (drug, entry.criticality.as_deref()) {
        (true, Some("high")) => "薬剤禁忌",
        (true, _) => "薬剤アレルギー",
        (false, _) => "アレルギー",
    };
    Row { label: label(&entry.concept), value: kind.to_owned(), date: None, source: source(&entry.origin) }
}

fn coverage(entry: &Coverage) -> Row {
    let parts = [&entry.payor, &entry.symbol, &entry.number, &entry.branch, &entry.subscriber];
    let label = label(&entry.kind);
    Row {
        label: if label.is_empty() { "保険".to_owned() } else { label },
        value: with_status(
            parts.into_iter().flatten().cloned().collect::<Vec<_>>().join("・"),
            entry.status.as_deref(),
        ),
        date: entry.valid_from.clone(),
        source: source(&entry.origin),
    }
}

/// A usual status is not worth a word; any other is.
fn with_status(value: String, status: Option<&str>) -> String {
    match status {
        None | Some("final" | "completed" | "active") => value,
        Some(status) => format!("{value}（{}）", words::status(status)),
    }
}

fn source(origin: &Origin) -> String {
    let told = match origin.told {
        Told::Told => None,
        Told::Uninformed => Some("【未告知：患者に知らせていません】".to_owned()),
        Told::Undelivered => Some("【未提供：患者に見せない記録です】".to_owned()),
    };
    let institution = origin.institution.as_ref().map(|number| format!("医療機関 {number}"));
    let updated = origin.last_updated.as_deref().map(|at| format!("更新 {}", day(at)));
    let id = origin.id.as_ref().map(|id| format!("{}/{id}", origin.resource_type));
    [told, institution, updated, id].into_iter().flatten().collect::<Vec<_>>().join("　")
}

/// The date of a FHIR moment as written.
fn day(moment: &str) -> String {
    moment.get(..10).unwrap_or(moment).to_owned()
}
