//! 未接種者: who may be given a dose and was not. The rows are those of the projection, which says for which day it was
//! computed. A page is read by key, and that it was read is on record.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use serde::Serialize;

use crate::domain::calendar::EnteredDate;
use crate::domain::immunization::Vaccine;
use crate::domain::immunization::outlook::ComingState;
use crate::domain::lang::Lang;
use crate::domain::permission::could;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::dose_forecasts::{self, Next, Place, Wanted};
use crate::store::immunization_subjects::StoredSubject;
use crate::store::{Conn, immunization_subjects};
use crate::usecases::access::Caller;
use crate::usecases::bulk::shown::Choice;
use crate::usecases::error::Error;
use crate::usecases::figures::table::Row as Cells;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{Keeping, at_register};
use crate::usecases::immunization::coverage::page::dose_label;
use crate::usecases::immunization::vouchers::name_of;

/// Rows of a page.
const PAGE: i64 = 50;
/// Rows of a part of the table.
const PART: i64 = 500;
/// Days in which a right ends soon, where nobody says how many.
const SOON: u64 = 60;
/// The most days that somebody may ask for.
const LONGEST: u64 = 400;
/// How the list calls itself in the record of access.
const LIST: &str = "doses_due";

/// The fields of the form.
pub const FIELDS: [&str; 7] = ["vaccine", "dose", "from", "until", "district", "state", "within"];

/// The fields of the address.
pub type Asked = BTreeMap<String, String>;

/// What is asked.
pub struct Question {
    /// Vaccines that are given under the program today.
    pub vaccines: Vec<Vaccine>,
    /// Which of the next doses.
    pub wanted: Wanted,
}

/// Reads what is asked of the list.
///
/// # Errors
/// `permission.denied`; what is wrong with a day or a number.
pub fn question(house: &House, caller: &Caller, asked: &Asked) -> Result<Question, Error> {
    let keeping = at_register(house, caller, Keeping::first(house)?, CommandName::ReadImmunizations)?;
    let get = |name: &str| asked.get(name).map_or("", |value| value.trim());
    let vaccines: Vec<Vaccine> = keeping.vaccines(house).into_iter().filter(|it| it.current).collect();
    let vaccine = vaccines.iter().find(|it| it.key == get("vaccine")).map(|it| it.key.clone());
    let state = ["ends", "overdue"].into_iter().find(|it| *it == get("state")).unwrap_or("");
    let within = days(get("within"))?;
    let today = house.today();
    let last = today.checked_add_days(Days::new(within));
    let wanted = Wanted {
        program: keeping.program.definition.id.clone(),
        vaccine: vaccine.unwrap_or_default(),
        dose: get("dose").chars().take(4).collect(),
        states: match state {
            "overdue" => vec![ComingState::Overdue],
            _ => vec![ComingState::Due, ComingState::Overdue],
        },
        born: (birth(get("from"), "from")?, birth(get("until"), "until")?),
        district: Some(get("district").to_owned()).filter(|it| !it.is_empty()),
        ends: if state == "ends" { (Some(today), last) } else { (None, None) },
        advised_until: (None, None),
    };
    Ok(Question { vaccines, wanted })
}

fn days(typed: &str) -> Result<u64, Refusal> {
    let number = crate::domain::text::fold_width(typed);
    let days = if number.is_empty() { Some(SOON) } else { number.parse().ok() };
    let wrong = || Refusal::new("due.within").with("most", LONGEST).at("within");
    days.filter(|days| *days <= LONGEST).ok_or_else(wrong)
}

