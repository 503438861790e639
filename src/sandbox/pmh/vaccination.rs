//! The vaccination domain: persons who may be vaccinated and records of doses. Nothing of it is published, so all of
//! it is a proposal, modelled on 自治体検診対象者情報登録 (1.0.0): a person is registered, registered again when
//! something changes, and removed with a reason and a day; a record stands under a key of its own and is replaced or
//! withdrawn by it.

use super::Hub;
use super::fields::{BASIC_FIVE, Field, Form, check_object};
use super::rows::RecordError;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Path of the vaccination API below the host.
pub const BASE: &str = "/pmh/vaccination/v1";

/// 予防接種の種類 that the hub knows; proposed.
pub const VACCINES: [&str; 16] = [
    "ROTA",
    "HEPB",
    "HIB",
    "PCV",
    "BCG",
    "MR",
    "VAR",
    "JE",
    "HPV",
    "DPTIPV",
    "DT",
    "DPTIPVHIB",
    "FLU",
    "PPSV",
    "COVID19",
    "ZOSTER",
];

const GUARDIAN: &[Field] = &[("name", true, Form::Text(100)), ("relationship", false, Form::Text(20))];
const ELIGIBILITY: &[Field] = &[
    ("vaccineCode", true, Form::Code(20, "")),
    ("doseNumber", false, Form::Code(2, "")),
    ("eligibleFrom", true, Form::Date),
    ("eligibleTo", false, Form::Date),
    ("category", true, Form::OneOf(&["A", "B", "LOCAL"])),
];
const COMMON: &[Field] = &[
    ("kind", true, Form::OneOf(&["SUBJECT", "RECORD"])),
    ("historyKey", true, Form::Code(50, "_-")),
    ("municipalityIdentityKey", true, Form::Text(100)),
];
const NUMBERED: &[Field] =
    &[("modificationSeg", true, Form::OneOf(&["1", "2"])), ("myNumber", true, Form::Digits(12))];
const REGISTERED: &[Field] = &[
    ("basicFiveInfo", true, Form::Object(BASIC_FIVE)),
    ("isNotDisclosed", true, Form::Bool),
    ("guardian", false, Form::Object(GUARDIAN)),
    ("eligibilities", true, Form::List(ELIGIBILITY)),
];
const REMOVED: &[Field] = &[
    ("removalReason", true, Form::OneOf(&["TRANSFER_OUT", "DEATH", "ERROR"])),
    ("removalDate", true, Form::Date),
];
const DOSE: &[Field] = &[
    ("vaccineCode", true, Form::Code(20, "")),
    ("productCode", false, Form::Text(50)),
    ("lotNumber", false, Form::Text(20)),
    ("doseNumber", false, Form::Code(2, "")),
    ("doseAmount", false, Form::Code(6, ".")),
    ("site", false, Form::OneOf(&["LA", "RA", "LT", "RT"])),
    ("route", false, Form::OneOf(&["SC", "IM", "PO"])),
    ("vaccinatedOn", true, Form::Date),
    ("institutionCode", false, Form::Digits(10)),
    ("doctorName", false, Form::Text(100)),
    ("judgement", true, Form::OneOf(&["VACCINATED", "NOT_VACCINATED_AFTER_INTERVIEW"])),
    ("isDeleted", true, Form::Bool),
];

/// Names a row: the person and the key.
pub type Name = (String, String);

/// A record of a task.
pub struct Record {
    /// Which row it concerns.
    pub name: Name,
    my_number: String,
    body: Map<String, Value>,
}

/// A person whom the hub knows.
struct Person {
    birth: NaiveDate,
}

/// What is held: persons by key, and every row.
#[derive(Default)]
pub struct Register {
    people: BTreeMap<String, Person>,
    rows: BTreeMap<Name, Map<String, Value>>,
}

/// Reads a task's body: an array of persons and records, all of them well formed.
///
/// # Errors
/// One entry `{index, field, code, message}` a finding; values are never repeated in it.
pub fn read_all(body: &Value) -> Result<Vec<Record>, Vec<Value>> {
    let Value::Array(items) = body else {
        return Err(vec![json!({ "code": "PMH-E1003", "message": "本文は配列でなければなりません" })]);
    };
    let (mut records, mut findings) = (Vec::new(), Vec::new());
    for (index, item) in items.iter().enumerate() {
        match read(item) {
            Ok(record) => records.push(record),
            Err(found) => findings.extend(found.into_iter().map(|(field, (code, message))| {
                json!({ "index": index, "field": field, "code": code, "message": message })
            })),
        }
    }
    if findings.is_empty() { Ok(records) } else { Err(findings) }
}

type Findings = Vec<(String, (&'static str, &'static str))>;

fn read(item: &Value) -> Result<Record, Findings> {
    let broken = || vec![(String::new(), ("PMH-E1003", "レコードはオブジェクトでなければなりません"))];
    let object = item.as_object().ok_or_else(broken)?;
    let mut found = Vec::new();
    check_object(object, &fields(object), "", &mut found);
    if !found.is_empty() {
        return Err(found);
    }
    let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut body = object.clone();
    body.shift_remove("myNumber");
    let name = (text("municipalityIdentityKey"), text("historyKey"));
    Ok(Record { name, my_number: text("myNumber"), body })
}

