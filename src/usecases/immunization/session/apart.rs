//! A session goes on without network: what the device takes along, and what it hands in once the network is back. Each
//! entry has a key of its own, by which it is recorded once, however often it arrives.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::immunization::session::Session;
use crate::domain::immunization::voucher::{Code, Opens, read_number};
use crate::domain::permission::Desk;
use crate::domain::refusal::Refusal;
use crate::store::{dose_sessions, immunization_subjects, vouchers};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{Keeping, PRESENTED};
use crate::usecases::immunization::desk::{self, Asked};
use crate::usecases::immunization::typed::Typed;
use crate::usecases::immunization::{form, give};
use crate::usecases::ledger::append::institution;

use super::list::{Chosen, chosen};
use super::open;
use super::person::with;

/// Days after a session within which what a device recorded in it is taken.
const LATE: i64 = 7;
/// Persons that a device takes along at most.
const MOST: i64 = 500;

/// Somebody who showed themself before the network went.
#[derive(Clone, Debug, Serialize)]
pub struct Expected {
    /// Id of the person.
    pub subject: String,
    /// Name.
    pub name: String,
    /// Name in kana.
    pub kana: String,
    /// Birth date.
    pub birth: NaiveDate,
    /// Numbers of the vouchers that can be used in this session.
    pub vouchers: Vec<String>,
}

/// What the device takes along.
#[derive(Clone, Debug, Serialize)]
pub struct Taken {
    /// What stays the same.
    pub chosen: Chosen,
    /// Who showed themself to the caller today.
    pub people: Vec<Expected>,
    /// Until when the device keeps it.
    pub until: DateTime<Utc>,
}

/// One entry of the device.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Who it is, as the device scanned or typed it.
    pub asked: Asked,
    /// `given` or `not_done`.
    pub outcome: String,
    /// Number of the dose; empty where the record says.
    pub dose: String,
    /// Why, where a reason is asked for.
    pub reason: String,
    /// Whether it is recorded without a voucher, as when the one that was shown cannot be used.
    pub without: bool,
    /// Key of the entry, `req_…`.
    pub request: String,
}

/// What stays the same in a session whose entries may still arrive.
///
/// # Errors
/// As [`take_in`].
pub fn page(house: &House, caller: &Caller, id: &str) -> Result<Chosen, Error> {
    let session = session(house, caller, id)?;
    Ok(chosen(&session, &Keeping::first(house)?.vaccines(house)))
}

/// What the device takes along of a session of today. That names were read is on record.
///
/// # Errors
/// As [`open::of`].
pub fn take(house: &House, caller: &Caller, id: &str) -> Result<Taken, Error> {
    let session = open::of(house, caller, id)?;
    let vaccines = Keeping::first(house)?.vaccines(house);
    let since = house.now() - Duration::hours(PRESENTED);
    house.database.write(|conn| {
        let shown = dose_sessions::presented_to(conn, &caller.actor.id, since, MOST)?;
        let people = immunization_subjects::many(conn, &house.keys, &shown)?;
        let ids: Vec<&str> = shown.iter().map(String::as_str).collect();
        let mut usable = vouchers::of_subjects(conn, &ids)?;
        usable.retain(|it| it.vaccine == session.vaccine && it.usable(house.today()).is_ok());
        let expected = |it: immunization_subjects::StoredSubject| Expected {
            vouchers: usable
                .iter()
                .filter(|voucher| voucher.subject == it.subject.id)
                .map(|voucher| voucher.number.clone())
                .collect(),
            birth: it.subject.birth,
            subject: it.subject.id,
            name: it.subject.person.name,
            kana: it.subject.person.kana,
        };
        let people: Vec<Expected> = people.into_iter().map(expected).collect();
        let detail = json!({ "session": session.id, "people": shown });
        house.record(conn, caller, "take_dose_session", "", "done", detail)?;
        let until = house.now() + Duration::days(LATE);
        Ok(Taken { chosen: chosen(&session, &vaccines), people, until })
    })
}

/// Takes an entry in, by the same road as a person before the desk. Gives the name of the person.
///
/// # Errors
/// As [`desk::find`] and [`give::give`]; `session.key` for an entry without one; `session.over` many days later.
pub fn take_in(house: &House, caller: &Caller, id: &str, entry: &Entry) -> Result<String, Error> {
    if !entry.request.starts_with("req_") {
        return Err(Refusal::new("session.key").into());
    }
    let session = session(house, caller, id)?;
    let found = desk::find(house, caller, &entry.asked)?;
    let (shown, fresh) = form::form(house, caller, &found.subject, &session.vaccine, None)?;
    let typed = Typed {
        outcome: entry.outcome.clone(),
        dose: if entry.dose.is_empty() { fresh.dose.clone() } else { entry.dose.clone() },
        // The voucher that was shown is the one that is used, or the reason why it cannot be.
        voucher: if entry.without { String::new() } else { number(&entry.asked).unwrap_or(fresh.voucher) },
        screening: fresh.screening,
        reason: entry.reason.clone(),
        request: entry.request.clone(),
        ..Typed::default()
    };
    let typed = with(&session, typed);
    give::give(house, caller, &found.subject, &typed)?;
    Ok(shown.holder_name().to_owned())
}

/// The number of the voucher that was shown, if one was.
fn number(asked: &Asked) -> Option<String> {
    if let Ok(code) = Code::parse(&asked.scanned) {
        return (code.opens == Opens::Voucher).then_some(code.number);
    }
    read_number(&asked.number).ok()
}

/// A session of the caller's institution whose entries may still arrive.
fn session(house: &House, caller: &Caller, id: &str) -> Result<Session, Error> {
    house.seat(caller, Desk::Clinic)?;
    let session = house.database.read(|conn| {
        let here = institution(house, conn, caller)?.code;
        Ok::<_, Error>(dose_sessions::find(conn, &house.keys, &here, id)?)
    })?;
    let last = session.held_on + Duration::days(LATE);
    if house.today() <= last { Ok(session) } else { Err(Refusal::new("session.over").into()) }
}
