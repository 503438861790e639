//! What a program says about the committee that examines its cases.

use std::collections::BTreeMap;

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
    /// Members of a panel as a rule; none where the committee sits as a whole.
    #[serde(default)]
    pub panel_size: Option<Setting>,
    /// The fields from which its members come; each should be there when a panel sits.
    #[serde(default, rename = "field")]
    pub fields: Vec<Field>,
    /// Whether only designated physicians can be members.
    pub designated: bool,
    /// Names of the forms of which its members read; empty means the certificate.
    #[serde(default)]
    pub papers: Vec<String>,
    /// LinkIds of steps of these forms that tell who the person or the signer is.
    #[serde(default)]
    pub withheld: Vec<String>,
    /// What each member, and the committee, says of a case; none where it concludes by a form.
    #[serde(default, rename = "question")]
    pub questions: Vec<Question>,
    /// The form by which it concludes, where it finds more than that conditions are met.
    pub result: Option<ResultShape>,
}

/// What a committee finds of a case, as a form that is filled in at the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultShape {
    /// Name of the form.
    pub form: String,
    /// LinkId of the item that says the result in one word; members say it beforehand, too.
    pub item: String,
    /// Codes of that item which refuse, each with its refusal reason.
    #[serde(default)]
    pub refused: BTreeMap<String, String>,
}

impl CommitteeShape {
    /// Whether a refusal reason is one with which the committee can conclude.
    pub fn refuses_with(&self, reason: &str) -> bool {
        let by_form = self.result.iter().flat_map(|result| result.refused.values());
        let by_question = self.questions.iter().map(|question| &question.reason);
        by_form.chain(by_question).any(|it| it == reason)
    }
}

/// A field from which members come, such as medicine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Short name.
    pub code: String,
    /// Text key.
    pub label: String,
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
