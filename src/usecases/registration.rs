//! Rows for the outside registers, built in the decision's transaction and never from a later query.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::case::decision::Decision;
use crate::domain::case::event::{Event, Stamp};
use crate::domain::program::definition::Connector;
use crate::domain::program::vocabulary::CommandName;
use crate::store::cases;
use crate::store::hub::{self, HubRow};
use crate::store::seal::sha256_hex;
use crate::store::{Conn, secrets};

use super::access::Opened;
use super::carry_out::fixed_answers;
use super::error::Error;
use super::house::House;
use super::slots;

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
    let Some(decision) = opened.stored.case.decision() else { return Ok(()) };
    for connector in &opened.program.definition.connectors {
        let sent = connector.outcomes.contains(&decision.draft.content.outcome);
        if decided && connector.on.contains(&command) && sent {
            superseded(house, conn, opened, connector, decision, stamp)?;
            write(house, conn, opened, connector, decision, None, false, stamp)?;
        } else if protection && sent {
            // 支援措置: whoever may not be shown is hidden before anything else happens.
            write(house, conn, opened, connector, decision, None, true, stamp)?;
        }
    }
    Ok(())
}

/// An earlier grant ends on the eve of the new one; what held until then stays true.
fn superseded(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    connector: &Connector,
    decision: &Decision,
    stamp: &Stamp,
) -> Result<(), Error> {
    let before = opened.stored.case.decisions.iter().rev().nth(1);
    let starts = decision.draft.content.effective_from.and_then(|day| day.pred_opt());
    let (Some(before), Some(eve)) = (before, starts) else { return Ok(()) };
    if !connector.outcomes.contains(&before.draft.content.outcome) {
        return Ok(());
    }
    write(house, conn, opened, connector, before, Some(eve), false, stamp)
}

#[expect(clippy::too_many_arguments, reason = "the row is made of all of these")]
fn write(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    connector: &Connector,
    decision: &Decision,
    ends: Option<NaiveDate>,
    urgent: bool,
    stamp: &Stamp,
) -> Result<(), Error> {
    let registration = build(house, conn, opened, connector, decision, ends, stamp)?;
    let body = serde_json::to_vec(&registration)?;
    let case = &opened.stored.case;
    let row = HubRow {
        id: house.new_id("hub")?,
        connector: connector.id.clone(),
        case_id: case.id.clone(),
        decision_id: decision.id.clone(),
        subject: house.keys.lookup.hash("subject", &registration.number),
        seq: 0,
        history_key: history_key(connector, case.reference.as_deref().unwrap_or_default(), decision.seq),
        deleted: false,
        urgent,
        content_hash: sha256_hex(&body),
        body,
        state: "pending".to_owned(),
        attempts: 0,
        position: 0,
    };
    hub::insert(conn, &opened.stored, &row, stamp.at)?;
    Ok(cases::set_sync(conn, &case.id, "pending")?)
}

/// Birth date and sex as data, not in the words in which letters print them.
fn plain_person(
    conn: &mut Conn,
    opened: &Opened,
    fields: &mut BTreeMap<String, String>,
) -> Result<(), Error> {
    let definition = &opened.program.definition;
    let answers = fixed_answers(conn, opened, &definition.forms.application)?.unwrap_or_default();
    let subject = &definition.subject;
    let mut put = |name: &str, item: Option<&String>| {
        let value = item.and_then(|item| slots::text(&answers, item)).unwrap_or_default();
        fields.insert(name.to_owned(), value);
    };
    put("birth_date", Some(&subject.birth));
    put("sex", subject.sex.as_ref());
    Ok(())
}

fn history_key(connector: &Connector, certificate: &str, seq: i64) -> String {
    let key =
        connector.history_key.replace("{certificate_id}", certificate).replace("{seq}", &seq.to_string());
    key.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

fn build(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    connector: &Connector,
    decision: &Decision,
    ends: Option<NaiveDate>,
    stamp: &Stamp,
) -> Result<Registration, Error> {
    let slots = slots::of_case(house, conn, opened, Some(decision))?.values;
    let number_at = opened.program.definition.subject.my_number.clone().unwrap_or_default();
    let number = secrets::find(conn, &opened.granted, &opened.stored, &number_at)?.unwrap_or_default();
    let value = |path: &str| value_of(path, decision, &slots);
    let mut fields: BTreeMap<String, String> =
        connector.fields.iter().map(|(name, path)| (name.clone(), value(path))).collect();
    plain_person(conn, opened, &mut fields)?;
    for (name, value) in &mut fields {
        translate(opened, connector, name, value, stamp.today);
    }
    let content = &decision.draft.content;
    let valid_from = content.effective_from.unwrap_or(stamp.today);
    Ok(Registration {
        certificate_type: connector.certificate_type.text(stamp.today, &house.settings).unwrap_or_default(),
        number,
        details: connector
            .details
            .iter()
            .map(|it| (it.code.clone(), it.name.clone(), slots.get(&it.value).cloned().unwrap_or_default()))
            .collect(),
        fields,
        valid_from,
        valid_to: ends.or(content.valid_to).unwrap_or(valid_from),
    })
}

/// A literal after `=`, the bare value of a decision's field, or a slot in words.
fn value_of(path: &str, decision: &Decision, slots: &BTreeMap<String, String>) -> String {
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
