//! 委託料の請求: what each institution recorded in a month, with the fees that the town has set. Fees are data of the
//! town; where it has none, counts stand without sums.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use serde::Serialize;
use serde_json::json;

use crate::domain::immunization::Status;
use crate::domain::immunization::law::Fee;
use crate::domain::immunization::record::Category;
use crate::domain::lang::Lang;
use crate::domain::tables::Row as TableRow;
use crate::store::dose_claims::{self, Tally};
use crate::store::{Conn, users};
use crate::usecases::access::Caller;
use crate::usecases::csv;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::access::Keeping;
use super::import::may;
use super::vouchers::name_of;

/// A line of the claims of an institution: visits alike, at one fee.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    institution: String,
    name: String,
    vaccine: String,
    /// `given`, `not_done`, or `doubtful` for doses of which the town has to say whether it pays.
    kind: &'static str,
    count: i64,
    /// Yen for one, as the town has set it.
    fee: Option<i64>,
    /// Yen of it that the person pays.
    copay: Option<i64>,
    /// Whether the persons were exempt from the regular share.
    exempt: bool,
    /// Yen that the town pays for all of them.
    sum: Option<i64>,
    /// Yen of it that others would have paid themselves.
    waived: i64,
    source: String,
}

/// The claims of a month.
#[derive(Clone, Debug, Serialize)]
pub struct Claims {
    /// `2026-11`.
    month: String,
    previous: String,
    next: String,
    rows: Vec<Row>,
    total: i64,
    /// Visits of persons who were exempt from the regular share.
    exempt: i64,
    /// Yen that the town pays for them beyond what it pays for others; only where there is a fee.
    waived: i64,
    /// Visits for which the town has set no fee, or of which it has to say whether it pays.
    open: i64,
}

/// The table with the columns of the town's own file.
const COLUMNS_TABLE: &str = "claims_columns";

/// Visits that are alike: institution, vaccine, kind, fee, and what exempt persons paid.
type Alike = (String, String, &'static str, Option<Fee>, Option<i64>);

/// The claims of a month, `2026-11`; of this month where none is named. That they were read is on record.
///
/// # Errors
/// `permission.denied`; [`Error::NotFound`] for a month that is none.
pub fn of_month(house: &House, caller: &Caller, month: &str) -> Result<Claims, Error> {
    let keeping = Keeping::first(house)?;
    may(house, caller, &keeping.program.definition.id)?;
    let first = first_day(house, month).ok_or(Error::NotFound)?;
    let next = first.checked_add_months(Months::new(1)).ok_or(Error::NotFound)?;
    let last = next.pred_opt().ok_or(Error::NotFound)?;
    let previous = first.checked_sub_months(Months::new(1)).ok_or(Error::NotFound)?;
    let written = |day: NaiveDate| day.format("%Y-%m").to_string();
    house.database.write(|conn| {
        let tallies = dose_claims::between(conn, first, last)?;
        house.record(conn, caller, "list_claims", "", "done", json!({ "month": written(first) }))?;
        let rows = rows(house, conn, &keeping, tallies)?;
        Ok(Claims {
            month: written(first),
            previous: written(previous),
            next: written(next),
            total: rows.iter().filter_map(|row| row.sum).sum(),
            exempt: rows.iter().filter(|row| row.exempt).map(|row| row.count).sum(),
            waived: rows.iter().map(|row| row.waived).sum(),
            open: rows.iter().filter(|row| row.sum.is_none()).map(|row| row.count).sum(),
            rows,
        })
    })
}

fn first_day(house: &House, month: &str) -> Option<NaiveDate> {
    if month.is_empty() {
        return house.today().with_day(1);
    }
    format!("{month}-01").parse().ok().filter(|day: &NaiveDate| (2000..2200).contains(&day.year()))
}

fn rows(house: &House, conn: &mut Conn, keeping: &Keeping, tallies: Vec<Tally>) -> Result<Vec<Row>, Error> {
    let mut counted: BTreeMap<Alike, i64> = BTreeMap::new();
    for tally in tallies {
        let kind = kind(&tally);
        let fee = (keeping.rules.fee)(&tally.vaccine, kind, &keeping.program.tables, tally.on);
        *counted.entry((tally.institution, tally.vaccine, kind, fee, tally.copay)).or_default() +=
            tally.count;
    }
    let vaccines = keeping.vaccines(house);
    let places: BTreeMap<String, String> = users::all(conn, &house.keys)?
        .into_iter()
        .filter_map(|user| user.institution)
        .map(|place| (place.code, place.name))
        .collect();
    let row = |((institution, vaccine, kind, fee, paid), count): (Alike, i64)| Row {
        name: places.get(&institution).cloned().unwrap_or_default(),
        vaccine: name_of(&vaccines, &vaccine, Lang::Ja),
        sum: fee.as_ref().map(|it| (it.yen - paid.unwrap_or(it.copay)) * count),
        copay: paid.or(fee.as_ref().map(|it| it.copay)),
        exempt: paid.is_some(),
        waived: fee.as_ref().zip(paid).map_or(0, |(it, paid)| (it.copay - paid) * count),
        source: fee.as_ref().map(|it| it.source.clone()).unwrap_or_default(),
        fee: fee.map(|it| it.yen),
        institution,
        kind,
        count,
    };
    Ok(counted.into_iter().map(row).collect())
}

/// Whether a doubtful dose is paid for is for the town to say; it has no fee.
fn kind(tally: &Tally) -> &'static str {
    if tally.status == Status::NotDone.code() {
        "not_done"
    } else if tally.category == Category::Routine.code() {
        "given"
    } else {
        "doubtful"
    }
}

