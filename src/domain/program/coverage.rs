//! A ledger of vaccinations and the whole town: figures that leave the house, and letters.

use serde::{Deserialize, Serialize};

use super::work::Setting;

/// What a town does about its ledger of vaccinations as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// The letter to those who were not vaccinated, by its file stem in `letters/`.
    pub call: Option<String>,
    /// The fewest people that a figure may tell of; fewer are withheld, and none are at 0 or 1.
    pub smallest: Setting,
}
