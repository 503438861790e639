//! What a clinic sees of the person before its desk: who they are, which doses may be given today and why not,
//! what was given before, and which forms were answered.

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
use super::cautions;
use super::screening::shown::{self, Line};
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

impl Holder {
    /// Name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Name of who consents: `guardian`, or the person themself.
    pub fn signer(&self, who: &str) -> String {
        if who == "guardian" { self.guardian.clone() } else { self.name.clone() }
    }
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

impl Glance {
    /// Number of the next dose.
    pub fn dose(&self) -> Option<&str> {
        self.dose.as_deref()
    }
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
    /// Allergies that a record platform told of, and reports of reactions.
    cautions: cautions::Shown,
    /// What may be given today, what is asked for, and what there is a voucher for.
    near: Vec<Glance>,
    later: Vec<Glance>,
    vouchers: Vec<Shown>,
    /// Forms that were begun for a dose to come.
    forms: Vec<Line>,
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
            cautions: cautions::of(house, conn, &ledger, &lines)?,
            near,
            later,
            vouchers: found.iter().map(|it| vouchers::shown(house, &vaccines, it, Lang::Ja)).collect(),
            forms: shown::living(house, conn, &ledger, &vaccines, Lang::Ja)?,
            rows: lines.iter().rev().map(|line| row(&vaccines, line, &place)).collect(),
            today: house.today(),
        })
    })
}

pub(super) fn read(house: &House, conn: &mut Conn, caller: &Caller, subject: &str) -> Result<Ledger, Error> {
    let ledger = access::open(house, conn, caller, subject, CommandName::ReadImmunizations)?;
    let detail = json!({ "subject": subject, "role": ledger.granted.role() });
    house.record(conn, caller, "read_immunizations", subject, "done", detail)?;
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
pub(super) fn glance(
    house: &House,
    vaccines: &[Vaccine],
    found: &[Voucher],
    one: &Forecast,
) -> Option<Glance> {
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
