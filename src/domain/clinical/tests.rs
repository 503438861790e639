use chrono::NaiveDate;
use serde_json::{Value, json};

use super::*;

const VERIFICATION: &str = "http://terminology.hl7.org/CodeSystem/condition-ver-status";

fn patient(id: &str, birth_date: &str) -> Value {
    json!({
        "resourceType": "Patient", "id": id, "birthDate": birth_date,
        "identifier": [{ "system": systems::INSURED_PERSON, "value": "00012345:あ:１:05" }],
        "name": [
            { "text": "窓口 花子", "extension": [{
                "url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": "IDE" }] },
            { "text": "マドグチ ハナコ" }
        ]
    })
}

fn condition(id: &str, name: &str, verification: &str) -> Value {
    json!({
        "resourceType": "Condition", "id": id,
        "meta": { "lastUpdated": "2026-04-01T10:00:00+09:00" },
        "extension": [{
            "url": "http://jpfhir.jp/fhir/clins/Extension/StructureDefinition/JP_eCS_InstitutionNumber",
            "valueIdentifier": { "system": systems::INSTITUTION, "value": "1310000001" } }],
        "code": { "text": name, "coding": [
            { "system": systems::DISEASE_NUMBER, "code": "20000001", "display": name },
            { "system": "http://hl7.org/fhir/sid/icd-10", "code": "k51.9" }] },
        "verificationStatus": { "coding": [{ "system": VERIFICATION, "code": verification }] },
        "subject": { "reference": "Patient/p1" },
        "onsetDateTime": "2024-11"
    })
}

fn tagged(mut resource: Value, code: &str, system: &str) -> Value {
    resource["meta"]["tag"] =
        json!([{ "system": systems::INDICATION, "code": "LTS" }, { "system": system, "code": code }]);
    resource
}

fn bundle(resources: Vec<Value>) -> Value {
    let entries: Vec<Value> = resources.into_iter().map(|resource| json!({ "resource": resource })).collect();
    json!({ "resourceType": "Bundle", "type": "searchset", "entry": entries })
}

fn hanako() -> Expected {
    Expected { birth_date: NaiveDate::from_ymd_opt(1990, 6, 28), names: vec!["窓口　花子".to_owned()] }
}

fn read_values(pages: &[Value], expected: &Expected) -> Evidence {
    let bytes: Vec<Vec<u8>> = pages.iter().map(|page| page.to_string().into_bytes()).collect();
    read(bytes.iter().map(Vec::as_slice), expected)
}

fn kinds(evidence: &Evidence) -> Vec<&FlagKind> {
    evidence.flags.iter().map(|flag| &flag.kind).collect()
}

#[test]
fn a_clean_record_raises_no_flag_and_keeps_its_origin() {
    let pages = [
        bundle(vec![patient("p1", "1990-06-28")]),
        bundle(vec![condition("c1", "潰瘍性大腸炎", "confirmed")]),
    ];
    let evidence = read_values(&pages, &hanako());
    assert_eq!(kinds(&evidence), Vec::<&FlagKind>::new());
    let diagnosis = &evidence.diagnoses[0];
    assert_eq!(diagnosis.origin.place, Place { page: 1, path: "Bundle.entry[0].resource".to_owned() });
    assert_eq!(diagnosis.origin.institution.as_deref(), Some("1310000001"));
    assert_eq!(diagnosis.origin.last_updated.as_deref(), Some("2026-04-01T10:00:00+09:00"));
    assert_eq!(diagnosis.concept.icd10(), ["K519"]);
    assert_eq!(diagnosis.concept.codes_of(systems::DISEASE_NUMBER).collect::<Vec<_>>(), ["20000001"]);
    assert_eq!(diagnosis.onset.as_deref(), Some("2024-11"));
    assert!(diagnosis.stands() && !diagnosis.suspected());
}

#[test]
fn contradictions_are_flagged_and_nothing_is_dropped() {
    let other = patient("p2", "1991-06-28");
    let refuted = condition("c1", "潰瘍性大腸炎", "refuted");
    let mistaken = condition("c2", "潰瘍性大腸炎", "entered-in-error");
    let evidence =
        read_values(&[bundle(vec![patient("p1", "1990-06"), other, refuted, mistaken])], &hanako());
    let flags = kinds(&evidence);
    for expected in [
        &FlagKind::SeveralPatients { count: 2 },
        &FlagKind::BirthDateDiffers { found: "1991-06-28".to_owned() },
        &FlagKind::Refuted,
        &FlagKind::EnteredInError,
        &FlagKind::NoDiagnoses,
    ] {
        assert!(flags.contains(&expected), "{expected:?}");
    }
    assert_eq!(flags.len(), 5);
    assert_eq!(evidence.diagnoses.len(), 2);
}

