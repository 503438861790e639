//! Every disease without a part of its own: the scale that the physician chose, beside the one listed
//! for the disease. What is listed was read by machine, so it never decides.

use chrono::NaiveDate;

use super::{CATEGORY, Observed, Part, Signs};
use crate::domain::proposal::{Finding, Severity, WorkingStep};
use crate::domain::tables::{Row, TableError, Tables};
use crate::programs::read::Slots;

/// The part; the number is filled in for each disease.
pub const PART: Part = Part { disease: 0, category: CATEGORY, severity, signs };

/// The items of all scales.
const ITEMS: [&str; 8] = ["mrs", "nutrition", "respiration", "barthel", "nyha", "vision", "name", "grade"];

fn severity(slots: Slots, tables: &Tables, on: NaiveDate) -> Result<Observed, TableError> {
    let (Some(scale), Some(disease)) = (slots.choice("other.scale"), slots.integer("disease.number")) else {
        return Ok(Observed::default());
    };
    let mut step = WorkingStep::new("working.scale");
    for path in ITEMS.map(|item| format!("other.{item}")) {
        if let Some(value) = slots.written(&path) {
            step = step.input(&slots.slot(&path), value);
        }
    }
    let findings = unlike_listed(slots, disease, &scale.code, tables, on)?;
    let steps = vec![step.gives(&scale.display)];
    Ok(Observed { steps, findings: findings.into_iter().collect(), ..Observed::default() })
}

/// The disease is listed with scales of which the chosen one is none.
fn unlike_listed(
    slots: Slots,
    disease: i64,
    scale: &str,
    tables: &Tables,
    on: NaiveDate,
) -> Result<Option<Finding>, TableError> {
    let Ok(row) = tables.row("severity_basis", &disease.to_string(), on) else { return Ok(None) };
    let basis = row.text("basis")?;
    let scales = tables.rows("scales", on)?;
    let listed: Vec<&Row> = scales.into_iter().filter(|row| is_part(row, basis)).collect();
    // A disease may have several scales, any of which will do; one that no row knows is a table of its own.
    let all_known = basis.split(';').count() <= listed.len();
    let fits = listed.iter().any(|row| row.text("scale") == Ok(scale)) || (scale == "table" && !all_known);
    let finding =
        || Finding::new(Severity::Ask, "finding.scale-unlike-listed").at(&slots.slot("other.scale"));
    Ok((!fits).then(|| finding().with("basis", basis)))
}

fn is_part(row: &Row, basis: &str) -> bool {
    row.text("token").is_ok_and(|token| basis.contains(token))
}

fn signs(_: Slots, _: &Tables, _: NaiveDate) -> Result<Signs, TableError> {
    Ok(Signs::default())
}
