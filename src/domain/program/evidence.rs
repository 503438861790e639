//! Which items of a signed form a pulled medical record can fill in.

use serde::{Deserialize, Serialize};

/// An item and the part of a record that is offered for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRule {
    /// LinkId of the certificate's item.
    pub item: String,
    /// What is offered.
    pub from: EvidenceValue,
    /// For a laboratory test: the names it goes by, in any width and case.
    #[serde(default)]
    pub names: Vec<String>,
    /// For a laboratory test: the spellings of the unit that the item asks for. A value in any other
    /// unit is not offered.
    #[serde(default)]
    pub units: Vec<String>,
}

/// The parts of a record that can be offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceValue {
    /// Number of the program's entry that a recorded diagnosis matches.
    DiseaseNumber,
    /// Day, month or year in which that diagnosis began.
    Onset,
    /// Prescribed drugs with their dosage, one a line.
    Drugs,
    /// The newest value of a laboratory test.
    Lab,
}
