//! The check of documents, on a small invented profile.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const NOTE: &str = "https://example.org/note";
const PERSON: &str = "https://example.org/person";
const COVER: &str = "https://example.org/cover";
const SEXES: &str = "https://example.org/sexes";

/// An element: id, cardinality, most in FHIR itself, type, further members.
fn element(id: &str, card: &str, base: &str, kind: Value, more: Value) -> Value {
    let (min, max) = card.split_once("..").unwrap();
    let mut element =
        json!({ "id": id, "min": min.parse::<u8>().unwrap(), "max": max, "base": { "max": base } });
    let object = element.as_object_mut().unwrap();
    match kind {
        Value::Null => None,
        Value::String(code) => object.insert("type".to_owned(), json!([{ "code": code }])),
        other => object.insert("type".to_owned(), json!([other])),
    };
    object.extend(more.as_object().cloned().unwrap_or_default());
    element
}

fn definition(kind: &str, url: &str, elements: &[Value]) -> String {
    let all: Vec<Value> = std::iter::once(json!({ "id": kind, "min": 0, "max": "*" }))
        .chain(elements.iter().cloned())
        .collect();
    json!({ "resourceType": "StructureDefinition", "url": url, "version": "2", "type": kind,
        "snapshot": { "element": all } })
    .to_string()
}

fn files() -> BTreeMap<&'static str, String> {
    let none = || json!({});
    let by_type = json!({ "slicing": { "discriminator": [{ "type": "type", "path": "resource" }], "rules": "closed" } });
    let slot = |name: &str, kind: &str, profile: &str| {
        let resource = json!({ "code": kind, "profile": [profile] });
        [
            element(&format!("Bundle.entry:{name}"), "1..1", "*", json!("BackboneElement"), none()),
            element(&format!("Bundle.entry:{name}.fullUrl"), "1..1", "1", json!("uri"), none()),
            element(&format!("Bundle.entry:{name}.resource"), "1..1", "1", resource, none()),
        ]
    };
    let bundle = [
        vec![
            element("Bundle.type", "1..1", "1", json!("code"), json!({ "fixedCode": "document" })),
            element("Bundle.meta", "0..1", "1", json!("Meta"), none()),
            element("Bundle.entry", "1..3", "*", json!("BackboneElement"), by_type),
        ],
        slot("cover", "Composition", COVER).to_vec(),
        slot("person", "Patient", PERSON).to_vec(),
    ]
    .concat();
    let subject = json!({ "code": "Reference", "targetProfile": [PERSON] });
    let cover = [
        element("Composition.subject", "1..1", "1", subject, none()),
        element(
            "Composition.type",
            "0..1",
            "1",
            json!("CodeableConcept"),
            json!({ "patternCodeableConcept": { "coding": [{ "code": "x" }] } }),
        ),
        element("Composition.section", "0..*", "*", json!("BackboneElement"), none()),
        element("Composition.section.title", "1..1", "1", json!("string"), json!({ "maxLength": 5 })),
        element(
            "Composition.section.section",
            "0..*",
            "*",
            Value::Null,
            json!({ "contentReference": "#Composition.section" }),
        ),
    ];
    let value = json!({ "type": [{ "code": "boolean" }, { "code": "dateTime" }] });
    let person = [
        element("Patient.name", "0..2", "*", json!("HumanName"), none()),
        element("Patient.name.text", "1..1", "1", json!("string"), none()),
        element(
            "Patient.gender",
            "1..1",
            "1",
            json!("code"),
            json!({ "binding": { "strength": "required", "valueSet": SEXES } }),
        ),
        element("Patient.birthDate", "0..1", "1", json!("date"), none()),
        element("Patient.deceased[x]", "0..1", "1", Value::Null, value),
    ];
    let sexes = json!({ "resourceType": "ValueSet", "url": SEXES,
        "compose": { "include": [{ "system": "s", "concept": [{ "code": "male" }, { "code": "female" }] }] } });
    BTreeMap::from([
        ("a.json", definition("Bundle", NOTE, &bundle)),
        ("b.json", definition("Composition", COVER, &cover)),
        ("c.json", definition("Patient", PERSON, &person)),
        ("d.json", sexes.to_string()),
    ])
}

fn load_all(
    files: &BTreeMap<&'static str, String>,
) -> Result<Profiles, Vec<crate::domain::problem::Problem>> {
    load(&files.iter().map(|(name, text)| (*name, text.as_str())).collect())
}

