//! The one shape of "no, and this is what you can do about it".

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A reason why something was not done that the user can mend.
///
/// It carries a key of the text catalogue, never a sentence, so that each user reads it in
/// their own language; and it never carries an identifier such as a 個人番号.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Instance path of the form field to mend, if it is about one.
    pub field: Option<String>,
    /// Key of the sentence in the text catalogue.
    pub key: String,
    /// Values for the sentence's slots.
    pub args: BTreeMap<String, String>,
}

impl Refusal {
    /// A refusal that is about no single field.
    pub fn new(key: &str) -> Refusal {
        Refusal { field: None, key: key.to_owned(), args: BTreeMap::new() }
    }

    /// The same refusal, about the field at `path`.
    pub fn at(mut self, path: &str) -> Refusal {
        self.field = Some(path.to_owned());
        self
    }

    /// The same refusal with a slot filled.
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Refusal {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.key)
    }
}

impl std::error::Error for Refusal {}
