//! 年次報告のもと: the counters of a 年度, from which tables of any layout can be made. The official layout is not known
//! here, so none is imitated.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::domain::calendar::start_in_japan;
use crate::domain::immunization::record::Category;
use crate::domain::immunization::{Sex, Status, Vaccine};
use crate::domain::lang::Lang;
use crate::domain::periods::{MonthEnd, add_months, age_on, fiscal_year};
use crate::domain::program::Program;
use crate::domain::program::vocabulary::CommandName;
use crate::store::dose_yearly::{self, Lines, Sum};
use crate::usecases::access::Caller;
use crate::usecases::clerk::words;
use crate::usecases::error::Error;
use crate::usecases::figures::table::{Part, Row as Cells};
use crate::usecases::house::House;

use super::access::{Keeping, at_register};
use super::coverage::page::dose_label;
use super::vouchers::name_of;

/// Years that can be asked for.
const YEARS: std::ops::Range<i32> = 2000..2200;
/// Age in years below which months are told.
const BY_MONTHS: u32 = 2;
/// Months of a year.
const MONTHS: usize = 12;

/// Under what doses were given, in the words of the office.
const CATEGORIES: [(Category, &str); 5] = [
    (Category::Routine, "定期"),
    (Category::Exception, "特例"),
    (Category::Temporary, "臨時"),
    (Category::Voluntary, "任意"),
    (Category::Unknown, "不明"),
];

/// What is counted of a dose of a vaccine.
#[derive(Clone, Debug, Serialize)]
struct Row {
    vaccine: String,
    dose: String,
    /// Doses given, by category in the order of the heads.
    given: Vec<i64>,
    /// Visits without a dose (予診のみ・見合わせ).
    not_done: i64,
    sum: i64,
}

