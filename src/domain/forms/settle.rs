//! Bringing calculated answers and the set of asked items into agreement.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Env;
use super::answers::{Answers, Origin};
use super::enable::asked;
use super::model::Form;
use super::scope::scope_at;
use super::{instance, response, typed};

/// Rounds after which the agreement must stand. Calculations have no circles, so a form needs one
/// round for each link of its longest chain.
const ROUNDS: usize = 16;

/// Answers with every calculated value, and the paths that are asked.
pub(super) struct Settled {
    pub(super) answers: Answers,
    pub(super) asked: BTreeSet<String>,
}

/// Computes calculated values and asked items until neither changes.
pub(super) fn settle(form: &Form, answers: &Answers, env: &Env<'_>) -> Settled {
    let mut answers = answers.clone();
    let mut known = asked(form, &answers, None, env);
    if !form.has_expressions() {
        return Settled { answers, asked: known };
    }
    for _ in 0..ROUNDS {
        let response = response::resource(form, &answers, Some(&known));
        let calculated = calculate(form, &mut answers, &response, env);
        let next = asked(form, &answers, Some(&response), env);
        if !calculated && next == known {
            break;
        }
        known = next;
    }
    Settled { answers, asked: known }
}

/// Computes every calculated item once; tells whether any answer changed. A calculation that fails
/// or gives a value of another type leaves no answer.
fn calculate(form: &Form, answers: &mut Answers, response: &Value, env: &Env<'_>) -> bool {
    let mut changed = false;
    for found in instance::all(form, answers) {
        let Some(expression) = &found.item.calculated else { continue };
        let scope = scope_at(form, env, response, &found.item.link_id, &found.prefix);
        let values = expression.evaluate(&scope).unwrap_or_default();
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
