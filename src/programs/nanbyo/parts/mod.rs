//! The parts of the certificate that belong to single diseases: what each says about diagnosis and
//! severity. A disease without a part of its own has the part for every other.

pub mod als;
pub mod colitis;
pub mod crohn;
pub mod dcm;
pub mod grade;
pub mod other;
pub mod parkinson;
pub mod sarcoidosis;
pub mod score;
pub mod sle;

use chrono::NaiveDate;

use super::severity::Observations;
use crate::domain::proposal::{Finding, WorkingStep};
use crate::domain::tables::{TableError, Tables};
use crate::programs::read::Slots;

/// The item in which most parts name the category of the diagnosis.
pub const CATEGORY: &str = "diagnosis.category";

/// Reads a part on a day.
pub type Reading<T> = fn(Slots<'_>, &Tables, NaiveDate) -> Result<T, TableError>;

/// How the part of one disease is read.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// 告示番号.
    pub disease: i64,
    /// The item that names the category of the diagnosis.
    pub category: &'static str,
    /// What the gates of the severity look at.
    pub severity: Reading<Observed>,
    /// What the findings of the examination make of the diagnosis.
    pub signs: Reading<Signs>,
}

/// What the gates look at, and how a grade came about that had to be worked out first.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// By criterion of the table `severity_gates`.
    pub observations: Observations,
    /// The working of a computed grade.
    pub steps: Vec<WorkingStep>,
    /// What a person should look at.
    pub findings: Vec<Finding>,
}

/// The signs of a diagnosis.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    /// A category was chosen although a sign that it needs is marked absent.
    pub contradict: bool,
    /// The working, where something was counted.
    pub steps: Vec<WorkingStep>,
}

impl Signs {
    /// Signs without working.
    pub fn plain(contradict: bool) -> Signs {
        Signs { contradict, steps: Vec::new() }
    }
}

const PARTS: [Part; 7] =
    [als::PART, parkinson::PART, sle::PART, dcm::PART, sarcoidosis::PART, crohn::PART, colitis::PART];

/// The part of a disease.
pub fn of(disease: i64) -> Part {
    PARTS.into_iter().find(|part| part.disease == disease).unwrap_or(Part { disease, ..other::PART })
}

/// A limit of the diagnostic criteria.
///
/// # Errors
/// When the table has no row for the day.
pub(super) fn limit(rule: &str, tables: &Tables, on: NaiveDate) -> Result<i64, TableError> {
    tables.row("diagnosis_rules", rule, on)?.integer("value")
}
