//! 予防接種: whether a dose may be given as 定期接種, which past ones were, and which come next; and what is
//! proposed for a decision on an application.
//!
//! A verdict says what the record allows. Whether a dose is given is for the physician to say on the day
//! (予診). Where no source says something, a finding asks for it, and nothing is assumed.
//!
//! One judgement goes [`judge`](judge) → person, product, course, days; [`evaluate`](evaluate) asks it for
//! each past dose on its own day, [`forecast`](forecast) for each vaccine on the present one.

pub mod age;
pub mod bounds;
pub mod course;
pub mod evaluate;
pub mod fees;
pub mod findings;
pub mod forecast;
pub mod history;
pub mod immunization;
pub mod judge;
pub mod law;
pub mod outlook;
pub mod person;
pub mod propose;
pub mod questions;
pub mod reactions;
pub mod reason;
pub mod screening;
pub mod window;
pub mod working;

#[cfg(test)]
mod tests;

use super::Rules;
use crate::domain::problem::Problem;
use crate::domain::tables::{MANIFEST, Tables};
use law::Fault;

/// The rules by which the rest of the house calls this program.
pub const RULES: Rules = Rules {
    propose: propose::propose,
    immunization: Some(immunization::RULES),
    ..Rules::asked_only("yobo", questions::QUESTIONS, check)
};

/// What keeps the tables from being read as law.
fn check(tables: &Tables) -> Vec<Problem> {
    law::Law::read(tables).err().map(|fault| problem(&fault)).into_iter().collect()
}

fn problem(fault: &Fault) -> Problem {
    let fix = "write it as the other rows do, or as tables.toml says";
    match fault {
        Fault::Cell { table, line, column } => {
            let file = format!("tables/{table}.csv");
            Problem::new(&file, column, "this cannot be read as law", fix).on_line(*line)
        }
        Fault::Table(error) => Problem::new(MANIFEST, "", error.to_string(), fix),
    }
}
