//! A document against its profile.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::element::{Element, Type};
use super::issue::Issue;
use super::{Profile, Profiles, datatypes, primitive, slices};
use crate::domain::refusal::Refusal;

/// Most issues that are told at once; a document with more is not mended line by line.
pub const MOST: usize = 100;

/// All faults of a document, in its order.
pub(super) fn check(profiles: &Profiles, profile: &Profile, document: &Value) -> Vec<Issue> {
    let mut checker = Checker { profiles, entries: entries(document), issues: Vec::new() };
    checker.resource(document, profile, &profile.resource);
    checker.addresses(document);
    checker.issues.truncate(MOST);
    checker.issues
}

/// Types of the resources in a Bundle by their full address.
fn entries(bundle: &Value) -> BTreeMap<&str, &str> {
    let entries = bundle.get("entry").and_then(Value::as_array).into_iter().flatten();
    let named = entries.filter_map(|entry| {
        Some((entry.get("fullUrl")?.as_str()?, entry.pointer("/resource/resourceType")?.as_str()?))
    });
    named.collect()
}

/// A value of an element, with its path.
type Placed<'v> = (&'v Value, String);

struct Checker<'a> {
    profiles: &'a Profiles,
    entries: BTreeMap<&'a str, &'a str>,
    issues: Vec<Issue>,
}

