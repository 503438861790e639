//! FHIR R4 documents that somebody else writes: profiles as data, and the check of a received Bundle against
//! them, element by element.
//!
//! A profile is a FHIR StructureDefinition with a whole snapshot, in the closed part that [`load`] reads:
//! cardinality, types, fixed values and patterns, required bindings, slices told apart by a value or by the
//! type of a resource, references with their targets. What a profile does not list is not accepted: what
//! nobody reads should not be sent, and an element that changes a meaning must not pass unread.

mod check;
mod datatypes;
mod element;
mod issue;
mod load;
mod primitive;
mod slices;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use element::Element;
pub use issue::{Issue, Severity, outcome};
pub use load::load;

/// Profiles of one program folder with the value sets they bind to.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    profiles: BTreeMap<String, Profile>,
    value_sets: BTreeMap<String, BTreeSet<(String, String)>>,
}

/// One StructureDefinition.
#[derive(Clone, Debug)]
struct Profile {
    version: String,
    resource: String,
    root: Element,
}

impl Profiles {
    /// Whether there is a profile of this canonical address, with or without `|version`.
    pub fn holds(&self, canonical: &str) -> bool {
        let (url, version) = canonical.split_once('|').unwrap_or((canonical, ""));
        self.profiles.get(url).is_some_and(|found| version.is_empty() || version == found.version)
    }

    /// Checks a document, parsed from what was received, against a profile of the folder. All faults
    /// at once, in the order of the document, each with the FHIRPath of its element; at most
    /// 100 of them.
    pub fn check(&self, canonical: &str, document: &Value) -> Vec<Issue> {
        let url = canonical.split('|').next().unwrap_or_default();
        match self.profiles.get(url) {
            Some(profile) => check::check(self, profile, document),
            None => Vec::new(),
        }
    }
}

/// The profiles that a document says it follows.
pub fn claimed(document: &Value) -> Vec<&str> {
    let profiles = document.pointer("/meta/profile").and_then(Value::as_array);
    profiles.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The first resource of a type in a Bundle, with its path.
pub fn resource<'a>(bundle: &'a Value, kind: &str) -> Option<(String, &'a Value)> {
    let entries = bundle.get("entry")?.as_array()?;
    entries.iter().enumerate().find_map(|(at, entry)| {
        let resource = entry.get("resource")?;
        let fits = resource.get("resourceType")?.as_str()? == kind;
        fits.then(|| (format!("Bundle.entry[{at}].resource"), resource))
    })
}
