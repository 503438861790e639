//! Whether diagnosis and severity reach what 告示393号 asks: two outcomes, never one.
//!
//! A disease without rows in the gate tables is left to the clerk and the council; only the
//! advisory basis is shown.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::show;
use crate::domain::forms::Coding;
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{Row, TableError, Tables};
use crate::programs::read::Slots;

/// What the certificate says about one criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The grade, as the gate compares it.
    pub grade: i64,
    /// The grade as shown.
    pub shown: String,
    /// Slot path of the answer it was read from.
    pub path: String,
}

impl Observation {
    /// A grade that was chosen or typed as a number.
    pub fn chosen(slots: Slots, path: &str) -> Option<Observation> {
        let (grade, shown) = (slots.integer(path)?, slots.shown(path)?);
        Some(Observation { grade, shown: shown.to_owned(), path: slots.slot(path) })
    }
}

/// The category of the diagnosis as the certificate names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category<'a> {
    /// What was chosen.
    pub chosen: Option<&'a Coding>,
    /// Slot path of the item.
    pub path: String,
}

/// Observations by criterion of the table `severity_gates`.
pub type Observations = BTreeMap<String, Observation>;

/// Whether the category of the diagnosis (`definite`, `probable` …) is one that counts for the
/// disease; `None` when the rules cannot say.
///
/// # Errors
/// When a table is missing.
pub fn diagnosis_met(
    disease: i64,
    category: &Category,
    tables: &Tables,
    on: NaiveDate,
) -> Result<Worked<Option<bool>>, TableError> {
    let rows = of_disease("diagnosis_gates", disease, tables, on)?;
    let (Some(first), Some(chosen)) = (rows.first(), category.chosen) else {
        let finding = Finding::new(Severity::Ask, "finding.diagnosis-to-judge").at(&category.path);
        return Ok(Worked::default().noting(finding));
    };
    let accepted = rows.iter().find(|row| row.text("category") == Ok(chosen.code.as_str()));
    let step = WorkingStep::new("working.diagnosis")
        .by(accepted.unwrap_or(first))
        .input(&category.path, &chosen.display)
        .gives(show::yes_no(Some(accepted.is_some())));
    let worked = Worked::by(Some(accepted.is_some()), step);
    if accepted.is_some() {
        return Ok(worked);
    }
    let finding = Finding::new(Severity::Ask, "finding.diagnosis-not-met").at(&category.path);
    Ok(worked.noting(finding.with("observed", &chosen.display)))
}

/// Whether every severity criterion of the disease is reached; `None` when the rules cannot say.
///
/// # Errors
/// When a table is missing or a row lacks a column.
pub fn severity_met(
    disease: i64,
    observed: &Observations,
    tables: &Tables,
    on: NaiveDate,
) -> Result<Worked<Option<bool>>, TableError> {
    let rows = of_disease("severity_gates", disease, tables, on)?;
    if rows.is_empty() {
        return advisory(disease, tables, on);
    }
    let mut worked = Worked { value: Some(true), steps: Vec::new(), findings: Vec::new() };
    for row in rows {
        let criterion = criterion(row, observed)?;
        worked.value = both(worked.value, criterion.value);
        worked.steps.extend(criterion.steps);
        worked.findings.extend(criterion.findings);
    }
    Ok(worked)
}

fn of_disease<'a>(
    table: &str,
    disease: i64,
    tables: &'a Tables,
    on: NaiveDate,
) -> Result<Vec<&'a Row>, TableError> {
    Ok(tables.rows(table, on)?.into_iter().filter(|row| row.integer("disease") == Ok(disease)).collect())
}

/// No beats unknown, unknown beats yes.
fn both(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn criterion(row: &Row, observed: &Observations) -> Result<Worked<Option<bool>>, TableError> {
    let (name, path, needed) = (row.text("name")?, row.text("criterion")?, row.integer("at_least")?);
    let observation = observed.get(path);
    let met = observation.map(|seen| seen.grade >= needed);
    let shown = show::or_dash(observation.map(|seen| &seen.shown));
    let source = observation.map_or(format!("certificate.{path}"), |seen| seen.path.clone());
    let step = WorkingStep::new("working.criterion")
        .by(row)
        .input(&source, &shown)
        .input("at-least", needed)
        .gives(show::yes_no(met));
    let worked = Worked::by(met, step);
    let key = match met {
        Some(true) => return Ok(worked),
        Some(false) => "finding.severity-not-met",
        None => "finding.severity-unknown",
    };
    let finding =
        Finding::new(Severity::Ask, key).at(&source).with("criterion", name).with("required", needed);
    Ok(worked.noting(finding.with("observed", shown)))
}

fn advisory(disease: i64, tables: &Tables, on: NaiveDate) -> Result<Worked<Option<bool>>, TableError> {
    let known = tables
        .all_rows("severity_basis")?
        .iter()
        .find(|row| row.holds_on(on) && row.integer("disease") == Ok(disease));
    let finding = Finding::new(Severity::Ask, "finding.severity-to-judge");
    Ok(match known {
        Some(row) => {
            let basis = row.text("basis")?;
            let step = WorkingStep::new("working.severity-advisory").by(row).gives(basis);
            Worked::by(None, step).noting(finding.with("basis", basis))
        }
        None => Worked::default().noting(finding.with("basis", "－")),
    })
}