/// The columns of the file where the town has set none: what stands in each, and its heading.
const COLUMNS: [(&str, &str); 9] = [
    ("month", "月"),
    ("institution", "医療機関コード"),
    ("name", "医療機関"),
    ("vaccine", "ワクチン"),
    ("kind", "区分"),
    ("count", "件数"),
    ("fee", "単価"),
    ("copay", "自己負担"),
    ("sum", "請求額"),
];

/// The claims of a month as a table for a spreadsheet: the month and the file, with the columns of the town.
///
/// # Errors
/// As [`of_month`]; `claims.column` for a column of the town that is none.
pub fn table(house: &House, caller: &Caller, month: &str) -> Result<(String, String), Error> {
    let claims = of_month(house, caller, month)?;
    let columns = columns(house)?;
    let mut text = format!("{}{}", csv::MARK, csv::line(columns.iter().map(|(_, heading)| heading.as_str())));
    for row in &claims.rows {
        let cells = columns.iter().map(|(item, _)| cell(&claims.month, row, item));
        let cells: Vec<String> = cells.collect::<Option<_>>().ok_or(Error::refused("claims.column"))?;
        text.push_str(&csv::line(cells.iter().map(String::as_str)));
    }
    Ok((claims.month, text))
}

/// The town's columns of today in the order of its table.
fn columns(house: &House) -> Result<Vec<(String, String)>, Error> {
    let keeping = Keeping::first(house)?;
    let rows = keeping.program.tables.rows(COLUMNS_TABLE, house.today()).unwrap_or_default();
    let read =
        |row: &&TableRow| Some((row.text("item").ok()?.to_owned(), row.text("heading").ok()?.to_owned()));
    let set: Vec<(String, String)> = rows.iter().filter_map(read).collect();
    let ours = COLUMNS.map(|(item, heading)| (item.to_owned(), heading.to_owned()));
    Ok(if set.is_empty() { ours.to_vec() } else { set })
}

/// What stands in a column; `None` for one that there is not.
fn cell(month: &str, row: &Row, item: &str) -> Option<String> {
    let yen = |it: Option<i64>| it.map(|yen| yen.to_string()).unwrap_or_default();
    Some(match item {
        "month" => month.to_owned(),
        "institution" => row.institution.clone(),
        "name" => row.name.clone(),
        "vaccine" => row.vaccine.clone(),
        "kind" => kind_words(row).to_owned(),
        "count" => row.count.to_string(),
        "fee" => yen(row.fee),
        "copay" => yen(row.copay),
        "sum" => yen(row.sum),
        "waived" => row.waived.to_string(),
        _ => return None,
    })
}

fn kind_words(row: &Row) -> &'static str {
    match row.kind {
        "given" if row.exempt => "接種（減免）",
        "given" => "接種",
        "not_done" => "予診のみ",
        _ => "要確認",
    }
}
