//! What a guardian wants to be told by mail. An address gets nothing until whoever reads it has typed its code.

use chrono::{DateTime, Duration, Utc};
use serde_json::json;

use crate::domain::forms::typed::email;
use crate::domain::lang::Lang;
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::store::dose_mails::{self, Words};
use crate::store::dose_reminders::{self, Settings};
use crate::store::immunization_subjects;
use crate::usecases::access::Caller;
use crate::usecases::effects::code_token;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::household::consents::fresh_code;
use crate::usecases::immunization::access::Keeping;

use super::{queue, say, stop_hash, stop_secret};

/// Wrong codes after which a code confirms nothing any more.
const FAILURES: i64 = 5;
/// Mails with a code within a day at most, so that nobody fills the box of somebody else.
const MOST_CODES: i64 = 5;

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Mail address.
    pub address: String,
    /// Code of the language.
    pub lang: String,
    /// Codes of the occasions.
    pub occasions: Vec<String>,
    /// The persons of whom to be reminded.
    pub people: Vec<String>,
}

/// A person of whom one can be reminded.
#[derive(Clone, Debug)]
pub struct Person {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Whether reminders are wanted.
    pub wanted: bool,
}

/// The page.
#[derive(Clone, Debug)]
pub struct Page {
    /// What was chosen, if anything ever was.
    pub settings: Option<Settings>,
    /// The persons for whom the caller acts.
    pub people: Vec<Person>,
    /// Until when the code works that the address waits for.
    pub waits_until: Option<DateTime<Utc>>,
    /// Whether the newest mail could not be delivered.
    pub failed: bool,
    /// Whether the installation sends mails at all.
    pub possible: bool,
}

/// What the caller chose.
///
/// # Errors
/// When the database fails.
pub fn page(house: &House, caller: &Caller) -> Result<Page, Error> {
    let citizen = &caller.actor.id;
    house.database.read(|conn| {
        let settings = dose_reminders::find(conn, &house.keys, citizen)?;
        let silent = dose_reminders::silent(conn, citizen)?;
        let people = immunization_subjects::of_guardian(conn, &house.keys, citizen)?;
        let person = |it: immunization_subjects::StoredSubject| Person {
            wanted: !silent.contains(&it.subject.id),
            name: it.subject.person.name,
            id: it.subject.id,
        };
        let waits = settings.as_ref().filter(|it| it.confirmed_at.is_none() && it.ended_at.is_none());
        Ok(Page {
            waits_until: waits.map(|it| it.code_ends_at.and_utc()),
            people: people.into_iter().map(person).collect(),
            failed: dose_mails::newest_state(conn, citizen)?.is_some_and(|state| state == "failed"),
            possible: house.mailer.is_some(),
            settings,
        })
    })
}

/// Stores what was chosen. An address that is new gets a code, and nothing else until that is typed.
///
/// # Errors
/// `reminder.address`; `reminder.many` after many codes; `reminder.occasions` where none was chosen.
pub fn keep(house: &House, caller: &Caller, chosen: &Chosen) -> Result<(), Error> {
    let address = email(&chosen.address).ok_or_else(|| Refusal::new("reminder.address").at("address"))?;
    if chosen.occasions.is_empty() {
        return Err(Refusal::new("reminder.occasions").at("occasions").into());
    }
    let code = fresh_code()?;
    house.database.write(|conn| {
        let citizen = &caller.actor.id;
        let before = dose_reminders::find(conn, &house.keys, citizen)?;
        let same = before.filter(|it| it.address == address && it.confirmed_at.is_some());
        let confirmed = same.as_ref().and_then(|it| it.confirmed_at);
        let settings = settings(house, citizen, chosen, &address, &code)?;
        let settings = Settings { confirmed_at: confirmed, ..settings };
        if confirmed.is_none() {
            send_code(house, conn, &settings, &code)?;
        }
        dose_reminders::keep(conn, &house.keys, &settings, house.now())?;
        let own = immunization_subjects::of_guardian(conn, &house.keys, citizen)?;
        let ids = own.into_iter().map(|it| it.subject.id);
        let silent: Vec<String> = ids.filter(|id| !chosen.people.contains(id)).collect();
        dose_reminders::set_silent(conn, citizen, &silent)?;
        let detail = json!({ "occasions": chosen.occasions, "lang": settings.lang, "silent": silent.len(),
            "confirmed": confirmed.is_some() });
        house.record(conn, caller, "set_dose_reminders", "", "done", detail)
    })
}

