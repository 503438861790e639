//! The diagnosis in a renewal. The criteria were looked at when the disease was first certified, so the
//! form does not ask for the category again.

use super::RENEWAL;
use super::show;
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};
use crate::programs::read::Slots;

/// What the physician writes where an earlier certification counts as the diagnosis.
const RECOGNISED: &str = "認定済";
/// Where they write it.
const COURSE: &str = "diagnosis.course";
/// Their own judgement.
const STATED: &str = "diagnosis.meets-diagnosis";

/// Whether the diagnosis counts in a renewal; `None` where it is judged as in a first application.
/// `category` is the item that names the category of the diagnosis.
///
/// # Errors
/// When a table is missing.
pub fn diagnosis(
    slots: Slots,
    disease: i64,
    category: &str,
    tables: &Tables,
    kind: &CaseKind,
) -> Result<Option<Worked<Option<bool>>>, TableError> {
    if kind.code() != RENEWAL {
        return Ok(None);
    }
    if let Some(step) = recognised(slots, disease, tables)? {
        return Ok(Some(Worked::by(Some(true), step)));
    }
    Ok(slots.choice(category).is_none().then(|| stated(slots)).flatten())
}

/// 認定済: for some diseases whose criteria changed, in certificates written since a day.
fn recognised(slots: Slots, disease: i64, tables: &Tables) -> Result<Option<WorkingStep>, TableError> {
    let (Some(written), Some(course)) = (slots.day("physician.written-on"), slots.written(COURSE)) else {
        return Ok(None);
    };
    let rows = tables.rows("recognised_diseases", written)?;
    let row = rows.into_iter().find(|row| row.integer("disease") == Ok(disease));
    let step = |row| {
        let step = WorkingStep::new("working.recognised").by(row);
        step.input(&slots.slot(COURSE), RECOGNISED).gives(show::yes_no(Some(true)))
    };
    Ok(row.filter(|_| course.contains(RECOGNISED)).map(step))
}

fn stated(slots: Slots) -> Option<Worked<Option<bool>>> {
    let (stated, path) = (slots.yes(STATED)?, slots.slot(STATED));
    let shown = show::yes_no(Some(stated));
    let step = WorkingStep::new("working.diagnosis-stated").input(&path, &shown).gives(&shown);
    let worked = Worked::by(Some(stated), step);
    let finding =
        || Finding::new(Severity::Ask, "finding.diagnosis-not-met").at(&path).with("observed", &shown);
    Some(if stated { worked } else { worked.noting(finding()) })
}
