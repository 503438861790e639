//! The page of a person for the office: every line with its source and history, what comes next, and the vouchers.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::immunization::{Immunization, Past, Status, Subject, Vaccine};
use crate::domain::lang::Lang;
use crate::domain::permission::could;
use crate::domain::program::vocabulary::CommandName;
use crate::store::{Conn, immunization_numbers, vouchers as stored};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{self, Ledger};
use crate::usecases::immunization::calendar;
use crate::usecases::immunization::form::{Choice, choices, products};
use crate::usecases::immunization::sheet::{Holder, Row, holder, row};
use crate::usecases::immunization::typed::{ROUTES, SITES, Typed};
use crate::usecases::immunization::vouchers::{self, Shown, name_of};

use super::form::{CATEGORIES, ORIGINS, Slip, slip_of};
use super::keep::{living, vaccine};
use super::leave::{LEAVINGS, REASONS};

/// What the office knows of a person besides.
#[derive(Clone, Debug, Serialize)]
pub struct Details {
    number: String,
    postcode: String,
    address: String,
    phone: String,
    district: String,
    moved_in_on: Option<NaiveDate>,
    /// Whether the 個人番号 is known; it is never shown.
    numbered: bool,
}

/// A line with where it comes from and what the rules of its day say.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    #[serde(flatten)]
    row: Row,
    origin: String,
    category: String,
    by: String,
    at: DateTime<Utc>,
    /// `valid`, `invalid`, `unknown`, or empty for a line that does not count.
    verdict: String,
    /// The published code of the reason.
    why: String,
    article: String,
    mendable: bool,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct PersonPage {
    /// Whose it is.
    pub holder: Holder,
    details: Details,
    /// Every line, the newest day first.
    lines: Vec<Line>,
    /// What comes next.
    calendar: Vec<calendar::Shown>,
    vouchers: Vec<Shown>,
    /// Vaccines of which a dose can be typed in.
    vaccines: Vec<Choice>,
    reasons: Vec<Choice>,
    leavings: Vec<Choice>,
    keeps: bool,
    today: NaiveDate,
}

/// The page of a person. That it was read is on record.
///
/// # Errors
/// [`Error::NotFound`] for somebody who may not read it.
pub fn page(house: &House, caller: &Caller, subject: &str) -> Result<PersonPage, Error> {
    house.database.write(|conn| {
        let ledger = read(house, conn, caller, subject)?;
        let vaccines = ledger.keeping.vaccines(house);
        let found = stored::of_subject(conn, subject)?;
        let definition = &ledger.keeping.program.definition;
        Ok(PersonPage {
            holder: holder(house, &ledger),
            details: details(ledger.subject(), immunization_numbers::is_known(conn, subject)?),
            lines: lines(house, &ledger, &ledger.lines(conn)?, &vaccines),
            calendar: calendar::shown(house, conn, &ledger, Lang::Ja)?,
            vouchers: found.iter().map(|it| vouchers::shown(house, &vaccines, it, Lang::Ja)).collect(),
            vaccines: vaccines.iter().map(|it| choice(&it.key, &it.name)).collect(),
            reasons: choices(&REASONS),
            leavings: choices(&LEAVINGS),
            keeps: could(&caller.actor, CommandName::KeepImmunizations, definition),
            today: house.today(),
        })
    })
}

fn read(house: &House, conn: &mut Conn, caller: &Caller, subject: &str) -> Result<Ledger, Error> {
    let ledger = access::open(house, conn, caller, subject, CommandName::ReadImmunizations)?;
    let detail = json!({ "subject": subject, "role": ledger.granted.role() });
    house.record(conn, caller, "read_immunizations", subject, "done", detail)?;
    Ok(ledger)
}

fn details(subject: &Subject, numbered: bool) -> Details {
    let person = subject.person.clone();
    Details {
        number: person.resident_number,
        postcode: person.postcode,
        address: person.address,
        phone: person.phone,
        district: subject.district.clone(),
        moved_in_on: subject.moved_in_on,
        numbered,
    }
}

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned() }
}

fn lines(house: &House, ledger: &Ledger, all: &[Immunization], vaccines: &[Vaccine]) -> Vec<Line> {
    let keeping = &ledger.keeping;
    let known = ledger.known(house, all);
    let past = (keeping.rules.evaluate)(&known, &keeping.program.tables, house.today());
    let past: BTreeMap<&str, &Past> = past.iter().map(|it| (it.line.as_str(), it)).collect();
    all.iter().rev().map(|it| line(vaccines, it, past.get(it.id.as_str()).copied())).collect()
}

fn line(vaccines: &[Vaccine], it: &Immunization, past: Option<&Past>) -> Line {
    let told = past.cloned();
    Line {
        row: row(vaccines, it, ""),
        origin: word(&ORIGINS, it.origin.code()),
        category: word(&CATEGORIES, it.category.code()),
        by: it.content.by.clone(),
        at: it.at,
        verdict: told.as_ref().map(|it| it.status.clone()).unwrap_or_default(),
        why: told.as_ref().map(|it| it.reason.clone()).unwrap_or_default(),
        article: told.map(|it| it.article).unwrap_or_default(),
        mendable: it.superseded_by.is_none() && it.status != Status::EnteredInError,
    }
}

fn word(known: &[(&str, &str)], code: &str) -> String {
    known.iter().find(|(key, _)| *key == code).map_or(code, |(_, word)| word).to_owned()
}

/// The form of a dose.
#[derive(Clone, Debug, Serialize)]
pub struct DoseForm {
    holder: Holder,
    name: String,
    products: Vec<Choice>,
    sites: Vec<Choice>,
    routes: Vec<Choice>,
    origins: Vec<Choice>,
    categories: Vec<Choice>,
    /// Whether a line is corrected.
    pub correcting: bool,
}

/// The form of a dose of a vaccine, or of a correction with the line as it is.
///
/// # Errors
/// [`Error::NotFound`] for a person or a line that is not there; `dose.vaccine`, `dose.corrected`.
pub fn form(
    house: &House,
    caller: &Caller,
    subject: &str,
    wanted: &str,
    line: Option<&str>,
) -> Result<(DoseForm, Slip), Error> {
    house.database.write(|conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::KeepImmunizations)?;
        let lines = ledger.lines(conn)?;
        let line = line.map(|id| living(&lines, id)).transpose()?;
        let key = line.map_or(wanted, |line| &line.vaccine);
        let vaccine = vaccine(house, &ledger, key)?;
        let form = DoseForm {
            holder: holder(house, &ledger),
            name: name_of(&ledger.keeping.vaccines(house), key, Lang::Ja),
            products: products(&vaccine, true),
            sites: choices(&SITES),
            routes: choices(&ROUTES),
            origins: choices(&ORIGINS),
            categories: choices(&CATEGORIES),
            correcting: line.is_some(),
        };
        Ok((form, line.map_or_else(|| fresh(key), slip_of)))
    })
}

/// What most doses that are typed in from paper have in common.
fn fresh(vaccine: &str) -> Slip {
    let text = str::to_owned;
    Slip {
        typed: Typed { outcome: text("given"), vaccine: text(vaccine), ..Typed::default() },
        origin: text("paper"),
        category: text("routine"),
        ..Slip::default()
    }
}
