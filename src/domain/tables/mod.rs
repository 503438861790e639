//! Dated tables of a program folder: numbers and lists the law changes from time to time.
//!
//! Every row says from when to when it holds, which article gives it and where it was read, so
//! that whatever is computed from it can be traced. A table is loaded whole and checked: cells
//! have their declared type, references resolve, and the periods of one key neither overlap nor,
//! unless the table says so, leave a gap.

mod catalogue;
mod cell;
mod load;
mod manifest;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::forms::Decimal;
pub use cell::{Cell, Kind};
pub use load::{MANIFEST, load};

/// Why a value could not be taken from the tables.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TableError {
    /// The program has no table of this name.
    #[error("no table {0}")]
    NoTable(String),
    /// No row of this key holds on this day.
    #[error("table {table} has no row {key} on {on}")]
    NoRow {
        /// Name of the table.
        table: String,
        /// The key looked for, its parts joined with `/`.
        key: String,
        /// The day asked for.
        on: NaiveDate,
    },
    /// The row has no value of the wanted type in this column.
    #[error("table {table} has no {column} of that type")]
    NoColumn {
        /// Name of the table.
        table: String,
        /// The column asked for.
        column: String,
    },
}

/// One row: its values, the period in which it holds, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    table: String,
    key: String,
    cells: BTreeMap<String, Cell>,
    /// First day on which the row holds.
    pub valid_from: NaiveDate,
    /// Last day on which the row holds; `None` while no end is known.
    pub valid_to: Option<NaiveDate>,
    /// The article that gives the values, e.g. `施行令1条1項5号`.
    pub article: String,
    /// Where the values were read.
    pub source: String,
    /// Line of the file, counted from 1.
    pub line: usize,
}

/// A row named so that it can be found again after the table has grown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowRef {
    /// Name of the table.
    pub table: String,
    /// Key of the row and the day from which it holds, e.g. `low-1@2025-07-01`.
    pub row: String,
    /// The article that gives the values.
    pub article: String,
    /// Where the values were read.
    pub source: String,
}

impl Row {
    /// Whether the row holds on `day`; both ends belong to the period.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day <= end)
    }

    /// The key of the row, its parts joined with `/`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The name by which a working step cites this row.
    pub fn reference(&self) -> RowRef {
        RowRef {
            table: self.table.clone(),
            row: format!("{}@{}", self.key, self.valid_from),
            article: self.article.clone(),
            source: self.source.clone(),
        }
    }

    /// The value of `column`; `None` when it is empty or there is no such column.
    pub fn cell(&self, column: &str) -> Option<&Cell> {
        self.cells.get(column)
    }

    /// The text in `column`.
    pub fn text(&self, column: &str) -> Result<&str, TableError> {
        self.cell(column).and_then(Cell::as_text).ok_or_else(|| self.no_column(column))
    }

    /// The whole number in `column`: yen, months, a rank.
    pub fn integer(&self, column: &str) -> Result<i64, TableError> {
        self.cell(column).and_then(Cell::as_integer).ok_or_else(|| self.no_column(column))
    }

    /// The decimal number in `column`.
    pub fn decimal(&self, column: &str) -> Result<Decimal, TableError> {
        self.cell(column).and_then(Cell::as_decimal).ok_or_else(|| self.no_column(column))
    }

    /// The day in `column`.
    pub fn date(&self, column: &str) -> Result<NaiveDate, TableError> {
        self.cell(column).and_then(Cell::as_date).ok_or_else(|| self.no_column(column))
    }

    /// The yes or no in `column`.
    pub fn boolean(&self, column: &str) -> Result<bool, TableError> {
        self.cell(column).and_then(Cell::as_boolean).ok_or_else(|| self.no_column(column))
    }

    fn no_column(&self, column: &str) -> TableError {
        TableError::NoColumn { table: self.table.clone(), column: column.to_owned() }
    }
}

/// All tables of one program folder, checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    tables: BTreeMap<String, Vec<Row>>,
}

impl Tables {
    /// Names of the tables.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// Every row of a table, of all times, in the order of the file.
    pub fn all_rows(&self, table: &str) -> Result<&[Row], TableError> {
        self.tables.get(table).map(Vec::as_slice).ok_or_else(|| TableError::NoTable(table.to_owned()))
    }

    /// The rows of a table that hold on `day`, in the order of the file.
    pub fn rows(&self, table: &str, day: NaiveDate) -> Result<Vec<&Row>, TableError> {
        Ok(self.all_rows(table)?.iter().filter(|row| row.holds_on(day)).collect())
    }

    /// The row of `key` that holds on `day`; a key of several parts is joined with `/`.
    pub fn row(&self, table: &str, key: &str, day: NaiveDate) -> Result<&Row, TableError> {
        let found = self.all_rows(table)?.iter().find(|row| row.key == key && row.holds_on(day));
        found.ok_or_else(|| TableError::NoRow { table: table.to_owned(), key: key.to_owned(), on: day })
    }
}
