//! 受給者異動連絡票: what changed in the certifications of a period, as a table for whoever enters it into the
//! transmission to the 国保連合会. The layout of the interface (kind 531), its codes of 異動区分 and 異動事由, and the
//! groups that are not decided here are not known and left out: docs/care-base.md lists them.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::domain::calendar::start_in_japan;
use crate::domain::lang::Lang;
use crate::store::hub::{self, HubRow};
use crate::usecases::access::Caller;
use crate::usecases::clerk::typed::day;
use crate::usecases::csv;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::hub::CARE_BASE;
use crate::usecases::registration::Registration;

use super::list::Asked;
use super::{opened, seat};

/// Rows of one part.
const PAGE: i64 = 200;
/// Columns after the kind of change, by the names of a row's fields.
const FIELDS: [&str; 9] = [
    "decided_on",
    "insurer_number",
    "name_kana",
    "birth_date",
    "sex",
    "application_date",
    "application_kind",
    "level",
    "limit_units",
];

/// A part of the table after a row, and where the next one begins; none after the last. Each part is
/// recorded with the cases it showed.
///
/// # Errors
/// What is wrong with the days; `permission.denied` for whoever sees no decisions.
pub fn part(house: &House, caller: &Caller, asked: &Asked, after: &str) -> super::table::Part {
    seat(house, caller)?;
    let typed = |name: &str| asked.get(name).map_or("", |value| value.trim()).to_owned();
    let (from, to) = (day(&typed("from"), "from")?, day(&typed("to"), "to")?);
    let span = (start_in_japan(from), start_in_japan(day_after(to)));
    let (lines, next) = house.read_list(caller, "changes_table", |conn| {
        let rows = hub::written_between(conn, &house.keys, CARE_BASE, span, after, PAGE)?;
        let next = (rows.len() as i64 == PAGE).then(|| rows.last().map(|row| row.id.clone())).flatten();
        let keys: Vec<&str> = rows.iter().map(|row| row.history_key.as_str()).collect();
        let firsts = hub::first_places(conn, CARE_BASE, &keys)?;
        let (mut lines, mut cases) = (Vec::new(), Vec::new());
        for row in rows {
            if opened(house, conn, caller, &row.case_id)?.is_some() {
                lines.push(line(house, &firsts, &row)?);
                cases.push(row.case_id);
            }
        }
        Ok(((lines, next), cases))
    })?;
    let head = if after.is_empty() { head(house) } else { String::new() };
    Ok((head + &lines.concat(), next))
}

fn day_after(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}

fn text(house: &House, key: &str) -> String {
    house.texts.text(Lang::Ja, &format!("change.{key}"), &BTreeMap::new())
}

fn head(house: &House) -> String {
    let names = ["what", "insured_number"].into_iter().chain(FIELDS).chain(["valid_from", "valid_to"]);
    let names: Vec<String> = names.map(|name| text(house, name)).collect();
    format!("{}{}", csv::MARK, csv::line(names.iter().map(String::as_str)))
}

fn line(house: &House, firsts: &BTreeMap<String, i64>, row: &HubRow) -> Result<String, Error> {
    let registration: Registration = serde_json::from_slice(&row.body)?;
    let what = match (row.deleted, firsts.get(&row.history_key) == Some(&row.seq)) {
        (true, _) => "withdrawn",
        (false, true) => "new",
        (false, false) => "corrected",
    };
    let days = [registration.valid_from, registration.valid_to].map(|day| day.to_string());
    let field = |name: &str| registration.fields.get(name).map_or("", String::as_str);
    let what = text(house, what);
    let cells = [what.as_str(), registration.number.as_str()].into_iter().chain(FIELDS.map(field));
    Ok(csv::line(cells.chain(days.iter().map(String::as_str))))
}