fn profiles() -> Profiles {
    load_all(&files()).unwrap()
}

fn note() -> Value {
    json!({ "resourceType": "Bundle", "type": "document", "entry": [
        { "fullUrl": "urn:uuid:1", "resource": { "resourceType": "Composition",
            "subject": { "reference": "urn:uuid:2" },
            "section": [{ "title": "一", "section": [{ "title": "二" }] }] } },
        { "fullUrl": "urn:uuid:2", "resource": { "resourceType": "Patient", "gender": "male",
            "name": [{ "text": "青空 花子" }], "birthDate": "1958", "deceasedBoolean": false } },
    ] })
}

/// The issues of the note after a change: key and place.
fn found(change: impl FnOnce(&mut Value)) -> Vec<(String, String)> {
    let mut note = note();
    change(&mut note);
    let issues = profiles().check(NOTE, &note);
    issues.iter().map(|it| (it.refusal.key.clone(), it.expression().to_owned())).collect()
}

/// One issue, written as in [`found`].
fn one(key: &str, place: &str) -> Vec<(String, String)> {
    vec![(key.to_owned(), place.to_owned())]
}

fn person(note: &mut Value) -> &mut Value {
    &mut note["entry"][1]["resource"]
}

fn cover(note: &mut Value) -> &mut Value {
    &mut note["entry"][0]["resource"]
}

#[test]
fn a_document_that_follows_its_profile_has_no_issue() {
    assert_eq!(found(|_| ()), []);
    assert!(profiles().holds(NOTE) && profiles().holds("https://example.org/note|2"));
    assert!(!profiles().holds("https://example.org/note|1") && !profiles().holds("https://example.org/x"));
}

#[test]
fn cardinality_and_shape() {
    let base = "Bundle.entry[1].resource";
    assert_eq!(
        found(|it| drop(person(it).as_object_mut().unwrap().remove("gender"))),
        one("document.missing", &format!("{base}.gender"))
    );
    assert_eq!(
        found(|it| person(it)["name"] = json!([{ "text": "a" }, { "text": "b" }, { "text": "c" }])),
        one("document.too-many", &format!("{base}.name"))
    );
    assert_eq!(
        found(|it| person(it)["name"] = json!({ "text": "a" })),
        one("document.list", &format!("{base}.name"))
    );
    assert_eq!(found(|it| person(it)["name"] = json!([])), one("document.list", &format!("{base}.name")));
    assert_eq!(
        found(|it| person(it)["gender"] = json!(["male"])),
        one("document.single", &format!("{base}.gender"))
    );
    assert_eq!(
        found(|it| person(it)["name"][0] = json!("青空")),
        one("document.object", &format!("{base}.name[0]"))
    );
    assert_eq!(
        found(|it| person(it)["name"][0] = json!({ "family": "青空" })),
        one("document.missing", &format!("{base}.name[0].text"))
    );
}

#[test]
fn what_the_profile_does_not_list_is_not_accepted() {
    let base = "Bundle.entry[1].resource";
    assert_eq!(
        found(|it| person(it)["modifierExtension"] = json!([{ "url": "x" }])),
        one("document.unknown", &format!("{base}.modifierExtension"))
    );
    assert_eq!(
        found(|it| person(it)["_birthDate"] = json!({ "extension": [] })),
        one("document.unknown", &format!("{base}.birthDate"))
    );
    assert_eq!(
        found(|it| person(it)["deceasedString"] = json!("x")),
        one("document.unknown", &format!("{base}.deceasedString"))
    );
    assert_eq!(
        found(|it| person(it)["name"][0]["extension"] = json!([])),
        one("document.unknown", &format!("{base}.name[0].extension"))
    );
}

#[test]
fn values_types_and_codes() {
    let base = "Bundle.entry[1].resource";
    assert_eq!(found(|it| it["type"] = json!("batch")), one("document.fixed", "Bundle.type"));
    assert_eq!(
        found(|it| person(it)["birthDate"] = json!("昭和33年")),
        one("document.format", &format!("{base}.birthDate"))
    );
    assert_eq!(
        found(|it| person(it)["deceasedBoolean"] = json!("no")),
        one("document.format", &format!("{base}.deceased"))
    );
    assert_eq!(
        found(|it| person(it)["gender"] = json!("other")),
        one("document.binding", &format!("{base}.gender"))
    );
    let typed = |code: &str| json!({ "coding": [{ "system": "s", "code": code }] });
    assert_eq!(found(|it| cover(it)["type"] = typed("x")), []);
    assert_eq!(
        found(|it| cover(it)["type"] = typed("y")),
        one("document.fixed", "Bundle.entry[0].resource.type")
    );
}

