//! What is asked of the figures.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::calendar::EnteredDate;
use crate::domain::immunization::Vaccine;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{Keeping, at_register};

/// The fields of the address.
pub type Asked = BTreeMap<String, String>;

/// What is asked.
pub(super) struct Question {
    pub(super) keeping: Keeping,
    /// Every vaccine that is given under the program today.
    pub(super) vaccines: Vec<Vaccine>,
    /// The one whose figures are asked for.
    pub(super) vaccine: Vaccine,
    pub(super) on: NaiveDate,
    /// The fewest people of whom a figure may tell.
    pub(super) smallest: u64,
}

/// Reads what is asked; without a vaccine it is the first one, without a day today.
///
/// # Errors
/// `permission.denied`; `coverage.day` for what is no day up to today.
pub(super) fn question(house: &House, caller: &Caller, asked: &Asked) -> Result<Question, Error> {
    let keeping = at_register(house, caller, Keeping::first(house)?, CommandName::ReadImmunizations)?;
    let get = |name: &str| asked.get(name).map_or("", |value| value.trim());
    let on = day(house, get("on"))?;
    let vaccines: Vec<Vaccine> = keeping.vaccines(house).into_iter().filter(|it| it.current).collect();
    let wanted = vaccines.iter().find(|it| it.key == get("vaccine")).or(vaccines.first());
    let vaccine = wanted.cloned().ok_or(Error::NotFound)?;
    let rule = keeping.program.definition.coverage.as_ref();
    let smallest = rule.and_then(|it| it.smallest.number(house.today(), &house.settings)).unwrap_or_default();
    Ok(Question { vaccines, vaccine, on, smallest: u64::from(smallest), keeping })
}

fn day(house: &House, typed: &str) -> Result<NaiveDate, Refusal> {
    if typed.is_empty() {
        return Ok(house.today());
    }
    let day = EnteredDate::parse(typed).ok().and_then(|entered| entered.date.day());
    day.filter(|day| *day <= house.today()).ok_or_else(|| Refusal::new("coverage.day").at("on"))
}