#[test]
fn another_name_is_flagged_but_spaces_are_not() {
    let expected = Expected { names: vec!["窓口 華子".to_owned()], ..hanako() };
    let evidence = read_values(
        &[bundle(vec![patient("p1", "1990-06-28"), condition("c1", "病名", "confirmed")])],
        &expected,
    );
    assert_eq!(kinds(&evidence), [&FlagKind::NameDiffers]);
}

#[test]
fn a_suspicion_is_found_in_status_suffix_and_words() {
    let mut suffixed = condition("c2", "病名", "confirmed");
    suffixed["code"]["extension"] = json!([{
        "url": "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Condition_DiseasePostfixModifier",
        "valueCodeableConcept": { "coding": [{ "code": "8002", "display": "の疑い" }] } }]);
    let cases = [
        condition("c1", "病名", "unconfirmed"),
        suffixed,
        condition("c3", "病名の疑い", "confirmed"),
        condition("c4", "病名", "provisional"),
    ];
    for case in cases {
        let evidence = read_values(&[bundle(vec![patient("p1", "1990-06-28"), case])], &hanako());
        assert_eq!(kinds(&evidence), [&FlagKind::Unconfirmed]);
    }
}

#[test]
fn what_the_patient_was_not_told_never_reaches_the_citizen() {
    let mut document =
        bundle(vec![json!({ "resourceType": "Composition" }), condition("c5", "五", "confirmed")]);
    document["entry"][0]["resource"] =
        tagged(document["entry"][0]["resource"].clone(), "UNDELIVERED", systems::INDICATION);
    let mut collection = bundle(vec![condition("c6", "六", "confirmed")]);
    collection = tagged(collection, "UNINFORMED", systems::INDICATION);
    let pages = [
        bundle(vec![
            patient("p1", "1990-06-28"),
            condition("c1", "一", "confirmed"),
            tagged(condition("c2", "二", "refuted"), "UNINFORMED", systems::INDICATION),
            tagged(condition("c3", "三", "confirmed"), "UNDELIVERED", systems::INDICATION),
            tagged(condition("c4", "四", "confirmed"), "UNINFORMED", "http://misspelt"),
        ]),
        document,
        collection,
    ];
    let evidence = read_values(&pages, &hanako());
    assert_eq!(evidence.diagnoses.len(), 6);
    let told: Vec<Told> = evidence.diagnoses.iter().map(|diagnosis| diagnosis.origin.told).collect();
    use Told::{Told as Yes, Undelivered, Uninformed};
    assert_eq!(told, [Yes, Uninformed, Undelivered, Uninformed, Undelivered, Uninformed]);
    let seen = evidence.for_citizen();
    let labels: Vec<&str> = seen.diagnoses.iter().map(|diagnosis| diagnosis.concept.label()).collect();
    assert_eq!(labels, ["一"]);
    assert!(seen.flags.is_empty());
}

#[test]
fn labs_drugs_allergies_and_coverage_are_read() {
    let lab = json!({ "resourceType": "Observation", "status": "final", "subject": { "reference": "Patient/p1" },
        "code": { "text": "アルブミン" }, "effectiveDateTime": "2026-04-01",
        "valueQuantity": { "value": 3.9, "unit": "g/dL", "comparator": "<" } });
    let drug = json!({ "resourceType": "MedicationRequest", "status": "completed", "subject": { "reference": "Patient/p1" },
        "contained": [{ "resourceType": "Medication", "id": "m", "code": { "coding": [
            { "system": "urn:oid:1.2.392.200119.4.403.1", "code": "103831601", "display": "錠剤" }] } }],
        "medicationReference": { "reference": "#m" }, "dosageInstruction": [{ "text": "1日1回" }] });
    let allergy = json!({ "resourceType": "AllergyIntolerance", "patient": { "identifier": {
        "system": systems::INSURED_PERSON, "value": "00012345:あ:１:05" } },
        "code": { "text": "さば" }, "category": ["food"] });
    let coverage = json!({ "resourceType": "Coverage", "status": "active", "beneficiary": { "reference": "Patient/p1" },
        "type": { "coding": [{ "system": "urn:oid:1.2.392.100495.20.2.61", "code": "2" }] },
        "extension": [{ "url": "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_InsuredPersonNumber",
            "valueString": "１８７" }],
        "period": { "start": "2025-04-01" }, "payor": [{ "identifier": { "value": "00012345" } }] });
    let page = bundle(vec![patient("p1", "1990-06-28"), lab, drug, allergy, coverage]);
    let evidence = read_values(&[page], &hanako());
    assert_eq!(kinds(&evidence), [&FlagKind::NoDiagnoses]);
    assert_eq!(
        (evidence.labs[0].value.as_deref(), evidence.labs[0].unit.as_deref()),
        (Some("<3.9"), Some("g/dL"))
    );
    assert_eq!(evidence.drugs[0].concept.codes_of(systems::DRUG_HOT9).collect::<Vec<_>>(), ["103831601"]);
    assert_eq!(evidence.allergies[0].categories, ["food"]);
    assert_eq!(evidence.coverages[0].number.as_deref(), Some("１８７"));
    assert_eq!(evidence.coverages[0].payor.as_deref(), Some("00012345"));
}

