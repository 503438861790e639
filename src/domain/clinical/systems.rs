//! Code and identifier systems, old name and new name read as one.
//!
//! With JP-CLINS 1.5.0 (2024-09-24) and JP Core 1.2.0 nearly all `urn:oid:` systems of Japan became
//! URLs. Records in circulation carry both; everything here speaks the URL.

use std::borrow::Cow;

/// 被保険者個人識別子: `保険者番号8桁:記号:番号:枝番` (JP-CLINS rule R1013).
pub const INSURED_PERSON: &str = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID";
/// 保険医療機関番号, 10 digits.
pub const INSTITUTION: &str = "http://jpfhir.jp/fhir/core/IdSystem/insurance-medical-institution-no";
/// 施設患者番号: this prefix is followed by the 10-digit institution number.
pub const LOCAL_PATIENT_PREFIX: &str = "urn:oid:1.2.392.100495.20.3.51.1";
/// MEDIS 標準病名マスター 病名管理番号.
pub const DISEASE_NUMBER: &str = "http://medis.or.jp/CodeSystem/master-disease-keyNumber";
/// MEDIS 病名交換用コード.
pub const DISEASE_EXCHANGE: &str = "http://medis.or.jp/CodeSystem/master-disease-exCode";
/// ICD-10 (2013年版準拠), codes without the dot.
pub const ICD10: &str = "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2013-full";
/// ICD-10 (2013年版準拠), three-digit categories.
pub const ICD10_SHORT: &str = "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2013-3digits";
/// ICD-10 of the WHO, as base FHIR R4 names it; codes with the dot.
pub const ICD10_WHO: &str = "http://hl7.org/fhir/sid/icd-10";
/// 個別医薬品コード (YJ).
pub const DRUG_YJ: &str = "http://capstandard.jp/iyaku.info/CodeSystem/YJ-code";
/// HOT9.
pub const DRUG_HOT9: &str = "http://medis.or.jp/CodeSystem/master-HOT9";
/// 一般名処方マスタ.
pub const DRUG_GENERIC: &str = "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/MedicationGeneralOrderCode";
/// JLAC10, 17 digits.
pub const LAB_JLAC10: &str = "http://medis.or.jp/CodeSystem/master-JLAC10-17digits";
/// Flags of the 電子カルテ情報共有サービス on a resource: `LTS`, `UNINFORMED`, `UNDELIVERED`.
pub const INDICATION: &str = "http://jpfhir.jp/fhir/clins/CodeSystem/JP_ehrshrs_indication";

const OID: &str = "urn:oid:";

/// (former name, present name); OIDs without their `urn:oid:`.
const FORMER: &[(&str, &str)] = &[
    ("1.2.392.200119.4.101.2", DISEASE_NUMBER),
    ("1.2.392.200119.4.101.6", DISEASE_EXCHANGE),
    ("1.2.392.200119.4.201.2", "http://medis.or.jp/CodeSystem/master-disease-modKeyNumber"),
    ("1.2.392.200119.4.201.5", "http://medis.or.jp/CodeSystem/master-disease-modExCode"),
    ("http://jpfhir.jp/fhir/core/CodeSystem/JP_ConditionDiseaseCodeICD10_CS", ICD10),
    ("http://jpfhir.jp/fhir/core/CodeSystem/JP_ConditionDisaseCodeICD10_CS", ICD10),
    ("1.2.392.100495.20.2.73", DRUG_YJ),
    ("1.2.392.100495.20.1.73", DRUG_YJ),
    ("http://jpfhir.jp/fhir/core/CodeSystem/JP_MedicationCodeYJ_CS", DRUG_YJ),
    ("1.2.392.100495.20.2.81", DRUG_GENERIC),
    ("1.2.392.100495.20.1.81", DRUG_GENERIC),
    ("1.2.392.200119.4.403.1", DRUG_HOT9),
    ("1.2.392.200119.4.403.2", "http://medis.or.jp/CodeSystem/master-HOT7"),
    ("1.2.392.200119.4.402.1", "http://medis.or.jp/CodeSystem/master-HOT13"),
    ("1.2.392.200119.4.504", LAB_JLAC10),
    ("1.2.392.200250.2.2.2", "http://jami.jp/SS-MIX2/CodeSystem/ClinicalDepartment"),
    ("1.2.392.200250.2.2.20", "http://jami.jp/CodeSystem/MedicationUsage"),
    ("1.2.392.100495.20.2.101", "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/MedicationUnitMERIT9Code"),
    ("1.2.392.100495.20.2.61", "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/InsuranceMajorCategory"),
    ("1.2.392.100495.20.2.62", "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/InsuredPersonCategory"),
    ("1.2.392.100495.20.3.22", "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/MedicationFeeScoreType"),
    ("1.2.392.100495.20.3.21", "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/PrefectureNo-2digits"),
    ("1.2.392.100495.20.3.23", "http://jpfhir.jp/fhir/core/mhlw/IdSystem/MedicalOrganizationID"),
    ("1.2.392.100495.20.3.31", "http://jpfhir.jp/fhir/core/mhlw/IdSystem/medicalRegistrationNumber"),
    ("1.2.392.100495.20.3.61", "http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsurerNumber"),
    ("1.2.392.100495.20.3.62", "http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsuredPersonSymbol"),
    ("1.2.392.100495.20.3.63", "http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsuredPersonNumber"),
    ("1.2.392.100495.20.3.71", "http://jpfhir.jp/fhir/core/mhlw/IdSystem/PublicPayerNumber"),
    ("1.2.392.100495.20.3.72", "http://jpfhir.jp/fhir/core/mhlw/IdSystem/PublicInsuredPersonNumber"),
    // JP-CLINS 1.5.2 fixes this system with a stray dollar sign.
    (
        "$http://jpfhir.jp/fhir/core/mhlw/IdSystem/PublicPayerNumber",
        "http://jpfhir.jp/fhir/core/mhlw/IdSystem/PublicPayerNumber",
    ),
];

/// The present name of a system; one that has no other name comes back unchanged.
pub fn canonical(system: &str) -> Cow<'_, str> {
    let bare = system.strip_prefix(OID).unwrap_or(system);
    match FORMER.iter().find(|(former, _)| *former == bare) {
        Some((_, present)) => Cow::Borrowed(present),
        None => Cow::Borrowed(system),
    }
}

/// Whether the system is one of the names of ICD-10.
pub fn is_icd10(system: &str) -> bool {
    matches!(canonical(system).as_ref(), ICD10 | ICD10_SHORT | ICD10_WHO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_oid_and_its_url_are_one_system() {
        assert_eq!(canonical("urn:oid:1.2.392.200119.4.101.6"), DISEASE_EXCHANGE);
        assert_eq!(canonical("1.2.392.100495.20.1.73"), DRUG_YJ);
        assert_eq!(canonical(DRUG_YJ), DRUG_YJ);
        assert_eq!(canonical("urn:oid:1.2.392.100495.20.3.11"), "urn:oid:1.2.392.100495.20.3.11");
    }

    #[test]
    fn no_present_name_is_also_a_former_one() {
        for (former, present) in FORMER {
            assert_eq!(canonical(present), *present, "{former}");
        }
    }

    #[test]
    fn every_spelling_of_icd10_is_known() {
        assert!(is_icd10("http://jpfhir.jp/fhir/core/CodeSystem/JP_ConditionDisaseCodeICD10_CS"));
        assert!(is_icd10(ICD10_WHO));
        assert!(!is_icd10(DISEASE_NUMBER));
    }
}
