//! Answers of a later form laid over those of an earlier one: what holds of a person after a change.

use std::collections::BTreeSet;

use super::answers::Answers;
use super::model::Form;
use super::path::link_id_of;

/// The earlier answers, in which each step that was answered anew is replaced whole: a row of a
/// repeating group that the later form no longer has is gone.
pub fn overlay(form: &Form, earlier: &Answers, later: &Answers) -> Answers {
    let anew: BTreeSet<&str> = later.iter().filter_map(|(path, _)| step_of(form, path)).collect();
    let mut laid = earlier.clone();
    laid.retain(|path| step_of(form, path).is_none_or(|step| !anew.contains(step)));
    for (path, answer) in later.iter() {
        match later.origin(path) {
            Some(origin) => laid.set_from(path, answer.clone(), origin.clone()),
            None => laid.set(path, answer.clone()),
        }
    }
    laid
}

/// The answers without those of some steps.
pub fn without(form: &Form, answers: &Answers, steps: &[String]) -> Answers {
    let mut left = answers.clone();
    left.retain(|path| step_of(form, path).is_none_or(|step| !steps.iter().any(|it| it == step)));
    left
}

/// The top-level item under which a path lies.
fn step_of<'a>(form: &'a Form, path: &str) -> Option<&'a str> {
    form.lineage(link_id_of(path)).first().map(|item| item.link_id.as_str())
}
