//! Worked cases: what a program must do with given answers. They are read by people before a
//! program is published, and run by `program check` and by the tests.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Value;

use super::vocabulary::CaseKind;

/// A worked case, as its file in `cases/` has it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkedCase {
    /// What the case shows, in a few words.
    pub title: String,
    /// The day on which it is worked.
    pub today: NaiveDate,
    /// The day on which the application arrived; the same day if not given.
    pub received_on: Option<NaiveDate>,
    /// Fields of the decision that it renews or changes; none for a first application.
    #[serde(default)]
    pub before: BTreeMap<String, Value>,
    /// Kind of procedure.
    pub kind: CaseKind,
    /// Answers of each form by instance path, as a person would type them. A list answers a
    /// repeating question.
    pub answers: BTreeMap<String, BTreeMap<String, Value>>,
    /// Items of each form to which a clean file is attached.
    #[serde(default)]
    pub attached: BTreeMap<String, Vec<String>>,
    /// Consents that are given.
    #[serde(default)]
    pub consents: Vec<String>,
    /// Values of the deciding body, by key.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Slot values that the installation would give to letters.
    #[serde(default)]
    pub given: BTreeMap<String, String>,
    /// Rows that the installation would give to letters, by list.
    #[serde(default)]
    pub rows: BTreeMap<String, Vec<BTreeMap<String, String>>>,
    /// What must come out.
    pub expect: Expect,
}

/// What must come out of a worked case.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// For each form, what is asked and warned of; a form that is not here must only be sound.
    #[serde(default)]
    pub forms: BTreeMap<String, ExpectForm>,
    /// Values that the rules must propose, by field of the decision.
    #[serde(default)]
    pub fields: BTreeMap<String, Value>,
    /// Exactly the findings that the rules must have, by key; not looked at if not given.
    pub findings: Option<Vec<String>>,
    /// Codes of documents that the applicant must still bring, exactly; not looked at if not given.
    pub documents: Option<Vec<String>>,
    /// Letters that must be printed.
    #[serde(default, rename = "letter")]
    pub letters: Vec<ExpectLetter>,
}

/// What must come out of one form.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectForm {
    /// LinkIds that must be asked.
    #[serde(default)]
    pub enabled: Vec<String>,
    /// LinkIds that must not be asked.
    #[serde(default)]
    pub disabled: Vec<String>,
    /// Instance paths at which filing must be stopped, exactly.
    #[serde(default)]
    pub errors: Vec<String>,
    /// Instance paths that must be warned of, exactly.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// What a letter must say.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectLetter {
    /// File stem in `letters/`.
    pub code: String,
    /// Words that must stand in it.
    #[serde(default)]
    pub says: Vec<String>,
    /// Words that must not stand in it.
    #[serde(default)]
    pub silent_on: Vec<String>,
}
