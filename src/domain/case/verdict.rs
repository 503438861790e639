//! What the office thinks of one item of an application.

use serde::{Deserialize, Serialize};

use crate::domain::program::vocabulary::ReturnEffect;

/// A verdict on an item. An item without one is unseen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Ruling {
    /// The item is in order.
    Accepted,
    /// The applicant must act on the item.
    Returned {
        /// Code of the phrase that says why.
        reason: String,
        /// What kind of defect; decides what the clocks do.
        effect: ReturnEffect,
        /// The clerk's own words to the applicant.
        note: String,
    },
    /// The item is not needed here.
    Waived {
        /// Code of the phrase that says why.
        reason: String,
    },
}

/// A ruling bound to the content it was given on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The ruling.
    #[serde(flatten)]
    pub ruling: Ruling,
    /// Digest of the item's content when it was ruled on; a change of content ends the verdict.
    pub content: String,
    /// Who gave it.
    pub by: String,
}

impl Verdict {
    /// Whether the applicant must act.
    pub fn is_returned(&self) -> bool {
        matches!(self.ruling, Ruling::Returned { .. })
    }
}

/// The key under which a case holds the verdict on an item of a form.
pub fn item_key(form: &str, path: &str) -> String {
    format!("{form}:{path}")
}
