//! Which items are asked: `enableWhen`, `enableWhenExpression`, and what lies below them.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::Env;
use super::answers::{Answer, Answers};
use super::decimal::Decimal;
use super::instance::{self, Instance};
use super::model::{Comparison, Condition, Expected, Form, Item};
use super::scope::FormScope;
use crate::domain::calendar::PartialDate;

/// The paths of every instance that is asked. `scope` is what expressions look at; without one,
/// an item with `enableWhenExpression` counts as asked.
pub(super) fn asked(
    form: &Form,
    answers: &Answers,
    scope: Option<&FormScope<'_>>,
    env: &Env<'_>,
) -> BTreeSet<String> {
    let enabling = Enabling { form, answers, scope, env, known: RefCell::default() };
    let all = instance::all(form, answers);
    let asked = all.into_iter().filter(|instance| enabling.is_asked(instance.item, &instance.prefix));
    asked.map(|Instance { path, .. }| path).collect()
}

struct Enabling<'e> {
    form: &'e Form,
    answers: &'e Answers,
    scope: Option<&'e FormScope<'e>>,
    env: &'e Env<'e>,
    known: RefCell<BTreeMap<String, bool>>,
}

impl Enabling<'_> {
    fn is_asked(&self, item: &Item, prefix: &str) -> bool {
        let path = format!("{prefix}{}", item.link_id);
        if let Some(known) = self.known.borrow().get(&path) {
            return *known;
        }
        let asked = item.required_for.is_none_or(|kinds| kinds.covers(self.env.kind()))
            && self.parent_asked(item, prefix)
            && self.own_conditions(item, prefix)
            && self.own_rule(item, prefix);
        self.known.borrow_mut().insert(path, asked);
        asked
    }

    fn parent_asked(&self, item: &Item, prefix: &str) -> bool {
        let lineage = self.form.lineage(&item.link_id);
        let Some(parent) = lineage.iter().rev().nth(1) else { return true };
        let above = if parent.is_rows() { outer(prefix) } else { prefix };
        self.is_asked(parent, above)
    }

    fn own_conditions(&self, item: &Item, prefix: &str) -> bool {
        let mut met = item.conditions.iter().map(|condition| self.is_met(condition, prefix));
        if item.any_condition { item.conditions.is_empty() || met.any(|met| met) } else { met.all(|met| met) }
    }

    fn is_met(&self, condition: &Condition, prefix: &str) -> bool {
        let Some(question) = self.form.item(&condition.question) else { return false };
        let prefixes = instance::prefixes_from(self.form, self.answers, &condition.question, prefix);
        let answers: Vec<&Answer> = prefixes
            .iter()
            .filter(|prefix| self.is_asked(question, prefix))
            .flat_map(|prefix| self.answers.at(question, &format!("{prefix}{}", condition.question)))
            .collect();
        match (&condition.comparison, &condition.expected) {
            (Comparison::Exists, expected) => *expected == Expected::Boolean(!answers.is_empty()),
            (comparison, expected) => answers.iter().any(|answer| compares(answer, *comparison, expected)),
        }
    }

    /// An expression that fails or says nothing hides nothing.
    fn own_rule(&self, item: &Item, prefix: &str) -> bool {
        let (Some(expression), Some(scope)) = (&item.enabled_by, self.scope) else { return true };
        expression.truth(&scope.at(&item.link_id, prefix)) != Ok(Some(false))
    }
}

/// The prefix without its last row.
fn outer(prefix: &str) -> &str {
    let trimmed = prefix.trim_end_matches('/');
    trimmed.rfind('/').and_then(|at| prefix.get(..=at)).unwrap_or_default()
}

fn compares(answer: &Answer, comparison: Comparison, expected: &Expected) -> bool {
    let order = order(answer, expected);
    match comparison {
        Comparison::Exists => false,
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::NotEqual => order != Some(Ordering::Equal),
        Comparison::Greater => order.is_some_and(Ordering::is_gt),
        Comparison::Less => order.is_some_and(Ordering::is_lt),
        Comparison::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
        Comparison::LessOrEqual => order.is_some_and(Ordering::is_le),
    }
}

fn order(answer: &Answer, expected: &Expected) -> Option<Ordering> {
    match (answer, expected) {
        (Answer::Boolean(given), Expected::Boolean(wanted)) => Some(given.cmp(wanted)),
        (Answer::Integer(given), Expected::Number(wanted)) => Decimal::from(*given).compare(*wanted),
        (Answer::Decimal(given), Expected::Number(wanted)) => given.compare(*wanted),
        (Answer::Date(given), Expected::Date(wanted)) => {
            given.date.certain_order(&PartialDate::from(*wanted))
        }
        (Answer::Text(given), Expected::Text(wanted)) => Some(given.cmp(wanted)),
        (Answer::DateTime(given), Expected::Text(wanted)) => {
            Some(given.format("%Y-%m-%dT%H:%M:%S").to_string().as_str().cmp(wanted))
        }
        (Answer::Time(given), Expected::Text(wanted)) => {
            Some(given.format("%H:%M:%S").to_string().as_str().cmp(wanted))
        }
        (Answer::Choice(given), Expected::Code(system, code)) => {
            let same_system = system.is_none() || *system == given.system;
            Some(if same_system && given.code == *code { Ordering::Equal } else { Ordering::Less })
        }
        _ => None,
    }
}
