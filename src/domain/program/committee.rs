//! What a program says about the committee that examines its cases.

use serde::{Deserialize, Serialize};

use super::work::Setting;

/// The committee: who sits on it, what it is asked, and what its members are not shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitteeShape {
    /// Text key of its name.
    pub label: String,
    /// Months for which a member is appointed.
    pub term_months: Setting,
    /// More than so many of a hundred members must sit, or there is no result.
    pub quorum_percent: Setting,
    /// Whether only designated physicians can be members.
    pub designated: bool,
    /// LinkIds of steps of the certificate that tell who the person or the signer is.
    #[serde(default)]
    pub withheld: Vec<String>,
    /// What each member, and the committee, says of a case.
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
}

/// One condition that the committee examines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Short name.
    pub code: String,
    /// Text key.
    pub label: String,
    /// Code of the refusal phrase for a case that does not meet it.
    pub reason: String,
}
