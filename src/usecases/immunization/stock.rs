//! 接種券の発行状況: how many were issued, used, expired and cancelled, by vaccine and month of a 年度, what is still out,
//! and the last number of the series.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::Serialize;

use crate::domain::calendar::{day_in_japan, start_in_japan};
use crate::domain::immunization::{Vaccine, VoucherState};
use crate::domain::lang::Lang;
use crate::domain::periods::{MonthEnd, add_months, fiscal_year, month_of};
use crate::domain::program::vocabulary::CommandName;
use crate::store::voucher_stock::{self, Happened, Sum};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::figures::table::Row as Cells;
use crate::usecases::house::House;

use super::access::{Keeping, at_register};
use super::vouchers::name_of;

/// Years that can be asked for.
const YEARS: std::ops::Range<i32> = 2000..2200;
/// Months of a year.
const MONTHS: i32 = 12;

/// Numbers of vouchers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Counts {
    issued: i64,
    used: i64,
    expired: i64,
    cancelled: i64,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.issued += other.issued;
        self.used += other.used;
        self.expired += other.expired;
        self.cancelled += other.cancelled;
    }
}

/// A vaccine.
#[derive(Clone, Debug, Serialize)]
struct Row {
    name: String,
    counts: Counts,
    /// Vouchers that can still be used today, of whatever year.
    out: i64,
}

/// A month.
#[derive(Clone, Debug, Serialize)]
struct Month {
    month: NaiveDate,
    counts: Counts,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Stock {
    year: i32,
    rows: Vec<Row>,
    months: Vec<Month>,
    all: Counts,
    out: i64,
    /// The last number of the series, and when it was issued.
    last: Option<(String, DateTime<Utc>)>,
}

/// What was counted, by vaccine and month.
type Counted = BTreeMap<(String, NaiveDate), Counts>;

/// The vouchers of a 年度; of the present one where none is named.
///
/// # Errors
/// `permission.denied`; [`Error::NotFound`] for a year that is none.
pub fn page(house: &House, caller: &Caller, typed: &str) -> Result<Stock, Error> {
    let keeping = at_register(house, caller, Keeping::first(house)?, CommandName::ReadImmunizations)?;
    let year = read(house, typed)?;
    let counted = counted(house, year)?;
    let (out, last) = house.database.read(|conn| {
        let out = voucher_stock::out(conn, &keeping.program.definition.id)?;
        Ok::<_, Error>((out, voucher_stock::last(conn)?))
    })?;
    let months =
        months(year).into_iter().map(|month| Month { month, counts: sum(&counted, |_, at| at == month) });
    Ok(Stock {
        year,
        rows: rows(&keeping.vaccines(house), &counted, &out),
        months: months.collect(),
        all: sum(&counted, |_, _| true),
        out: out.iter().map(|it| it.1).sum(),
        last,
    })
}

fn read(house: &House, typed: &str) -> Result<i32, Error> {
    if typed.is_empty() {
        return Ok(fiscal_year(house.today()));
    }
    typed.parse().ok().filter(|year| YEARS.contains(year)).ok_or(Error::NotFound)
}

/// The first days of the months of a year.
fn months(year: i32) -> Vec<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, 4, 1).unwrap_or_default();
    (0..MONTHS).map(|at| add_months(first, at, MonthEnd::LastDay)).collect()
}

fn counted(house: &House, year: i32) -> Result<Counted, Error> {
    let first = NaiveDate::from_ymd_opt(year, 4, 1).unwrap_or_default();
    let time = (start_in_japan(first), start_in_japan(add_months(first, MONTHS, MonthEnd::LastDay)));
    let (issued, ended) = house.database.read(|conn| {
        let issued = voucher_stock::sums(conn, Happened::Issued, time)?;
        Ok::<_, Error>((issued, voucher_stock::sums(conn, Happened::Ended, time)?))
    })?;
    let mut counted = Counted::new();
    let issued = issued.iter().map(|it| (it, Counts { issued: it.count, ..Counts::default() }));
    for (sum, counts) in issued.chain(ended.iter().map(|it| (it, ended_as(it)))) {
        let Some(month) = month(&sum.hour) else { continue };
        counted.entry((sum.vaccine.clone(), month)).or_default().add(counts);
    }
    Ok(counted)
}

fn ended_as(sum: &Sum) -> Counts {
    let none = Counts::default();
    match VoucherState::from_code(&sum.state) {
        Some(VoucherState::Used) => Counts { used: sum.count, ..none },
        Some(VoucherState::Expired) => Counts { expired: sum.count, ..none },
        Some(VoucherState::Cancelled) => Counts { cancelled: sum.count, ..none },
        _ => none,
    }
}

/// The month of Japan in which an hour of UTC lies.
fn month(hour: &str) -> Option<NaiveDate> {
    let moment = NaiveDateTime::parse_from_str(&format!("{hour}:00"), "%Y-%m-%d %H:%M").ok()?;
    Some(month_of(day_in_japan(moment.and_utc())))
}

fn sum(counted: &Counted, wanted: impl Fn(&str, NaiveDate) -> bool) -> Counts {
    let mut found = Counts::default();
    counted.iter().filter(|((vaccine, month), _)| wanted(vaccine, *month)).for_each(|(_, it)| found.add(*it));
    found
}

fn rows(vaccines: &[Vaccine], counted: &Counted, out: &[(String, i64)]) -> Vec<Row> {
    let place = |key: &str| vaccines.iter().position(|it| it.key == key).unwrap_or(usize::MAX);
    let mut keys: Vec<&str> =
        counted.keys().map(|it| it.0.as_str()).chain(out.iter().map(|it| it.0.as_str())).collect();
    keys.sort_by_key(|key| (place(key), *key));
    keys.dedup();
    let row = |key: &str| Row {
        name: name_of(vaccines, key, Lang::Ja),
        counts: sum(counted, |vaccine, _| vaccine == key),
        out: out.iter().filter(|it| it.0 == key).map(|it| it.1).sum(),
    };
    keys.into_iter().map(row).collect()
}

const HEADS: [&str; 6] = ["ワクチン", "月", "発行", "使用", "期限切れ", "取消し"];

/// The same by vaccine and month, as a table.
///
/// # Errors
/// As [`page`].
pub fn table(house: &House, caller: &Caller, typed: &str) -> Result<Vec<Cells>, Error> {
    let keeping = at_register(house, caller, Keeping::first(house)?, CommandName::ReadImmunizations)?;
    let vaccines = keeping.vaccines(house);
    let row = |((vaccine, month), it): ((String, NaiveDate), Counts)| {
        let numbers = [it.issued, it.used, it.expired, it.cancelled].map(|count| count.to_string());
        let begin = [name_of(&vaccines, &vaccine, Lang::Ja), month.format("%Y-%m").to_string()];
        begin.into_iter().chain(numbers).collect()
    };
    let rows = counted(house, read(house, typed)?)?.into_iter().map(row);
    Ok([HEADS.map(str::to_owned).to_vec()].into_iter().chain(rows).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_evening_of_the_last_day_in_utc_lies_in_the_next_month_of_japan() {
        let first = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(month("2026-10-31 14"), Some(first("2026-10-01")));
        assert_eq!(month("2026-10-31 15"), Some(first("2026-11-01")));
        assert_eq!(month("no hour"), None);
    }
}
