//! 49 全身性エリテマトーデス: SLEDAI, and the weighted criteria that hold since April 2024.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{CATEGORY, Observed, Part, Signs, limit, score};
use crate::domain::proposal::WorkingStep;
use crate::domain::tables::{Row, TableError, Tables};
use crate::programs::read::Slots;

/// The part.
pub const PART: Part = Part { disease: 49, category: CATEGORY, severity, signs };

/// Points that the immunological domains give, added up by the physician.
const IMMUNOLOGY: &str = "sle.immunology";

fn severity(slots: Slots, tables: &Tables, on: NaiveDate) -> Result<Observed, TableError> {
    score::observed(slots, "sledai", ("sle.sledai", "sledai.seizure"), tables, on)
}

/// The antinuclear antibody opens the criteria; then points, at least one of them clinical.
fn signs(slots: Slots, tables: &Tables, on: NaiveDate) -> Result<Signs, TableError> {
    let rows = tables.rows("sle_criteria", on)?;
    let (Some(first), Some(immunology)) = (rows.first(), slots.integer(IMMUNOLOGY)) else {
        return Ok(Signs::plain(definite(slots) && slots.yes("sle.ana") == Some(false)));
    };
    let mut step = WorkingStep::new("working.score").by(first);
    let domains = domains(slots, &rows)?;
    for (path, name, points) in domains.values() {
        step = step.input(&slots.slot(path), format!("{name} {points}点"));
    }
    let clinical: i64 = domains.values().map(|(_, _, points)| points).sum();
    let total = clinical + immunology;
    step = step.input(&slots.slot(IMMUNOLOGY), format!("免疫の領域 {immunology}点"));
    let enough = total >= limit("sle-points", tables, on)? && clinical > 0;
    let contradict = definite(slots) && (slots.yes("sle.ana") == Some(false) || !enough);
    Ok(Signs { contradict, steps: vec![step.gives(score::points(total))] })
}

fn definite(slots: Slots) -> bool {
    slots.code(CATEGORY) == Some("definite")
}

/// The heaviest finding of each domain: its item, name and points.
fn domains<'a>(
    slots: Slots,
    rows: &[&'a Row],
) -> Result<BTreeMap<&'a str, (String, &'a str, i64)>, TableError> {
    let mut heaviest = BTreeMap::new();
    for row in rows {
        let path = format!("sle.{}", row.text("item")?);
        let points = row.integer("points")?;
        let domain = row.text("domain")?;
        let lighter = heaviest.get(domain).is_none_or(|(_, _, most)| *most < points);
        if lighter && slots.yes(&path) == Some(true) {
            heaviest.insert(domain, (path, row.text("name")?, points));
        }
    }
    Ok(heaviest)
}
