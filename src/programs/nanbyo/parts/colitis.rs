//! 97 潰瘍性大腸炎: the six items of 臨床的重症度, as they stand in the form.

use chrono::NaiveDate;

use super::{CATEGORY, Observed, Part, Signs};
use crate::domain::proposal::{Finding, Severity};
use crate::domain::tables::{TableError, Tables};
use crate::programs::nanbyo::colitis::{Findings, Sign, grade};
use crate::programs::nanbyo::severity::Observation;
use crate::programs::read::Slots;

/// The part.
pub const PART: Part = Part { disease: 97, category: CATEGORY, severity, signs };

fn severity(slots: Slots, tables: &Tables, on: NaiveDate) -> Result<Observed, TableError> {
    let graded = grade(&findings(slots), tables, on)?;
    let mut observed = Observed { steps: graded.steps, findings: graded.findings, ..Observed::default() };
    if let Some(code) = graded.value {
        let row = tables.row("colitis_grades", &code, on)?;
        let (grade, name) = (row.integer("rank")?, row.text("name")?);
        let observation = Observation { grade, shown: name.to_owned(), path: slots.slot("colitis.stools") };
        observed.observations.insert("colitis.grade".to_owned(), observation);
        observed.findings.extend(graded_otherwise(slots, &code, name));
    }
    Ok(observed)
}

fn findings(slots: Slots) -> Findings {
    let sign = |present: &str, value: &str| Sign {
        present: slots.yes(&format!("colitis.{present}")),
        value: slots.decimal(&format!("colitis.{value}")),
    };
    Findings {
        stools: slots.decimal("colitis.stools"),
        blood: slots.decimal("colitis.blood"),
        fever: sign("fever", "temperature"),
        tachycardia: sign("tachycardia", "pulse"),
        anaemia: sign("anaemia", "haemoglobin"),
        inflammation: sign("inflammation", "esr"),
        crp: slots.decimal("colitis.crp"),
        bloody_stools: slots.decimal("colitis.bloody-stools"),
        leukocytes: slots.decimal("colitis.leukocytes"),
        strong_pain: slots.yes("colitis.strong-pain"),
    }
}

fn graded_otherwise(slots: Slots, computed: &str, name: &str) -> Option<Finding> {
    let stated = slots.choice("colitis.stated").filter(|stated| stated.code != computed)?;
    let finding =
        Finding::new(Severity::Ask, "finding.grade-stated-otherwise").at(&slots.slot("colitis.stated"));
    Some(finding.with("stated", &stated.display).with("computed", name))
}

fn signs(slots: Slots, _: &Tables, _: NaiveDate) -> Result<Signs, TableError> {
    let needed = ["bloody-stool", "endoscopy", "biopsy", "excluded"];
    let absent = needed.into_iter().any(|sign| slots.yes(&format!("colitis.{sign}")) == Some(false));
    Ok(Signs::plain(absent && slots.code(CATEGORY) == Some("definite")))
}
