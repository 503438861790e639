//! Which figures are asked for: a program, a kind of procedure, and months.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::calendar::EnteredDate;
use crate::domain::periods::{MonthEnd, add_months, month_of};
use crate::domain::permission::{holds, sees_decisions};
use crate::domain::program::Program;
use crate::domain::refusal::Refusal;
use crate::store::measures::Wanted;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// Months that are read at once at most.
const MOST_MONTHS: i32 = 60;
/// Months that are shown when nothing is asked for.
const USUAL_MONTHS: i32 = 12;

/// The query parameters, by name.
pub type Asked = BTreeMap<String, String>;

/// What is asked for.
pub(super) struct Question {
    pub(super) program: Arc<Program>,
    /// From the first day of a month to the last of another.
    pub(super) wanted: Wanted,
}

impl Question {
    /// The first days of the months that are asked for.
    pub(super) fn months(&self) -> impl Iterator<Item = NaiveDate> {
        let until = self.wanted.until;
        let following = |month: &NaiveDate| Some(add_months(*month, 1, MonthEnd::LastDay));
        std::iter::successors(Some(self.wanted.from), following).take_while(move |month| *month <= until)
    }
}

/// The programs whose decisions the caller sees.
pub(super) fn programs(house: &House, caller: &Caller) -> Vec<Arc<Program>> {
    let sees = |program: &&Arc<Program>| {
        let mut roles = program.definition.roles.iter();
        roles.any(|role| holds(&caller.actor, role) && sees_decisions(role))
    };
    house.programs.offered().filter(sees).cloned().collect()
}

/// Reads what is asked for. A program or kind that is not there asks for the first, and for all.
///
/// # Errors
/// What is wrong with the months; `permission.denied` for whoever sees no decisions.
pub(super) fn question(house: &House, caller: &Caller, asked: &Asked) -> Result<Question, Error> {
    let get = |name: &str| asked.get(name).map_or("", |value| value.trim());
    let reached = programs(house, caller);
    let chosen = reached.iter().find(|it| it.definition.id == get("program")).or(reached.first());
    let program = chosen.cloned().ok_or_else(|| Refusal::new("permission.denied"))?;
    let (from, until) = months(house.today(), get("from"), get("until"))?;
    let kinds = program.definition.kinds.iter().map(|kind| kind.code.code());
    let kind = kinds.into_iter().find(|code| *code == get("kind")).map(str::to_owned);
    let wanted = Wanted { program: program.definition.id.clone(), kind, from, until };
    Ok(Question { program, wanted })
}

/// The first and the last day of the months typed; without any, those of a year up to now.
fn months(today: NaiveDate, from: &str, until: &str) -> Result<(NaiveDate, NaiveDate), Refusal> {
    let this = month_of(today);
    let until = if until.is_empty() { last_of(this) } else { last_of(typed(until, "until")?.1) };
    let usual = add_months(month_of(until), 1 - USUAL_MONTHS, MonthEnd::LastDay);
    let from = if from.is_empty() { usual } else { month_of(typed(from, "from")?.0) };
    if from > until {
        return Err(Refusal::new("figures.order").at("until"));
    }
    if add_months(from, MOST_MONTHS, MonthEnd::LastDay) <= until {
        return Err(Refusal::new("figures.long").with("most", MOST_MONTHS).at("from"));
    }
    Ok((from, until))
}

/// The first and last day that a typed date can be: a month, a year or a day.
fn typed(text: &str, field: &str) -> Result<(NaiveDate, NaiveDate), Refusal> {
    let entered = EnteredDate::parse(text).map_err(|error| Refusal::new(error.key()).at(field))?;
    Ok((entered.date.earliest(), entered.date.latest()))
}

fn last_of(day: NaiveDate) -> NaiveDate {
    let following = add_months(month_of(day), 1, MonthEnd::LastDay);
    following.pred_opt().unwrap_or(following)
}
