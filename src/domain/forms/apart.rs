//! A form filled in apart from the house, where nothing can be computed from the answers.

use serde::Serialize;

use super::model::{Comparison, Condition, Expected, Form, Item, Kind};

/// When a question is asked, as far as a page can see that by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dependence {
    /// The question.
    pub path: String,
    /// One condition is enough.
    pub any: bool,
    /// The conditions.
    pub conditions: Vec<Wanted>,
}

/// An answer that another question must have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wanted {
    /// The other question.
    pub question: String,
    /// The value that its field posts.
    pub value: String,
}

impl Form {
    /// The same form with every question asked, whatever the answers.
    pub fn all_asked(&self) -> Form {
        let mut form = self.clone();
        ask(&mut form.items);
        form
    }

    /// Whether every question can be answered apart: no files, no rows that the server adds, and
    /// nothing that must never lie outside the house.
    pub fn works_apart(&self) -> bool {
        let alone = |item: &Item| {
            let grows = item.repeats && !item.kind.is_choice();
            !item.secret && item.kind != Kind::Attachment && !grows
        };
        self.places.keys().filter_map(|link_id| self.item(link_id)).all(alone)
    }

    /// The questions of a step that depend on a plain choice or a yes or no. Any other question is
    /// not among them, and so is always shown.
    pub fn dependences(&self, step: &str) -> Vec<Dependence> {
        let mut found = Vec::new();
        let items = self.items.iter().filter(|item| item.link_id == step);
        items.for_each(|item| depends(item, &mut found));
        found
    }
}

fn ask(items: &mut [Item]) {
    for item in items {
        item.conditions.clear();
        item.enabled_by = None;
        ask(&mut item.items);
    }
}

fn depends(item: &Item, found: &mut Vec<Dependence>) {
    let conditions: Option<Vec<Wanted>> = item.conditions.iter().map(wanted).collect();
    if let Some(conditions) = conditions.filter(|conditions| !conditions.is_empty()) {
        found.push(Dependence { path: item.link_id.clone(), any: item.any_condition, conditions });
    }
    item.items.iter().for_each(|below| depends(below, found));
}

fn wanted(condition: &Condition) -> Option<Wanted> {
    let value = match (condition.comparison, &condition.expected) {
        (Comparison::Equal, Expected::Code(_, code)) => code.clone(),
        (Comparison::Equal, Expected::Boolean(flag)) => flag.to_string(),
        _ => return None,
    };
    Some(Wanted { question: condition.question.clone(), value })
}