#[test]
fn somebody_elses_entry_is_flagged() {
    let mut stray = condition("c1", "病名", "confirmed");
    stray["subject"] = json!({ "reference": "https://records.example/fhir/Patient/p9/_history/2" });
    let evidence = read_values(&[bundle(vec![patient("p1", "1990-06-28"), stray.clone()])], &hanako());
    assert_eq!(kinds(&evidence), [&FlagKind::OtherSubject]);
    stray["subject"] = json!({ "reference": "https://records.example/fhir/Patient/p1/_history/2" });
    let evidence = read_values(&[bundle(vec![patient("p1", "1990-06-28"), stray])], &hanako());
    assert_eq!(kinds(&evidence), Vec::<&FlagKind>::new());
}

#[test]
fn a_bad_page_or_element_is_a_problem_with_its_path_and_the_rest_is_read() {
    let mut odd = patient("p1", "昭和5年6月28日");
    odd["gender"] = json!(1);
    odd["modifierExtension"] = json!([]);
    let good = bundle(vec![odd, condition("c1", "病名", "confirmed")]).to_string();
    let pages: [&[u8]; 3] = [b"{\"a\":1,\"a\":2}", good.as_bytes(), b"{}"];
    let evidence = read(pages, &hanako());
    assert_eq!(evidence.diagnoses.len(), 1);
    let found: Vec<(usize, &str, &FlagKind)> = evidence
        .flags
        .iter()
        .filter_map(|flag| flag.place.as_ref().map(|place| (place.page, place.path.as_str(), &flag.kind)))
        .collect();
    let problem = |fault| FlagKind::ReadingProblem { fault };
    assert_eq!(
        found,
        [
            (0, "page", &problem(Fault::NotJson)),
            (1, "Bundle.entry[0].resource.birthDate", &problem(Fault::DateExpected)),
            (1, "Bundle.entry[0].resource.gender", &problem(Fault::TextExpected)),
            (1, "Bundle.entry[0].resource", &FlagKind::UnknownModifier),
            (2, "page", &problem(Fault::NotAResource)),
        ]
    );
}

#[test]
fn overlapping_pages_count_an_entry_and_its_flags_once() {
    let page = bundle(vec![condition("c1", "病名", "unconfirmed")]);
    let evidence = read_values(&[bundle(vec![patient("p1", "1990-06-28")]), page.clone(), page], &hanako());
    assert_eq!(evidence.diagnoses.len(), 1);
    assert_eq!(kinds(&evidence), [&FlagKind::Unconfirmed]);
}

#[test]
fn links_and_outcomes_are_understood() {
    let page = json!({ "link": [{ "relation": "self", "url": "a" }, { "relation": "next", "url": "b" }] });
    assert_eq!(next_link(&page), Some("b"));
    assert_eq!(next_link(&json!({ "link": "next" })), None);
    let outcome = json!({ "resourceType": "OperationOutcome", "issue": [
        { "severity": "error", "code": "too-costly", "diagnostics": "narrow\nthe search" }] });
    assert_eq!(
        outcome_text(outcome.to_string().as_bytes()).as_deref(),
        Some("error too-costly: narrow the search")
    );
    assert_eq!(outcome_text(b"{\"resourceType\":\"Patient\"}"), None);
    let evidence = read_values(&[bundle(vec![outcome])], &Expected::default());
    assert!(
        kinds(&evidence)
            .contains(&&FlagKind::Notice { text: "error too-costly: narrow the search".to_owned() })
    );
}