fn birth(typed: &str, field: &str) -> Result<Option<NaiveDate>, Refusal> {
    if typed.is_empty() {
        return Ok(None);
    }
    let day = EnteredDate::parse(typed).ok().and_then(|entered| entered.date.day());
    day.map(Some).ok_or_else(|| Refusal::new("voucher.birth").at(field))
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Due {
    vaccines: Vec<Choice>,
    typed: Asked,
    states: Vec<Choice>,
    rows: Vec<Row>,
    /// How many there are.
    count: i64,
    /// Address of the next page.
    next: Option<String>,
    /// The day for which it was computed.
    day: NaiveDate,
    /// Persons who were not computed for it, or whose record changed since.
    waiting: i64,
    /// Address of the same list as a table.
    table: String,
    /// Address of the form by which those of the list are written to, for whoever may.
    call: Option<String>,
}

/// A dose that somebody may be given.
#[derive(Clone, Debug, Serialize)]
struct Row {
    subject: String,
    name: String,
    birth: NaiveDate,
    /// Completed years, and months beyond them.
    age: (i32, i32),
    district: String,
    vaccine: String,
    dose: String,
    /// Whether the advised time is over.
    overdue: bool,
    /// The last day of the advised time, and of the right.
    advised: Option<NaiveDate>,
    latest: Option<NaiveDate>,
    /// The last day from which the rest of the course still fits.
    finish_by: Option<NaiveDate>,
}

/// A page of the list.
///
/// # Errors
/// `permission.denied`; what is wrong with a day or a number.
pub fn page(house: &House, caller: &Caller, asked: &Asked) -> Result<Due, Error> {
    let question = question(house, caller, asked)?;
    let today = house.today();
    let after = place(asked.get("after").map_or("", String::as_str));
    let (rows, next) = rows(house, caller, &question, &after, PAGE)?;
    let (count, waiting) = house.database.read(|conn| {
        let waiting = dose_forecasts::waiting(conn, &question.wanted.program, today)?;
        Ok::<_, Error>((dose_forecasts::count(conn, &question.wanted)?, waiting))
    })?;
    let choice = |value: &str, label: &str| Choice { value: value.to_owned(), label: label.to_owned() };
    let typed = FIELDS.map(|name| (name.to_owned(), asked.get(name).cloned().unwrap_or_default()));
    let keeps =
        could(&caller.actor, CommandName::KeepImmunizations, &Keeping::first(house)?.program.definition);
    Ok(Due {
        vaccines: question.vaccines.iter().map(|it| choice(&it.key, &it.name)).collect(),
        typed: Asked::from(typed),
        states: vec![choice("ends", "期間がもうすぐ終わる"), choice("overdue", "標準の時期をすぎた")],
        rows,
        count,
        next: next.map(|place| address("/staff/immunizations/due", asked, Some(&place))),
        day: today,
        waiting,
        table: address("/staff/immunizations/due.csv", asked, None),
        call: keeps.then(|| address("/staff/bulk/new/call", asked, None)),
    })
}

/// Where a page begins, as an address carries it.
pub fn place(text: &str) -> Place {
    text.split_once('~')
        .map(|(subject, vaccine)| (subject.to_owned(), vaccine.to_owned()))
        .unwrap_or_default()
}

fn address(path: &str, asked: &Asked, after: Option<&Place>) -> String {
    let kept = asked.iter().filter(|(name, value)| *name != "after" && !value.is_empty());
    let mut pairs: Vec<(&str, String)> = kept.map(|(name, value)| (name.as_str(), value.clone())).collect();
    pairs.extend(after.map(|place| ("after", format!("{}~{}", place.0, place.1))));
    format!("{path}?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
}

/// Rows after a place, and the place of the last one if there are more. That they were read is on record.
fn rows(
    house: &House,
    caller: &Caller,
    question: &Question,
    after: &Place,
    limit: i64,
) -> Result<(Vec<Row>, Option<Place>), Error> {
    house.read_list(caller, LIST, |conn| {
        let mut found = dose_forecasts::page(conn, &question.wanted, after, limit + 1)?;
        let more = i64::try_from(found.len()).is_ok_and(|count| count > limit);
        found.truncate(usize::try_from(limit).unwrap_or_default());
        let next = found.last().filter(|_| more).map(|it| (it.subject.clone(), it.coming.vaccine.clone()));
        let people = people(house, conn, &found)?;
        let today = house.today();
        let row = |next: &Next| Some(row(question, people.get(&next.subject)?, next, today));
        let rows = found.iter().filter_map(row).collect();
        Ok(((rows, next), people.into_keys().collect()))
    })
}

/// The persons of some rows.
fn people(house: &House, conn: &mut Conn, rows: &[Next]) -> Result<BTreeMap<String, StoredSubject>, Error> {
    let mut ids: Vec<String> = rows.iter().map(|it| it.subject.clone()).collect();
    ids.dedup();
    let found = immunization_subjects::many(conn, &house.keys, &ids)?;
    Ok(found.into_iter().map(|it| (it.subject.id.clone(), it)).collect())
}

fn row(question: &Question, of: &StoredSubject, next: &Next, today: NaiveDate) -> Row {
    let (subject, coming) = (&of.subject, &next.coming);
    Row {
        subject: subject.id.clone(),
        name: subject.person.name.clone(),
        birth: subject.birth,
        age: age(subject.birth, today),
        district: subject.district.clone(),
        vaccine: name_of(&question.vaccines, &coming.vaccine, Lang::Ja),
        dose: dose_label(&coming.dose),
        overdue: coming.state == ComingState::Overdue,
        advised: coming.standard.1,
        latest: coming.latest,
        finish_by: coming.finish_by,
    }
}

fn age(birth: NaiveDate, on: NaiveDate) -> (i32, i32) {
    let begun = i32::from(on.day() < birth.day());
    let months =
        (on.year() - birth.year()) * 12 + on.month0().cast_signed() - birth.month0().cast_signed() - begun;
    (months.max(0) / 12, months.max(0) % 12)
}

const HEADS: [&str; 9] = [
    "氏名",
    "生年月日",
    "地区",
    "ワクチン",
    "回数",
    "標準の時期をすぎたか",
    "標準の時期の終わり",
    "受けられる最後の日",
    "続きを終えるための最後の日",
];

/// A part of the list as a table, after a place.
///
/// # Errors
/// As [`page`].
pub fn table(
    house: &House,
    caller: &Caller,
    asked: &Asked,
    (begins, after): (bool, &Place),
) -> Result<(Vec<Cells>, Option<Place>), Error> {
    let question = question(house, caller, asked)?;
    let (rows, next) = rows(house, caller, &question, after, PART)?;
    let head = begins.then(|| HEADS.map(str::to_owned).to_vec());
    Ok((head.into_iter().chain(rows.iter().map(cells)).collect(), next))
}

fn cells(row: &Row) -> Cells {
    let day = |day: Option<NaiveDate>| day.map(|it| it.to_string()).unwrap_or_default();
    vec![
        row.name.clone(),
        row.birth.to_string(),
        row.district.clone(),
        row.vaccine.clone(),
        row.dose.clone(),
        if row.overdue { "はい".to_owned() } else { String::new() },
        day(row.advised),
        day(row.latest),
        day(row.finish_by),
    ]
}
