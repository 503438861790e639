//! Drafts in 決裁 and final decisions.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::domain::program::vocabulary::Outcome;

/// A reason with the facts it rests on (行政手続法8条: the reasons are given with the refusal).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Code of the phrase.
    pub code: String,
    /// The criterion that was applied.
    pub criterion: String,
    /// What it requires.
    pub required: String,
    /// What was found.
    pub observed: String,
    /// The item from which it was read.
    pub source: String,
}

impl Reason {
    /// Whether every fact is stated.
    pub fn is_complete(&self) -> bool {
        [&self.code, &self.criterion, &self.required, &self.observed, &self.source]
            .iter()
            .all(|text| !text.trim().is_empty())
    }
}

/// The content that is proposed and, when signed, decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// The outcome.
    pub outcome: Outcome,
    /// The program's fields: level, cap, period and so on.
    pub fields: BTreeMap<String, Value>,
    /// Where each field's value came from: the rule's working, or the clerk's reason for another value.
    pub origins: BTreeMap<String, String>,
    /// Reasons; never empty in an adverse decision.
    pub reasons: Vec<Reason>,
    /// Code of the appeal instruction (教示).
    pub appeal: String,
    /// First day of effect.
    pub effective_from: Option<NaiveDate>,
    /// Last day of validity.
    pub valid_to: Option<NaiveDate>,
    /// Digest of the answers on which it rests.
    pub answers: String,
}

impl Content {
    /// SHA-256 over the canonical JSON: what a signature is given on.
    pub fn hash(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        Sha256::digest(json.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A signature of one level of 決裁.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Level, from 1.
    pub level: i64,
    /// The role in which it was given.
    pub role: String,
    /// Who signed.
    pub by: String,
    /// Their name as it was shown.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A drafted decision on its way through 決裁.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// What is proposed.
    pub content: Content,
    /// Hash of the content.
    pub hash: String,
    /// Who drafted it.
    pub by: String,
    /// Their name.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Roles that must sign, in order.
    pub levels: Vec<String>,
    /// Signatures so far.
    pub signatures: Vec<Signature>,
    /// Why an approver gave it back; then it is no longer in 決裁.
    pub returned: Option<String>,
}

impl Draft {
    /// The role whose signature is next, if one is missing.
    pub fn next_role(&self) -> Option<&str> {
        self.levels.get(self.signatures.len()).map(String::as_str)
    }
}

/// A final decision. It is never changed; a later one may supersede it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Id, `dec_…`.
    pub id: String,
    /// Number within the case, from 1.
    pub seq: i64,
    /// The signed draft.
    pub draft: Draft,
    /// When it became final.
    pub at: DateTime<Utc>,
    /// The decision it supersedes.
    pub supersedes: Option<String>,
}
