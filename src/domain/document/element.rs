//! An element of a profile, as the snapshot of a StructureDefinition has it.

use serde_json::Value;

/// A type that an element may have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Type {
    /// Code of the type: `code`, `HumanName`, `Reference`, `Patient` …
    pub code: String,
    /// Profiles of the value: for a resource inside a Bundle.
    pub profiles: Vec<String>,
    /// Profiles to one of which a reference leads.
    pub targets: Vec<String>,
}

/// By what the values of a list are told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Slicing {
    /// Paths below the element; a resource is told by its type, everything else by its fixed value.
    pub paths: Vec<String>,
    /// Whether every value must fall into a slice.
    pub closed: bool,
}

/// An element with what lies below it.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    /// Last part of its path, without `[x]`.
    pub name: String,
    /// Whether it is written with its type behind the name: `value[x]`.
    pub choice: bool,
    /// Name of the slice, if it is one.
    pub slice: Option<String>,
    /// Fewest and most values.
    pub min: usize,
    /// Without it there is no limit.
    pub max: Option<usize>,
    /// Whether FHIR writes it as a list, however many the profile allows.
    pub list: bool,
    /// Types, one of which the value has.
    pub types: Vec<Type>,
    /// The value itself.
    pub fixed: Option<Value>,
    /// What the value must contain.
    pub pattern: Option<Value>,
    /// Value set from which a code must be.
    pub binding: Option<String>,
    /// Path of the element of the same resource whose content this one shares.
    pub same_as: Option<String>,
    /// Most characters.
    pub max_length: Option<usize>,
    /// How it is sliced.
    pub slicing: Slicing,
    /// Its slices.
    pub slices: Vec<Element>,
    /// Elements below it that the profile says something about.
    pub children: Vec<Element>,
}

impl Element {
    /// The element at a path below this one.
    pub fn below(&self, path: &str) -> Option<&Element> {
        path.split('.').try_fold(self, |at, name| at.children.iter().find(|child| child.name == name))
    }

    /// The key under which an object holds this element, with its type.
    pub fn key_in<'e>(&'e self, keys: &[&str]) -> Option<(String, Option<&'e Type>)> {
        if !self.choice {
            return keys.contains(&self.name.as_str()).then(|| (self.name.clone(), self.types.first()));
        }
        let named =
            self.types.iter().map(|kind| (format!("{}{}", self.name, capital(&kind.code)), Some(kind)));
        named.into_iter().find(|(key, _)| keys.contains(&key.as_str()))
    }

    /// Whether a key of an object is this element.
    pub fn owns(&self, key: &str) -> bool {
        self.key_in(&[key]).is_some()
    }
}

fn capital(code: &str) -> String {
    let mut chars = code.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}
