//! What of a record is offered for the form, and what is not.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::certificate::claimed;
use super::*;
use crate::usecases::physician::offers::Offer;
use crate::usecases::physician::pull;
use crate::usecases::physician::request::open;
use crate::usecases::physician::save::{accept, save};

const FLAGS: &str = "http://jpfhir.jp/fhir/clins/CodeSystem/JP_ehrshrs_indication";

fn lab(id: &str, name: &str, (value, unit): (f64, &str), day: &str) -> Value {
    json!({ "resourceType": "Observation", "id": id, "status": "final", "subject": { "reference": "Patient/1" },
        "category": [{ "coding": [{ "code": "laboratory" }] }], "code": { "text": name },
        "effectiveDateTime": day, "valueQuantity": { "value": value, "unit": unit } })
}

fn flagged(mut resource: Value, flag: &str) -> Value {
    resource["meta"] = json!({ "tag": [{ "system": FLAGS, "code": flag }] });
    resource
}

/// What a record with these entries offers for クローン病, whose part is filled in.
fn offered(entries: Vec<Value>) -> (Scene, Caller, Vec<Offer>) {
    let (scene, doctor) = claimed();
    let patient = json!({ "resourceType": "Patient", "id": "1", "birthDate": "1958-04-12" });
    let entry: Vec<Value> =
        [patient].into_iter().chain(entries).map(|resource| json!({ "resource": resource })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entry });
    pull::take_file(&scene.house, &doctor, CASE, bundle.to_string().into_bytes()).unwrap();
    let posted = BTreeMap::from([("disease.number".to_owned(), vec!["96".to_owned()])]);
    save(&scene.house, &doctor, CASE, "disease", &posted).unwrap();
    let offers = open(&scene.house, &doctor, CASE, "").unwrap().offers;
    (scene, doctor, offers)
}

fn haemoglobin(entries: Vec<Value>) -> Option<(String, String)> {
    let (_, _, offers) = offered(entries);
    let offer = offers.into_iter().find(|offer| offer.path == "ioibd.haemoglobin")?;
    Some((offer.value, offer.note.unwrap_or_default()))
}

#[test]
fn the_newest_value_in_the_right_unit_is_offered_with_its_day_and_taken_with_its_origin() {
    let (scene, doctor, offers) = offered(vec![
        lab("o1", "ヘモグロビン", (9.1, "g/dL"), "2026-06-01"),
        lab("o2", "Ｈｂ", (9.8, "ｇ/ｄＬ"), "2026-10-01T09:00:00+09:00"),
        lab("o3", "ヘモグロビン", (98.0, "g/L"), "2026-11-01"),
        lab("o4", "ヘモグロビンA1c", (6.1, "g/dL"), "2026-11-02"),
    ]);
    let offer = offers.iter().find(|offer| offer.path == "ioibd.haemoglobin").unwrap();
    assert_eq!(offer.value, "9.8");
    let note = offer.note.as_deref().unwrap();
    assert!(note.contains("2026-10-01の検査") && note.contains("ｇ/ｄＬ"), "{note}");
    let step = accept(&scene.house, &doctor, CASE, "ioibd.haemoglobin", None).unwrap();
    let page = open(&scene.house, &doctor, CASE, &step).unwrap();
    let field = page.step.fields.iter().find(|field| field.path == "ioibd.haemoglobin").unwrap();
    assert_eq!(field.value, "9.8");
    assert!(format!("{:?}", field.origin).contains("platform"));
    assert!(page.offers.iter().all(|offer| offer.path != "ioibd.haemoglobin"), "it was taken");
}

#[test]
fn what_the_patient_may_not_know_is_never_offered() {
    let known = || lab("o1", "ヘモグロビン", (9.1, "g/dL"), "2026-06-01");
    let newer = || lab("o2", "ヘモグロビン", (8.0, "g/dL"), "2026-10-01");
    for flag in ["UNINFORMED", "UNDELIVERED"] {
        let found = haemoglobin(vec![known(), flagged(newer(), flag)]).unwrap();
        assert_eq!(found.0, "9.1", "{flag}");
        assert_eq!(haemoglobin(vec![flagged(newer(), flag)]), None, "{flag}");
        let drug = |id: &str, name: &str| {
            json!({ "resourceType": "MedicationRequest", "id": id, "status": "completed",
                "subject": { "reference": "Patient/1" }, "medicationCodeableConcept": { "text": name } })
        };
        let (_, _, offers) =
            offered(vec![drug("m1", "アザチオプリン"), flagged(drug("m2", "抗がん薬"), flag)]);
        let drugs = offers.iter().find(|offer| offer.path == "treatment.drugs").unwrap();
        assert_eq!(drugs.value, "アザチオプリン", "{flag}");
        let condition = json!({ "resourceType": "Condition", "id": "c1", "subject": { "reference": "Patient/1" },
            "code": { "text": "クローン病" }, "onsetDateTime": "2020-02" });
        let (_, _, offers) = offered(vec![flagged(condition, flag)]);
        assert!(offers.iter().all(|offer| offer.path != "diagnosis.onset"), "{flag}");
    }
}

#[test]
fn what_does_not_stand_or_is_about_somebody_else_is_not_offered() {
    let mut void = lab("o1", "ヘモグロビン", (8.0, "g/dL"), "2026-10-01");
    void["status"] = json!("entered-in-error");
    assert_eq!(haemoglobin(vec![void]), None);
    let mut foreign = lab("o2", "ヘモグロビン", (8.0, "g/dL"), "2026-10-01");
    foreign["subject"] = json!({ "reference": "Patient/2" });
    assert_eq!(haemoglobin(vec![foreign]), None);
    assert_eq!(
        haemoglobin(vec![lab("o3", "ヘモグロビン", (800.0, "g/dL"), "2026-10-01")]),
        None,
        "no such value"
    );
}
