//! What a clinic sees of the person before its desk: who they are, which doses may be given today and why not,
//! what was given before, and the form of a dose.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use serde_json::json;

use crate::domain::immunization::{Forecast, Immunization, Status, Subject, Vaccine, Voucher};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::store::Conn;
use crate::store::vouchers as stored;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::ledger::append::institution;

use super::access::{self, Ledger};
use super::typed::{ROUTES, SITES, Typed};
use super::vouchers::{self, Shown, name_of};

/// Age in years from which a pregnancy is asked about.
const YOUNGEST_MOTHER: i32 = 10;

/// The person.
#[derive(Clone, Debug, Serialize)]
pub struct Holder {
    id: String,
    name: String,
    kana: String,
    birth: NaiveDate,
    /// Completed years, and months beyond them.
    age: (i32, i32),
    sex: &'static str,
    guardian: String,
    cautions: String,
    moved_out_on: Option<NaiveDate>,
    died_on: Option<NaiveDate>,
}

/// A vaccine in one glance.
#[derive(Clone, Debug, Serialize)]
pub struct Glance {
    vaccine: String,
    name: String,
    /// `yes`, `wait`, `no`, `ask` or `done`.
    mark: &'static str,
    /// The published code of the reason, or the key of what is missing.
    reason: String,
    dose: Option<String>,
    earliest: Option<NaiveDate>,
    latest: Option<NaiveDate>,
    article: String,
    warnings: Vec<String>,
    /// Whether there is a voucher that can be used today.
    voucher: bool,
}

/// A line of the ledger.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    id: String,
    vaccine: String,
    dose: String,
    on: String,
    status: &'static str,
    product: String,
    lot: String,
    institution: String,
    physician: String,
    reaction: String,
    reason: String,
    doubts: Vec<String>,
    /// Whether another line took its place.
    corrected: bool,
    /// Whether it takes the place of another.
    corrects: bool,
    /// Whether the caller may correct it.
    own: bool,
}

/// The page of a person.
#[derive(Clone, Debug, Serialize)]
pub struct Sheet {
    holder: Holder,
    /// What may be given today, what is asked for, and what there is a voucher for.
    near: Vec<Glance>,
    later: Vec<Glance>,
    vouchers: Vec<Shown>,
    rows: Vec<Row>,
    today: NaiveDate,
}

/// The person with everything that a physician looks at first. That it was read is on record.
///
/// # Errors
/// [`Error::NotFound`] for somebody who did not show themself here today.
pub fn sheet(house: &House, caller: &Caller, subject: &str) -> Result<Sheet, Error> {
    house.database.write(|conn| {
        let ledger = read(house, conn, caller, subject)?;
        let lines = ledger.lines(conn)?;
        let vaccines = ledger.keeping.vaccines(house);
        let place = institution(house, conn, caller)?.code;
        let found = stored::of_subject(conn, subject)?;
        let known = ledger.known(house, &lines);
        let forecast = (ledger.keeping.rules.forecast)(&known, &ledger.keeping.program.tables, house.today());
        let glances = forecast.iter().filter_map(|one| glance(house, &vaccines, &found, one));
        let concerned = glances.filter(|it| it.voucher || concerns(ledger.subject(), house.today(), it));
        let (near, later) = sorted(concerned.collect()).into_iter().partition(is_near);
        Ok(Sheet {
            holder: holder(house, &ledger),
            near,
            later,
            vouchers: found.iter().map(|it| vouchers::shown(house, &vaccines, it, Lang::Ja)).collect(),
            rows: lines.iter().rev().map(|line| row(&vaccines, line, &place)).collect(),
            today: house.today(),
        })
    })
}

fn read(house: &House, conn: &mut Conn, caller: &Caller, subject: &str) -> Result<Ledger, Error> {
    let ledger = access::open(house, conn, caller, subject, CommandName::ReadImmunizations)?;
    let detail = json!({ "subject": subject, "role": ledger.granted.role() });
    house.record(conn, caller, "read_immunizations", "", "done", detail)?;
    Ok(ledger)
}

