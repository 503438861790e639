//! Whether a citizen is always told who is awaited.

use super::{Parts, Report};
use crate::domain::lang::Lang;
use crate::domain::program::definition::Definition;
use crate::domain::program::display;
use crate::domain::program::guard::Facts;
use crate::domain::program::texts::slots;
use crate::domain::program::vocabulary::{CaseKind, OptionalState, State};

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    let definition = parts.definition;
    for facts in situations(definition) {
        if display::stage(definition, &facts).is_none() {
            let message =
                format!("no stage fits the state `{}` with {:?} open", facts.state.code(), facts.open);
            report.add("stage", message, "add a stage for it at the end");
        }
    }
    let step = |code: &str| definition.steps.iter().any(|step| step.code == code);
    for (index, stage) in definition.stages.iter().enumerate() {
        report.known(&format!("stage[{index}].steps"), "step", &stage.steps, &step);
        report.known(&format!("stage[{index}].done"), "step", &stage.done, &step);
        for key in [Some(&stage.now), stage.next.as_ref()].into_iter().flatten() {
            let text = parts.texts.raw(Lang::Ja, key).unwrap_or_default();
            let known = slots(text).iter().all(|slot| display::SLOTS.contains(slot));
            let fix = "use institution, since, due, count, from or to";
            report.need(known, &format!("stage[{index}]"), "its text has a slot that no stage fills", fix);
        }
    }
}

/// Every state alone, and with each single work item open.
fn situations(definition: &Definition) -> Vec<Facts> {
    let used = |state: &State| match state {
        State::Correction => definition.uses(OptionalState::Correction),
        State::Deliberation => definition.uses(OptionalState::Deliberation),
        _ => true,
    };
    let mut found = Vec::new();
    for state in State::ALL.iter().copied().filter(used) {
        let bare = Facts::new(state, CaseKind::of("new"));
        for item in &definition.work_items {
            let mut facts = bare.clone();
            facts.open.insert(item.kind.clone());
            found.push(facts);
        }
        found.push(bare);
    }
    found
}
