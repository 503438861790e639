//! What a program says about documents that others hand in.

use serde::{Deserialize, Serialize};

/// A form that may come as a signed document instead of being typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// The form that the document answers.
    pub form: String,
    /// Canonical address of the document's profile in the folder.
    pub profile: String,
    /// Codes of resources that must say the same as an item of the form.
    #[serde(default, rename = "same")]
    pub same: Vec<SameCode>,
}

/// A code that stands in a resource as well as in the form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SameCode {
    /// Type of the resource; the code is in its `code`.
    pub resource: String,
    /// Code system.
    pub system: String,
    /// The item that holds the same code.
    pub item: String,
}
