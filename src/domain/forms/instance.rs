//! The items of a form as they occur: each row of a group has its own instances.

use super::answers::Answers;
use super::model::{Form, Item, Kind};

/// One occurrence of an item.
#[derive(Clone, Debug)]
pub(super) struct Instance<'f> {
    /// The item.
    pub(super) item: &'f Item,
    /// Path of the rows it stands in, such as `member[1]/`, or empty.
    pub(super) prefix: String,
    /// Its own path.
    pub(super) path: String,
    /// It or something above it is hidden.
    pub(super) hidden: bool,
}

impl Instance<'_> {
    /// Whether the user can type into it.
    pub(super) fn is_open(&self) -> bool {
        !self.hidden && self.item.is_open()
    }
}

/// Every instance of the whole form, in the order of the form.
pub(super) fn all<'f>(form: &'f Form, answers: &Answers) -> Vec<Instance<'f>> {
    below(&form.items, answers, "", false)
}

/// Every instance of one step, the step itself first; empty for an unknown step.
pub(super) fn of_step<'f>(form: &'f Form, step: &str, answers: &Answers) -> Vec<Instance<'f>> {
    let found = form.items.iter().find(|item| item.link_id == step);
    found.map(|item| below(std::slice::from_ref(item), answers, "", false)).unwrap_or_default()
}

/// Every instance of `items` and what lies below them in the row at `prefix`.
pub(super) fn below<'f>(
    items: &'f [Item],
    answers: &Answers,
    prefix: &str,
    hidden: bool,
) -> Vec<Instance<'f>> {
    let mut found = Vec::new();
    for item in items {
        let path = format!("{prefix}{}", item.link_id);
        let hidden = hidden || item.rendering.hidden;
        found.push(Instance { item, prefix: prefix.to_owned(), path: path.clone(), hidden });
        if item.is_rows() {
            for row in 0..answers.rows(item, &path) {
                found.extend(below(&item.items, answers, &format!("{path}[{row}]/"), hidden));
            }
        } else if item.kind == Kind::Group {
            found.extend(below(&item.items, answers, prefix, hidden));
        }
    }
    found
}

/// The row segments of a prefix: `a[0]/b[1]/` gives `a[0]` and `b[1]`.
pub(super) fn segments(prefix: &str) -> impl Iterator<Item = &str> {
    prefix.split('/').filter(|segment| !segment.is_empty())
}

/// The prefixes under which `link_id` occurs as seen from the row at `prefix`: the same row as far
/// as both share their groups, and every row of the groups beyond.
pub(super) fn prefixes_from(form: &Form, answers: &Answers, link_id: &str, prefix: &str) -> Vec<String> {
    let lineage = form.lineage(link_id);
    let above = lineage.split_last().map(|(_, above)| above).unwrap_or_default();
    let mut own = segments(prefix).peekable();
    let mut found = vec![String::new()];
    for group in above.iter().filter(|group| group.is_rows()) {
        let shared = own.next_if(|segment| segment.split('[').next() == Some(group.link_id.as_str()));
        found = match shared {
            Some(segment) => found.iter().map(|head| format!("{head}{segment}/")).collect(),
            None => found.iter().flat_map(|head| rows_below(answers, group, head)).collect(),
        };
    }
    found
}

fn rows_below(answers: &Answers, group: &Item, head: &str) -> Vec<String> {
    let path = format!("{head}{}", group.link_id);
    (0..answers.rows(group, &path)).map(|row| format!("{path}[{row}]/")).collect()
}
