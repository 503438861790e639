//! Rows for the outside registers, built in the decision's transaction and never from a later query.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::case::decision::Decision;
use crate::domain::case::entitlement::{Entitlement, Ruling, held};
use crate::domain::case::event::{Event, Stamp};
use crate::domain::program::definition::{Connector, SHOWN};
use crate::domain::program::vocabulary::CommandName;
use crate::store::Conn;
use crate::store::cases;
use crate::store::hub::{self, HubRow};
use crate::store::seal::sha256_hex;

use super::access::Opened;
use super::error::Error;
use super::house::House;
use super::outbox::enqueue;
use super::{slots, standing};

/// A registration in our words: names of fields as program folders use them.
#[derive(Clone, Serialize, Deserialize)]
pub struct Registration {
    /// The body's own identifier of the certificate type.
    pub certificate_type: String,
    /// 個人番号; sealed at rest like the whole registration.
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

/// Writes the rows that a command causes.
pub fn follow(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    command: CommandName,
    events: &[Event],
    stamp: &Stamp,
) -> Result<(), Error> {
    let decided = events.iter().any(|event| matches!(event, Event::Decided { .. }));
    let command = if decided { CommandName::Finalise } else { command };
    let protection = events.iter().any(|event| matches!(event, Event::ProtectionSet { .. }));
    for connector in &opened.program.definition.connectors {
        let rulings = opened.rulings();
        let rows = held(&rulings, &connector.outcomes);
        let outbox = Outbox { house, opened, connector, stamp };
        if decided && connector.on.contains(&command) {
            let earlier = earlier(opened);
            let before = held(&earlier, &connector.outcomes);
            for row in rows.iter().filter(|row| !before.contains(row)) {
                outbox.write(conn, row, row.deleted)?;
            }
            for gone in
                before.iter().filter(|row| !row.deleted && !rows.iter().any(|it| it.key_seq == row.key_seq))
            {
                outbox.write(conn, &Entitlement { deleted: true, ..gone.clone() }, true)?;
            }
        } else if protection {
            // 支援措置: whoever may not be shown is hidden before anything else happens.
            for row in rows.iter().filter(|row| row.lasts(stamp.today)) {
                outbox.write(conn, row, true)?;
            }
        }
    }
    Ok(())
}

/// What was decided on the certificate before the newest decision of this case.
fn earlier(opened: &Opened) -> Vec<Ruling<'_>> {
    let newest = opened.stored.case.decision().map(|decision| decision.id.as_str());
    opened.rulings().into_iter().filter(|ruling| Some(ruling.decision.id.as_str()) != newest).collect()
}

/// Where the rows of one connector are written.
struct Outbox<'a> {
    house: &'a House,
    opened: &'a Opened,
    connector: &'a Connector,
    stamp: &'a Stamp,
}

