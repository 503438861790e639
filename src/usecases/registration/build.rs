//! The content of the rows: from the decisions, the answers on which they rest, and the person as known now.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;

use crate::domain::calendar::day_in_japan;
use crate::domain::case::decision::Decision;
use crate::domain::case::entitlement::{Entitlement, held};
use crate::domain::program::definition::{Connector, SHOWN, received_work};
use crate::domain::program::vocabulary::Body;
use crate::domain::tables::Row;
use crate::store::Conn;
use crate::usecases::access::Opened;
use crate::usecases::carry_out::fixed_answers;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::{slots, standing};

use super::{PERSON, Person, Registration, WITHHELD};

/// The field with the 追加条件 of a row.
const CONDITIONS: &str = "conditions";

/// A row that should stand.
pub(super) struct Wanted {
    /// Number of the ruling whose key it has.
    pub seq: i64,
    /// Case and decision that its newest content comes from.
    pub case: String,
    pub decision: String,
    pub registration: Registration,
}

impl Wanted {
    pub fn about(self, person: &Person, withheld: bool) -> Wanted {
        Wanted { registration: self.registration.about(person, withheld), ..self }
    }
}

/// The number by which the register knows the person, empty while there is none.
pub(super) fn number(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    connector: &Connector,
) -> Result<String, Error> {
    if let Some(path) = &connector.number {
        return stated(house, conn, opened, path);
    }
    let place = opened.program.definition.subject.my_number.clone().unwrap_or_default();
    Ok(standing::secret(conn, opened, &place)?.unwrap_or_default())
}

/// What a slot says by the newest case of the certificate that says anything of it.
fn stated(house: &House, conn: &mut Conn, opened: &Opened, path: &str) -> Result<String, Error> {
    for member in opened.members().into_iter().rev().filter(|it| standing::states_facts(it)) {
        let said = slots::of_case(house, conn, member, None)?.values.remove(path).unwrap_or_default();
        if !said.is_empty() {
            return Ok(said);
        }
    }
    Ok(String::new())
}

/// Every row that follows from the decisions on the certificate, oldest first.
pub(super) fn rows(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    connector: &Connector,
    number: &str,
) -> Result<Vec<Wanted>, Error> {
    let rulings = opened.rulings();
    let mut rows: Vec<Entitlement<'_>> =
        held(&rulings, &connector.outcomes).into_iter().filter(|row| !row.deleted).collect();
    rows.sort_by_key(|row| row.valid_from);
    rows.iter().map(|row| wanted(house, conn, opened, connector, (number, row))).collect()
}

