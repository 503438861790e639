//! A JSON value that knows where it stands and notes what is wrong with it.

use std::cell::RefCell;

use chrono::{DateTime, NaiveDate};
use serde_json::Value;

use super::evidence::{Fault, Flag, FlagKind, Place};

/// Flags collected while reading one page.
#[derive(Default)]
pub(super) struct Notes {
    flags: RefCell<Vec<Flag>>,
}

impl Notes {
    pub(super) fn add(&self, kind: FlagKind, place: Place) {
        self.flags.borrow_mut().push(Flag { kind, place: Some(place) });
    }

    pub(super) fn into_flags(self) -> Vec<Flag> {
        self.flags.into_inner()
    }
}

/// An element of a resource.
#[derive(Clone)]
pub(super) struct Node<'a> {
    value: &'a Value,
    notes: &'a Notes,
    pub(super) place: Place,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value, notes: &'a Notes, page: usize) -> Node<'a> {
        let path = value.get("resourceType").and_then(Value::as_str).unwrap_or("page").to_owned();
        Node { value, notes, place: Place { page, path } }
    }

    pub(super) fn note(&self, kind: FlagKind) {
        self.notes.add(kind, self.place.clone());
    }

    fn fault(&self, fault: Fault) {
        self.note(FlagKind::ReadingProblem { fault });
    }

    fn child(&self, value: &'a Value, step: &str) -> Node<'a> {
        let path = format!("{}{step}", self.place.path);
        Node { value, notes: self.notes, place: Place { page: self.place.page, path } }
    }

    fn raw(&self, name: &str) -> Option<Node<'a>> {
        self.value.get(name).map(|value| self.child(value, &format!(".{name}")))
    }

    /// The object under `name`.
    pub(super) fn object(&self, name: &str) -> Option<Node<'a>> {
        let node = self.raw(name)?;
        if !node.value.is_object() {
            node.fault(Fault::ObjectExpected);
            return None;
        }
        Some(node)
    }

    /// The objects of the list under `name`; none when there is no list.
    pub(super) fn objects(&self, name: &str) -> Vec<Node<'a>> {
        self.items(name).into_iter().filter(|node| node.value.is_object()).collect()
    }

    /// The texts of the list under `name`.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        self.items(name).iter().filter_map(|node| node.value.as_str()).map(str::to_owned).collect()
    }

    fn items(&self, name: &str) -> Vec<Node<'a>> {
        let Some(node) = self.raw(name) else { return Vec::new() };
        let Some(items) = node.value.as_array() else {
            node.fault(Fault::ListExpected);
            return Vec::new();
        };
        items.iter().enumerate().map(|(index, item)| node.child(item, &format!("[{index}]"))).collect()
    }

    /// The text under `name`; anything but a text that is not empty is noted.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let node = self.raw(name)?;
        match node.value.as_str() {
            Some(text) if !text.trim().is_empty() => Some(text.to_owned()),
            _ => {
                node.fault(Fault::TextExpected);
                None
            }
        }
    }

    /// The date or date with time under `name`, as written; anything else is noted.
    pub(super) fn date(&self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        if !is_fhir_date(&text) {
            self.raw(name)?.fault(Fault::DateExpected);
            return None;
        }
        Some(text)
    }

    /// The number under `name` in its shortest decimal form.
    pub(super) fn number(&self, name: &str) -> Option<String> {
        self.value.get(name).and_then(Value::as_number).map(ToString::to_string)
    }

    /// Whether there is anything under `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.value.get(name).is_some()
    }

    /// The extension whose URL ends in `suffix`: editions of JP Core differ in what comes before.
    pub(super) fn extension(&self, suffix: &str) -> Option<Node<'a>> {
        self.extensions(suffix).into_iter().next()
    }

    /// All extensions whose URL ends in `suffix`.
    pub(super) fn extensions(&self, suffix: &str) -> Vec<Node<'a>> {
        let all = self.objects("extension");
        all.into_iter().filter(|node| node.text("url").is_some_and(|url| url.ends_with(suffix))).collect()
    }
}

/// `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or a date with time and offset.
fn is_fhir_date(text: &str) -> bool {
    let day = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        10 => text.to_owned(),
        _ => return DateTime::parse_from_rfc3339(text).is_ok(),
    };
    let digits = day.split('-').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    digits && NaiveDate::parse_from_str(&day, "%Y-%m-%d").is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_fhir_date;

    #[test]
    fn partial_dates_and_times_are_dates_and_era_dates_are_not() {
        for good in ["1930", "1930-06", "1930-06-28", "2021-07-12T16:19:06+09:00", "2020-02-29"] {
            assert!(is_fhir_date(good), "{good}");
        }
        for bad in
            ["昭和5年6月28日", "1930-13", "2021-02-29", "1930/06/28", "S5", "+193-6-28", "2021-07-12T16:19"]
        {
            assert!(!is_fhir_date(bad), "{bad}");
        }
    }
}