#[test]
fn shared_content_is_checked_however_deep() {
    let inner = "Bundle.entry[0].resource.section[0].section[0]";
    assert_eq!(
        found(|it| cover(it)["section"][0]["section"][0]["title"] = json!("六文字の題名")),
        one("document.too-long", &format!("{inner}.title"))
    );
    assert_eq!(
        found(|it| cover(it)["section"][0]["section"][0]["section"] = json!([{}])),
        one("document.missing", &format!("{inner}.section[0].title"))
    );
}

#[test]
fn references_stay_inside_and_lead_to_the_right_type() {
    let place = "Bundle.entry[0].resource.subject.reference";
    let lead = |to: &str| {
        let to = json!(to);
        found(|it| cover(it)["subject"]["reference"] = to)
    };
    assert_eq!(lead("urn:uuid:3"), one("document.reference", place));
    assert_eq!(lead("Patient/2"), one("document.reference", place));
    assert_eq!(lead("urn:uuid:1"), one("document.target", place));
}

#[test]
fn every_entry_has_its_slot_and_its_address() {
    let strange = json!({ "fullUrl": "urn:uuid:3", "resource": { "resourceType": "Device" } });
    let issues = found(|it| it["entry"].as_array_mut().unwrap().push(strange));
    assert_eq!(issues[0], one("document.slice", "Bundle.entry[2]")[0]);
    assert_eq!(
        found(|it| drop(it["entry"].as_array_mut().unwrap().remove(1)))[0],
        one("document.missing", "Bundle.entry")[0]
    );
    assert_eq!(
        found(|it| it["entry"].as_array_mut().unwrap().reverse()),
        one("document.first", "Bundle.entry[0]")
    );
    let twice = found(|it| it["entry"][1]["fullUrl"] = json!("urn:uuid:1"));
    assert!(twice.contains(&one("document.same-url", "Bundle.entry[1].fullUrl")[0]), "{twice:?}");
    let local = found(|it| it["entry"][0]["fullUrl"] = json!("http://h.example/Composition/1"));
    assert_eq!(local, one("document.full-url", "Bundle.entry[0].fullUrl"));
    assert_eq!(found(|it| *it = json!({ "resourceType": "Patient" })), one("document.resource", "Bundle"));
}

#[test]
fn all_faults_are_told_at_once_but_not_without_end() {
    let issues = found(|it| {
        person(it)["gender"] = json!(1);
        cover(it)["section"] = json!(vec![json!({}); 3]);
    });
    assert_eq!(issues.len(), 5, "{issues:?}");
    assert_eq!(found(|it| cover(it)["section"] = json!(vec![json!({}); 1000])).len(), check::MOST);
}

#[test]
fn a_folder_that_does_not_hold_together_is_told() {
    let broken = |name: &'static str, text: String| {
        let mut files = files();
        files.insert(name, text);
        load_all(&files).unwrap_err()[0].to_string()
    };
    assert!(broken("d.json", "{".to_owned()).contains("write JSON"));
    assert!(broken("d.json", json!({ "resourceType": "Patient" }).to_string()).contains("nothing reads"));
    let without_set = {
        let mut all = files();
        all.remove("d.json");
        load_all(&all).unwrap_err()
    };
    assert!(without_set[0].to_string().contains(SEXES));
    let strange = element("Patient.x", "0..1", "1", json!("code"), json!({ "condition": ["a"] }));
    assert!(broken("c.json", definition("Patient", PERSON, &[strange])).contains("does not read condition"));
    let mut example = note();
    example["meta"] = json!({ "profile": [NOTE] });
    let mut with_example = files();
    with_example.insert("example.json", example.to_string());
    assert!(load_all(&with_example).is_ok());
    person(&mut example)["gender"] = json!("x");
    assert!(broken("example.json", example.to_string()).contains("document.binding"));
}

proptest! {
    #[test]
    fn nothing_that_is_json_makes_it_fail(keys in prop::collection::vec("[a-z]{1,8}", 0..5), number in any::<i64>()) {
        let mut note = note();
        for key in keys {
            note["entry"][1]["resource"][&key] = json!(number);
            note[&key] = json!([[{ "resource": number }], null]);
        }
        let _ = profiles().check(NOTE, &note);
    }
}