fn wanted(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    connector: &Connector,
    (number, row): (&str, &Entitlement<'_>),
) -> Result<Wanted, Error> {
    let member = opened.member(row.case).unwrap_or(opened);
    let slots = slots::of_case(house, conn, member, Some(row.decision))?.values;
    let plain =
        connector.fields.iter().filter(|(name, _)| !PERSON.contains(&name.as_str()) && *name != WITHHELD);
    let mut fields = BTreeMap::new();
    for (name, path) in plain {
        let value = match path.strip_prefix("consent.") {
            Some(consent) => consenting(opened, member).stored.case.consents_to(consent).to_string(),
            None => {
                of_form(conn, member, path)?.unwrap_or_else(|| value_of(path, member, row.decision, &slots))
            }
        };
        fields.insert(name.clone(), translated(member, connector, name, value, row.valid_from));
    }
    fields.insert(CONDITIONS.to_owned(), conditions(member, connector, row));
    let shown = |path: &str| slots.get(path).cloned().unwrap_or_default();
    let details = connector.details.iter();
    let certificate_type = connector.certificate_type.text(row.valid_from, &house.settings);
    let registration = Registration {
        certificate_type: certificate_type.unwrap_or_default(),
        number: number.to_owned(),
        fields,
        details: details.map(|it| (it.code.clone(), it.name.clone(), shown(&it.value))).collect(),
        valid_from: row.valid_from,
        valid_to: row.valid_to,
    };
    let (case, decision) = (row.case.to_owned(), row.decision.id.clone());
    Ok(Wanted { seq: row.key_seq, case, decision, registration })
}

/// 追加条件: what the table `<connector>_conditions` says of the decision's fields that are true, as item and
/// code with a hyphen between, and blanks between entries.
fn conditions(opened: &Opened, connector: &Connector, row: &Entitlement<'_>) -> String {
    let rows = opened.program.tables.all_rows(&format!("{}_conditions", connector.id)).unwrap_or_default();
    let fields = &row.decision.draft.content.fields;
    let met = |key: &str| fields.get(key).and_then(Value::as_bool).unwrap_or_default();
    let found = rows.iter().filter(|it| it.holds_on(row.valid_from) && met(it.key()));
    let entry = |it: &Row| Some(format!("{}-{}", it.text("item").ok()?, it.text("code").ok()?));
    found.filter_map(entry).collect::<Vec<_>>().join(" ")
}

/// Who the person is by the newest case of the certificate that says so.
pub(super) fn person(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    connector: &Connector,
) -> Result<Person, Error> {
    let stating = stating(opened);
    let slots = slots::of_case(house, conn, stating, None)?.values;
    let said = |path: &str| slots.get(path).cloned().unwrap_or_default();
    let of_person = connector.fields.iter().filter(|(name, _)| PERSON.contains(&name.as_str()));
    let mut person: Person = of_person.map(|(name, path)| (name.clone(), said(path))).collect();
    person.extend(plain(conn, stating)?);
    Ok(person)
}

/// The newest case of the certificate that says who the person is.
fn stating(opened: &Opened) -> &Opened {
    opened.members().into_iter().rev().find(|it| standing::states_facts(it)).unwrap_or(opened)
}

/// Birth date and sex as data, not in the words in which letters print them.
fn plain(conn: &mut Conn, opened: &Opened) -> Result<Person, Error> {
    let answers = standing::answers(conn, opened)?;
    let subject = &opened.program.definition.subject;
    let said = |item: Option<&String>| item.and_then(|item| slots::text(&answers, item)).unwrap_or_default();
    let pairs = [("birth_date", said(Some(&subject.birth))), ("sex", said(subject.sex.as_ref()))];
    Ok(pairs.map(|(name, value)| (name.to_owned(), value)).into())
}

/// The answer, as data, to an item of another form than the application; empty where the case itself brought
/// no such form: what another case of the certificate brought is not what this decision rests on.
fn of_form(conn: &mut Conn, opened: &Opened, path: &str) -> Result<Option<String>, Error> {
    let forms = &opened.program.definition.forms;
    let Some((root, item)) = path.split_once('.') else { return Ok(None) };
    let further = forms.by_slot().find(|(slot, form)| *slot == root && *form != forms.application);
    let Some((_, form)) = further else { return Ok(None) };
    let answers = fixed_answers(conn, opened, form)?.unwrap_or_default();
    Ok(Some(slots::text(&answers, item).unwrap_or_default()))
}

/// A literal after `=`, what a slot shows in words after `shown:`, the bare value of a decision's
/// field, of a day or of the kind, or a slot.
fn value_of(path: &str, opened: &Opened, decision: &Decision, slots: &BTreeMap<String, String>) -> String {
    if let Some(slot) = path.strip_prefix(SHOWN) {
        return slots.get(slot).cloned().unwrap_or_default();
    }
    if let Some(literal) = path.strip_prefix('=') {
        return literal.to_owned();
    }
    let field = path.strip_prefix("decision.").and_then(|key| decision.draft.content.fields.get(key));
    match field {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => {
            bare(path, opened, decision).or_else(|| slots.get(path).cloned()).unwrap_or_default()
        }
        Some(other) => other.to_string(),
    }
}

/// The case in which the person said who may see what a case of the certificate leads to: where only the
/// office begins the procedure nobody is asked anew, and the newest application for the certificate says it.
fn consenting<'a>(opened: &'a Opened, member: &'a Opened) -> &'a Opened {
    let asked = |it: &Opened| {
        let rule = it.program.definition.kind(&it.stored.case.kind);
        rule.is_none_or(|rule| rule.by.contains(&Body::Applicant))
    };
    let newest = || opened.members().into_iter().rev().find(|it| asked(it) && standing::states_facts(it));
    if asked(member) { member } else { newest().unwrap_or(member) }
}

/// What letters print in words, as data.
fn bare(path: &str, opened: &Opened, decision: &Decision) -> Option<String> {
    let case = &opened.stored.case;
    if let Some(kind) = received_work(path) {
        return Some(day_in_japan(case.work_of(kind)?.received_at?).to_string());
    }
    match path {
        "case.kind" => Some(case.kind.code().to_owned()),
        "case.received_on" => Some(day_in_japan(case.received_at?).to_string()),
        "committee.held_on" => Some(case.committee.as_ref()?.held_on.to_string()),
        "decision.decided_on" => Some(day_in_japan(decision.at).to_string()),
        _ => None,
    }
}

/// A register has its own codes: the table `<connector>_<field>s` of the folder gives them. The row's own
/// first day chooses, so that a row says the same whenever it is told again.
fn translated(opened: &Opened, connector: &Connector, name: &str, value: String, day: NaiveDate) -> String {
    let table = format!("{}_{name}s", connector.id);
    let rows = opened.program.tables.all_rows(&table).unwrap_or_default();
    let row = rows.iter().find(|row| row.key() == value.as_str() && row.holds_on(day));
    row.and_then(|row| row.text("segment").ok()).map(str::to_owned).unwrap_or(value)
}
