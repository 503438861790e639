//! Fills the demo: staff, citizens, and some forty cases, each made by the commands that people use.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::{Duration, NaiveDate};
use toml::Value;

use crate::domain::calendar::EnteredDate;
use crate::domain::forms::{Form, Kind};
use crate::domain::periods::age_on;
use crate::domain::program::Program;
use crate::domain::program::cases::WorkedCase;
use crate::sandbox::people::{self, Person};
use crate::store::citizens::{self, Profile};
use crate::store::users::{self, Designation, Institution, User};
use crate::usecases::{Error, House, passwords, slots};

use super::agent;
use super::city::{Colleague, PASSWORD, RECEIVING, STAFF, totp_secret};
use super::clock::MovedClock;
use super::committee;
use super::doses;
use super::ledger;
use super::others;
use super::receiving;
use super::road::{Road, Stop};
use super::town;

/// Opens the accounts of everybody who works in the demo.
///
/// # Errors
/// When the database fails.
pub fn people(house: &House) -> anyhow::Result<()> {
    // One hash for all: they share the password, and hashing is slow on purpose.
    let password = passwords::hash(PASSWORD)?;
    receiving::open(house)?;
    house.database.write(|conn| {
        for colleague in STAFF {
            let user = user(house, colleague, &password)?;
            users::insert(conn, &house.keys, &user, house.now())?;
            agent::enter(house, conn, &user)?;
        }
        Ok::<_, Error>(())
    })?;
    Ok(())
}

