//! The typed value of one cell.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::domain::forms::Decimal;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number; amounts are in yen.
    Integer,
    /// A number with a decimal point.
    Decimal,
    /// A day, written `2025-07-01`.
    Date,
    /// `yes` or `no`.
    Boolean,
}

impl Kind {
    /// What the writer of a table has to write in such a column.
    pub fn expected(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Integer => "a whole number without separators, e.g. 809000",
            Kind::Decimal => "a number, e.g. 37.5",
            Kind::Date => "a date, e.g. 2025-07-01",
            Kind::Boolean => "yes or no",
        }
    }
}

/// One value of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Any text.
    Text(String),
    /// A whole number; amounts are in yen.
    Integer(i64),
    /// A number with a decimal point.
    Decimal(Decimal),
    /// A day.
    Date(NaiveDate),
    /// Yes or no.
    Boolean(bool),
}

impl Cell {
    /// Reads a written value, or `None` when it is not of this kind.
    pub fn read(kind: Kind, written: &str) -> Option<Cell> {
        match kind {
            Kind::Text => Some(Cell::Text(written.to_owned())),
            Kind::Integer => written.parse().ok().map(Cell::Integer),
            Kind::Decimal => Decimal::parse(written).map(Cell::Decimal),
            Kind::Date => written.parse().ok().map(Cell::Date),
            Kind::Boolean => match written {
                "yes" => Some(Cell::Boolean(true)),
                "no" => Some(Cell::Boolean(false)),
                _ => None,
            },
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Cell::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The decimal number, if it is one.
    pub fn as_decimal(&self) -> Option<Decimal> {
        match self {
            Cell::Decimal(number) => Some(*number),
            _ => None,
        }
    }

    /// The day, if it is one.
    pub fn as_date(&self) -> Option<NaiveDate> {
        match self {
            Cell::Date(day) => Some(*day),
            _ => None,
        }
    }

    /// The yes or no, if it is one.
    pub fn as_boolean(&self) -> Option<bool> {
        match self {
            Cell::Boolean(answer) => Some(*answer),
            _ => None,
        }
    }
}