pub(super) fn holder(house: &House, ledger: &Ledger) -> Holder {
    let subject = ledger.subject();
    Holder {
        id: subject.id.clone(),
        name: subject.person.name.clone(),
        kana: subject.person.kana.clone(),
        birth: subject.birth,
        age: age(subject.birth, house.today()),
        sex: subject.sex.map_or("", crate::domain::immunization::Sex::code),
        guardian: subject.person.guardian.clone(),
        cautions: subject.person.cautions.clone(),
        moved_out_on: subject.moved_out_on,
        died_on: subject.died_on,
    }
}

/// Years and months as people say them; what law counts is the rules' affair.
fn age(birth: NaiveDate, today: NaiveDate) -> (i32, i32) {
    let months = |day: NaiveDate| day.year() * 12 + i32::try_from(day.month0()).unwrap_or(0);
    let whole = months(today) - months(birth) - i32::from(today.day() < birth.day());
    (whole.max(0) / 12, whole.max(0) % 12)
}

/// Nobody is asked for the day of delivery of a child.
fn concerns(subject: &Subject, today: NaiveDate, glance: &Glance) -> bool {
    glance.reason != "finding.needs-due" || age(subject.birth, today).0 >= YOUNGEST_MOTHER
}

fn is_near(glance: &Glance) -> bool {
    glance.voucher || matches!(glance.mark, "yes" | "ask")
}

/// What may be given comes first, then what is near.
fn sorted(mut glances: Vec<Glance>) -> Vec<Glance> {
    let order = ["yes", "ask", "wait", "no", "done"];
    glances.sort_by_key(|it| (!it.voucher, order.iter().position(|mark| *mark == it.mark)));
    glances
}

/// A vaccine that concerns the person: not one that is no longer given, nor one that is for others.
fn glance(house: &House, vaccines: &[Vaccine], found: &[Voucher], one: &Forecast) -> Option<Glance> {
    let own = found.iter().filter(|it| it.vaccine == one.vaccine);
    let voucher = own.clone().any(|it| it.usable(house.today()).is_ok());
    let mark = match one.state.as_str() {
        "due" | "overdue" => "yes",
        "upcoming" => "wait",
        "complete" => "done",
        "needs-information" => "ask",
        "excluded" => "no",
        _ if voucher => "no",
        _ => return None,
    };
    let verdict = one.verdict.as_ref();
    let told = verdict.map_or_else(|it| it.key.clone(), |it| it.reason.clone());
    let verdict = verdict.ok().cloned().unwrap_or_default();
    Some(Glance {
        vaccine: one.vaccine.clone(),
        name: name_of(vaccines, &one.vaccine, Lang::Ja),
        mark,
        reason: told,
        dose: verdict.dose,
        earliest: verdict.earliest,
        latest: verdict.latest,
        article: verdict.article,
        warnings: verdict.warnings,
        voucher,
    })
}

pub(super) fn row(vaccines: &[Vaccine], line: &Immunization, place: &str) -> Row {
    let vaccine = vaccines.iter().find(|it| it.key == line.vaccine);
    let products = vaccine.map(|it| it.products.as_slice()).unwrap_or_default();
    let product = line.product.clone().unwrap_or_default();
    let named = products.iter().find(|(key, ..)| *key == product).map(|(_, name, _)| name.clone());
    let content = line.content.clone();
    Row {
        id: line.id.clone(),
        vaccine: name_of(vaccines, &line.vaccine, Lang::Ja),
        dose: line.dose.clone(),
        on: line.on.to_string(),
        status: line.status.code(),
        product: named.unwrap_or(product),
        lot: line.lot.clone(),
        institution: content.institution,
        physician: content.physician,
        reaction: content.reaction,
        reason: content.reason,
        doubts: content.doubts,
        corrected: line.superseded_by.is_some(),
        corrects: line.supersedes.is_some(),
        own: line.superseded_by.is_none()
            && line.institution == place
            && line.status != Status::EnteredInError,
    }
}

/// The form of a dose.
#[derive(Clone, Debug, Serialize)]
pub struct DoseForm {
    holder: Holder,
    vaccine: String,
    name: String,
    glance: Option<Glance>,
    products: Vec<Choice>,
    sites: Vec<Choice>,
    routes: Vec<Choice>,
    vouchers: Vec<Choice>,
    /// Whether a line is corrected.
    correcting: bool,
}

impl DoseForm {
    /// Whether it corrects a line.
    pub fn corrects(&self) -> bool {
        self.correcting
    }
}

