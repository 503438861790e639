//! The judgement in every period for which the tables have rows, each put together once.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use super::compile;
use super::model::Model;
use crate::domain::problem::Problem;
use crate::domain::tables::{TableError, Tables};

/// The table that must have rows for there to be a judgement at all.
const FIRST: &str = "items";

/// The periods with their models, earliest first.
#[derive(Debug)]
pub struct Editions {
    periods: Vec<(NaiveDate, Option<Model>)>,
}

impl Editions {
    /// Puts the model of every period together.
    pub fn of(tables: &Tables) -> Editions {
        let model = |day: NaiveDate| (day, compile::model(tables, day).ok());
        Editions { periods: starts(tables).into_iter().map(model).collect() }
    }

    /// The model that holds on a day.
    ///
    /// # Errors
    /// When the tables hold no judgement on that day.
    pub fn on(&self, day: NaiveDate) -> Result<&Model, TableError> {
        let period = self.periods.iter().rfind(|(from, _)| *from <= day);
        period.and_then(|(_, model)| model.as_ref()).ok_or_else(|| TableError::NoRow {
            table: FIRST.to_owned(),
            key: "1-1".to_owned(),
            on: day,
        })
    }
}

/// Every fault of the tables of the judgement, of all times.
pub fn check(tables: &Tables) -> Vec<Problem> {
    let days = starts(tables).into_iter();
    let held = days.filter(|day| tables.rows(FIRST, *day).is_ok_and(|rows| !rows.is_empty()));
    let problems = held.filter_map(|day| compile::model(tables, day).err()).flatten();
    problems.collect::<BTreeSet<Problem>>().into_iter().collect()
}

/// The days on which some row begins or has ended.
fn starts(tables: &Tables) -> BTreeSet<NaiveDate> {
    let rows = tables.names().flat_map(|name| tables.all_rows(name).unwrap_or_default());
    let after = |day: NaiveDate| day.checked_add_days(Days::new(1));
    rows.flat_map(|row| [Some(row.valid_from), row.valid_to.and_then(after)]).flatten().collect()
}
