//! What differs between two sets of answers.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Env;
use super::answers::Answers;
use super::instance;
use super::model::Form;
use super::shown::shown_all;

/// One question whose answer changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Instance path of the question.
    pub path: String,
    /// Label of the question.
    pub label: String,
    /// The old answer as shown; empty where there was none.
    pub before: String,
    /// The new answer as shown; empty where there is none.
    pub after: String,
}

/// The questions answered differently, in the order of the form. A change that cannot be seen, as
/// in the hidden part of a secret, is not among them.
pub fn changes(form: &Form, old: &Answers, new: &Answers, env: &Env<'_>) -> Vec<Change> {
    let mut seen = BTreeSet::new();
    let old_paths = instance::all(form, old);
    let all = instance::all(form, new).into_iter().chain(old_paths);
    let questions = all.filter(|found| found.item.kind.is_question() && seen.insert(found.path.clone()));
    let change = |found: instance::Instance<'_>| {
        let [before, after] =
            [old, new].map(|answers| shown_all(found.item, &answers.at(found.item, &found.path), env));
        let label = found.item.text.get(env.lang).to_owned();
        (before != after).then_some(Change { path: found.path, label, before, after })
    };
    questions.filter_map(change).collect()
}
