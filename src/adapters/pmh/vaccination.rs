//! The vaccination domain of the hub: persons who may be vaccinated (接種対象者) and records of doses (接種記録).
//!
//! Nothing of its interface is published. What is here is a proposal, modelled on the published
//! 自治体検診対象者情報登録 (1.0.0): a person is registered or registered again (変更区分 1), or removed with a reason
//! and a day (2). A record names the person by the municipality's own key, so that the 個人番号 travels once.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::client::Pmh;
use super::convert::{fault, person_of};
use super::record::basic_five;
use super::replies::unreadable;
use crate::domain::masters::Masters;
use crate::ports::hub::{
    Accepted, Defect, Entry, HeldRow, Hub, HubError, MasterTable, ResultPage, TaskState,
};

/// An entry about who a person is, not about a dose.
const PERSON: &str = "subject";
/// What is told of a dose: our name, the hub's, most characters, and whether it must be there.
const DOSE: [(&str, &str, usize, bool); 10] = [
    ("vaccine", "vaccineCode", 20, true),
    ("product", "productCode", 50, false),
    ("lot", "lotNumber", 20, false),
    ("dose", "doseNumber", 2, false),
    ("amount", "doseAmount", 6, false),
    ("site", "site", 2, false),
    ("route", "route", 2, false),
    ("on", "vaccinatedOn", 10, true),
    ("institution", "institutionCode", 10, false),
    ("physician", "doctorName", 100, false),
];
/// What is compared of a person.
const REMOVAL: [(&str, &str); 2] = [("removal_reason", "removalReason"), ("removal_date", "removalDate")];
/// What was judged of a dose.
const JUDGEMENT: &str = "judgement";

/// The hub for vaccination.
pub struct Vaccination {
    hub: Pmh,
}

impl Vaccination {
    /// The domain behind a client whose profile is [`super::Profile::vaccination`].
    pub fn new(hub: Pmh) -> Vaccination {
        Vaccination { hub }
    }
}

/// The record of an entry.
///
/// # Errors
/// Everything that keeps it from being sent.
pub fn vaccination_record(entry: &Entry) -> Result<Value, Vec<Defect>> {
    let mut record = Map::new();
    let identity = said(entry, "identity_key");
    record.insert("historyKey".to_owned(), json!(entry.history_key));
    record.insert("municipalityIdentityKey".to_owned(), json!(identity));
    let faults = match entry.certificate_type == PERSON {
        true => person(entry, &mut record),
        false => dose(entry, &mut record),
    };
    if faults.is_empty() { Ok(Value::Object(record)) } else { Err(faults) }
}

fn said<'a>(entry: &'a Entry, name: &str) -> &'a str {
    entry.fields.get(name).map_or("", |text| text.trim())
}

fn put(record: &mut Map<String, Value>, name: &str, value: Value) {
    record.insert(name.to_owned(), value);
}

fn person(entry: &Entry, record: &mut Map<String, Value>) -> Vec<Defect> {
    let (number, person, faults) = person_of(entry);
    let (Some(number), Some(person), true) = (number, person, faults.is_empty()) else { return faults };
    let gone = !said(entry, "removal_date").is_empty();
    put(record, "kind", json!("SUBJECT"));
    put(record, "modificationSeg", json!(if gone { "2" } else { "1" }));
    put(record, "myNumber", json!(number.expose()));
    if gone {
        REMOVAL.iter().for_each(|(ours, hubs)| put(record, hubs, json!(said(entry, ours))));
        return Vec::new();
    }
    put(record, "basicFiveInfo", basic_five(&person));
    put(record, "isNotDisclosed", json!(said(entry, "withheld") == "true"));
    put(record, "eligibilities", entry.details.iter().map(right).collect());
    if !said(entry, "guardian").is_empty() {
        put(record, "guardian", json!({ "name": said(entry, "guardian") }));
    }
    entry
        .details
        .iter()
        .filter(|(code, ..)| code.is_empty())
        .map(|_| fault("field-missing", Some("vaccine")))
        .collect()
}

/// A right to a dose: its code, its number, and `from/to/category`, of which the end may be open.
fn right((code, dose, span): &(String, String, String)) -> Value {
    let mut parts = span.splitn(3, '/');
    let mut part = || parts.next().unwrap_or_default().to_owned();
    let (from, to, category) = (part(), part(), part());
    let mut right = json!({ "vaccineCode": code, "eligibleFrom": from, "category": category });
    for (name, text) in [("doseNumber", dose), ("eligibleTo", &to)] {
        if !text.is_empty() {
            right[name] = json!(text);
        }
    }
    right
}