impl Checker<'_> {
    fn error(&mut self, kind: &'static str, path: &str, refusal: Refusal) {
        self.issues.push(Issue::error(kind, refusal.at(path)));
    }

    fn resource(&mut self, value: &Value, profile: &Profile, path: &str) {
        let found = value.get("resourceType").and_then(Value::as_str);
        let (Some(fields), true) = (value.as_object(), found == Some(&profile.resource)) else {
            let refusal = Refusal::new("document.resource").with("expected", &profile.resource);
            return self.error("structure", path, refusal);
        };
        self.fields(fields, &profile.root.children, &profile.root, path);
    }

    /// The elements of an object; `root` is that of its resource, for shared content.
    fn fields(&mut self, fields: &Map<String, Value>, known: &[Element], root: &Element, path: &str) {
        for key in fields.keys().filter(|key| *key != "resourceType") {
            if !known.iter().any(|element| element.owns(key)) {
                let refusal = Refusal::new("document.unknown").with("name", key);
                self.error("structure", &format!("{path}.{}", key.trim_start_matches('_')), refusal);
            }
        }
        let keys: Vec<&str> = fields.keys().map(String::as_str).collect();
        for element in known {
            let found = element.key_in(&keys).and_then(|(key, kind)| Some((fields.get(&key)?, kind)));
            self.element(element, found, root, &format!("{path}.{}", element.name));
        }
    }

    fn element(
        &mut self,
        element: &Element,
        found: Option<(&Value, Option<&Type>)>,
        root: &Element,
        path: &str,
    ) {
        let (value, kind) = found.map_or((None, None), |(value, kind)| (Some(value), kind));
        let Some(values) = self.values(element, value, path) else { return };
        self.count(element, values.len(), path);
        let chosen: Vec<&Element> = values.iter().map(|placed| self.slice(element, placed)).collect();
        for slice in &element.slices {
            let inside = chosen.iter().filter(|found| std::ptr::eq(**found, slice)).count();
            self.count(slice, inside, path);
        }
        for ((value, at), chosen) in values.iter().zip(chosen) {
            self.value(chosen, chosen.types.first().filter(|_| !chosen.choice).or(kind), value, root, at);
        }
    }

    /// The values of an element in the shape in which FHIR writes them; none where the shape is wrong.
    fn values<'v>(
        &mut self,
        element: &Element,
        value: Option<&'v Value>,
        path: &str,
    ) -> Option<Vec<Placed<'v>>> {
        let key = match (value, element.list) {
            (None, _) => return Some(Vec::new()),
            (Some(Value::Array(items)), true) if !items.is_empty() => {
                let placed = items.iter().enumerate().map(|(at, item)| (item, format!("{path}[{at}]")));
                return Some(placed.collect());
            }
            (Some(value), false) if !value.is_array() => return Some(vec![(value, path.to_owned())]),
            (_, true) => "document.list",
            (_, false) => "document.single",
        };
        self.error("structure", path, Refusal::new(key));
        None
    }

    fn count(&mut self, element: &Element, found: usize, path: &str) {
        let name = element.slice.as_deref().unwrap_or(&element.name);
        let refusal = |key| Refusal::new(key).with("name", name).with("found", found);
        if found < element.min {
            self.error("required", path, refusal("document.missing").with("least", element.min));
        }
        if let Some(most) = element.max.filter(|most| found > *most) {
            self.error("structure", path, refusal("document.too-many").with("most", most));
        }
    }

    /// The slice into which a value falls, or the element itself.
    fn slice<'e>(&mut self, element: &'e Element, (value, path): &Placed) -> &'e Element {
        let found = element.slices.iter().find(|slice| slices::fits(&element.slicing, slice, value));
        if found.is_none() && element.slicing.closed && !element.slices.is_empty() {
            let names: Vec<&str> = element.slices.iter().filter_map(|it| it.slice.as_deref()).collect();
            self.error("structure", path, Refusal::new("document.slice").with("names", names.join(", ")));
        }
        found.unwrap_or(element)
    }

    fn value(&mut self, element: &Element, kind: Option<&Type>, value: &Value, root: &Element, path: &str) {
        let Some(kind) = kind else { return self.content(element, value, root, path) };
        if let Some(profile) = kind.profiles.first().and_then(|url| self.profiles.profiles.get(url)) {
            return self.resource(value, &profile.clone(), path);
        }
        if primitive::is_primitive(&kind.code) {
            self.primitive(element, &kind.code, value, path);
        } else {
            self.complex(element, &kind.code, value, root, path);
        }
        self.said(element, value, path);
        if kind.code == "Reference" {
            self.reference(kind, value, path);
        }
    }

    /// An element that shares the content of another of its resource.
    fn content(&mut self, element: &Element, value: &Value, root: &Element, path: &str) {
        let shared = element.same_as.as_deref().and_then(|path| root.below(path));
        match (shared, value.as_object()) {
            (Some(shared), Some(fields)) => self.fields(fields, &shared.children, root, path),
            _ => self.error("structure", path, Refusal::new("document.object")),
        }
    }

    fn primitive(&mut self, element: &Element, code: &str, value: &Value, path: &str) {
        if !primitive::fits(code, value) {
            return self.error("value", path, Refusal::new("document.format").with("type", code));
        }
        let length = value.as_str().map_or(0, |text| text.chars().count());
        if let Some(most) = element.max_length.filter(|most| length > *most) {
            self.error("too-long", path, Refusal::new("document.too-long").with("most", most));
        }
    }

    /// What the profile says of an element goes before what its data type says.
    fn complex(&mut self, element: &Element, code: &str, value: &Value, root: &Element, path: &str) {
        let Some(fields) = value.as_object() else {
            return self.error("structure", path, Refusal::new("document.object"));
        };
        let stated: BTreeSet<&str> = element.children.iter().map(|child| child.name.as_str()).collect();
        let general = datatypes::elements(code).into_iter();
        let mut known: Vec<Element> = general.filter(|it| !stated.contains(it.name.as_str())).collect();
        known.extend(element.children.iter().cloned());
        self.fields(fields, &known, root, path);
    }

    /// Fixed values, patterns, bindings.
    fn said(&mut self, element: &Element, value: &Value, path: &str) {
        let wanted = element.fixed.as_ref().filter(|fixed| *fixed != value);
        let wanted = wanted.or(element.pattern.as_ref().filter(|pattern| !slices::contains(value, pattern)));
        if let Some(wanted) = wanted {
            self.error("value", path, Refusal::new("document.fixed").with("expected", plain(wanted)));
        }
        let Some(set) = element.binding.as_ref() else { return };
        let codes = self.profiles.value_sets.get(set);
        if codes.is_some_and(|codes| !slices::is_bound(codes, value)) {
            let allowed: Vec<&str> = codes.into_iter().flatten().map(|(_, code)| code.as_str()).collect();
            self.error(
                "code-invalid",
                path,
                Refusal::new("document.binding").with("codes", allowed.join(", ")),
            );
        }
    }

    /// A reference leads to a resource of the same Bundle, and to one of the right type.
    fn reference(&mut self, kind: &Type, value: &Value, path: &str) {
        let Some(address) = value.get("reference").and_then(Value::as_str) else { return };
        let path = format!("{path}.reference");
        let Some(found) = self.entries.get(address).copied() else {
            return self.error("not-found", &path, Refusal::new("document.reference"));
        };
        let targets = kind.targets.iter().filter_map(|url| self.profiles.profiles.get(url));
        let targets: Vec<String> = targets.map(|profile| profile.resource.clone()).collect();
        if !targets.is_empty() && targets.iter().all(|target| target != found) {
            let refusal = Refusal::new("document.target").with("expected", targets.join(", "));
            self.error("value", &path, refusal.with("found", found));
        }
    }

    /// What FHIR asks of every document (R4 invariants bdl-7 and bdl-11): a full address names one entry,
    /// and a document begins with its Composition.
    fn addresses(&mut self, bundle: &Value) {
        let entries = bundle.get("entry").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut seen = BTreeSet::new();
        for (at, entry) in entries.iter().enumerate() {
            let Some(address) = entry.get("fullUrl").and_then(Value::as_str) else { continue };
            let path = format!("Bundle.entry[{at}].fullUrl");
            if !address.starts_with("urn:uuid:") {
                self.error("value", &path, Refusal::new("document.full-url"));
            }
            if !seen.insert(address) {
                self.error("duplicate", &path, Refusal::new("document.same-url"));
            }
        }
        let first = entries.first().and_then(|entry| entry.pointer("/resource/resourceType"));
        if first.is_some_and(|kind| kind != "Composition") {
            self.error("invariant", "Bundle.entry[0]", Refusal::new("document.first"));
        }
    }
}

/// A value as a person writes it.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
