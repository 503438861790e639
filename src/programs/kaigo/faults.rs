//! What is wrong with the tables of the judgement, gathered while they are read.

use crate::domain::forms::Decimal;
use crate::domain::problem::Problem;
use crate::domain::tables::{Row, Tables};

use chrono::NaiveDate;

use super::tenths::Tenths;

/// Tables as they hold on one day, and every fault found in them.
#[derive(Debug)]
pub struct Reading<'a> {
    tables: &'a Tables,
    day: NaiveDate,
    /// The faults so far.
    pub problems: Vec<Problem>,
}

impl<'a> Reading<'a> {
    /// Begins to read the tables as they hold on a day.
    pub fn new(tables: &'a Tables, day: NaiveDate) -> Reading<'a> {
        Reading { tables, day, problems: Vec::new() }
    }

    /// The rows of a table with their places in it; a fault if there are none.
    pub fn rows(&mut self, table: &str) -> Vec<(usize, &'a Row)> {
        let all = self.tables.all_rows(table).unwrap_or_default().iter().enumerate();
        let rows: Vec<(usize, &Row)> = all.filter(|(_, row)| row.holds_on(self.day)).collect();
        if rows.is_empty() {
            let message = format!("no row of {table} holds on {}", self.day);
            self.problems.push(Problem::new(&file(table), "", message, "add the table or its rows"));
        }
        rows
    }

    /// Notes a fault in a column of a row.
    pub fn fault(&mut self, row: &Row, column: &str, message: impl Into<String>, fix: &str) {
        let problem = Problem::new(&file(&row.reference().table), column, message, fix);
        self.problems.push(problem.on_line(row.line));
    }

    /// A figure of a row, of at most one decimal; 0 with a fault if it is none.
    pub fn tenths(&mut self, row: &Row, column: &str) -> Tenths {
        self.optional(row, column).unwrap_or_else(|| {
            self.fault(row, column, "a figure is missing", "write a number such as 31.2");
            Tenths(0)
        })
    }

    /// A figure that a row may leave out; a fault if it has more than one decimal.
    pub fn optional(&mut self, row: &Row, column: &str) -> Option<Tenths> {
        let number: Decimal = row.decimal(column).ok()?;
        let tenths = Tenths::read(number);
        if tenths.is_none() {
            let message = format!("{number} has more than one decimal, or is not between 0 and 1440");
            self.fault(row, column, message, "write a number such as 31.2");
        }
        tenths
    }
}

fn file(table: &str) -> String {
    format!("tables/{table}.csv")
}
