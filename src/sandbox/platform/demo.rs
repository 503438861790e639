//! Medical records of the invented people.

use super::clinical::{self, Diagnosis, Drug, MEMBER_ID, Test};
use super::store::{Store, Stored, patient_link};
use crate::sandbox::people::{Person, Quirk};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SOURCE: &str = include_str!("../data/clinical.json");
const MANY: usize = 60;
const DAY: &str = "2026-03-16";

#[derive(Deserialize)]
struct Clinic {
    department: String,
    observation: OwnTest,
    drugs: Vec<OwnDrug>,
}

#[derive(Deserialize)]
struct OwnTest {
    name: String,
    value: f64,
    unit: String,
}

#[derive(Deserialize)]
struct OwnDrug {
    code: String,
    name: String,
    usage: String,
    per_day: u64,
}

/// Puts the records of every person into the store.
pub fn fill(store: &mut Store, people: &[Person]) {
    let clinics: BTreeMap<String, Clinic> = serde_json::from_str(SOURCE).unwrap_or_default();
    for (number, person) in people.iter().enumerate() {
        if person.has(Quirk::NoRecord) {
            continue;
        }
        let own = person.disease_no.map(|no| no.to_string()).and_then(|no| clinics.get(&no));
        if let Some(clinic) = own.or_else(|| clinics.get("other")) {
            Record { person, number, clinic }.fill(store);
        }
    }
}

struct Record<'a> {
    person: &'a Person,
    number: usize,
    clinic: &'a Clinic,
}

impl Record<'_> {
    fn fill(&self, store: &mut Store) {
        let mut resources = vec![self.patient(), self.coverage()];
        if self.person.has(Quirk::TwoPatients) {
            resources.push(self.second_patient());
        }
        resources.extend(self.conditions());
        resources.extend(self.observations());
        resources.extend(self.medications());
        if self.number % 4 == 1 {
            resources.push(clinical::allergy(&self.id("allergy"), &self.subject()));
        }
        for mut resource in resources {
            self.peculiar(&mut resource);
            put(store, resource);
        }
    }

    fn id(&self, what: &str) -> String {
        format!("{}-{what}", self.person.id)
    }

    fn subject(&self) -> Value {
        if self.person.has(Quirk::SubjectByIdentifier) {
            return json!({ "identifier": { "system": MEMBER_ID, "value": self.person.member_id() } });
        }
        json!({ "reference": format!("Patient/{}", self.person.id) })
    }

    fn patient(&self) -> Value {
        self.patient_at(self.person.id.clone(), clinical::HOSPITAL, format!("{:08}", 20_000 + self.number))
    }

    fn second_patient(&self) -> Value {
        self.patient_at(self.id("elsewhere"), clinical::OTHER_HOSPITAL, format!("{:06}", 900 + self.number))
    }

    fn patient_at(&self, id: String, hospital: &str, local_number: String) -> Value {
        let p = self.person;
        let birth = match p.has(Quirk::OtherBirthDate) {
            true => p.birth.succ_opt().unwrap_or(p.birth),
            false => p.birth,
        };
        json!({
            "resourceType": "Patient",
            "id": id,
            "meta": clinical::meta("JP_Patient_eCS"),
            "language": "ja",
            "identifier": [
                {
                    "system": format!("urn:oid:1.2.392.100495.20.3.51.1{hospital}"),
                    "value": local_number
                },
                { "system": MEMBER_ID, "value": p.member_id() }
            ],
            "active": true,
            "name": [name("IDE", &p.family, &p.given), name("SYL", &p.family_kana, &p.given_kana)],
            "telecom": [{ "system": "phone", "value": p.phone, "use": "home" }],
            "gender": p.sex.fhir(),
            "birthDate": birth,
            "address": [{ "text": p.address, "postalCode": p.postcode, "country": "JP" }]
        })
    }

    fn coverage(&self) -> Value {
        let p = self.person;
        let extension = |part: &str, value: &str| {
            json!({
                "url": format!("http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_InsuredPerson{part}"),
                "valueString": value
            })
        };
        let parts = [("Symbol", &p.symbol), ("Number", &p.number), ("SubNumber", &p.branch)];
        let extensions: Vec<Value> =
            parts.iter().filter(|(_, v)| !v.is_empty()).map(|(part, v)| extension(part, v)).collect();
        json!({
            "resourceType": "Coverage",
            "id": self.id("coverage"),
            "meta": {
                "lastUpdated": "2026-04-01T10:00:00.000+09:00",
                "profile": ["http://jpfhir.jp/fhir/ePrescription/StructureDefinition/JP_Coverage_eCS_insurance"]
            },
            "language": "ja",
            "extension": extensions,
            "identifier": [{ "system": MEMBER_ID, "value": p.member_id() }],
            "status": "active",
            "type": mhlw("InsuranceMajorCategory", insurance(&p.insurer)),
            "beneficiary": { "reference": format!("Patient/{}", p.id) },
            "relationship": mhlw("InsuredPersonCategory", ("1", "被保険者")),
            "payor": [{ "identifier": {
                "system": "http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsurerNumber", "value": p.insurer
            } }]
        })
    }

    fn conditions(&self) -> Vec<Value> {
        let mut conditions: Vec<Value> = self.designated().into_iter().collect();
        if self.person.has(Quirk::NoMatchingDisease) || self.number % 3 == 2 {
            conditions.push(self.plain("hypertension", "20061593", "I10", "高血圧症", "2019-11-05".into()));
        }
        if self.person.has(Quirk::ManyConditions) {
            conditions.extend((0..MANY).map(|n| {
                let day = format!("20{:02}-{:02}-10", 10 + n / 12, n % 12 + 1);
                self.plain(&format!("pain{n:02}"), "20075383", "R10.4", "腹痛症", day)
            }));
        }
        conditions
    }

    fn plain(&self, what: &str, key: &str, icd10: &str, name: &str, onset: String) -> Value {
        let diagnosis = Diagnosis { key: key.to_owned(), icd10, name, status: "confirmed", onset };
        clinical::condition(&self.id(what), &self.subject(), &self.clinic.department, &diagnosis)
    }

    fn designated(&self) -> Option<Value> {
        let p = self.person;
        let diagnosis = Diagnosis {
            key: format!("99{:06}", p.disease_no?),
            icd10: p.icd10.as_deref()?,
            name: p.disease.as_deref()?,
            status: self.status(),
            onset: self.onset(),
        };
        let mut condition =
            clinical::condition(&self.id("disease"), &self.subject(), &self.clinic.department, &diagnosis);
        if p.has(Quirk::SuspectedSuffix) {
            set(&mut condition, "code", "extension", clinical::suspected());
        }
        let flags =
            [(Quirk::Uninformed, "UNINFORMED", "未告知"), (Quirk::Undelivered, "UNDELIVERED", "未提供")];
        let tags: Vec<Value> =
            flags.iter().filter(|(q, ..)| p.has(*q)).map(|(_, c, d)| clinical::flag(c, d)).collect();
        if !tags.is_empty() {
            set(&mut condition, "meta", "tag", Value::Array(tags));
        }
        Some(condition)
    }

    fn status(&self) -> &'static str {
        let statuses = [
            (Quirk::Refuted, "refuted"),
            (Quirk::EnteredInError, "entered-in-error"),
            (Quirk::Unconfirmed, "unconfirmed"),
        ];
        statuses.iter().find(|(quirk, _)| self.person.has(*quirk)).map_or("confirmed", |(_, status)| status)
    }

    fn onset(&self) -> String {
        let year = 2015 + self.number % 10;
        match self.person.has(Quirk::PartialOnset) {
            true => year.to_string(),
            false => format!("{year}-{:02}-{:02}", self.number % 12 + 1, self.number % 28 + 1),
        }
    }

    fn observations(&self) -> Vec<Value> {
        let own = &self.clinic.observation;
        let shift = (self.number % 7) as f64 / 10.0;
        let tests = [
            ("ALB", Some("3A015000001827101"), 3.6 + shift, "g/dL"),
            ("K", Some("3H015000002326101"), 4.0 + shift, "mmol/L"),
            ("eGFR", Some("8A065000002391901"), 62.0 + shift * 10.0, "mL/min/1.73m2"),
            (own.name.as_str(), None, own.value, own.unit.as_str()),
        ];
        tests
            .into_iter()
            .enumerate()
            .map(|(n, (name, jlac10, value, unit))| {
                let test = Test { name, jlac10, value: (value * 10.0).round() / 10.0, unit };
                let id = self.id(&format!("lab{n}"));
                clinical::observation(&id, &self.subject(), &self.clinic.department, DAY, &test)
            })
            .collect()
    }

    fn medications(&self) -> Vec<Value> {
        let drug = |(n, d): (usize, &OwnDrug)| {
            let drug = Drug { code: &d.code, name: &d.name, usage: &d.usage, per_day: d.per_day };
            clinical::medication(&self.id(&format!("drug{n}")), &self.subject(), DAY, n + 1, &drug)
        };
        self.clinic.drugs.iter().enumerate().map(drug).collect()
    }

    fn peculiar(&self, resource: &mut Value) {
        if self.person.has(Quirk::UnknownElements) {
            set(resource, "", "futureElement", json!({ "since": "R9", "values": [1, "二", null] }));
        }
        if self.person.has(Quirk::OldSystems) {
            with_old_systems(resource);
        }
    }
}

