//! The words for what a record says.

use serde::{Deserialize, Serialize};

use super::systems;

/// Everything read from the pages of one pull, or of one handed-over file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// People found. More than one is flagged.
    pub patients: Vec<Patient>,
    /// Insurance and public payment.
    pub coverages: Vec<Coverage>,
    /// Diagnoses, refuted and mistaken ones included.
    pub diagnoses: Vec<Diagnosis>,
    /// Observations.
    pub labs: Vec<Lab>,
    /// Prescriptions.
    pub drugs: Vec<Drug>,
    /// Allergies and contraindications.
    pub allergies: Vec<Allergy>,
    /// What a person has to look at. Nothing flagged is left out of the lists above.
    pub flags: Vec<Flag>,
}

impl Evidence {
    /// The part the applicant may see: without every entry the record marks as not told or not
    /// provided to the patient, and without flags, which could betray such an entry.
    pub fn for_citizen(&self) -> Evidence {
        let mut seen = self.clone();
        seen.flags.clear();
        seen.patients.retain(|entry| entry.origin.told == Told::Told);
        seen.coverages.retain(|entry| entry.origin.told == Told::Told);
        seen.diagnoses.retain(|entry| entry.origin.told == Told::Told);
        seen.labs.retain(|entry| entry.origin.told == Told::Told);
        seen.drugs.retain(|entry| entry.origin.told == Told::Told);
        seen.allergies.retain(|entry| entry.origin.told == Told::Told);
        seen
    }
}

/// Whether the patient knows, by `meta.tag` of JP-CLINS; the stricter of several marks holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Told {
    /// Nothing says otherwise.
    #[default]
    Told,
    /// 未告知: the patient has not been told.
    Uninformed,
    /// 未提供: not for the patient nor for other institutions.
    Undelivered,
}

/// Where in the received bytes something stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Number of the page, from 0.
    pub page: usize,
    /// Element path inside the page, such as `Bundle.entry[3].resource`.
    pub path: String,
}

/// Who said it and when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Where it stands in the kept bytes.
    pub place: Place,
    /// FHIR resource type.
    pub resource_type: String,
    /// Logical id at the source.
    pub id: Option<String>,
    /// `fullUrl` of the Bundle entry.
    pub full_url: Option<String>,
    /// `meta.versionId`.
    pub version: Option<String>,
    /// `meta.lastUpdated`, as written.
    pub last_updated: Option<String>,
    /// 保険医療機関番号 of the recording institution, 10 digits.
    pub institution: Option<String>,
    /// Whether the patient may see it.
    pub told: Told,
}

/// A code of a system; the system by its present name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// System, see [`systems::canonical`].
    pub system: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// What the source calls it.
    pub display: Option<String>,
}

/// A coded notion with its own words and, for a diagnosis, its modifiers (修飾語).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concept {
    /// Codes, in the order of the source.
    pub codes: Vec<Code>,
    /// The words of the person who recorded it.
    pub text: Option<String>,
    /// 接頭語, such as 左.
    pub prefixes: Vec<String>,
    /// 接尾語, such as の疑い.
    pub suffixes: Vec<String>,
}

impl Concept {
    /// The text to show: the recorder's words, else the first display, else the first code.
    pub fn label(&self) -> &str {
        let display = self.codes.iter().find_map(|code| code.display.as_deref());
        let code = self.codes.iter().find_map(|code| code.code.as_deref());
        self.text.as_deref().or(display).or(code).unwrap_or_default()
    }

    /// The codes of one system, by its present name.
    pub fn codes_of<'a>(&'a self, system: &'a str) -> impl Iterator<Item = &'a str> {
        self.codes
            .iter()
            .filter(move |code| code.system.as_deref() == Some(system))
            .filter_map(|code| code.code.as_deref())
    }

    /// ICD-10 codes in upper case without the dot (`G20`, `K519`), whichever of its systems they came in.
    pub fn icd10(&self) -> Vec<String> {
        let icd = self.codes.iter().filter(|code| code.system.as_deref().is_some_and(systems::is_icd10));
        icd.filter_map(|code| code.code.as_deref()).map(|code| code.replace('.', "").to_uppercase()).collect()
    }
}

/// How sure the recorder is, by `verificationStatus`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verification {
    /// Not stated, or a code that FHIR R4 does not know.
    #[default]
    Unstated,
    /// 確定.
    Confirmed,
    /// 疑い (JP-CLINS uses only this one for it).
    Unconfirmed,
    /// Provisional.
    Provisional,
    /// One of several possibilities.
    Differential,
    /// Ruled out.
    Refuted,
    /// Recorded by mistake.
    EnteredInError,
}

/// Whom an entry is about, as the entry says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Literal reference: `Patient/1`, an absolute URL or `urn:uuid:…`.
    pub reference: Option<String>,
    /// Logical reference, such as the 被保険者個人識別子.
    pub identifier: Option<Identifier>,
}

/// An identifier in its system (by its present name).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    /// System, see [`systems::canonical`].
    pub system: Option<String>,
    /// Value.
    pub value: String,
}

/// One written form of a name. Kanji and kana are never derived from one another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonName {
    /// `IDE` kanji, `SYL` kana, `ABC` Latin, or nothing stated.
    pub writing: Option<String>,
    /// The whole name as written.
    pub text: Option<String>,
    /// Family name.
    pub family: Option<String>,
    /// Given names.
    pub given: Vec<String>,
}

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// Source.
    pub origin: Origin,
    /// Identifiers.
    pub identifiers: Vec<Identifier>,
    /// Names.
    pub names: Vec<PersonName>,
    /// FHIR date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// `male`, `female`, `other`, `unknown`.
    pub gender: Option<String>,
    /// Address as written.
    pub address: Option<String>,
}

