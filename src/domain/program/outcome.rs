//! What a decision of a program holds, and what each outcome needs.

use serde::{Deserialize, Serialize};

use super::guard::Guard;
use super::vocabulary::{Audience, CaseKind, FieldSource, FieldType, Outcome};

/// What a decision of this program holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionShape {
    /// Key of the field with the first day of the benefit.
    pub starts: String,
    /// Key of the field with the last day of the benefit.
    pub ends: String,
    /// Key of the field with the last day of a certificate, in decisions of kinds that end it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stops: Option<String>,
    /// Keys of the fields that the register of holders (受給者台帳) lists, in its order.
    #[serde(default)]
    pub listed: Vec<String>,
    /// The fields, in the order in which they are shown.
    #[serde(rename = "field")]
    pub fields: Vec<DecisionField>,
}

/// One field of a decision's flat payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionField {
    /// Name in the payload and in slots (`decision.<key>`).
    pub key: String,
    /// Type of its value.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Text key of its name.
    pub label: String,
    /// Codes of an enum; `<label>.<code>` is the text key of each.
    #[serde(default)]
    pub options: Vec<String>,
    /// Kinds of procedure whose decisions have it; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<CaseKind>,
    /// Outcomes whose decision must have it.
    #[serde(default)]
    pub required: Vec<Outcome>,
    /// Where it is shown.
    pub shown_on: Vec<Audience>,
    /// Where its proposed value comes from.
    pub from: FieldSource,
}

/// What one outcome needs and causes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeRule {
    /// The outcome.
    pub code: Outcome,
    /// Kinds of procedure that can have it; empty means all. Of two rules that fit, the first holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<CaseKind>,
    /// Text key for staff.
    pub label: String,
    /// Text key of the citizen's sentence.
    pub citizen: String,
    /// To the person's disadvantage: needs reasons with facts, 教示 and four eyes, never in bulk.
    pub adverse: bool,
    /// Roles that approve after the drafter, in order; each by another person.
    pub approvers: Vec<String>,
    /// Further condition for drafting it.
    pub require: Option<Guard>,
    /// Text key of the refusal when `require` does not hold.
    pub refusal: Option<String>,
    /// Codes of the refusal phrases that can be its reasons.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// Code of the 教示 phrase.
    pub appeal: Option<String>,
}

impl DecisionShape {
    /// The field of a key.
    pub fn field(&self, key: &str) -> Option<&DecisionField> {
        self.fields.iter().find(|field| field.key == key)
    }
}

impl OutcomeRule {
    /// Whether cases of a kind of procedure can have it.
    pub fn fits(&self, kind: &CaseKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(kind)
    }
}

impl DecisionField {
    /// Whether decisions of a kind of procedure have it.
    pub fn belongs_to(&self, kind: &CaseKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(kind)
    }
}