/// Sets `field` of the object under `parent`, or of the resource itself when `parent` is empty.
fn set(resource: &mut Value, parent: &str, field: &str, value: Value) {
    let place = if parent.is_empty() { Some(resource) } else { resource.get_mut(parent) };
    if let Some(object) = place.and_then(Value::as_object_mut) {
        object.insert(field.to_owned(), value);
    }
}

fn name(kind: &str, family: &str, given: &str) -> Value {
    json!({
        "extension": [{
            "url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": kind
        }],
        "use": "official", "text": format!("{family} {given}"), "family": family, "given": [given]
    })
}

fn mhlw(system: &str, (code, display): (&str, &str)) -> Value {
    let system = format!("http://jpfhir.jp/fhir/core/mhlw/CodeSystem/{system}");
    json!({ "coding": [{ "system": system, "code": code, "display": display }] })
}

fn insurance(insurer: &str) -> (&'static str, &'static str) {
    match insurer.get(..2) {
        Some("00") => ("2", "国保"),
        Some("39") => ("7", "後期高齢者"),
        _ => ("1", "医保"),
    }
}

/// Writes the code systems as the OIDs they were before 2024-09.
fn with_old_systems(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(with_old_systems),
        Value::Array(items) => items.iter_mut().for_each(with_old_systems),
        Value::String(text) => match text.as_str() {
            clinical::DISEASE_KEY => *text = "urn:oid:1.2.392.200119.4.101.2".to_owned(),
            clinical::JLAC10 => *text = "urn:oid:1.2.392.200119.4.504".to_owned(),
            clinical::YJ => *text = "urn:oid:1.2.392.100495.20.2.73".to_owned(),
            _ => {}
        },
        _ => {}
    }
}

fn put(store: &mut Store, resource: Value) {
    let text = |key: &str| resource.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (kind, id) = (text("resourceType"), text("id"));
    let patient = patient_link(&resource);
    store.put(&kind, &id, Stored { resource, patient });
}
