//! Rows for the outside registers, built in the decision's transaction and never from a later query.
//!
//! What the decisions on a certificate leave is laid beside what the register was last told; the
//! difference is what it is told now, in an order in which no two rows of a person ever meet.

mod build;
mod plan;
mod told;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::case::event::{Event, Stamp};
use crate::domain::program::definition::Connector;
use crate::domain::program::vocabulary::CommandName;
use crate::store::cases::{self, Stored};
use crate::store::hub::{self, HubRow};
use crate::store::seal::sha256_hex;
use crate::store::{Conn, subjects};

use super::access::{Caller, Opened};
use super::error::Error;
use super::house::House;
use super::outbox::enqueue;
use super::standing;

use build::Wanted;
use plan::Step;
use told::Told;

/// Fields of a registration that say who the person is (基本5情報).
const PERSON: [&str; 5] = ["name", "name_kana", "birth_date", "sex", "address"];
/// The field that says that nobody may be shown the row (不開示).
const WITHHELD: &str = "withheld";

/// A registration in our words: names of fields as program folders use them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The body's own identifier of the certificate type.
    pub certificate_type: String,
    /// 個人番号, or the number that the connector names; sealed at rest like the whole registration.
    pub number: String,
    /// Values by name.
    pub fields: BTreeMap<String, String>,
    /// What is printed on the certificate: code, name, value.
    pub details: Vec<(String, String, String)>,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: NaiveDate,
}

impl Registration {
    /// Whether nobody may be shown it.
    pub fn is_withheld(&self) -> bool {
        self.fields.get(WITHHELD).is_some_and(|value| value == "true")
    }

    /// Whether it holds on a day.
    pub fn covers(&self, day: NaiveDate) -> bool {
        (self.valid_from..=self.valid_to).contains(&day)
    }

    /// Whether `next` says the same from the day after its end.
    fn goes_on_as(&self, next: &Registration) -> bool {
        let there = Registration { valid_from: self.valid_from, valid_to: self.valid_to, ..next.clone() };
        self.valid_to.succ_opt() == Some(next.valid_from) && *self == there
    }

    fn person(&self) -> Person {
        let of_person = self.fields.iter().filter(|(name, _)| PERSON.contains(&name.as_str()));
        of_person.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The same about the person as they are known now.
    fn about(&self, person: &Person, withheld: bool) -> Registration {
        let mut changed = self.clone();
        changed.fields.extend(person.clone());
        changed.fields.insert(WITHHELD.to_owned(), withheld.to_string());
        changed
    }
}

/// 基本5情報 by field name.
type Person = BTreeMap<String, String>;

/// A row as it should stand at a register.
pub struct Expected {
    /// The key under which the register keeps it.
    pub key: String,
    /// Its content.
    pub registration: Registration,
}

/// Writes the rows that follow from a final decision or from 支援措置.
pub fn follow(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    events: &[Event],
    stamp: &Stamp,
) -> Result<(), Error> {
    let decided = events.iter().any(|event| matches!(event, Event::Decided { .. }));
    let protection = events.iter().any(|event| matches!(event, Event::ProtectionSet { .. }));
    let consents: Vec<&String> = events.iter().filter_map(consent).collect();
    for connector in &opened.program.definition.connectors {
        let registers = decided && connector.on.contains(&CommandName::Finalise);
        let shared = opened.stored.case.decision().is_some();
        if registers || protection || shared && consents.iter().any(|key| asks_for(connector, key)) {
            let granted = opened.stored.case.decision().is_some_and(|it| it.draft.content.outcome.grants());
            let news = registers && granted && standing::states_facts(opened);
            let aim = aim(house, conn, opened, connector, news)?;
            let outbox = Outbox { house, opened, aim: &aim, stamp };
            aim.steps(stamp.today).iter().try_for_each(|step| outbox.write(conn, step))?;
        }
    }
    Ok(())
}

/// The consent that an event is about.
fn consent(event: &Event) -> Option<&String> {
    match event {
        Event::ConsentGiven { key } | Event::ConsentRevoked { key } => Some(key),
        _ => None,
    }
}

/// Whether a register is told of a consent.
fn asks_for(connector: &Connector, consent: &str) -> bool {
    connector.fields.values().any(|path| path.strip_prefix("consent.") == Some(consent))
}

/// What a register should hold of the certificate by now, oldest first.
///
/// # Errors
/// When the database fails.
pub fn expected(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    connector: &Connector,
) -> Result<Vec<Expected>, Error> {
    let aim = aim(house, conn, opened, connector, false)?;
    Ok(aim
        .wanted
        .iter()
        .map(|it| Expected { key: aim.key(it), registration: it.registration.clone() })
        .collect())
}

/// What should stand, and what the register was told.
struct Aim<'a> {
    connector: &'a Connector,
    certificate: &'a str,
    wanted: Vec<Wanted>,
    told: BTreeMap<String, Told>,
    /// Other cases of the person.
    others: Vec<Stored>,
    person: Person,
    withheld: bool,
}

