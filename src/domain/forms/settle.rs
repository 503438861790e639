//! Bringing calculated answers and the set of asked items into agreement.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Env;
use super::answers::{Answers, Origin};
use super::enable::asked;
use super::model::Form;
use super::path::question_path;
use super::scope::FormScope;
use super::{instance, response, typed};

/// Rounds after which the agreement must stand. Calculations have no circles, so a form needs one
/// round for each link of its longest chain.
const ROUNDS: usize = 16;

/// Answers with every calculated value, the paths that are asked, and both as expressions see them.
pub(super) struct Settled {
    pub(super) answers: Answers,
    pub(super) asked: BTreeSet<String>,
    pub(super) response: Value,
}

impl Settled {
    /// The answers to what is asked.
    pub(super) fn into_enabled(mut self) -> Answers {
        self.answers.retain(|path| self.asked.contains(question_path(path)));
        self.answers
    }
}

/// Computes calculated values and asked items until neither changes.
pub(super) fn settle(form: &Form, answers: &Answers, env: &Env<'_>) -> Settled {
    let mut answers = answers.clone();
    let mut known = asked(form, &answers, None, env);
    let mut response = response::resource(form, &answers, Some(&known));
    if !form.has_expressions() {
        return Settled { answers, asked: known, response };
    }
    for _ in 0..ROUNDS {
        let scope = FormScope::new(form, env, &response);
        let calculated = calculate(form, &mut answers, &scope, env);
        let next = asked(form, &answers, Some(&scope), env);
        if !calculated && next == known {
            break;
        }
        known = next;
        response = response::resource(form, &answers, Some(&known));
    }
    Settled { answers, asked: known, response }
}

/// Computes every calculated item once; tells whether any answer changed. A calculation that fails
/// or gives a value of another type leaves no answer.
fn calculate(form: &Form, answers: &mut Answers, scope: &FormScope<'_>, env: &Env<'_>) -> bool {
    let mut changed = false;
    for found in instance::all(form, answers) {
        let Some(expression) = &found.item.calculated else { continue };
        let values = expression.evaluate(&scope.at(&found.item.link_id, &found.prefix)).unwrap_or_default();
        let answer = values.first().and_then(|value| typed::from_value(found.item, value, env));
        if answers.get(&found.path) == answer.as_ref() {
            continue;
        }
        changed = true;
        match answer {
            Some(answer) => answers.set_from(&found.path, answer, Origin::Calculated),
            None => answers.remove(&found.path),
        }
    }
    changed
}