fn user(house: &House, colleague: &Colleague, password: &str) -> Result<User, Error> {
    let today = house.today();
    let designation = colleague.designation.map(|(kind, number, code, institution)| Designation {
        kind: kind.to_owned(),
        number: number.to_owned(),
        valid_from: today - Duration::days(400),
        valid_to: today + Duration::days(1400),
        institution_code: code.to_owned(),
        institution: institution.to_owned(),
        institution_address: "架空県まどか市中央2丁目2番2号".to_owned(),
        institution_phone: "099-000-0200".to_owned(),
    });
    Ok(User {
        id: house.new_id("usr")?,
        login: colleague.login.to_owned(),
        name: colleague.name.to_owned(),
        roles: colleague.roles.iter().map(|role| (*role).to_owned()).collect(),
        designation,
        institution: colleague.institution.map(|(code, name, kind)| Institution {
            code: code.to_owned(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            phone: "099-000-0300".to_owned(),
        }),
        office: colleague.office.map(str::to_owned),
        password: password.to_owned(),
        totp: totp_secret(colleague.login),
        totp_step: 0,
        failures: 0,
        locked_until: None,
        active: true,
    })
}

/// Where each case has come, days ago it was filed, and which worked case of a first application it follows, by
/// name.
const PLAN: &[(Stop, i64, usize)] = &[
    (Stop::Draft, 2, 0),
    (Stop::Draft, 20, 1),
    (Stop::Filed, 0, 0),
    (Stop::Filed, 1, 0),
    (Stop::Filed, 1, 1),
    (Stop::Filed, 3, 3),
    (Stop::Review, 4, 0),
    (Stop::Review, 6, 1),
    (Stop::Review, 9, 0),
    (Stop::Review, 12, 3),
    (Stop::Review, 40, 0),
    (Stop::Asked, 15, 0),
    (Stop::Asked, 18, 1),
    (Stop::Asked, 34, 0),
    (Stop::Prepared, 17, 1),
    (Stop::Certified, 20, 0),
    (Stop::Certified, 24, 1),
    (Stop::Certified, 30, 3),
    (Stop::Returned, 22, 0),
    (Stop::Returned, 26, 1),
    (Stop::Answered, 28, 0),
    (Stop::Answered, 31, 1),
    (Stop::Ready, 35, 0),
    (Stop::Ready, 42, 1),
    (Stop::Ready, 85, 3),
    (Stop::Committee, 50, 6),
    (Stop::Committee, 55, 6),
    (Stop::Drafted, 48, 0),
    (Stop::Drafted, 52, 1),
    (Stop::Drafted, 60, 3),
    (Stop::Granted, 45, 0),
    (Stop::Granted, 50, 1),
    (Stop::Granted, 58, 3),
    (Stop::Granted, 61, 0),
    (Stop::Granted, 64, 0),
    (Stop::Granted, 66, 1),
    (Stop::Granted, 70, 0),
    (Stop::Granted, 72, 3),
    (Stop::Refused, 75, 6),
    (Stop::Refused, 78, 6),
    (Stop::Withdrawn, 33, 0),
    (Stop::Paper, 5, 1),
];

/// Makes the cases, as time went by; returns how many there are.
///
/// # Errors
/// The first case that could not be made.
pub fn cases(house: &House, clock: &MovedClock, issuer: &str) -> anyhow::Result<usize> {
    let program = super::program(house)?;
    let first = program.definition.kinds.first().context("the program has no kind of procedure")?;
    let worked: Vec<&WorkedCase> = program.cases.values().filter(|case| case.kind == first.code).collect();
    // Whoever was under age when a case began needs a guardian, whom the worked cases do not have.
    let longest_ago = PLAN.iter().map(|(_, days, _)| *days).max().unwrap_or_default();
    let first_day = house.today() - Duration::days(longest_ago);
    let adult = |person: &Person| age_on(person.birth, first_day).is_some_and(|age| age >= 18);
    let people: Vec<Person> = people::load()?.into_iter().filter(adult).collect();
    clock.move_back((longest_ago + 30) * 86_400);
    committee::appoint(house).context("the committee")?;
    for (index, (stop, days, which)) in PLAN.iter().enumerate() {
        // The first people are left for those who try the demo.
        let person = people.get((index + 5) % people.len()).context("there are no people")?;
        let case = worked.get(which % worked.len().max(1)).context("the program has no worked case")?;
        clock.move_back(days * 86_400);
        let citizen = register(house, person, issuer)?;
        let typed = |form: &str| typed_into(house, &program, case, person, form);
        let road = Road {
            house,
            clock,
            program: &program,
            citizen,
            person,
            filed: *days,
            kind: case.kind.clone(),
            typed: &typed,
        };
        road.go_to(*stop).with_context(|| format!("demo case {index} ({stop:?})"))?;
    }
    for (index, (desk, days)) in receiving::PLAN.iter().enumerate() {
        let person = people.get((index + PLAN.len() + 5) % people.len()).context("there are no people")?;
        let case = worked.first().context("the program has no worked case")?;
        clock.move_back(days * 86_400);
        let citizen = register(house, person, issuer)?;
        let typed =
            |form: &str| Some(living_there(&program, typed_into(house, &program, case, person, form)?));
        let (program, kind) = (&*program, case.kind.clone());
        let road = Road { house, clock, program, citizen, person, filed: *days, kind, typed: &typed };
        receiving::go_to(&road, *desk).with_context(|| format!("demo case there {index} ({desk:?})"))?;
    }
    let others = others::cases(house, clock, &people, issuer)?;
    clock.move_back(0);
    let first = people.first().context("there are no people")?;
    doses::child(house, &register(house, first, issuer)?).context("the child with vouchers")?;
    town::children(house).context("the other children of the town")?;
    agent::ask(house, &register(house, first, issuer)?).context("the office that applies for others")?;
    committee::prepare(house).context("the session of the committee")?;
    ledger::lines(house, clock).context("the ledgers of payments")?;
    Ok(PLAN.len() + receiving::PLAN.len() + others)
}

/// The citizen under the name by which the stand-in for the identity provider will sign them in.
pub(super) fn register(house: &House, person: &Person, issuer: &str) -> anyhow::Result<String> {
    let subject = crate::sandbox::subject_of("madoguchi", &person.id);
    let profile = Profile {
        name: format!("{}\u{3000}{}", person.family, person.given),
        birth_date: person.birth.to_string(),
        address: person.address.clone(),
        gender: person.sex.digit().to_owned(),
    };
    let id = house.new_id("cit")?;
    let citizen = house.database.write(|conn| {
        let hash = citizens::subject_hash(&house.keys, issuer, &subject);
        citizens::sign_in(conn, &house.keys, &hash, &id, &profile, house.now())
    })?;
    Ok(citizen.id)
}

/// What the worked case types into a form, moved to today and given to another person.
fn typed_into(
    house: &House,
    program: &Program,
    case: &WorkedCase,
    person: &Person,
    name: &str,
) -> Option<BTreeMap<String, Value>> {
    let mut typed = moved_to_today(house, program, case, name)?;
    if name == program.definition.forms.application {
        become_person(program, &mut typed, person);
    }
    Some(typed)
}

/// What the worked case types into a form, as if it were filed today.
pub(super) fn moved_to_today(
    house: &House,
    program: &Program,
    case: &WorkedCase,
    name: &str,
) -> Option<BTreeMap<String, Value>> {
    let form = program.forms.get(name)?;
    let mut typed = case.answers.get(name)?.clone();
    let moved = house.today() - case.received_on.unwrap_or(case.today);
    for (path, value) in &mut typed {
        move_date(form, path, value, moved);
    }
    Some(typed)
}

/// Days of the procedure move with today; days of birth stay.
fn move_date(form: &Form, path: &str, value: &mut Value, by: Duration) {
    let is_date = form.item(slots::link_id(path)).is_some_and(|item| item.kind == Kind::Date);
    let Value::String(text) = value else { return };
    let day = EnteredDate::parse(text).ok().and_then(|entered| entered.date.day());
    if let Some(day) =
        day.filter(|day| is_date && *day > NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or_default())
    {
        *text = (day + by).to_string();
    }
}

/// The same answers of somebody who lives in the city that only receives.
fn living_there(program: &Program, mut typed: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let address = address_parts(RECEIVING.2);
    for (item, part) in program.definition.subject.address.iter().zip(address).take(2) {
        if typed.contains_key(item) {
            typed.insert(item.clone(), Value::String(part));
        }
    }
    typed
}

fn become_person(program: &Program, typed: &mut BTreeMap<String, Value>, person: &Person) {
    let subject = &program.definition.subject;
    let mut put = |item: Option<&String>, value: &str| {
        if let Some(item) = item {
            typed.insert(item.clone(), Value::String(value.to_owned()));
        }
    };
    put(subject.name.first(), &person.family);
    put(subject.name.get(1), &person.given);
    put(subject.kana.first(), &person.family_kana);
    put(subject.kana.get(1), &person.given_kana);
    put(Some(&subject.birth), &person.birth.to_string());
    put(subject.sex.as_ref(), person.sex.fhir());
    put(subject.postcode.as_ref(), &person.postcode);
    put(subject.my_number.as_ref(), &person.my_number);
    put(subject.phone.as_ref(), &person.phone);
    put(subject.email.as_ref(), &format!("{}@example.jp", person.id));
    let insured = subject.insured_identifier.iter().flatten();
    for (item, value) in insured.zip([&person.insurer, &person.symbol, &person.number, &person.branch]) {
        put(Some(item), value);
    }
    for (item, value) in subject.address.iter().zip(address_parts(&person.address)) {
        put(Some(item), &value);
    }
}

/// 都道府県, 市区町村, 町名・番地 and 建物 of an invented address.
fn address_parts(address: &str) -> Vec<String> {
    let after = |text: &str, end: char| text.find(end).map_or(0, |at| at + end.len_utf8());
    let (prefecture, rest) = address.split_at(after(address, '県'));
    let (city, rest) = rest.split_at(after(rest, '市'));
    let (street, building) = rest.split_once([' ', '\u{3000}']).unwrap_or((rest, ""));
    [prefecture, city, street, building].map(str::to_owned).to_vec()
}
