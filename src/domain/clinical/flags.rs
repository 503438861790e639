//! What contradicts the application, or itself.

use chrono::NaiveDate;

use super::evidence::{Diagnosis, Evidence, Flag, FlagKind, Origin, Patient, Subject};

/// The applicant as the case knows them.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
    /// Names as written in the application: kanji, kana, 通称. Compared without spaces, never normalised.
    pub names: Vec<String>,
}

/// Adds the flags that need the whole evidence.
pub(super) fn contradictions(evidence: &mut Evidence, expected: &Expected) {
    let mut flags = Vec::new();
    match evidence.patients.len() {
        0 => flags.push(Flag { kind: FlagKind::NoPatient, place: None }),
        1 => {}
        count => flags.push(Flag { kind: FlagKind::SeveralPatients { count }, place: None }),
    }
    for patient in &evidence.patients {
        flags.extend(birth_date_differs(patient, expected));
        flags.extend(name_differs(patient, expected));
    }
    flags.extend(other_subjects(evidence));
    if !evidence.diagnoses.iter().any(Diagnosis::stands) {
        flags.push(Flag { kind: FlagKind::NoDiagnoses, place: None });
    }
    evidence.flags.extend(flags);
}

fn about(origin: &Origin, kind: FlagKind) -> Flag {
    Flag { kind, place: Some(origin.place.clone()) }
}

/// A date given only as year or month differs when it is not the beginning of the expected one.
fn birth_date_differs(patient: &Patient, expected: &Expected) -> Option<Flag> {
    let found = patient.birth_date.as_ref()?;
    let known = expected.birth_date?.format("%Y-%m-%d").to_string();
    let differs = !known.starts_with(found.as_str());
    differs.then(|| about(&patient.origin, FlagKind::BirthDateDiffers { found: found.clone() }))
}

fn name_differs(patient: &Patient, expected: &Expected) -> Option<Flag> {
    let names: Vec<String> =
        patient.names.iter().filter_map(|name| whole(name.text.as_deref(), name)).collect();
    if names.is_empty() || expected.names.is_empty() {
        return None;
    }
    let same = expected.names.iter().any(|name| names.contains(&without_spaces(name)));
    (!same).then(|| about(&patient.origin, FlagKind::NameDiffers))
}

fn whole(text: Option<&str>, name: &super::PersonName) -> Option<String> {
    let parts = || Some(format!("{}{}", name.family.as_deref()?, name.given.concat()));
    text.map(str::to_owned).or_else(parts).map(|name| without_spaces(&name))
}

fn without_spaces(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}

fn other_subjects(evidence: &Evidence) -> Vec<Flag> {
    if evidence.patients.is_empty() {
        return Vec::new();
    }
    let coverages = evidence.coverages.iter().map(|entry| (&entry.origin, &entry.subject));
    let diagnoses = evidence.diagnoses.iter().map(|entry| (&entry.origin, &entry.subject));
    let labs = evidence.labs.iter().map(|entry| (&entry.origin, &entry.subject));
    let drugs = evidence.drugs.iter().map(|entry| (&entry.origin, &entry.subject));
    let allergies = evidence.allergies.iter().map(|entry| (&entry.origin, &entry.subject));
    let all = coverages.chain(diagnoses).chain(labs).chain(drugs).chain(allergies);
    let strangers =
        all.filter(|(_, subject)| !evidence.patients.iter().any(|patient| is_about(subject, patient)));
    strangers.map(|(origin, _)| about(origin, FlagKind::OtherSubject)).collect()
}

/// By literal reference if there is one, else by identifier. An entry that names nobody is nobody's.
fn is_about(subject: &Subject, patient: &Patient) -> bool {
    match (&subject.reference, &subject.identifier) {
        (Some(reference), _) => refers_to(reference, &patient.origin),
        (None, Some(identifier)) => patient.identifiers.contains(identifier),
        (None, None) => false,
    }
}

fn refers_to(reference: &str, origin: &Origin) -> bool {
    let current = reference.split("/_history/").next().unwrap_or(reference);
    let by_id = origin.id.as_ref().is_some_and(|id| {
        let relative = format!("Patient/{id}");
        current == relative || current.ends_with(&format!("/{relative}"))
    });
    by_id || origin.full_url.as_deref() == Some(current)
}