fn dose(entry: &Entry, record: &mut Map<String, Value>) -> Vec<Defect> {
    let mut faults = Vec::new();
    put(record, "kind", json!("RECORD"));
    put(record, JUDGEMENT, json!(said(entry, JUDGEMENT)));
    put(record, "isDeleted", json!(entry.deleted));
    for (ours, hubs, most, needed) in DOSE {
        let text = said(entry, ours);
        let long = text.chars().count() > most || text.chars().any(char::is_control);
        match text {
            "" if needed => faults.push(fault("field-missing", Some(ours))),
            "" => {}
            _ if long => faults.push(fault("field-wrong", Some(ours))),
            text => put(record, hubs, json!(text)),
        }
    }
    faults
}

/// A row as the hub shows it; `None` when it cannot be read.
fn held(row: &Value) -> Option<HeldRow> {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut fields: BTreeMap<&'static str, String> = BTreeMap::new();
    if row.get("kind")?.as_str()? == "SUBJECT" {
        fields.extend(REMOVAL.map(|(ours, hubs)| (ours, text(hubs))));
        let rights = row.get("eligibilities").map(|it| it.to_string()).unwrap_or_default();
        fields.insert("eligibilities", rights);
    } else {
        fields.extend(DOSE.map(|(ours, hubs, ..)| (ours, text(hubs))));
        fields.insert(JUDGEMENT, text(JUDGEMENT));
    }
    let deleted = row.get("isDeleted").and_then(Value::as_bool).unwrap_or_default();
    Some(HeldRow { history_key: row.get("historyKey")?.as_str()?.to_owned(), deleted, fields })
}

impl Vaccination {
    async fn submit_all(&self, entries: &[Entry], key: Uuid) -> Result<Accepted, HubError> {
        let (mut records, mut defects) = (Vec::new(), Vec::new());
        for (index, entry) in entries.iter().enumerate() {
            match vaccination_record(entry) {
                Ok(record) => records.push(record),
                Err(faults) => {
                    defects.extend(faults.into_iter().map(|fault| Defect { row: Some(index), ..fault }));
                }
            }
        }
        if !defects.is_empty() {
            return Err(HubError::Defect(defects));
        }
        let task = self.hub.submit_records(records, key).await?;
        Ok(Accepted { task, warnings: Vec::new() })
    }

    /// By POST, so that no key of a person is in an address.
    async fn read_held(&self, about: &Entry) -> Result<Vec<HeldRow>, HubError> {
        let question = json!({ "municipalityIdentityKey": said(about, "identity_key") });
        let rows = self.hub.search(&question).await?;
        let read: Option<Vec<HeldRow>> = rows.iter().map(held).collect();
        read.ok_or_else(|| unreadable("what the hub holds"))
    }
}

impl Hub for Vaccination {
    fn faults(&self, entry: &Entry) -> Vec<Defect> {
        vaccination_record(entry).err().unwrap_or_default()
    }

    fn submit<'a>(&'a self, entries: &'a [Entry], key: Uuid) -> BoxFuture<'a, Result<Accepted, HubError>> {
        self.submit_all(entries, key).boxed()
    }

    fn task<'a>(&'a self, task: &'a str) -> BoxFuture<'a, Result<TaskState, HubError>> {
        self.hub.task(task)
    }

    fn results<'a>(&'a self, task: &'a str, page: u32) -> BoxFuture<'a, Result<ResultPage, HubError>> {
        self.hub.results(task, page)
    }

    fn read_back<'a>(&'a self, about: &'a Entry) -> BoxFuture<'a, Result<Option<Vec<HeldRow>>, HubError>> {
        self.read_held(about).map(|held| held.map(Some)).boxed()
    }

    fn as_held(&self, entry: &Entry) -> Option<HeldRow> {
        vaccination_record(entry).ok().as_ref().and_then(held)
    }

    /// The domain has no 制度マスタ.
    fn masters(&self) -> BoxFuture<'_, Result<Masters, HubError>> {
        std::future::ready(Err(HubError::NotFound)).boxed()
    }

    fn master_tables(&self, _kept: &Masters) -> Vec<MasterTable> {
        Vec::new()
    }

    fn answers_later(&self) -> bool {
        false
    }

    fn strays(&self) -> BoxFuture<'_, Result<Vec<String>, HubError>> {
        self.hub.strays()
    }

    fn check(&self) -> BoxFuture<'_, Result<String, HubError>> {
        self.hub.check()
    }
}
