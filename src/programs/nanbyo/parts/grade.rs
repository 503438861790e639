//! Grades that are worked out from several items: rows of the table `part_grades`.

use chrono::NaiveDate;

use super::Observed;
use crate::domain::proposal::WorkingStep;
use crate::domain::tables::{TableError, Tables};
use crate::programs::nanbyo::severity::Observation;
use crate::programs::nanbyo::show;

/// A grade as what a gate looks at, with its working; without a grade only the working.
///
/// # Errors
/// When the table has no such grade on the day.
pub fn observed(
    (scale, criterion, path): (&str, &str, String),
    grade: Option<&str>,
    step: WorkingStep,
    tables: &Tables,
    on: NaiveDate,
) -> Result<Observed, TableError> {
    let row = grade.map(|grade| tables.row("part_grades", &format!("{scale}/{grade}"), on)).transpose()?;
    let name = row.map(|row| row.text("name")).transpose()?;
    let mut found = Observed { steps: vec![step.gives(show::or_dash(name))], ..Observed::default() };
    if let (Some(row), Some(name)) = (row, name) {
        let observation = Observation { grade: row.integer("rank")?, shown: name.to_owned(), path };
        found.observations.insert(criterion.to_owned(), observation);
    }
    Ok(found)
}
