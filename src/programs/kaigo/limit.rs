//! 区分支給限度基準額: how many units of home services a month may cost. In a month in which the level
//! changes, the heavier level's limit holds for the whole month.

use chrono::NaiveDate;

use crate::domain::proposal::{Worked, WorkingStep};
use crate::domain::tables::{Row, TableError, Tables};

/// The limit of a month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limit {
    /// The level whose limit it is; nothing where no level was given.
    pub level: String,
    /// Units a month.
    pub units: i64,
}

/// The limit of a month in which these levels were held.
///
/// # Errors
/// When the table `limits` does not know a level on the day.
pub fn limit(levels: &[&str], on: NaiveDate, tables: &Tables) -> Result<Worked<Limit>, TableError> {
    let rows = levels.iter().map(|level| tables.row("limits", level, on));
    let rows: Vec<&Row> = rows.collect::<Result<_, _>>()?;
    let heaviest = rows.iter().max_by_key(|row| row.integer("units").unwrap_or_default());
    let Some(row) = heaviest else { return Ok(Worked::default()) };
    let units = row.integer("units")?;
    let step = WorkingStep::new("working.limit").by(row);
    let step = rows.iter().fold(step, |step, row| step.input("level", row.text("name").unwrap_or_default()));
    Ok(Worked::by(Limit { level: row.key().to_owned(), units }, step.gives(format!("{units}単位"))))
}
