//! 84 サルコイドーシス: the grade from organs, need of treatment and physical disability.

use chrono::NaiveDate;

use super::{Observed, Part, Signs, grade};
use crate::domain::proposal::WorkingStep;
use crate::domain::tables::{Row, TableError, Tables};
use crate::programs::read::Slots;

/// The part. 組織診断群 and 臨床診断群 count.
pub const PART: Part = Part { disease: 84, category: "sarcoidosis.group", severity, signs };

/// What is added up: the item, its name, its points.
type Points = [(&'static str, &'static str, Option<i64>); 3];

fn severity(slots: Slots, tables: &Tables, on: NaiveDate) -> Result<Observed, TableError> {
    let rows = tables.rows("sarcoidosis_scores", on)?;
    let added = added(slots, &rows)?;
    let total = added.iter().map(|(_, _, points)| *points).sum::<Option<i64>>();
    let reached = total.map(|total| of_total(total, tables, on)).transpose()?.flatten();
    let place = ("sarcoidosis", "sarcoidosis.grade", slots.slot("sarcoidosis.organs"));
    grade::observed(place, reached.as_deref(), step(slots, &rows, &added), tables, on)
}

/// Of the organs, either their number or the heart counts.
fn added(slots: Slots, rows: &[&Row]) -> Result<Points, TableError> {
    let number = |item: &str| slots.integer(&format!("sarcoidosis.{item}"));
    let heart = slots.yes("sarcoidosis.heart").map(i64::from);
    let (organs, heart) = (points(rows, "organs", number("organs"))?, points(rows, "heart", heart)?);
    Ok([
        ("organs", "罹患臓器", organs.zip(heart).map(|(one, other)| one.max(other))),
        ("treatment", "治療の必要性", points(rows, "treatment", number("treatment"))?),
        ("disability", "身体障害", points(rows, "disability", number("disability"))?),
    ])
}

fn step(slots: Slots, rows: &[&Row], added: &Points) -> WorkingStep {
    let first = WorkingStep::new("working.grade");
    let first = rows.first().map_or(first.clone(), |row| first.by(row));
    let known = added.iter().filter_map(|(item, name, points)| Some((item, name, (*points)?)));
    known.fold(first, |step, (item, name, points)| {
        step.input(&slots.slot(&format!("sarcoidosis.{item}")), format!("{name} {points}点"))
    })
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
