//! 副反応疑い報告: what a physician reports of a reaction after a dose (予防接種法12条).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::forms::Answers;

/// A report. It is never changed; another one follows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Id, `rep_…`.
    pub id: String,
    /// The person, `sub_…`.
    pub subject: String,
    /// The line of the ledger with the dose.
    pub line: String,
    /// 10-digit code of the institution that reports.
    pub institution: String,
    /// The day.
    pub on: NaiveDate,
    /// What is sealed of it.
    pub content: Content,
    /// Id of who wrote it.
    pub author: String,
}

/// Within how long after a dose a symptom has to be reported (予防接種法施行規則5条).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// Key of the symptom.
    pub symptom: String,
    /// Its name in Japanese.
    pub name: String,
    /// Hours from the dose.
    pub hours: i64,
    /// The article.
    pub article: String,
    /// Where it was read.
    pub source: String,
}

/// What is sealed of a report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    /// The answers.
    pub answers: Answers,
    /// Version of the questionnaire to which they belong.
    pub version: String,
    /// Name of the institution that reports.
    pub institution: String,
}
