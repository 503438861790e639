//! Kinds of procedure that are granted by rule alone when nothing is left to ask, and the share at which a
//! person looks all the same.

use serde::{Deserialize, Serialize};

use super::guard::Guard;
use super::vocabulary::CaseKind;
use super::work::Setting;
use crate::domain::proposal::Severity;

/// Which cases need no clerk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StraightThrough {
    /// The kinds. Only what is to nobody's disadvantage is decided so.
    pub kinds: Vec<CaseKind>,
    /// The gravest finding with which the rules may still decide.
    pub most: Severity,
    /// What must hold besides.
    pub when: Option<Guard>,
    /// How many of a hundred cases go to a clerk although nothing is to be asked.
    pub sample_percent: Setting,
}
