//! What a program tells and asks before an application is begun.

use serde::{Deserialize, Serialize};

use super::guard::Guard;

/// Contents of the start page; every entry is a text key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartPage {
    /// One sentence for the catalogue.
    pub summary: String,
    /// What the person gets.
    pub gives: Vec<String>,
    /// Who can get it.
    pub who: Vec<String>,
    /// What happens after filing.
    pub afterwards: Vec<String>,
    /// What to have ready.
    #[serde(rename = "document")]
    pub documents: Vec<Document>,
    /// Estimated minutes for filling in, until the installation has measured its own.
    pub minutes: u32,
}

/// One line of the list of what to have ready.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Short name, unique in the list.
    pub code: String,
    /// Text key: what it is.
    pub label: String,
    /// Text key: who needs it or where to get it.
    pub note: Option<String>,
    /// When the case needs it; the start page, which knows no answers, shows every line.
    pub needed: Guard,
    /// LinkId of the attachment item that takes it, if it is uploaded.
    pub item: Option<String>,
}

/// A consent. It is never required: a program works, by paper or by hand, without it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Name in commands and guards.
    pub key: String,
    /// Text key: what is asked.
    pub label: String,
    /// Text key: what happens with the data, who sees it and what follows from "no".
    pub purpose: String,
    /// Text key: what taking it back does and does not undo.
    pub revocation: String,
    /// Statutes, as printed.
    #[serde(default)]
    pub legal_basis: Vec<String>,
}
