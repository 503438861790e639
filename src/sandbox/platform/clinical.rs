//! Shapes of the resources, after the published eCS profiles of JP-CLINS 1.5.2. Drug codes and disease
//! numbers beginning with 99 are made up; the rest of the codes are those of the published examples.

use serde_json::{Value, json};

/// 被保険者個人識別子.
pub const MEMBER_ID: &str = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID";
/// 病名管理番号 of the MEDIS master.
pub const DISEASE_KEY: &str = "http://medis.or.jp/CodeSystem/master-disease-keyNumber";
/// ICD-10 2013.
pub const ICD10: &str = "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2013-full";
/// JLAC10, 17 digits.
pub const JLAC10: &str = "http://medis.or.jp/CodeSystem/master-JLAC10-17digits";
/// 個別医薬品コード.
pub const YJ: &str = "http://capstandard.jp/iyaku.info/CodeSystem/YJ-code";
/// The invented hospital, in prefecture 49, which does not exist.
pub const HOSPITAL: &str = "4919900011";
/// A second invented hospital.
pub const OTHER_HOSPITAL: &str = "4919900029";

const LOCAL_TEST: &str = "http://jpfhir.jp/fhir/clins/CodeSystem/JP_CLINS_ObsLabResult_LocalCode_CS";
const UNCODED_TEST: &str = "http://jpfhir.jp/fhir/clins/CodeSystem/JP_CLINS_ObsLabResult_Uncoded_CS";
const SUFFIX: &str =
    "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Condition_DiseasePostfixModifier";
const MODIFIER: &str = "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/masterZ-disease-modifier";

/// `meta` with the profile's last part, and a time of last change.
#[must_use]
pub fn meta(profile: &str) -> Value {
    json!({
        "lastUpdated": "2026-04-01T10:00:00.000+09:00",
        "profile": [format!("http://jpfhir.jp/fhir/eCS/StructureDefinition/{profile}|1")]
    })
}

/// Number of a resource within its institution.
#[must_use]
pub fn resource_identifier(id: &str) -> Value {
    json!({
        "system": "http://jpfhir.jp/fhir/core/IdSystem/resourceInstance-identifier",
        "value": format!("{HOSPITAL}-{id}")
    })
}

/// Extensions naming the institution and its department.
#[must_use]
pub fn origin(department: &str) -> Value {
    json!([
        {
            "url": "http://jpfhir.jp/fhir/clins/Extension/StructureDefinition/JP_eCS_InstitutionNumber",
            "valueIdentifier": {
                "system": "http://jpfhir.jp/fhir/core/IdSystem/insurance-medical-institution-no",
                "value": HOSPITAL
            }
        },
        {
            "url": "http://jpfhir.jp/fhir/eCS/Extension/StructureDefinition/JP_eCS_Department",
            "valueCodeableConcept": { "text": department }
        }
    ])
}

/// One code of an HL7 terminology system.
#[must_use]
pub fn hl7(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code }] })
}

/// A diagnosis as written: 管理番号, ICD-10 and display.
pub struct Diagnosis<'a> {
    /// 病名管理番号.
    pub key: String,
    /// ICD-10, with or without a dot.
    pub icd10: &'a str,
    /// Name.
    pub name: &'a str,
    /// FHIR condition-ver-status.
    pub status: &'a str,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub onset: String,
}

/// A JP_Condition_eCS about `subject`.
#[must_use]
pub fn condition(id: &str, subject: &Value, department: &str, diagnosis: &Diagnosis<'_>) -> Value {
    let mut condition = json!({
        "resourceType": "Condition",
        "id": id,
        "meta": meta("JP_Condition_eCS"),
        "language": "ja",
        "extension": origin(department),
        "identifier": [resource_identifier(id)],
        "clinicalStatus": hl7("condition-clinical", "active"),
        "verificationStatus": hl7("condition-ver-status", diagnosis.status),
        "category": [hl7("condition-category", "encounter-diagnosis")],
        "code": { "coding": [
            { "system": DISEASE_KEY, "code": diagnosis.key, "display": diagnosis.name },
            { "system": ICD10, "code": diagnosis.icd10.replace('.', ""), "display": diagnosis.name }
        ], "text": diagnosis.name },
        "subject": subject,
        "onsetDateTime": diagnosis.onset
    });
    if diagnosis.status == "entered-in-error"
        && let Some(fields) = condition.as_object_mut()
    {
        fields.shift_remove("clinicalStatus");
    }
    condition
}

/// The suffix 「の疑い」 as an extension of `code`.
#[must_use]
pub fn suspected() -> Value {
    json!([{ "url": SUFFIX, "valueCodeableConcept": {
        "coding": [{ "system": MODIFIER, "code": "8002", "display": "の疑い" }], "text": "の疑い"
    } }])
}

