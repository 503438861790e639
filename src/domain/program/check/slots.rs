//! The slot paths that letters and connectors may name.

use super::Parts;
use crate::domain::program::definition::received_work;

/// Values that every program has, by the first part of their path.
pub const GIVEN: [(&str, &[&str]); 10] = [
    ("case", &["reference", "received_on", "receiver", "kind", "program", "qr", "card", "protected"]),
    ("letter", &["issued_on", "number"]),
    ("addressee", &["name", "postcode", "address"]),
    ("applicant", &["name"]),
    ("correction", &["requested_on", "due_on", "round"]),
    ("decision", &["outcome", "decided_on", "offer"]),
    ("certified", &["decided_on"]),
    ("committee", &["held_on"]),
    ("extension", &["until", "told_on", "reason"]),
    ("dose", &["person", "birth_date", "vaccine", "number", "advised_until", "latest"]),
];

/// Settings of the issuing body; a 教示 may name these and no others.
pub const OFFICE: [&str; 11] = [
    "name",
    "title",
    "department",
    "postcode",
    "address",
    "phone",
    "hours",
    "review_authority",
    "review_board",
    "defendant",
    "representative",
];

/// Lists that letters may go through, with the keys of their rows.
pub const LISTS: [(&str, &[&str]); 6] = [
    ("correction.items", &["label", "reason", "note"]),
    ("decision.reasons", &["text", "criterion", "required", "observed", "source", "legal_basis"]),
    ("decision.steps", &["label", "value", "source"]),
    ("decision.parts", &["label", "value"]),
    ("summary.rows", &["section", "label", "value"]),
    ("attachments.rows", &["label", "file", "received_on"]),
];

/// What the parts of a program can give.
pub struct Known<'a> {
    parts: &'a Parts<'a>,
}

impl<'a> Known<'a> {
    /// What these parts can give.
    pub fn of(parts: &'a Parts<'a>) -> Known<'a> {
        Known { parts }
    }

    /// Whether a slot path can have a value.
    pub fn slot(&self, path: &str) -> bool {
        let own = self.parts.definition.slots.iter().any(|rule| rule.name == path);
        let Some((root, rest)) = path.split_once('.') else { return false };
        let field = root == "decision" && self.parts.definition.decision.field(rest).is_some();
        let office = root == "office" && OFFICE.contains(&rest);
        let given = GIVEN.iter().any(|(given, keys)| *given == root && keys.contains(&rest));
        let consent = root == "consent" && self.parts.definition.consents.iter().any(|it| it.key == rest);
        let works = &self.parts.definition.work_items;
        let work = received_work(path).is_some_and(|kind| works.iter().any(|it| it.kind == kind));
        own || field || office || given || consent || work || self.answer(path)
    }

    /// Whether a path names an item of a form: `answers.…`, `certificate.…`, `findings.…` or that of a further one.
    pub fn answer(&self, path: &str) -> bool {
        let Some((root, link_id)) = path.split_once('.') else { return false };
        let found = self.parts.definition.forms.by_slot().find(|(slot, _)| *slot == root);
        found.is_some_and(|(_, form)| self.item(form, link_id))
    }

    /// The keys of a list's rows; `None` for a path that can have no rows.
    pub fn list(&self, list: &str) -> Option<&'static [&'static str]> {
        LISTS.iter().find(|(given, _)| *given == list).map(|(_, keys)| *keys)
    }

    fn item(&self, form: &str, link_id: &str) -> bool {
        self.parts.forms.get(form).is_some_and(|form| form.item(link_id).is_some())
    }
}
