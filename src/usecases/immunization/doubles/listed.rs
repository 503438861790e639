//! The list of pairs, and one of them with both lines side by side.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::domain::immunization::double::{Item, differing};
use crate::domain::immunization::{Immunization, Vaccine};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::store::dose_doubles::{self, Pair};
use crate::store::immunization_subjects::{self, StoredSubject};
use crate::store::{Conn, immunizations};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{self, Keeping, Ledger};
use crate::usecases::immunization::import::may;
use crate::usecases::immunization::register::form::{CATEGORIES, ORIGINS};
use crate::usecases::immunization::sheet::{Holder, holder};
use crate::usecases::immunization::typed::{ROUTES, SITES};
use crate::usecases::immunization::vouchers::name_of;

/// Pairs of a page.
const PAGE: i64 = 50;

/// A line of a pair in the list.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    dose: String,
    on: String,
    origin: String,
    place: String,
}

/// A pair in the list.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    one: String,
    other: String,
    name: String,
    birth: NaiveDate,
    vaccine: String,
    lines: [Told; 2],
}

/// A page of the list.
#[derive(Clone, Debug, Serialize)]
pub struct Pairs {
    /// Pairs, the one whose first line came first at the top.
    pub rows: Vec<Row>,
    /// The last pair of the page, if there may be more.
    pub next: Option<(String, String)>,
}

/// Open pairs after one of them. That they were read is on record.
///
/// # Errors
/// `permission.denied`; [`Error::NotFound`] where no program keeps a ledger.
pub fn pairs(house: &House, caller: &Caller, after: (&str, &str)) -> Result<Pairs, Error> {
    let keeping = Keeping::first(house)?;
    let program = keeping.program.definition.id.clone();
    may(house, caller, &program)?;
    house.database.write(|conn| {
        let found = dose_doubles::open(conn, &program, after, PAGE)?;
        let detail = json!({ "list": "doubles", "pairs": found.len() });
        house.record(conn, caller, "read_list", "", "done", detail)?;
        let full = i64::try_from(found.len()).is_ok_and(|count| count == PAGE);
        let next = found.last().filter(|_| full).map(|it| (it.one.clone(), it.other.clone()));
        Ok(Pairs { rows: rows(house, conn, &keeping, &found)?, next })
    })
}

fn rows(house: &House, conn: &mut Conn, keeping: &Keeping, found: &[Pair]) -> Result<Vec<Row>, Error> {
    let ids: Vec<String> = found.iter().map(|it| it.subject.clone()).collect();
    let people = immunization_subjects::many(conn, &house.keys, &ids)?;
    let owners: Vec<&StoredSubject> = people.iter().collect();
    let lines = immunizations::of_subjects(conn, &owners)?;
    let vaccines = keeping.vaccines(house);
    let people: BTreeMap<&str, &StoredSubject> =
        people.iter().map(|it| (it.subject.id.as_str(), it)).collect();
    let row = |pair: &Pair| {
        let of = &people.get(pair.subject.as_str())?.subject;
        let find = |id: &str| lines.get(&pair.subject)?.iter().find(|it| it.id == id);
        let (one, other) = (find(&pair.one)?, find(&pair.other)?);
        Some(Row {
            one: pair.one.clone(),
            other: pair.other.clone(),
            name: of.person.name.clone(),
            birth: of.birth,
            vaccine: name_of(&vaccines, &one.vaccine, Lang::Ja),
            lines: [told(one), told(other)],
        })
    };
    Ok(found.iter().filter_map(row).collect())
}

fn told(line: &Immunization) -> Told {
    Told {
        dose: line.dose.clone(),
        on: line.on.to_string(),
        origin: word(&ORIGINS, line.origin.code()),
        place: line.content.institution.clone(),
    }
}

fn word(known: &[(&str, &str)], code: &str) -> String {
    known.iter().find(|(key, _)| *key == code).map_or(code, |(_, word)| word).to_owned()
}

/// An item of both lines.
#[derive(Clone, Debug, Serialize)]
pub struct Beside {
    item: &'static str,
    label: &'static str,
    one: String,
    other: String,
    differs: bool,
    /// The side that says more: `one`, or `other` where only that has it.
    chosen: &'static str,
}

/// A pair, side by side.
#[derive(Clone, Debug, Serialize)]
pub struct PairPage {
    holder: Holder,
    vaccine: String,
    lines: [Told; 2],
    /// Who entered them.
    by: [String; 2],
    items: Vec<Beside>,
}

/// A pair that is open. That it was read is on record.
///
/// # Errors
/// [`Error::NotFound`]; `double.over` when it is settled.
pub fn pair(house: &House, caller: &Caller, one: &str, other: &str) -> Result<PairPage, Error> {
    house.database.write(|conn| {
        let (ledger, lines) = opened(house, conn, caller, one, other)?;
        let detail = json!({ "subject": ledger.subject().id, "role": ledger.granted.role() });
        house.record(conn, caller, "read_immunizations", &ledger.subject().id, "done", detail)?;
        let vaccines = ledger.keeping.vaccines(house);
        let [one, other] = &lines;
        let different = differing(one, other);
        let vaccine = vaccines.iter().find(|it| it.key == one.vaccine);
        let items = Item::ALL.iter().map(|item| beside(*item, &lines, vaccine, &different));
        Ok(PairPage {
            holder: holder(house, &ledger),
            vaccine: name_of(&vaccines, &one.vaccine, Lang::Ja),
            lines: [told(one), told(other)],
            by: [one.content.by.clone(), other.content.by.clone()],
            items: items.collect(),
        })
    })
}

fn beside(item: Item, lines: &[Immunization; 2], vaccine: Option<&Vaccine>, different: &[Item]) -> Beside {
    let [one, other] = lines.each_ref().map(|line| said(item, line, vaccine));
    Beside {
        item: item.code(),
        label: label(item),
        chosen: if one.is_empty() { "other" } else { "one" },
        one,
        other,
        differs: different.contains(&item),
    }
}

fn label(item: Item) -> &'static str {
    match item {
        Item::Dose => "回数",
        Item::On => "日",
        Item::Category => "接種区分",
        Item::Product => "製品",
        Item::Lot => "製造番号",
        Item::Institution => "医療機関",
        Item::Physician => "医師",
        Item::Amount => "接種量（mL）",
        Item::Site => "部位",
        Item::Route => "方法",
        Item::Reaction => "反応",
    }
}

fn said(item: Item, line: &Immunization, vaccine: Option<&Vaccine>) -> String {
    let text = item.of(line);
    let product = || vaccine?.products.iter().find(|(key, ..)| *key == text).map(|(_, name, _)| name.clone());
    match item {
        Item::Category => word(&CATEGORIES, &text),
        Item::Site => word(&SITES, &text),
        Item::Route => word(&ROUTES, &text),
        Item::Product => product().unwrap_or(text),
        _ => text,
    }
}

/// An open pair with its lines, which both stand, for somebody who keeps the ledger.
pub(super) fn opened(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    one: &str,
    other: &str,
) -> Result<(Ledger, [Immunization; 2]), Error> {
    let pair = dose_doubles::find(conn, one, other)?;
    let ledger = access::open(house, conn, caller, &pair.subject, CommandName::KeepImmunizations)?;
    let lines = ledger.lines(conn)?;
    let find = |id: &str| lines.iter().find(|it| it.id == id && it.is_given()).cloned();
    match (find(one), find(other)) {
        (Some(one), Some(other)) if pair.state == "open" => Ok((ledger, [one, other])),
        _ => Err(Error::refused("double.over")),
    }
}
