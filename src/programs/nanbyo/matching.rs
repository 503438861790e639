//! Which of the designated diseases a recorded diagnosis may be.
//!
//! A suggestion with its basis, never a test of eligibility: one disease covers several codes,
//! and one code several diseases.

use chrono::NaiveDate;

use crate::domain::clinical::{Diagnosis, Verification};
use crate::domain::proposal::{Match, MatchBasis};
use crate::domain::tables::{Row, TableError, Tables};
use crate::domain::text;

/// Code system of 告示番号, the number of a designated disease.
pub const DISEASE_NUMBER_SYSTEM: &str = "https://madoguchi.example/fhir/CodeSystem/designated-disease-number";

/// The diseases each diagnosis may be, best basis first; diagnoses without any are left out.
///
/// # Errors
/// When the table `diseases` is missing.
pub fn match_diagnoses(
    diagnoses: &[Diagnosis],
    tables: &Tables,
    on: NaiveDate,
) -> Result<Vec<Match>, TableError> {
    let diseases = tables.rows("diseases", on)?;
    let mut matches = Vec::new();
    for (index, diagnosis) in diagnoses.iter().enumerate() {
        let candidates = diseases.iter().filter_map(|row| Some((*row, strongest(diagnosis, row)?)));
        for (row, (basis, matched)) in candidates {
            matches.push(found(index, diagnosis, row, basis, matched)?);
        }
    }
    matches.sort_by_key(|found| (found.diagnosis, found.basis, found.number));
    Ok(matches)
}

fn found(
    diagnosis: usize,
    entry: &Diagnosis,
    row: &Row,
    basis: MatchBasis,
    matched: String,
) -> Result<Match, TableError> {
    let uncertain = !matches!(entry.verification, Verification::Confirmed | Verification::Unstated);
    Ok(Match {
        diagnosis,
        number: row.integer("no")?,
        name: row.text("name")?.to_owned(),
        basis,
        matched,
        row: row.reference(),
        uncertain,
    })
}

fn strongest(diagnosis: &Diagnosis, row: &Row) -> Option<(MatchBasis, String)> {
    let bases = [by_number, by_nando, by_name, by_icd10, by_category];
    bases.into_iter().find_map(|basis| basis(diagnosis, row))
}

fn by_number(diagnosis: &Diagnosis, row: &Row) -> Option<(MatchBasis, String)> {
    let number = row.integer("no").ok()?.to_string();
    let stated = diagnosis.concept.codes_of(DISEASE_NUMBER_SYSTEM).any(|code| code == number);
    stated.then_some((MatchBasis::Number, number))
}

fn by_nando(diagnosis: &Diagnosis, row: &Row) -> Option<(MatchBasis, String)> {
    let nando = row.text("nando").ok()?;
    let local = nando.strip_prefix("NANDO:")?;
    let codes = || diagnosis.concept.codes.iter().filter_map(|code| code.code.as_deref());
    let stated = codes().any(|code| code == nando || (local.len() == 7 && code == format!("NANDO_{local}")));
    stated.then(|| (MatchBasis::Ontology, nando.to_owned()))
}

/// By the recorder's words or a display, exact or folded; `／` joins names that stand alone too.
fn by_name(diagnosis: &Diagnosis, row: &Row) -> Option<(MatchBasis, String)> {
    let name = row.text("name").ok()?;
    let displays = diagnosis.concept.codes.iter().filter_map(|code| code.display.as_deref());
    let words: Vec<&str> = diagnosis.concept.text.as_deref().into_iter().chain(displays).collect();
    if let Some(word) = words.iter().find(|word| **word == name) {
        return Some((MatchBasis::Name, (*word).to_owned()));
    }
    let keys: Vec<String> = std::iter::once(name).chain(name.split('／')).map(text::search_key).collect();
    let folded = words.iter().find(|word| keys.contains(&text::search_key(word)))?;
    Some((MatchBasis::FoldedName, (*folded).to_owned()))
}

fn by_icd10(diagnosis: &Diagnosis, row: &Row) -> Option<(MatchBasis, String)> {
    let listed = listed_icd10(row);
    let code = diagnosis.concept.icd10().into_iter().find(|code| listed.contains(code))?;
    Some((MatchBasis::Icd10, code))
}

/// By the three-character category: the recorded code is a neighbour of the listed one.
fn by_category(diagnosis: &Diagnosis, row: &Row) -> Option<(MatchBasis, String)> {
    let listed = listed_icd10(row);
    let same = |code: &String| {
        code.get(..3).is_some_and(|category| listed.iter().any(|own| own.starts_with(category)))
    };
    let code = diagnosis.concept.icd10().into_iter().find(same)?;
    Some((MatchBasis::Icd10Category, code))
}

/// The codes of a disease in upper case without the dot.
fn listed_icd10(row: &Row) -> Vec<String> {
    let written = row.text("icd10").unwrap_or_default();
    written
        .split('|')
        .filter(|code| !code.is_empty())
        .map(|code| code.replace('.', "").to_uppercase())
        .collect()
}
