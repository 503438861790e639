//! 認定の有効期間: how long a certification holds, and its last day, which is always the end of a month.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::domain::proposal::{Worked, WorkingStep};
use crate::domain::tables::{Row, TableError, Tables};

/// The months that a certification may get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Where nothing speaks for another number.
    pub standard: i64,
    /// At least.
    pub shortest: i64,
    /// At most.
    pub longest: i64,
}

/// A certification's period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its months, without the rest of the first month.
    pub months: i64,
    /// Its last day.
    pub ends_on: NaiveDate,
    /// What the months may be.
    pub range: Range,
}

/// What the months may be in a case of the table `validity` that starts on a day.
///
/// # Errors
/// When the table has no row for the case and day.
pub fn range(case: &str, starts_on: NaiveDate, tables: &Tables) -> Result<Range, TableError> {
    read(tables.row("validity", case, starts_on)?)
}

fn read(row: &Row) -> Result<Range, TableError> {
    Ok(Range {
        standard: row.integer("standard")?,
        shortest: row.integer("shortest")?,
        longest: row.integer("longest")?,
    })
}

/// The period of a case that starts on a day; of the standard length where no months are given.
///
/// # Errors
/// When the table has no row for the case and day.
pub fn period(
    case: &str,
    starts_on: NaiveDate,
    months: Option<i64>,
    tables: &Tables,
) -> Result<Worked<Period>, TableError> {
    let row = tables.row("validity", case, starts_on)?;
    let range = read(row)?;
    let months = months.unwrap_or(range.standard);
    let ends_on = last_day(starts_on, months);
    let step = WorkingStep::new("working.validity")
        .by(row)
        .input("case", row.text("name")?)
        .input("starts_on", starts_on)
        .input("months", months)
        .gives(ends_on);
    Ok(Worked::by(Period { months, ends_on, range }, step))
}

/// The last day of the month in which the period ends. A start in the middle of a month adds its rest.
fn last_day(starts_on: NaiveDate, months: i64) -> NaiveDate {
    let rest = i64::from(starts_on.day() > 1);
    let months = u32::try_from(months + rest).unwrap_or_default();
    let first = starts_on.with_day(1).and_then(|day| day.checked_add_months(Months::new(months)));
    first.and_then(|day| day.checked_sub_days(Days::new(1))).unwrap_or(starts_on)
}
