//! 84 サルコイドーシス: the grade from organs, need of treatment and physical disability.

use chrono::NaiveDate;

use super::{Observed, Part, Signs, grade};
use crate::domain::proposal::WorkingStep;
use crate::domain::tables::{Row, TableError, Tables};
use crate::programs::nanbyo::read::Slots;

/// The part. 組織診断群 and 臨床診断群 count.
pub const PART: Part = Part { disease: 84, category: "sarcoidosis.group", severity, signs };

fn severity(slots: Slots, tables: &Tables, on: NaiveDate) -> Result<Observed, TableError> {
    let rows = tables.rows("sarcoidosis_scores", on)?;
    let heart = slots.yes("sarcoidosis.heart").map(i64::from);
    let number = |item: &str| slots.integer(&format!("sarcoidosis.{item}"));
    let organs = points(&rows, "organs", number("organs"))?.max(points(&rows, "heart", heart)?);
    let parts = [
        ("organs", "罹患臓器", organs.filter(|_| heart.is_some())),
        ("treatment", "治療の必要性", points(&rows, "treatment", number("treatment"))?),
        ("disability", "身体障害", points(&rows, "disability", number("disability"))?),
    ];
    let mut step = WorkingStep::new("working.grade");
    if let Some(first) = rows.first() {
        step = step.by(first);
    }
    for (item, name, points) in &parts {
        if let Some(points) = points {
            step = step.input(&slots.slot(&format!("sarcoidosis.{item}")), format!("{name} {points}点"));
        }
    }
    let total = parts.iter().map(|(_, _, points)| *points).sum::<Option<i64>>();
    let reached = total.map(|total| of_total(total, tables, on)).transpose()?.flatten();
    let place = ("sarcoidosis", "sarcoidosis.grade", slots.slot("sarcoidosis.organs"));
    grade::observed(place, reached.as_deref(), step, tables, on)
}

/// Points of the highest row that a value reaches, 0 below every row; `None` for no value.
fn points(rows: &[&Row], item: &str, value: Option<i64>) -> Result<Option<i64>, TableError> {
    let Some(value) = value else { return Ok(None) };
    let mut most = 0;
    for row in rows.iter().filter(|row| row.text("item") == Ok(item)) {
        if value >= row.integer("at_least")? {
            most = most.max(row.integer("points")?);
        }
    }
    Ok(Some(most))
}

/// The grade of a sum.
fn of_total(total: i64, tables: &Tables, on: NaiveDate) -> Result<Option<String>, TableError> {
    let rows = tables.rows("part_grades", on)?;
    let reached = rows.iter().filter(|row| {
        row.text("scale") == Ok("sarcoidosis") && row.integer("at_least").is_ok_and(|least| total >= least)
    });
    let highest = reached.max_by_key(|row| row.integer("at_least").unwrap_or(0));
    highest.map(|row| row.text("grade").map(str::to_owned)).transpose()
}

fn signs(_: Slots, _: &Tables, _: NaiveDate) -> Result<Signs, TableError> {
    Ok(Signs::default())
}