/// Insurance or public payment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Source.
    pub origin: Origin,
    /// Whose.
    pub subject: Subject,
    /// `active`, `cancelled`, `draft`, `entered-in-error`.
    pub status: Option<String>,
    /// 保険種別; code `8` is 公費.
    pub kind: Concept,
    /// Identifiers, among them the colon or CSV form of JP Core.
    pub identifiers: Vec<Identifier>,
    /// 受給者番号 for 公費.
    pub subscriber: Option<String>,
    /// 記号.
    pub symbol: Option<String>,
    /// 番号.
    pub number: Option<String>,
    /// 枝番.
    pub branch: Option<String>,
    /// First day.
    pub valid_from: Option<String>,
    /// Last day.
    pub valid_to: Option<String>,
    /// Payer: its name, or its number where only that is given.
    pub payor: Option<String>,
}

/// 傷病名.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// Source.
    pub origin: Origin,
    /// Whose.
    pub subject: Subject,
    /// What.
    pub concept: Concept,
    /// `active`, `recurrence`, `relapse`, `inactive`, `remission`, `resolved`.
    pub clinical_status: Option<String>,
    /// How sure.
    pub verification: Verification,
    /// 主傷病名.
    pub principal: bool,
    /// Onset as written: a FHIR date, or words.
    pub onset: Option<String>,
    /// End as written.
    pub ended: Option<String>,
    /// `recordedDate`.
    pub recorded: Option<String>,
}

impl Diagnosis {
    /// Whether the diagnosis is only suspected: by its status, or by words, since 「の疑い」 is also
    /// written as a suffix or into the name.
    pub fn suspected(&self) -> bool {
        let unsure = matches!(
            self.verification,
            Verification::Unconfirmed | Verification::Provisional | Verification::Differential
        );
        let words = self.concept.suffixes.iter().chain(&self.concept.text);
        let displays = self.concept.codes.iter().filter_map(|code| code.display.as_ref());
        unsure || words.chain(displays).any(|word| word.contains("疑い"))
    }

    /// Whether the entry still stands: neither refuted nor recorded by mistake.
    pub fn stands(&self) -> bool {
        !matches!(self.verification, Verification::Refuted | Verification::EnteredInError)
    }
}

/// A result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lab {
    /// Source.
    pub origin: Origin,
    /// Whose.
    pub subject: Subject,
    /// What was measured.
    pub concept: Concept,
    /// `final`, `preliminary`, `amended`, `entered-in-error` …
    pub status: Option<String>,
    /// Value with its comparator, as text. The digits as sent are in the kept bytes.
    pub value: Option<String>,
    /// Unit as the laboratory writes it.
    pub unit: Option<String>,
    /// When it was taken.
    pub effective: Option<String>,
}

/// A prescription.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drug {
    /// Source.
    pub origin: Origin,
    /// Whose.
    pub subject: Subject,
    /// Drug.
    pub concept: Concept,
    /// `completed`, `active`, `entered-in-error` …
    pub status: Option<String>,
    /// When it was prescribed.
    pub authored: Option<String>,
    /// Dosage in words.
    pub dosage: Vec<String>,
}

/// An allergy or contraindication.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allergy {
    /// Source.
    pub origin: Origin,
    /// Whose.
    pub subject: Subject,
    /// Against what.
    pub concept: Concept,
    /// `medication`, `food`, `environment`, `biologic`.
    pub categories: Vec<String>,
    /// `high` with `medication` is 薬剤禁忌.
    pub criticality: Option<String>,
    /// `active`, `inactive`, `resolved`.
    pub clinical_status: Option<String>,
    /// How sure.
    pub verification: Verification,
}

/// Something a person has to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// What it is.
    #[serde(flatten)]
    pub kind: FlagKind,
    /// The entry or element it is about, if it is about one.
    pub place: Option<Place>,
}

/// Kinds of flag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FlagKind {
    /// Nobody was found, or the file names nobody.
    NoPatient,
    /// More than one person answers to the identifier.
    SeveralPatients {
        /// How many.
        count: usize,
    },
    /// The record has another date of birth than the application.
    BirthDateDiffers {
        /// Date in the record.
        found: String,
    },
    /// No name in the record equals a name in the application, spaces apart.
    NameDiffers,
    /// An entry is about somebody who is none of the people found.
    OtherSubject,
    /// No diagnosis stands: none at all, or all refuted or mistaken.
    NoDiagnoses,
    /// Recorded by mistake, says the record.
    EnteredInError,
    /// Ruled out, says the record.
    Refuted,
    /// Only suspected.
    Unconfirmed,
    /// A `modifierExtension` that may change the meaning and that this reader does not know.
    UnknownModifier,
    /// The platform said something beside its data.
    Notice {
        /// Its words, shortened.
        text: String,
    },
    /// Something could not be read.
    ReadingProblem {
        /// What was wrong.
        fault: Fault,
    },
}

/// What was wrong with an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The page is not acceptable JSON.
    NotJson,
    /// There is no `resourceType`.
    NotAResource,
    /// A text was expected.
    TextExpected,
    /// A list was expected.
    ListExpected,
    /// An object was expected.
    ObjectExpected,
    /// A FHIR date was expected; an era date is none.
    DateExpected,
}
