//! What a program says about its ledger of payments.

use serde::{Deserialize, Serialize};

use crate::domain::ledger::Rounding;

/// Where decisions hold what the ledger of payments needs, and which kinds of lines it has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerShape {
    /// Key of the decision's field with the recipient's number.
    pub number: String,
    /// Key of the decision's field with the cap of a month.
    pub cap: String,
    /// Key of the decision's field with the person's share in percent.
    pub share: String,
    /// How the person's share is rounded.
    pub rounding: Rounding,
    /// Kinds of care.
    #[serde(rename = "kind")]
    pub kinds: Vec<LedgerKind>,
}

/// A kind of care in the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerKind {
    /// Short name; the program's rules know it.
    pub code: String,
    /// Text key.
    pub label: String,
}

impl LedgerShape {
    /// The kind of a code.
    pub fn kind(&self, code: &str) -> Option<&LedgerKind> {
        self.kinds.iter().find(|kind| kind.code == code)
    }
}