/// A choice of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    pub(super) value: String,
    pub(super) label: String,
}

/// The form of a dose of a vaccine, and what it begins with: for a correction the line as it is.
///
/// # Errors
/// [`Error::NotFound`] for a vaccine or a line that is not there.
pub fn form(
    house: &House,
    caller: &Caller,
    subject: &str,
    vaccine: &str,
    line: Option<&str>,
) -> Result<(DoseForm, Typed), Error> {
    house.database.write(|conn| {
        let ledger = read(house, conn, caller, subject)?;
        let lines = ledger.lines(conn)?;
        let place = institution(house, conn, caller)?.code;
        let own = |id: &str| lines.iter().find(|it| it.id == id && it.institution == place);
        let line = line.map(|id| own(id).ok_or(Error::NotFound)).transpose()?;
        let key = line.map_or(vaccine, |line| &line.vaccine);
        let vaccines = ledger.keeping.vaccines(house);
        let vaccine = vaccines.iter().find(|it| it.key == key).ok_or(Error::NotFound)?;
        let found = stored::of_subject(conn, subject)?;
        let known = ledger.known(house, &lines);
        let forecast = (ledger.keeping.rules.forecast)(&known, &ledger.keeping.program.tables, house.today());
        let one = forecast.iter().find(|it| it.vaccine == key);
        let glance = one.and_then(|one| glance(house, &vaccines, &found, one));
        let usable: Vec<&Voucher> =
            found.iter().filter(|it| it.vaccine == key && it.usable(house.today()).is_ok()).collect();
        let typed = match line {
            Some(line) => typed_of(line),
            None => fresh(house, glance.as_ref(), &usable, vaccine),
        };
        let form = DoseForm {
            holder: holder(house, &ledger),
            vaccine: key.to_owned(),
            name: vaccine.name.clone(),
            glance,
            products: products(vaccine, line.is_some()),
            sites: choices(&SITES),
            routes: choices(&ROUTES),
            vouchers: usable.into_iter().map(voucher_choice).collect(),
            correcting: line.is_some(),
        };
        Ok((form, typed))
    })
}

fn fresh(house: &House, glance: Option<&Glance>, usable: &[&Voucher], vaccine: &Vaccine) -> Typed {
    let mut current = vaccine.products.iter().filter(|(.., past)| !past);
    let only = current.next().filter(|_| current.next().is_none());
    let dose = glance.and_then(|it| it.dose.clone()).unwrap_or_default();
    let voucher = usable.iter().find(|it| it.dose == dose);
    Typed {
        outcome: "given".to_owned(),
        vaccine: vaccine.key.clone(),
        product: only.map(|(key, ..)| key.clone()).unwrap_or_default(),
        on: house.today().to_string(),
        voucher: voucher.map(|it| it.number.clone()).unwrap_or_default(),
        dose,
        ..Typed::default()
    }
}

/// A line as its form would have been typed; the reason is asked for anew.
fn typed_of(line: &Immunization) -> Typed {
    let content = line.content.clone();
    Typed {
        outcome: if line.status == Status::NotDone { "not_done" } else { "given" }.to_owned(),
        vaccine: line.vaccine.clone(),
        product: line.product.clone().unwrap_or_default(),
        dose: line.dose.clone(),
        on: line.on.to_string(),
        lot: line.lot.clone(),
        amount: content.amount,
        site: content.site,
        route: content.route,
        physician: content.physician,
        reaction: content.reaction,
        ..Typed::default()
    }
}

/// Products of today; of a correction also those that are only found in records.
pub(super) fn products(vaccine: &Vaccine, all: bool) -> Vec<Choice> {
    let shown = vaccine.products.iter().filter(|(.., past)| all || !past);
    shown.map(|(key, name, _)| Choice { value: key.clone(), label: name.clone() }).collect()
}

pub(super) fn choices(known: &[(&str, &str)]) -> Vec<Choice> {
    known.iter().map(|(key, name)| Choice { value: (*key).to_owned(), label: (*name).to_owned() }).collect()
}

fn voucher_choice(voucher: &Voucher) -> Choice {
    let label = format!("{}（{}回目）", voucher.number, voucher.dose);
    Choice { value: voucher.number.clone(), label }
}