/// `news`: what the case says of the person is what holds now. Otherwise what the register was told last
/// is, maybe under another certificate of theirs.
fn aim<'a>(
    house: &House,
    conn: &mut Conn,
    opened: &'a Opened,
    connector: &'a Connector,
    news: bool,
) -> Result<Aim<'a>, Error> {
    let number = build::number(house, conn, opened, connector)?;
    let subject = subject(house, opened, &number);
    let told = told::of(house, conn, opened, connector, &subject)?;
    let person = match told::person(&told).filter(|_| !news) {
        Some(person) => person,
        None => build::person(house, conn, opened, connector)?,
    };
    let mut others = subjects::cases_of(conn, &house.keys, &connector.id, &subject, &opened.stored.case.id)?;
    others.retain(|it| opened.member(&it.case.id).is_none());
    let mut all = opened.members().into_iter().map(|it| &it.stored).chain(&others);
    let withheld = all.any(|it| it.case.protected);
    let rows = build::rows(house, conn, opened, connector, &number)?;
    let about = rows.into_iter().map(|it| it.about(&person, withheld)).collect();
    let (certificate, wanted) = (certificate_id(opened), plan::joined(about));
    Ok(Aim { connector, certificate, wanted, told, others, person, withheld })
}

/// Rows of one person go in order; a case whose 個人番号 is missing waits for nobody else's.
fn subject(house: &House, opened: &Opened, number: &str) -> String {
    let person = if number.is_empty() { opened.root() } else { number };
    house.keys.lookup.hash("subject", person)
}

/// Where the rows of one connector are written.
struct Outbox<'a> {
    house: &'a House,
    opened: &'a Opened,
    aim: &'a Aim<'a>,
    stamp: &'a Stamp,
}

impl Outbox<'_> {
    fn write(&self, conn: &mut Conn, step: &Step) -> Result<(), Error> {
        let stored = self.stored(&step.case).ok_or(Error::NotFound)?;
        let body = serde_json::to_vec(&step.registration)?;
        let row = HubRow {
            id: self.house.new_id("hub")?,
            connector: self.aim.connector.id.clone(),
            case_id: step.case.clone(),
            decision_id: step.decision.clone(),
            person: None,
            subject: subject(self.house, self.opened, &step.registration.number),
            seq: 0,
            history_key: step.key.clone(),
            deleted: step.deleted,
            urgent: step.urgent,
            content_hash: sha256_hex(&body),
            body,
            state: "pending".to_owned(),
            attempts: 0,
            position: 0,
        };
        hub::insert(conn, &stored.key, &row, self.stamp.at)?;
        if step.urgent {
            enqueue(self.house, conn, "hub-urgent", &row.id, self.stamp)?;
        }
        if step.deleted {
            // That something should never have been registered is told to whoever looks for incidents.
            let detail = json!({ "row": row.id, "key": row.history_key });
            self.house.record(conn, &Caller::system(), "withdraw_row", &step.case, "done", detail)?;
        }
        Ok(cases::set_sync(conn, &step.case, "pending")?)
    }

    fn stored(&self, case: &str) -> Option<&Stored> {
        let own = self.opened.member(case).map(|member| &member.stored);
        own.or_else(|| self.aim.others.iter().find(|it| it.case.id == case))
    }
}

/// What stands for a certificate in the keys of its rows: the reference of the case that opened it.
fn certificate_id(opened: &Opened) -> &str {
    let root = opened.member(opened.root()).unwrap_or(opened);
    root.stored.case.reference.as_deref().unwrap_or_default()
}

/// The key under which a register keeps a row: never of a person, and the same for ever.
fn history_key(connector: &Connector, certificate: &str, seq: i64) -> String {
    let key =
        connector.history_key.replace("{certificate_id}", certificate).replace("{seq}", &seq.to_string());
    key.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}
