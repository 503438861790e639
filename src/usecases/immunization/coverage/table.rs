//! The figures of every vaccine as a table to download, one vaccine after the other. What the page withholds, it
//! withholds.

use crate::domain::immunization::outlook::Cohort;
use crate::usecases::access::Caller;
use crate::usecases::figures::table::{Part, Row};
use crate::usecases::house::House;

use super::gathered::Gathered;
use super::page::dose_label;
use super::question::{Asked, Question, question};

const HEADS: [&str; 10] = [
    "ワクチン",
    "回数",
    "生まれた年度・学年",
    "生年月日（から）",
    "生年月日（まで）",
    "地区",
    "対象者",
    "接種ずみ",
    "接種率（％）",
    "基準日",
];
/// What stands where a figure is withheld.
const WITHHELD: &str = "秘匿";

/// The rows of the vaccine at a place.
///
/// # Errors
/// As the page.
pub fn part(house: &House, caller: &Caller, asked: &Asked, at: usize) -> Part {
    let question = question(house, caller, asked)?;
    let Some(vaccine) = question.vaccines.get(at).cloned() else { return Ok((Vec::new(), None)) };
    let gathered = Gathered::of(house, &question, &vaccine.key)?;
    let question = Question { vaccine, ..question };
    let mut rows: Vec<Row> = Vec::new();
    if at == 0 {
        rows.push(HEADS.map(str::to_owned).to_vec());
    }
    for dose in 0..gathered.doses.len() {
        rows.extend(of_dose(&question, &gathered, dose));
    }
    Ok((rows, Some(at + 1).filter(|next| *next < question.vaccines.len())))
}

fn of_dose(question: &Question, gathered: &Gathered, dose: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for row in 0..=gathered.cohorts.len() {
        for column in 0..=gathered.districts.len() {
            rows.push(line(question, gathered, (row, column), dose));
        }
    }
    rows
}

fn line(question: &Question, gathered: &Gathered, (row, column): (usize, usize), dose: usize) -> Row {
    let shown = gathered.shown(row, column, dose);
    let number = |count: Option<u64>| count.map_or(WITHHELD.to_owned(), |it| it.to_string());
    let cohort = gathered.cohorts.get(row).copied();
    let born = cohort.and_then(|year| question.vaccine.cohort.days(year));
    let day = |day: Option<chrono::NaiveDate>| day.map(|it| it.to_string()).unwrap_or_default();
    let kind = if question.vaccine.cohort == Cohort::School { "学年" } else { "年度" };
    let district = match gathered.districts.get(column).map(String::as_str) {
        None => "計",
        Some("") => "地区不明",
        Some(known) => known,
    };
    vec![
        question.vaccine.name.clone(),
        dose_label(&gathered.doses[dose]),
        cohort.map_or("計".to_owned(), |year| format!("{year}{kind}")),
        day(born.map(|it| it.0)),
        day(born.map(|it| it.1)),
        district.to_owned(),
        number(shown.all),
        number(shown.have),
        if shown.withheld { WITHHELD.to_owned() } else { shown.share.unwrap_or_default() },
        question.on.to_string(),
    ]
}