/// What is counted of a kind of application.
#[derive(Clone, Debug, Serialize)]
struct Procedure {
    kind: String,
    filed: i64,
    /// Decisions that grant, and others.
    granted: i64,
    refused: i64,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Year {
    year: i32,
    heads: Vec<&'static str>,
    rows: Vec<Row>,
    given: i64,
    not_done: i64,
    /// Reports of reactions: vaccine and number.
    reactions: Vec<(String, i64)>,
    procedures: Vec<Procedure>,
}

/// What is counted of a 年度; of the present one where none is named.
///
/// # Errors
/// `permission.denied`; [`Error::NotFound`] for a year that is none.
pub fn page(house: &House, caller: &Caller, typed: &str) -> Result<Year, Error> {
    let keeping = at_register(house, caller, Keeping::first(house)?, CommandName::ReadImmunizations)?;
    let year = read(house, typed)?;
    let (from, to) = days(year).ok_or(Error::NotFound)?;
    let (program, id) = (&keeping.program, &keeping.program.definition.id);
    let moments = (start_in_japan(from), start_in_japan(to.succ_opt().unwrap_or(to)));
    let vaccines = keeping.vaccines(house);
    house.database.read(|conn| {
        let rows = rows(&vaccines, dose_yearly::sums(conn, id, from, to)?);
        let reactions = dose_yearly::reactions(conn, from, to)?;
        let named = |(key, count): (String, i64)| (name_of(&vaccines, &key, Lang::Ja), count);
        let (filed, decided) =
            (dose_yearly::filed(conn, id, moments)?, dose_yearly::decided(conn, id, moments)?);
        Ok(Year {
            year,
            heads: CATEGORIES.map(|(_, words)| words).to_vec(),
            given: rows.iter().map(|row| row.sum).sum(),
            not_done: rows.iter().map(|row| row.not_done).sum(),
            rows,
            reactions: reactions.into_iter().map(named).collect(),
            procedures: procedures(program, &filed, &decided),
        })
    })
}

fn read(house: &House, typed: &str) -> Result<i32, Error> {
    if typed.is_empty() {
        return Ok(fiscal_year(house.today()));
    }
    typed.parse().ok().filter(|year| YEARS.contains(year)).ok_or(Error::NotFound)
}

fn days(year: i32) -> Option<(NaiveDate, NaiveDate)> {
    let next = NaiveDate::from_ymd_opt(year + 1, 4, 1)?;
    Some((NaiveDate::from_ymd_opt(year, 4, 1)?, next.pred_opt()?))
}

/// Rows in the order of the vaccines; those of others behind them.
fn rows(vaccines: &[Vaccine], sums: Vec<Sum>) -> Vec<Row> {
    let place = |key: &str| vaccines.iter().position(|it| it.key == key).unwrap_or(usize::MAX);
    let mut found: BTreeMap<(usize, String, String), Row> = BTreeMap::new();
    for (vaccine, dose, status, category, count) in sums {
        let name = name_of(vaccines, &vaccine, Lang::Ja);
        let row = found.entry((place(&vaccine), vaccine, dose.clone())).or_insert_with(|| Row {
            vaccine: name,
            dose: dose_label(&dose),
            given: vec![0; CATEGORIES.len()],
            not_done: 0,
            sum: 0,
        });
        if status == Status::NotDone.code() {
            row.not_done += count;
            continue;
        }
        row.sum += count;
        let known = CATEGORIES.iter().position(|(it, _)| it.code() == category);
        if let Some(given) = known.and_then(|at| row.given.get_mut(at)) {
            *given += count;
        }
    }
    found.into_values().collect()
}

fn procedures(
    program: &Program,
    filed: &[(String, i64)],
    decided: &[(String, String, i64)],
) -> Vec<Procedure> {
    let of = |kind: &str| {
        let own = || decided.iter().filter(|it| it.0 == kind);
        let grants = |outcome: &str| outcome.starts_with("granted");
        Procedure {
            kind: words::text(program, &format!("kind.{kind}")),
            filed: filed.iter().filter(|it| it.0 == kind).map(|it| it.1).sum(),
            granted: own().filter(|it| grants(&it.1)).map(|it| it.2).sum(),
            refused: own().filter(|it| !grants(&it.1)).map(|it| it.2).sum(),
        }
    };
    program.definition.kinds.iter().map(|it| of(it.code.code())).collect()
}

const HEADS: [&str; 9] =
    ["年度", "月", "ワクチン", "回数", "年齢（歳）", "月齢（2歳未満）", "性別", "区分", "件数"];

/// The lines of the month at a place of the year, as a table: nothing that tells one person from another but what is
/// reported.
///
/// # Errors
/// As [`page`].
pub fn part(house: &House, caller: &Caller, typed: &str, at: usize) -> Part {
    let keeping = at_register(house, caller, Keeping::first(house)?, CommandName::ReadImmunizations)?;
    let year = read(house, typed)?;
    let (first, _) = days(year).ok_or(Error::NotFound)?;
    let month = |at: usize| add_months(first, i32::try_from(at).unwrap_or(0), MonthEnd::LastDay);
    let (from, next) = (month(at), month(at + 1));
    let id = &keeping.program.definition.id;
    let to = next.pred_opt().unwrap_or(next);
    let lines = house.database.read(|conn| dose_yearly::lines(conn, id, from, to))?;
    let head = (at == 0).then(|| HEADS.map(str::to_owned).to_vec());
    let rows = table(&keeping.vaccines(house), (year, from), &lines);
    Ok((head.into_iter().chain(rows).collect(), Some(at + 1).filter(|next| *next < MONTHS)))
}

fn table(vaccines: &[Vaccine], (year, month): (i32, NaiveDate), lines: &[Lines]) -> Vec<Cells> {
    let mut counted: BTreeMap<Cells, i64> = BTreeMap::new();
    for line in lines {
        let years = age_on(line.birth, line.on);
        let months = months_on(line.birth, line.on).filter(|_| years.is_some_and(|it| it < BY_MONTHS));
        let number = |number: Option<u32>| number.map(|it| it.to_string()).unwrap_or_default();
        let sex = match line.sex.as_deref().and_then(Sex::from_code) {
            Some(Sex::Female) => "女",
            Some(Sex::Male) => "男",
            None => "不明",
        };
        let known = CATEGORIES.iter().find(|(it, _)| it.code() == line.category);
        let category = if line.status == Status::NotDone.code() {
            "予診のみ"
        } else {
            known.map_or("不明", |it| it.1)
        };
        let alike = vec![
            name_of(vaccines, &line.vaccine, Lang::Ja),
            dose_label(&line.dose),
            number(years),
            number(months),
            sex.to_owned(),
            category.to_owned(),
        ];
        *counted.entry(alike).or_default() += line.count;
    }
    let begin = [year.to_string(), month.format("%Y-%m").to_string()];
    let row = |(alike, count): (Cells, i64)| {
        begin.iter().cloned().chain(alike).chain([count.to_string()]).collect()
    };
    counted.into_iter().map(row).collect()
}

/// Completed months of age.
fn months_on(birth: NaiveDate, on: NaiveDate) -> Option<u32> {
    let begun = i32::from(on.day() < birth.day());
    let months = (on.year() - birth.year()) * 12 + on.month0().cast_signed() - birth.month0().cast_signed();
    u32::try_from(months - begun).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(status: &str, category: &str, birth: &str) -> Lines {
        Lines {
            vaccine: "v1".to_owned(),
            dose: "1".to_owned(),
            status: status.to_owned(),
            category: category.to_owned(),
            sex: Some("female".to_owned()),
            birth: birth.parse().unwrap(),
            on: "2026-05-10".parse().unwrap(),
            count: 2,
        }
    }

    #[test]
    fn those_who_are_of_one_age_are_one_row_whatever_their_birthdays() {
        let lines = [
            line("completed", "routine", "2026-01-02"),
            line("completed", "routine", "2026-01-09"),
            line("not_done", "routine", "2026-01-09"),
            line("completed", "exception", "2020-05-11"),
        ];
        let month = "2026-05-01".parse().unwrap();
        let rows: Vec<String> = table(&[], (2026, month), &lines).iter().map(|row| row.join(",")).collect();
        let expected = [
            "2026,2026-05,v1,1回目,0,4,女,予診のみ,2",
            "2026,2026-05,v1,1回目,0,4,女,定期,4",
            "2026,2026-05,v1,1回目,5,,女,特例,2",
        ];
        assert_eq!(rows, expected);
    }
}
