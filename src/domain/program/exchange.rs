//! What a register outside is told of the ledger of vaccinations.

use serde::{Deserialize, Serialize};

use crate::domain::immunization::record::Origin;

/// A register that is told of persons and doses. Its adapter knows the names there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// Which adapter.
    pub connector: String,
    /// The table with the register's codes of vaccines, in the column `code`.
    pub codes: String,
    /// Origins of lines that are told. What the system before brought was told by it, and what the register brought it
    /// knows.
    pub origins: Vec<Origin>,
}
