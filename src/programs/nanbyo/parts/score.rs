//! Scores that add up the points of a list of items, such as IOIBD and SLEDAI.

use std::cmp::Ordering;

use chrono::NaiveDate;

use super::Observed;
use crate::domain::proposal::{Worked, WorkingStep};
use crate::domain::tables::{Row, TableError, Tables};
use crate::programs::nanbyo::severity::Observation;
use crate::programs::nanbyo::show;
use crate::programs::read::Slots;

/// The rows of a score in the table `score_items`.
///
/// # Errors
/// When a row lacks a column.
fn items<'a>(score: &str, tables: &'a Tables, on: NaiveDate) -> Result<Vec<&'a Row>, TableError> {
    Ok(tables.rows("score_items", on)?.into_iter().filter(|row| row.text("score") == Ok(score)).collect())
}

/// The sum of a score; `None` until every item is answered. The items stand under `score.` in the form.
///
/// # Errors
/// When a row lacks a column.
pub fn sum(
    slots: Slots,
    score: &str,
    tables: &Tables,
    on: NaiveDate,
) -> Result<Worked<Option<i64>>, TableError> {
    let rows = items(score, tables, on)?;
    let mut step = WorkingStep::new("working.score");
    let (mut total, mut complete) = (0, !rows.is_empty());
    if let Some(first) = rows.first() {
        step = step.by(first);
    }
    for row in rows {
        let path = format!("{score}.{}", row.text("item")?);
        let there = present(slots, &path, row)?;
        complete &= there.is_some();
        if there == Some(true) {
            let points = row.integer("points")?;
            total += points;
            step = step.input(&slots.slot(&path), format!("{} {points}点", row.text("name")?));
        }
    }
    let total = complete.then_some(total);
    Ok(Worked::by(total, step.gives(show::or_dash(total.map(points)))))
}

/// A yes, or a measure at or below the limit of the row.
fn present(slots: Slots, path: &str, row: &Row) -> Result<Option<bool>, TableError> {
    if row.cell("at_most").is_none() {
        return Ok(slots.yes(path));
    }
    let limit = row.decimal("at_most")?;
    let order = slots.decimal(path).and_then(|value| value.compare(limit));
    Ok(order.map(Ordering::is_le))
}

/// Points in words.
pub fn points(total: i64) -> String {
    format!("{total}点")
}

/// The sum of a score as what a gate looks at; `first` is the item at which a person mends it.
///
/// # Errors
/// As [`sum`].
pub fn observed(
    slots: Slots,
    score: &str,
    (criterion, first): (&str, &str),
    tables: &Tables,
    on: NaiveDate,
) -> Result<Observed, TableError> {
    let worked = sum(slots, score, tables, on)?;
    let seen = |grade| Observation { grade, shown: points(grade), path: slots.slot(first) };
    let observations = worked.value.map(|total| (criterion.to_owned(), seen(total)));
    Ok(Observed {
        observations: observations.into_iter().collect(),
        steps: worked.steps,
        findings: worked.findings,
    })
}
