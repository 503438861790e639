//! What the conditions of `program.toml` name, and whether work items wait for each other.

use std::collections::BTreeSet;

use super::{Parts, Report};
use crate::domain::forms::Kind;
use crate::domain::program::definition::Definition;
use crate::domain::program::guard::{Atom, Guard};
use crate::domain::program::vocabulary::{OptionalState, State};

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    for (path, guard) in all(parts.definition) {
        for atom in guard.atoms() {
            atom_exists(parts, &path, atom, report);
        }
    }
    for (index, item) in parts.definition.work_items.iter().enumerate() {
        if waits_for_itself(parts.definition, &item.kind) {
            let message = format!("`{}` waits, in the end, for itself", item.kind);
            report.add(&format!("work_item[{index}].opens"), message, "let one of them open earlier");
        }
    }
}

fn all(definition: &Definition) -> Vec<(String, &Guard)> {
    let mut found = Vec::new();
    let items = definition.work_items.iter().enumerate();
    found.extend(items.map(|(index, item)| (format!("work_item[{index}].opens"), &item.opens)));
    let guards = definition.guards.iter().enumerate();
    found.extend(guards.map(|(index, guard)| (format!("guard[{index}].require"), &guard.require)));
    let stages = definition.stages.iter().enumerate();
    found.extend(stages.map(|(index, stage)| (format!("stage[{index}].when"), &stage.when)));
    let steps = definition.steps.iter().enumerate();
    found.extend(steps.filter_map(|(index, it)| Some((format!("step[{index}].when"), it.when.as_ref()?))));
    let documents = definition.start.documents.iter().enumerate();
    found.extend(documents.map(|(index, it)| (format!("start.document[{index}].needed"), &it.needed)));
    let outcomes = definition.outcomes.iter().enumerate();
    found.extend(outcomes.flat_map(|(index, outcome)| {
        outcome.require.iter().map(move |guard| (format!("outcome[{index}].require"), guard))
    }));
    let by_rule = definition.straight_through.iter().filter_map(|it| it.when.as_ref());
    found.extend(by_rule.map(|guard| ("straight_through.when".to_owned(), guard)));
    found
}

fn atom_exists(parts: &Parts<'_>, path: &str, atom: &Atom, report: &mut Report<'_>) {
    let definition = parts.definition;
    let (exists, name) = match atom {
        Atom::Consent(key) => (definition.consent(key).is_some(), key.as_str()),
        Atom::Outcome(outcome) => (definition.knows(*outcome), outcome.code()),
        Atom::Kind(kind) => (definition.kind(kind).is_some(), kind.code()),
        Atom::State(state) => (in_use(definition, *state), state.code()),
        Atom::Deliberated => (definition.uses(OptionalState::Deliberation), "deliberation"),
        Atom::Answer(item, code) => (can_be_answered(parts, item, code), item.as_str()),
        _ => match atom.work_item() {
            Some(kind) => (definition.work_item(kind).is_some(), kind),
            None => return,
        },
    };
    let message = format!("the program has no `{name}`");
    report.need(exists, path, &message, "name what the program has, or add it");
}

/// Whether the application has an item that can have the code as its answer.
fn can_be_answered(parts: &Parts<'_>, link_id: &str, code: &str) -> bool {
    let form = parts.forms.get(&parts.definition.forms.application);
    form.and_then(|form| form.item(link_id)).is_some_and(|item| match item.kind {
        Kind::Boolean => ["true", "false"].contains(&code),
        _ => item.catalogue.is_some() || item.choices.iter().any(|choice| choice.code == code),
    })
}

fn in_use(definition: &Definition, state: State) -> bool {
    match state {
        State::Correction => definition.uses(OptionalState::Correction),
        State::Deliberation => definition.uses(OptionalState::Deliberation),
        _ => true,
    }
}

fn waits_for_itself(definition: &Definition, kind: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut next = needed_by(definition, kind);
    while let Some(other) = next.pop() {
        if other == kind {
            return true;
        }
        if seen.insert(other) {
            next.extend(needed_by(definition, other));
        }
    }
    false
}

fn needed_by<'a>(definition: &'a Definition, kind: &str) -> Vec<&'a str> {
    let item = definition.work_item(kind);
    item.map(|item| item.opens.atoms()).into_iter().flatten().filter_map(Atom::work_item).collect()
}
