//! What the citizen reads about a case: who is awaited now, and how far it has come.

use serde::Serialize;

use super::definition::{Definition, StageRule, TimelineStep};
use super::guard::Facts;

/// Slots that the texts of stages may use.
///
/// `institution`: who has the open work item; `receiver`: the office that received the application; `since`: since when; `due`: by when; `count`: how
/// many items were returned; `from` and `to`: the published or measured span in days.
pub const SLOTS: [&str; 7] = ["institution", "receiver", "since", "due", "count", "from", "to"];

/// How a step of the timeline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Behind.
    Done,
    /// Under way.
    Current,
    /// Ahead.
    Ahead,
}

/// A step of the timeline of one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepView {
    /// The step's code.
    pub code: String,
    /// Text key.
    pub label: String,
    /// How it stands.
    pub status: StepStatus,
}

/// The stage of a case: the first rule that holds. Loading has proved that one always does.
pub fn stage<'a>(definition: &'a Definition, facts: &Facts) -> Option<&'a StageRule> {
    definition.stages.iter().find(|rule| rule.when.holds(facts))
}

/// The timeline of a case in a stage: the steps that such a case has.
pub fn timeline(definition: &Definition, stage: &StageRule, facts: &Facts) -> Vec<StepView> {
    let steps = definition.steps.iter().filter(|step| belongs(step, facts));
    steps.map(|step| view(step, stage)).collect()
}

fn belongs(step: &TimelineStep, facts: &Facts) -> bool {
    step.when.as_ref().is_none_or(|when| when.holds(facts))
}

/// How every step of a program stands in a stage, whether a case has it or not.
pub fn all_steps(definition: &Definition, stage: &StageRule) -> Vec<StepView> {
    definition.steps.iter().map(|step| view(step, stage)).collect()
}

fn view(step: &TimelineStep, stage: &StageRule) -> StepView {
    let status = status(stage, &step.code);
    StepView { code: step.code.clone(), label: step.label.clone(), status }
}

fn status(stage: &StageRule, step: &str) -> StepStatus {
    if stage.steps.iter().any(|code| code == step) {
        StepStatus::Current
    } else if stage.done.iter().any(|code| code == step) {
        StepStatus::Done
    } else {
        StepStatus::Ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::program::definition::WaitsFor;
    use crate::domain::program::guard::Guard;
    use crate::domain::program::vocabulary::{CaseKind, State};

    #[test]
    fn every_step_is_done_current_or_ahead() {
        let stage = StageRule {
            code: "review".to_owned(),
            when: Guard::parse("always").unwrap(),
            now: "stage.review".to_owned(),
            next: None,
            steps: vec!["review".to_owned()],
            done: vec!["filed".to_owned()],
            waits_for: WaitsFor::Office,
        };
        let found = ["filed", "review", "decision"].map(|step| status(&stage, step));
        assert_eq!(found, [StepStatus::Done, StepStatus::Current, StepStatus::Ahead]);
    }

    #[test]
    fn a_step_that_the_case_has_not_is_left_out() {
        let step = |when: &str| TimelineStep {
            code: "certificate".to_owned(),
            label: "step.certificate".to_owned(),
            when: Some(Guard::parse(when).unwrap()),
        };
        let facts = Facts::new(State::InReview, CaseKind::of("return"));
        let has = |when: &str| belongs(&step(when), &facts);
        assert!(has("kind(return)") && !has("kind(new)"));
    }
}