fn fields(object: &Map<String, Value>) -> Vec<Field> {
    let is = |name: &str, value: &str| object.get(name).and_then(Value::as_str) == Some(value);
    match (is("kind", "SUBJECT"), is("modificationSeg", "2")) {
        (true, true) => [COMMON, NUMBERED, REMOVED].concat(),
        (true, false) => [COMMON, NUMBERED, REGISTERED].concat(),
        (false, _) => [COMMON, DOSE].concat(),
    }
}

impl Record {
    fn text(&self, name: &str) -> &str {
        self.body.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn day(&self, name: &str) -> Option<NaiveDate> {
        self.text(name).parse().ok()
    }

    fn is_person(&self) -> bool {
        self.text("kind") == "SUBJECT"
    }

    fn is_removal(&self) -> bool {
        self.text("modificationSeg") == "2"
    }

    fn is_deleted(&self) -> bool {
        self.body.get("isDeleted").and_then(Value::as_bool).unwrap_or_default()
    }

    fn birth(&self) -> Option<NaiveDate> {
        self.body.get("basicFiveInfo")?.get("dateOfBirth")?.as_str()?.parse().ok()
    }
}

impl Register {
    /// Applies a record and returns what became of it, or why it was refused.
    ///
    /// # Errors
    /// Every rule the record breaks.
    pub fn apply(&mut self, hub: &Hub, record: Record) -> Result<&'static str, Vec<RecordError>> {
        let errors = if record.is_person() { self.person(hub, &record) } else { self.dose(hub, &record) };
        if errors.is_empty() { Ok(self.write(record)) } else { Err(errors) }
    }

    fn person(&self, hub: &Hub, record: &Record) -> Vec<RecordError> {
        let mut errors = Vec::new();
        if record.is_removal() {
            if !self.people.contains_key(&record.name.0) {
                errors.push(("PMH-E3004", "municipalityIdentityKey", "登録のない対象者の消除"));
            }
            return errors;
        }
        let known = hub.births.get(&record.my_number);
        if known.is_none() || known != record.birth().as_ref() {
            errors.push(("PMH-E3001", "myNumber", "対象者を特定できないか、基本5情報が一致しません"));
        }
        let rights = record.body.get("eligibilities").and_then(Value::as_array);
        errors.extend(rights.into_iter().flatten().flat_map(right));
        errors
    }

    fn dose(&self, hub: &Hub, record: &Record) -> Vec<RecordError> {
        let Some(person) = self.people.get(&record.name.0) else {
            return vec![("PMH-E3001", "municipalityIdentityKey", "登録のない対象者です")];
        };
        let mut errors = Vec::new();
        if !VACCINES.contains(&record.text("vaccineCode")) {
            errors.push(("PMH-E2005", "vaccineCode", "定義されていない接種の種類"));
        }
        let lived = |day: NaiveDate| day >= person.birth && day <= hub.today();
        if !record.day("vaccinatedOn").is_some_and(lived) {
            errors.push(("PMH-E1005", "vaccinatedOn", "生年月日より前か、今日より後の日です"));
        }
        errors.extend(self.against_rows(record));
        errors
    }

    fn against_rows(&self, record: &Record) -> Option<RecordError> {
        let stored = self.rows.get(&record.name);
        if stored.is_some_and(is_withdrawn) {
            return Some(("PMH-E3002", "historyKey", "削除済みの履歴キー"));
        }
        if record.is_deleted() {
            return stored.is_none().then_some(("PMH-E3004", "isDeleted", "存在しない記録の削除"));
        }
        let says = |row: &Map<String, Value>, name: &str| row.get(name).cloned();
        let same = ["vaccineCode", "doseNumber", "vaccinatedOn", "judgement"];
        let twice = |(name, row): (&Name, &Map<String, Value>)| {
            name.0 == record.name.0
                && name.1 != record.name.1
                && !is_withdrawn(row)
                && same.iter().all(|field| says(row, field) == says(&record.body, field))
        };
        let found = self.rows.iter().any(twice);
        found.then_some(("PMH-E3003", "vaccinatedOn", "同じ接種の記録が別の履歴キーで登録されています"))
    }

    fn write(&mut self, record: Record) -> &'static str {
        if let Some(birth) = record.birth() {
            self.people.insert(record.name.0.clone(), Person { birth });
        }
        let result = match self.rows.get(&record.name) {
            Some(old) if *old == record.body => return "UNCHANGED",
            _ if record.is_deleted() || record.is_removal() => "DELETED",
            Some(_) => "UPDATED",
            None => "REGISTERED",
        };
        self.rows.insert(record.name, record.body);
        result
    }

    /// Everything held of a person, without the 個人番号.
    #[must_use]
    pub fn of(&self, key: &str) -> Vec<Value> {
        let own = self.rows.iter().filter(|((person, _), _)| person == key);
        own.map(|(_, row)| Value::Object(row.clone())).collect()
    }
}

fn is_withdrawn(row: &Map<String, Value>) -> bool {
    row.get("isDeleted").and_then(Value::as_bool).unwrap_or_default()
}

fn right(right: &Value) -> Vec<RecordError> {
    let text = |name: &str| right.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut errors = Vec::new();
    if !VACCINES.contains(&text("vaccineCode")) {
        errors.push(("PMH-E2005", "eligibilities", "定義されていない接種の種類"));
    }
    // Days in ISO form sort as texts.
    if !text("eligibleTo").is_empty() && text("eligibleTo") < text("eligibleFrom") {
        errors.push(("PMH-E1005", "eligibilities", "終了日が開始日より前です"));
    }
    errors
}