impl Outbox<'_> {
    fn write(&self, conn: &mut Conn, held: &Entitlement<'_>, urgent: bool) -> Result<(), Error> {
        let member = self.opened.member(held.case).unwrap_or(self.opened);
        let registration = self.build(conn, member, held)?;
        let body = serde_json::to_vec(&registration)?;
        let case = &member.stored.case;
        let row = HubRow {
            id: self.house.new_id("hub")?,
            connector: self.connector.id.clone(),
            case_id: case.id.clone(),
            decision_id: held.decision.id.clone(),
            subject: self.subject(&registration.number),
            seq: 0,
            history_key: history_key(self.connector, certificate_id(self.opened), held.key_seq),
            deleted: held.deleted,
            urgent,
            content_hash: sha256_hex(&body),
            body,
            state: "pending".to_owned(),
            attempts: 0,
            position: 0,
        };
        hub::insert(conn, &member.stored, &row, self.stamp.at)?;
        if urgent {
            enqueue(self.house, conn, "hub-urgent", &row.id, self.stamp)?;
        }
        Ok(cases::set_sync(conn, &case.id, "pending")?)
    }

    /// Rows of one person go in order; a case whose 個人番号 is missing waits for nobody else's.
    fn subject(&self, number: &str) -> String {
        let person = if number.is_empty() { self.opened.root() } else { number };
        self.house.keys.lookup.hash("subject", person)
    }

    fn build(&self, conn: &mut Conn, opened: &Opened, held: &Entitlement<'_>) -> Result<Registration, Error> {
        let connector = self.connector;
        let slots = slots::of_case(self.house, conn, opened, Some(held.decision))?.values;
        let number_at = opened.program.definition.subject.my_number.clone().unwrap_or_default();
        let number = standing::secret(conn, opened, &number_at)?.unwrap_or_default();
        let value = |path: &str| value_of(path, held.decision, &slots);
        let mut fields: BTreeMap<String, String> =
            connector.fields.iter().map(|(name, path)| (name.clone(), value(path))).collect();
        plain_person(conn, opened, &mut fields)?;
        for (name, value) in &mut fields {
            translate(opened, connector, name, value, self.stamp.today);
        }
        let shown = |path: &str| slots.get(path).cloned().unwrap_or_default();
        let details = connector.details.iter();
        Ok(Registration {
            certificate_type: connector
                .certificate_type
                .text(self.stamp.today, &self.house.settings)
                .unwrap_or_default(),
            number,
            details: details.map(|it| (it.code.clone(), it.name.clone(), shown(&it.value))).collect(),
            fields,
            valid_from: held.valid_from,
            valid_to: held.valid_to,
        })
    }
}

/// Birth date and sex as data, not in the words in which letters print them.
fn plain_person(
    conn: &mut Conn,
    opened: &Opened,
    fields: &mut BTreeMap<String, String>,
) -> Result<(), Error> {
    let definition = &opened.program.definition;
    let answers = standing::answers(conn, opened)?;
    let subject = &definition.subject;
    let mut put = |name: &str, item: Option<&String>| {
        let value = item.and_then(|item| slots::text(&answers, item)).unwrap_or_default();
        fields.insert(name.to_owned(), value);
    };
    put("birth_date", Some(&subject.birth));
    put("sex", subject.sex.as_ref());
    Ok(())
}

/// What stands for a certificate in the keys of its rows: the reference of the case that opened it.
pub fn certificate_id(opened: &Opened) -> &str {
    let root = opened.member(opened.root()).unwrap_or(opened);
    root.stored.case.reference.as_deref().unwrap_or_default()
}

/// The key under which a register keeps a row: never of a person, and the same for ever.
pub fn history_key(connector: &Connector, certificate: &str, seq: i64) -> String {
    let key =
        connector.history_key.replace("{certificate_id}", certificate).replace("{seq}", &seq.to_string());
    key.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// A literal after `=`, what a slot shows in words after `shown:`, the bare value of a decision's
/// field, or a slot.
fn value_of(path: &str, decision: &Decision, slots: &BTreeMap<String, String>) -> String {
    if let Some(slot) = path.strip_prefix(SHOWN) {
        return slots.get(slot).cloned().unwrap_or_default();
    }
    if let Some(literal) = path.strip_prefix('=') {
        return literal.to_owned();
    }
    let field = path.strip_prefix("decision.").and_then(|key| decision.draft.content.fields.get(key));
    match field {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => slots.get(path).cloned().unwrap_or_default(),
        Some(other) => other.to_string(),
    }
}

/// A register has its own codes: the table `<connector>_<field>s` of the folder gives them.
fn translate(opened: &Opened, connector: &Connector, name: &str, value: &mut String, day: NaiveDate) {
    let table = format!("{}_{name}s", connector.id);
    let rows = opened.program.tables.all_rows(&table).unwrap_or_default();
    let row = rows.iter().find(|row| row.key() == value.as_str() && row.holds_on(day));
    if let Some(code) = row.and_then(|row| row.text("segment").ok()) {
        *value = code.to_owned();
    }
}