/// A flag of 電子カルテ情報共有サービス for `meta.tag`.
#[must_use]
pub fn flag(code: &str, display: &str) -> Value {
    json!({
        "system": "http://jpfhir.jp/fhir/clins/CodeSystem/JP_ehrshrs_indication",
        "code": code,
        "display": display
    })
}

/// A laboratory test: name, JLAC10 code if it has one, value, unit.
pub struct Test<'a> {
    /// Name.
    pub name: &'a str,
    /// 17 digits; `None` for a test without a standard code.
    pub jlac10: Option<&'a str>,
    /// Value.
    pub value: f64,
    /// Unit as the laboratory writes it.
    pub unit: &'a str,
}

/// A JP_Observation_LabResult_eCS taken on `day`.
#[must_use]
pub fn observation(id: &str, subject: &Value, department: &str, day: &str, test: &Test<'_>) -> Value {
    let standard = match test.jlac10 {
        Some(code) => json!({ "system": JLAC10, "code": code, "display": test.name }),
        None => json!({ "system": UNCODED_TEST, "code": "9".repeat(17), "display": test.name }),
    };
    let local = json!({ "system": LOCAL_TEST, "code": format!("L-{}", test.name), "display": test.name });
    json!({
        "resourceType": "Observation",
        "id": id,
        "meta": meta("JP_Observation_LabResult_eCS"),
        "language": "ja",
        "extension": origin(department),
        "contained": [{ "resourceType": "Specimen", "id": "specimen", "type": { "text": "血清" } }],
        "identifier": [resource_identifier(id)],
        "status": "final",
        "category": [{ "coding": [{
            "system": "http://jpfhir.jp/fhir/core/CodeSystem/JP_SimpleObservationCategory_CS",
            "code": "laboratory"
        }] }],
        "code": { "coding": [local, standard], "text": test.name },
        "subject": subject,
        "effectiveDateTime": format!("{day}T09:30:00+09:00"),
        "valueQuantity": { "value": test.value, "unit": test.unit },
        "specimen": { "reference": "#specimen" }
    })
}

/// A prescribed drug.
pub struct Drug<'a> {
    /// YJ code.
    pub code: &'a str,
    /// Name.
    pub name: &'a str,
    /// How it is taken.
    pub usage: &'a str,
    /// Tablets a day.
    pub per_day: u64,
}

/// A JP_MedicationRequest_eCS for 28 days; `order` counts the drugs of a prescription from 1.
#[must_use]
pub fn medication(id: &str, subject: &Value, day: &str, order: usize, drug: &Drug<'_>) -> Value {
    let group = "http://jpfhir.jp/fhir/core/mhlw/IdSystem/Medication-RPGroupNumber";
    let index = "http://jpfhir.jp/fhir/core/mhlw/IdSystem/MedicationAdministrationIndex";
    json!({
        "resourceType": "MedicationRequest",
        "id": id,
        "meta": meta("JP_MedicationRequest_eCS"),
        "language": "ja",
        "extension": origin("薬剤部"),
        "identifier": [
            { "system": group, "value": "1" },
            { "system": index, "value": order.to_string() },
            resource_identifier(id)
        ],
        "status": "completed",
        "intent": "order",
        "medicationCodeableConcept": {
            "coding": [{ "system": YJ, "code": drug.code, "display": drug.name }], "text": drug.name
        },
        "subject": subject,
        "authoredOn": format!("{day}T11:00:00+09:00"),
        "dosageInstruction": [{
            "timing": { "code": { "coding": [{
                "system": "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/MedicationUsage_ePrescription",
                "code": "0X0XXXXXXXXX0000", "display": "ダミーコード"
            }], "text": drug.usage } },
            "text": drug.usage
        }],
        "dispenseRequest": {
            "quantity": { "value": drug.per_day * 28, "unit": "錠" },
            "expectedSupplyDuration": {
                "value": 28, "unit": "日", "system": "http://unitsofmeasure.org", "code": "d"
            }
        }
    })
}

/// A JP_AllergyIntolerance_eCS for さば.
#[must_use]
pub fn allergy(id: &str, subject: &Value) -> Value {
    json!({
        "resourceType": "AllergyIntolerance",
        "id": id,
        "meta": meta("JP_AllergyIntolerance_eCS"),
        "language": "ja",
        "extension": origin("内科"),
        "identifier": [resource_identifier(id)],
        "clinicalStatus": hl7("allergyintolerance-clinical", "active"),
        "verificationStatus": hl7("allergyintolerance-verification", "confirmed"),
        "category": ["food"],
        "code": { "coding": [{
            "system": "http://jpfhir.jp/fhir/core/CodeSystem/JP_JfagyFoodAllergen_CS",
            "code": "J9FC11310000", "display": "さば"
        }], "text": "さば" },
        "patient": subject
    })
}
