//! Texts with translations, codes, and what can be chosen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::lang::Lang;
use crate::domain::text;

/// A text with its translations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Japanese, the language every form is written in.
    pub ja: String,
    /// Translations by language; a missing one falls back to Japanese.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<Lang, String>,
}

impl Text {
    /// A text in Japanese only.
    pub fn ja(text: &str) -> Text {
        Text { ja: text.to_owned(), others: BTreeMap::new() }
    }

    /// The text in a language, or in Japanese where it was not translated.
    pub fn get(&self, lang: Lang) -> &str {
        self.others.get(&lang).unwrap_or(&self.ja)
    }
}

/// A FHIR Coding: a code and the text a person sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coding {
    /// Code system, where one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The code.
    pub code: String,
    /// The text shown when the answer was given.
    pub display: String,
}

/// One thing that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Code system, where one is named.
    pub system: Option<String>,
    /// The code.
    pub code: String,
    /// What is shown.
    pub label: Text,
    /// Cannot stand beside another choice, such as 「該当なし」.
    pub exclusive: bool,
    /// Chosen from the start.
    pub initial: bool,
}

impl Choice {
    /// A choice with a code and a Japanese label.
    pub fn new(code: &str, label: &str) -> Choice {
        Choice {
            system: None,
            code: code.to_owned(),
            label: Text::ja(label),
            exclusive: false,
            initial: false,
        }
    }

    fn labels(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.label.ja).chain(self.label.others.values()).map(String::as_str)
    }

    /// The choice as an answer keeps it, in the language of record.
    pub fn coding(&self) -> Coding {
        Coding { system: self.system.clone(), code: self.code.clone(), display: self.label.ja.clone() }
    }
}

/// Choices kept outside the form, by catalogue name.
pub type Catalogues = BTreeMap<String, Vec<Choice>>;

/// The one choice meant by a code or by its label in any language and width.
pub(super) fn find<'c>(choices: &'c [Choice], typed: &str) -> Option<&'c Choice> {
    let code = text::fold_latin(typed);
    if let Some(found) = choices.iter().find(|choice| choice.code == code) {
        return Some(found);
    }
    let key = text::search_key(typed);
    let mut named =
        choices.iter().filter(|choice| choice.labels().any(|label| text::search_key(label) == key));
    let found = named.next();
    if named.next().is_some() { None } else { found }
}

/// The choices whose code begins with the query or whose label contains it, at most `limit`, those
/// that begin with it first.
pub fn search_choices<'c>(choices: &'c [Choice], query: &str, limit: usize) -> Vec<&'c Choice> {
    let key = text::search_key(query);
    let keys = |choice: &Choice| choice.labels().map(text::search_key).collect::<Vec<_>>();
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for choice in choices {
        let labels = keys(choice);
        if choice.code.starts_with(&key) || labels.iter().any(|label| label.starts_with(&key)) {
            first.push(choice);
        } else if labels.iter().any(|label| label.contains(&key)) {
            later.push(choice);
        }
    }
    first.into_iter().chain(later).take(limit).collect()
}
