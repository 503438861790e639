//! How values are told apart and compared with what a profile says.

use std::collections::BTreeSet;

use serde_json::Value;

use super::element::{Element, Slicing};

/// Whether a value falls into a slice: at each path it has the slice's value, or its type of resource.
pub(super) fn fits(slicing: &Slicing, slice: &Element, value: &Value) -> bool {
    !slicing.paths.is_empty() && slicing.paths.iter().all(|path| fits_at(slice, value, path))
}

fn fits_at(slice: &Element, value: &Value, path: &str) -> bool {
    let Some(said) = slice.below(path) else { return false };
    let found = path.split('.').try_fold(value, |at, name| at.get(name));
    match (said.fixed.as_ref(), said.pattern.as_ref(), found) {
        (Some(fixed), _, Some(found)) => fixed == found,
        (None, Some(pattern), Some(found)) => contains(found, pattern),
        (None, None, Some(found)) => {
            let kind = found.get("resourceType").and_then(Value::as_str);
            said.types.iter().any(|it| Some(it.code.as_str()) == kind)
        }
        _ => false,
    }
}

/// Whether a value holds everything that a pattern holds.
pub(super) fn contains(value: &Value, pattern: &Value) -> bool {
    match (value, pattern) {
        (Value::Object(value), Value::Object(pattern)) => {
            pattern.iter().all(|(key, wanted)| value.get(key).is_some_and(|found| contains(found, wanted)))
        }
        (Value::Array(values), Value::Array(patterns)) => {
            patterns.iter().all(|wanted| values.iter().any(|found| contains(found, wanted)))
        }
        (value, pattern) => value == pattern,
    }
}

/// Whether a code, a Coding or one Coding of a CodeableConcept is in a value set.
pub(super) fn is_bound(codes: &BTreeSet<(String, String)>, value: &Value) -> bool {
    if let Some(code) = value.as_str() {
        return codes.iter().any(|(_, known)| known == code);
    }
    if let Some(codings) = value.get("coding").and_then(Value::as_array) {
        return codings.iter().any(|coding| is_bound(codes, coding));
    }
    let part = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    codes.contains(&(part("system"), part("code")))
}
