//! The questions that this program answers from plain values; docs/rules.md has an example of each.

mod decide;
mod evaluate;
mod forecast;
mod read;

use chrono::NaiveDate;
use serde_json::Value;

use super::law::{Fault, Law};
use super::person::{Need, Person};
use crate::domain::proposal::Worked;
use crate::domain::tables::{TableError, Tables};
use crate::programs::ask::{Answer, AskError, Question};

/// All of them.
pub const QUESTIONS: &[Question] = &[decide::QUESTION, evaluate::QUESTION, forecast::QUESTION];

/// Answers inputs by a law that is read once.
fn prepared<'a>(
    tables: &'a Tables,
    answer: impl Fn(&Value, &Law<'_>, Option<NaiveDate>) -> Result<Worked<Value>, AskError> + 'a,
) -> Answer<'a> {
    let law = Law::read(tables);
    Box::new(move |value, on| match &law {
        Ok(law) => answer(value, law, on),
        Err(fault) => Err(AskError::Table(no_law(fault))),
    })
}

/// The tables are checked before anybody asks; who has not done so is told by the table's own error.
fn no_law(fault: &Fault) -> TableError {
    match fault.clone() {
        Fault::Table(error) => error,
        Fault::Cell { table, column, .. } => TableError::NoColumn { table, column },
    }
}

/// Where in the input what is missing has to stand.
fn path(need: Need) -> String {
    match need {
        Need::Sex => "subject.sex".to_owned(),
        Need::Due => "subject.edd".to_owned(),
        Need::Season => "subject.facts.season_from".to_owned(),
        Need::Product(dose) => format!("prior[{dose}].product"),
        Need::Day(dose) => format!("prior[{dose}].date"),
        Need::Rules => "on".to_owned(),
    }
}

/// The error of an input without which nothing can be said.
fn needed(need: Need) -> AskError {
    let expected = match need {
        Need::Day(_) => "a whole day, since an interval is counted from it",
        Need::Rules => "a day whose rules the tables have",
        _ => return AskError::Missing { path: path(need) },
    };
    AskError::Invalid { path: path(need), expected: expected.to_owned() }
}

/// Whether the doses of a person are the same vaccine on the same day.
fn same_day(person: &Person) -> impl Iterator<Item = usize> {
    let doses = person.doses.iter().enumerate();
    doses.filter_map(|(place, dose)| {
        let twin = |it: &&super::person::Dose| it.vaccine == dose.vaccine && it.first == dose.first;
        let routine = dose.vaccine.is_some() && dose.first == dose.last;
        (routine && person.doses[..place].iter().any(|it| twin(&it))).then_some(dose.place)
    })
}
