//! Cells of the tables as the words of this program.

use chrono::NaiveDate;

use super::{Fault, History, Repeat, Whom};
use crate::domain::tables::{Cell, Row};
use crate::programs::yobo::age::{Age, Gap};

/// The text of a column that may be empty.
pub fn text<'a>(row: &'a Row, column: &str) -> Option<&'a str> {
    row.cell(column).and_then(Cell::as_text)
}

/// The day of a column that may be empty.
pub fn date(row: &Row, column: &str) -> Option<NaiveDate> {
    row.cell(column).and_then(Cell::as_date)
}

/// The yes of a column that may be empty.
pub fn flag(row: &Row, column: &str) -> bool {
    row.cell(column).and_then(Cell::as_boolean) == Some(true)
}

/// A whole number of 0 or more in a column that may be empty.
pub fn count(row: &Row, column: &str) -> Result<Option<u32>, Fault> {
    let Some(number) = row.cell(column).and_then(Cell::as_integer) else { return Ok(None) };
    u32::try_from(number).map(Some).map_err(|_| fault(row, column))
}

/// The age in a column that may be empty.
pub fn age(row: &Row, column: &str) -> Result<Option<Age>, Fault> {
    text(row, column).map(|written| Age::parse(written).ok_or_else(|| fault(row, column))).transpose()
}

/// The interval in a column that may be empty; its unit stands in the column `unit`.
pub fn gap(row: &Row, column: &str) -> Result<Option<Gap>, Fault> {
    let Some(number) = row.cell(column).and_then(Cell::as_integer) else { return Ok(None) };
    Gap::new(row.text("unit")?, number).map(Some).ok_or_else(|| fault(row, column))
}

/// One of the words that a column takes.
pub fn word<T: Copy>(row: &Row, column: &str, words: &[(&str, T)]) -> Result<T, Fault> {
    let written = row.text(column)?;
    let found = words.iter().find(|(word, _)| *word == written);
    found.map(|(_, it)| *it).ok_or_else(|| fault(row, column))
}

/// A month and day such as `10-01`, of every year.
pub fn month_day(row: &Row, column: &str) -> Result<(u32, u32), Fault> {
    let read = |written: &str| {
        let (month, day) = written.split_once('-')?;
        let found = (month.parse().ok()?, day.parse().ok()?);
        NaiveDate::from_ymd_opt(2025, found.0, found.1).map(|_| found)
    };
    read(row.text(column)?).ok_or_else(|| fault(row, column))
}

/// The error of a cell that does not say what its column takes.
pub fn fault(row: &Row, column: &str) -> Fault {
    Fault::Cell { table: row.reference().table, line: row.line, column: column.to_owned() }
}

/// Words of the column `sex`.
pub const WHOM: [(&str, Whom); 4] =
    [("any", Whom::Any), ("male", Whom::Male), ("female", Whom::Female), ("pregnant", Whom::Pregnant)];
/// Words of the column `repeat`.
pub const REPEAT: [(&str, Repeat); 3] =
    [("course", Repeat::Course), ("season", Repeat::Season), ("pregnancy", Repeat::Pregnancy)];
/// Words of the column `excludes`.
pub const HISTORY: [(&str, History); 3] =
    [("yes", History::Excludes), ("no", History::Ignored), ("unknown", History::Unknown)];
/// Words of the column `rule` of 長期療養特例.
pub const APPLIES: [(&str, Option<bool>); 3] = [("yes", Some(true)), ("no", Some(false)), ("unknown", None)];
