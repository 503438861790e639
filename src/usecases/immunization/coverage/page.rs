//! The page of 接種率: for each dose of a vaccine a drawing by year of birth and a table by district.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::figures::percent;
use crate::domain::immunization::outlook::Cohort;
use crate::store::dose_forecasts;
use crate::usecases::access::Caller;
use crate::usecases::bulk::shown::Choice;
use crate::usecases::error::Error;
use crate::usecases::figures::chart::{Chart, Limit, Value, draw};
use crate::usecases::house::House;

use super::gathered::Gathered;
pub use super::gathered::Shown;
pub use super::question::Asked;
use super::question::{Question, question};

/// The whole of a share, in the tenths of a per cent in which bars are drawn.
const WHOLE: u64 = 1000;

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Coverage {
    vaccine: String,
    name: String,
    vaccines: Vec<Choice>,
    on: NaiveDate,
    /// The same as somebody would type it.
    typed: String,
    /// The fewest people of whom a figure tells.
    smallest: u64,
    /// Whether that number is a default that the town has not confirmed.
    unconfirmed: bool,
    /// Persons who were not computed for today, or whose record changed since.
    waiting: i64,
    /// Names of the columns before the sum.
    districts: Vec<String>,
    doses: Vec<Dose>,
    withholds: bool,
    empty: bool,
    /// Whether those who go to school together are one row.
    by_school: bool,
    /// Address of the table to download, without its ending.
    table: String,
}

/// A dose.
#[derive(Clone, Debug, Serialize)]
struct Dose {
    label: String,
    chart: Chart,
    rows: Vec<Line>,
}

/// A year of birth, or the sum of them.
#[derive(Clone, Debug, Serialize)]
struct Line {
    /// The year; none for the sum.
    cohort: Option<i32>,
    /// First and last day of birth.
    born: Option<(NaiveDate, NaiveDate)>,
    cells: Vec<Shown>,
}

/// The figures of a vaccine.
///
/// # Errors
/// `permission.denied`; `coverage.day`.
pub fn page(house: &House, caller: &Caller, asked: &Asked) -> Result<Coverage, Error> {
    let question = question(house, caller, asked)?;
    let gathered = Gathered::of(house, &question, &question.vaccine.key)?;
    let (today, definition) = (house.today(), &question.keeping.program.definition);
    let waiting = house.database.read(|conn| dose_forecasts::waiting(conn, &definition.id, today))?;
    let dated = definition.coverage.as_ref().and_then(|it| it.smallest.dated(today));
    let own = definition.coverage.as_ref().and_then(|it| it.smallest.setting.as_ref());
    let set = own.is_some_and(|name| house.settings.contains_key(name));
    let named = |district: &String| match district.as_str() {
        "" => "地区不明".to_owned(),
        known => known.to_owned(),
    };
    let choice =
        |it: &crate::domain::immunization::Vaccine| Choice { value: it.key.clone(), label: it.name.clone() };
    Ok(Coverage {
        vaccine: question.vaccine.key.clone(),
        name: question.vaccine.name.clone(),
        vaccines: question.vaccines.iter().map(choice).collect(),
        on: question.on,
        typed: question.on.to_string(),
        smallest: question.smallest,
        unconfirmed: !set && dated.is_some_and(|it| it.demo),
        waiting,
        districts: gathered.districts.iter().map(named).collect(),
        doses: (0..gathered.doses.len()).map(|dose| section(&question, &gathered, dose)).collect(),
        withholds: gathered.withholds(),
        empty: gathered.is_empty(),
        by_school: question.vaccine.cohort == Cohort::School,
        table: format!("/staff/immunizations/figures/coverage?on={}", question.on),
    })
}

fn section(question: &Question, gathered: &Gathered, dose: usize) -> Dose {
    let whole = gathered.districts.len();
    let line = |row: usize| {
        let cohort = gathered.cohorts.get(row).copied();
        let cells = (0..=whole).map(|column| gathered.shown(row, column, dose)).collect();
        Line { cohort, born: cohort.and_then(|year| question.vaccine.cohort.days(year)), cells }
    };
    let rows: Vec<Line> = (0..=gathered.cohorts.len()).map(line).collect();
    Dose { label: dose_label(&gathered.doses[dose]), chart: chart(&rows), rows }
}

/// The share of each year of birth, the oldest first; without a bar where it is withheld.
fn chart(rows: &[Line]) -> Chart {
    let value = |row: &Line| {
        let cell = row.cells.last()?;
        let share = cell.have.zip(cell.all).and_then(|(have, all)| percent(have, all));
        Some(Value { name: row.cohort?.to_string(), height: share.map_or(0, |it| it.0), over: false })
    };
    let values: Vec<Value> = rows.iter().rev().filter_map(value).collect();
    draw(&values, &Limit::At(WHOLE), "100％".to_owned())
}

/// A number of a dose as people say it.
pub fn dose_label(dose: &str) -> String {
    match dose {
        "" => "回数不明".to_owned(),
        number if number.chars().all(|c| c.is_ascii_digit()) => format!("{number}回目"),
        _ => "追加".to_owned(),
    }
}