fn settings(
    house: &House,
    citizen: &str,
    chosen: &Chosen,
    address: &str,
    code: &str,
) -> Result<Settings, Error> {
    let hours = Keeping::first(house)?.household_rule(house, "remind-code-hours").unwrap_or_default();
    let wants = |occasion: &str| chosen.occasions.iter().any(|it| it == occasion);
    Ok(Settings {
        citizen: citizen.to_owned(),
        address: address.to_owned(),
        lang: Lang::from_code(&chosen.lang).unwrap_or_default().code().to_owned(),
        begins: wants("begins"),
        ends: wants("ends"),
        overdue: wants("overdue"),
        stop: stop_hash(&stop_secret(house, citizen)),
        code: code_token(house, code),
        code_ends_at: (house.now() + Duration::hours(hours.into())).naive_utc(),
        failures: 0,
        confirmed_at: None,
        ended_at: None,
    })
}

fn send_code(house: &House, conn: &mut Conn, settings: &Settings, code: &str) -> Result<(), Error> {
    let citizen = &settings.citizen;
    let since = house.now() - Duration::days(1);
    if dose_mails::count_since(conn, citizen, "confirm", since)? >= MOST_CODES {
        return Err(Refusal::new("reminder.many").at("address").into());
    }
    let lang = Lang::from_code(&settings.lang).unwrap_or_default();
    let words = Words {
        to: settings.address.clone(),
        subject: say(house, lang, "mail.confirm-subject", &[]),
        lead: say(house, lang, "mail.confirm", &[("code", code)]),
        parts: Vec::new(),
        footer: say(house, lang, "mail.office", &[]),
    };
    queue(house, conn, citizen, (&house.new_id("dml")?, "confirm"), words)
}

/// Confirms the address by the code that was mailed to it.
///
/// # Errors
/// `reminder.code`, in the same words for every reason.
pub fn confirm(house: &House, caller: &Caller, typed: &str) -> Result<(), Error> {
    let done = house.database.write(|conn| {
        let found = dose_reminders::find(conn, &house.keys, &caller.actor.id)?;
        let Some(mut settings) = found.filter(|it| it.confirmed_at.is_none() && it.ended_at.is_none()) else {
            return Ok(false);
        };
        let now = house.now();
        let living = settings.failures < FAILURES && settings.code_ends_at >= now.naive_utc();
        let right = living && settings.code == code_token(house, typed);
        if right {
            settings.confirmed_at = Some(now.naive_utc());
        } else {
            settings.failures += 1;
        }
        dose_reminders::keep(conn, &house.keys, &settings, now)?;
        let outcome = if right { "done" } else { "refused" };
        house.record(conn, caller, "confirm_dose_reminders", "", outcome, json!({}))?;
        Ok::<_, Error>(right)
    })?;
    if done { Ok(()) } else { Err(Refusal::new("reminder.code").at("code").into()) }
}

/// Stops the mails.
///
/// # Errors
/// When the database fails.
pub fn off(house: &House, caller: &Caller) -> Result<(), Error> {
    house.database.write(|conn| {
        dose_reminders::stop(conn, &stop_hash(&stop_secret(house, &caller.actor.id)), house.now())?;
        house.record(conn, caller, "stop_dose_reminders", "", "done", json!({ "way": "page" }))
    })
}
