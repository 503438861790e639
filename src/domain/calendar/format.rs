//! How dates are printed.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::era::Era;
use super::partial::{PartialDate, Precision};
use crate::domain::lang::Lang;

/// Which calendars a date is printed in; an office chooses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateStyle {
    /// 令和8年4月3日（2026年4月3日）
    #[default]
    WarekiFirst,
    /// 2026年（令和8年）4月3日
    WesternFirst,
    /// 令和8年4月3日
    WarekiOnly,
    /// 2026年4月3日
    WesternOnly,
}

/// The date in Japanese. A date before 1873 has no era; a year or month in which the era changed
/// shows both eras.
pub fn show(date: impl Into<PartialDate>, style: DateStyle) -> String {
    let date = date.into();
    let western_year = format!("{}年", date.earliest().year());
    let rest = month_and_day(&date);
    let Some(eras) = era_years(&date) else { return format!("{western_year}{rest}") };
    match style {
        DateStyle::WarekiFirst => format!("{}（{western_year}{rest}）", with_rest(&eras, &rest)),
        DateStyle::WesternFirst => format!("{western_year}（{}）{rest}", eras.join("・")),
        DateStyle::WarekiOnly => with_rest(&eras, &rest),
        DateStyle::WesternOnly => format!("{western_year}{rest}"),
    }
}

/// The date as the reader of a language expects it.
pub fn show_in(date: impl Into<PartialDate>, lang: Lang) -> String {
    let date = date.into();
    match lang {
        Lang::Ja => show(date, DateStyle::WarekiFirst),
        Lang::JaSimple => show(date, DateStyle::WesternFirst),
        Lang::En => english(&date),
    }
}

fn english(date: &PartialDate) -> String {
    let format = match date.precision() {
        Precision::Day => "%-d %B %Y",
        Precision::Month => "%B %Y",
        Precision::Year => "%Y",
    };
    date.earliest().format(format).to_string()
}

fn with_rest(eras: &[String], rest: &str) -> String {
    eras.iter().map(|era| format!("{era}{rest}")).collect::<Vec<_>>().join("・")
}

fn month_and_day(date: &PartialDate) -> String {
    let day = date.earliest();
    match date.precision() {
        Precision::Year => String::new(),
        Precision::Month => format!("{}月", day.month()),
        Precision::Day => format!("{}月{}日", day.month(), day.day()),
    }
}

fn era_years(date: &PartialDate) -> Option<Vec<String>> {
    let mut years = vec![era_year(date.earliest())?, era_year(date.latest())?];
    years.dedup();
    Some(years)
}

fn era_year(day: NaiveDate) -> Option<String> {
    Era::of(day).map(|era| name_year(era, era.year_of(day)))
}

/// An era's year, the first one as 元年.
pub(super) fn name_year(era: &Era, year: i32) -> String {
    if year == 1 { format!("{}元年", era.name) } else { format!("{}{year}年", era.name) }
}
