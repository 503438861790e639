//! The invented people every stand-in knows.

use chrono::NaiveDate;
use serde::Deserialize;

const SOURCE: &str = include_str!("data/people.json");

/// One invented person. Place, numbers and post code belong to no real person or municipality.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// `p01` …
    pub id: String,
    /// Family name as registered, unusual characters included.
    pub family: String,
    /// Given name as registered.
    pub given: String,
    /// Family name in full-width katakana.
    pub family_kana: String,
    /// Given name in full-width katakana.
    pub given_kana: String,
    /// Date of birth.
    pub birth: NaiveDate,
    /// Administrative sex.
    pub sex: Sex,
    /// Post code `NNN-NNNN`.
    pub postcode: String,
    /// Address on one line.
    pub address: String,
    /// Telephone number.
    pub phone: String,
    /// 保険者番号, eight digits.
    pub insurer: String,
    /// 記号, empty for 後期高齢者医療.
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// 枝番, two digits or empty.
    pub branch: String,
    /// 個人番号 with a valid check digit, belonging to nobody.
    pub my_number: String,
    /// 告示番号 of the designated disease, if the person has one.
    pub disease_no: Option<u16>,
    /// Name of the designated disease.
    pub disease: Option<String>,
    /// ICD-10 code of the disease, with a dot.
    pub icd10: Option<String>,
    /// Peculiarities of the person's medical records.
    pub quirks: Vec<Quirk>,
}

/// Administrative sex as FHIR writes it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
}

impl Sex {
    /// FHIR AdministrativeGender.
    #[must_use]
    pub fn fhir(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }

    /// `1` 男, `2` 女, as デジタル認証アプリ and PMH write it.
    #[must_use]
    pub fn digit(self) -> &'static str {
        match self {
            Self::Male => "1",
            Self::Female => "2",
        }
    }

    /// Japanese word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
        }
    }
}

/// A peculiarity of a person's medical records that a reader must cope with.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Quirk {
    /// Two Patient resources share one 被保険者個人識別子.
    TwoPatients,
    /// The diagnosis was refuted.
    Refuted,
    /// The diagnosis was entered in error.
    EnteredInError,
    /// The diagnosis is only suspected (`unconfirmed`).
    Unconfirmed,
    /// Suspected by a suffix modifier while the status says confirmed.
    SuspectedSuffix,
    /// Diseases, but no designated one.
    NoMatchingDisease,
    /// The platform holds another date of birth.
    OtherBirthDate,
    /// 未告知: the patient has not been told.
    Uninformed,
    /// 未提供: not for the patient nor for other institutions.
    Undelivered,
    /// Elements no published profile knows.
    UnknownElements,
    /// More conditions than fit on a page.
    ManyConditions,
    /// Code systems written as OIDs, as before 2024-09.
    OldSystems,
    /// Resources name the patient by identifier only.
    SubjectByIdentifier,
    /// The onset is known to the year only.
    PartialOnset,
    /// The platform knows nothing of the person.
    NoRecord,
}

impl Person {
    /// Family and given name with one full-width space, as municipal registers print them.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}　{}", self.family, self.given)
    }

    /// Kana with one full-width space.
    #[must_use]
    pub fn kana(&self) -> String {
        format!("{}　{}", self.family_kana, self.given_kana)
    }

    /// 被保険者個人識別子: `insurer:symbol:number:branch`.
    #[must_use]
    pub fn member_id(&self) -> String {
        format!("{}:{}:{}:{}", self.insurer, self.symbol, self.number, self.branch)
    }

    /// Whether the person's records show the peculiarity.
    #[must_use]
    pub fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }
}

/// All invented people, in the order of the file.
///
/// # Errors
/// When the embedded list is not the JSON it should be; a test holds that it is.
pub fn load() -> std::io::Result<Vec<Person>> {
    serde_json::from_str(SOURCE).map_err(std::io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::digits;
    use std::collections::BTreeSet;

    #[test]
    fn the_list_reads_and_every_number_passes_its_check() {
        let people = load().unwrap();
        assert_eq!(people.len(), 45);
        for person in &people {
            assert!(digits::my_number_passes(&person.my_number), "{}", person.id);
            assert!(digits::medical_number_passes(&person.insurer), "{}", person.id);
        }
    }

    #[test]
    fn nobody_shares_a_number_or_an_identifier() {
        let people = load().unwrap();
        let numbers: BTreeSet<_> = people.iter().map(|p| &p.my_number).collect();
        let members: BTreeSet<_> = people.iter().map(Person::member_id).collect();
        assert_eq!((numbers.len(), members.len()), (people.len(), people.len()));
    }

    #[test]
    fn names_outside_the_basic_plane_and_with_selectors_are_kept() {
        let people = load().unwrap();
        assert!(people.iter().any(|p| p.family.starts_with('\u{20BB7}')));
        assert!(people.iter().any(|p| p.family.contains('\u{E0100}')));
    }

    #[test]
    fn every_peculiarity_has_somebody() {
        let people = load().unwrap();
        let shown: BTreeSet<_> =
            people.iter().flat_map(|p| p.quirks.iter().map(|q| format!("{q:?}"))).collect();
        assert_eq!(shown.len(), 15);
    }
}
