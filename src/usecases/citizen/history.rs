//! When each step of the timeline began and ended, read off the events.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::case::apply::{apply, begin};
use crate::domain::case::event::{Event, Stamp};
use crate::domain::case::facts::{Items, facts};
use crate::domain::program::definition::Definition;
use crate::domain::program::display::{StepStatus, all_steps, stage};

/// For each step how it stands, and since which day.
pub(super) type Since = BTreeMap<String, (StepStatus, NaiveDate)>;

/// Walks through what happened and notes the day on which each step last changed, and the day on
/// which the present stage began.
pub(super) fn walk(definition: &Definition, events: &[(Event, Stamp)]) -> (Since, Option<NaiveDate>) {
    let (mut since, mut now): (Since, Option<(String, NaiveDate)>) = (Since::new(), None);
    let Some((first, rest)) = events.split_first() else { return (since, None) };
    let Some(mut case) = begin(&first.0, &first.1) else { return (since, None) };
    for (event, stamp) in rest {
        apply(&mut case, event, stamp);
        let known = facts(&case, &Items::new(), stamp.today);
        let Some(stage) = stage(definition, &known) else { continue };
        if now.as_ref().is_none_or(|(code, _)| *code != stage.code) {
            now = Some((stage.code.clone(), stamp.today));
        }
        for step in all_steps(definition, stage) {
            if since.get(&step.code).is_none_or(|(status, _)| *status != step.status) {
                since.insert(step.code, (step.status, stamp.today));
            }
        }
    }
    (since, now.map(|(_, day)| day))
}
