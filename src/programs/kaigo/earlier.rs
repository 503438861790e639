//! The certification that a case renews or changes, as decided here or as the application tells of it.

use chrono::{Datelike, NaiveDate};
use serde_json::Value;

use crate::programs::Inputs;
use crate::programs::read::Slots;

/// Field of a decision that holds the level.
pub const LEVEL: &str = "level";

/// The certification before.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    inputs: &'a Inputs<'a>,
}

impl<'a> Earlier<'a> {
    /// What stands before a case.
    pub fn of(inputs: &'a Inputs<'a>) -> Earlier<'a> {
        Earlier { inputs }
    }

    /// The level as decided here; nothing where another municipality decided.
    pub fn decided_level(&self) -> Option<&'a str> {
        self.field(LEVEL)
    }

    /// The level as decided here, else as the application tells.
    pub fn level(&self) -> Option<&'a str> {
        self.decided_level().or_else(|| self.application().code("previous.level"))
    }

    /// The last day as decided here, else as the application tells.
    pub fn ended_on(&self) -> Option<NaiveDate> {
        self.day("valid_to").or_else(|| self.application().day("previous.to"))
    }

    /// The months granted: as decided, else as the period shows; 0 when neither is known.
    pub fn months(&self) -> i64 {
        let decided = self.inputs.before.get("months").and_then(Value::as_i64);
        let span = self.day("valid_from").zip(self.day("valid_to"));
        decided.or(span.map(|(from, to)| counted(from, to))).unwrap_or_default()
    }

    /// The row of the table `validity` under which a level is granted now.
    pub fn validity_case(&self, level: &str) -> &'static str {
        match self.inputs.kind.code() {
            "renewal" if self.level() == Some(level) => "renewal-same",
            "renewal" => "renewal-other",
            "change-level" | "ex-officio" => "change",
            _ => "new",
        }
    }

    fn application(&self) -> Slots<'a> {
        Slots::new("answers", Some(self.inputs.application))
    }

    fn field(&self, name: &str) -> Option<&'a str> {
        self.inputs.before.get(name).and_then(Value::as_str)
    }

    fn day(&self, name: &str) -> Option<NaiveDate> {
        self.field(name).and_then(|day| day.parse().ok())
    }
}

/// Months from one day to another; a month begun on its first day counts in full.
fn counted(from: NaiveDate, to: NaiveDate) -> i64 {
    let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month());
    months(to) - months(from) + i64::from(from.day() == 1)
}
