//! What a decided case adds to the figures of its program: days and changes, nothing of the person.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;

use crate::domain::calendar::day_in_japan;
use crate::domain::program::definition::Definition;
use crate::domain::program::measure::{Comparison, Moment};
use crate::domain::program::vocabulary::Outcome;

use super::Case;
use super::decision::Content;
use super::event::{Event, Stamp};

/// What was counted of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Calendar days between two moments.
    Days(u32),
    /// Whether what was decided differs from what stood before.
    Changed(bool),
}

/// A figure of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Code of the measure or the comparison.
    pub code: String,
    /// What was counted.
    pub counted: Counted,
}

/// The figures of a case with the day of its first decision; none before that. `history` are all of its
/// events, the oldest first.
///
/// Days are counted up to the first decision: a later revision did not make the person wait for it. What
/// changed is read from the newest. A measure with a moment that never came, or that ends before it begins,
/// as paper can have it, says nothing about the case and is left out.
pub fn figures(
    definition: &Definition,
    case: &Case,
    history: &[(Event, Stamp)],
) -> Option<(NaiveDate, Vec<Figure>)> {
    let moments = moments(history);
    let decided_on = *moments.get(&Moment::Decided)?;
    let measures =
        definition.measures.iter().filter(|it| it.kinds.is_empty() || it.kinds.contains(&case.kind));
    let days = measures.filter_map(|measure| {
        let passed = *moments.get(&measure.to)? - *moments.get(&measure.from)?;
        let counted = Counted::Days(u32::try_from(passed.num_days()).ok()?);
        Some(Figure { code: measure.code.clone(), counted })
    });
    let content = case.decision().map(|decision| &decision.draft.content);
    let changes = definition.comparisons.iter().filter_map(|rule| {
        let counted = Counted::Changed(changed(rule, content?)?);
        Some(Figure { code: rule.code.clone(), counted })
    });
    Some((decided_on, days.chain(changes).collect()))
}

/// The moments up to the first decision.
fn moments(history: &[(Event, Stamp)]) -> BTreeMap<Moment, NaiveDate> {
    let (mut found, mut kinds) = (BTreeMap::new(), BTreeMap::new());
    for (event, stamp) in history {
        match event {
            Event::WorkPlanned { item, kind, .. } => {
                kinds.insert(item.as_str(), kind.as_str());
            }
            // Another item of the kind begins anew.
            Event::WorkCancelled { item } => {
                let kind = kinds.get(item.as_str()).copied();
                found.retain(|moment: &Moment, _| moment.work_item().is_none_or(|it| Some(it) != kind));
            }
            _ => {}
        }
        let Some((moment, day)) = moment(event, stamp, &kinds) else { continue };
        let last = moment == Moment::Decided;
        if !(moment.is_the_first() && found.contains_key(&moment)) {
            found.insert(moment, day);
        }
        if last {
            break;
        }
    }
    found
}

fn moment(event: &Event, stamp: &Stamp, kinds: &BTreeMap<&str, &str>) -> Option<(Moment, NaiveDate)> {
    let kind = |item: &String| kinds.get(item.as_str()).map(|kind| (*kind).to_owned()).unwrap_or_default();
    let moment = match event {
        Event::Submitted { received_at, .. } => return Some((Moment::Received, day_in_japan(*received_at))),
        Event::CommitteeFound { held_on, .. } => return Some((Moment::Deliberated, *held_on)),
        Event::Referred { .. } => Moment::Referred,
        Event::PeriodExtended { .. } => Moment::ToldOfDelay,
        Event::WorkRequested { item, .. } => Moment::Requested(kind(item)),
        Event::WorkReceived { item, .. } => Moment::HandedIn(kind(item)),
        Event::WorkAccepted { item } => Moment::Accepted(kind(item)),
        Event::Decided { .. } => Moment::Decided,
        _ => return None,
    };
    Some((moment, stamp.today))
}

/// Whether two fields differ; none where one of them says nothing.
fn changed(rule: &Comparison, content: &Content) -> Option<bool> {
    let field = |key: &str| content.fields.get(key).filter(|value| !value.is_null()).cloned();
    let refused = || rule.refused.clone().filter(|_| content.outcome == Outcome::Refused).map(Value::String);
    let (first, last) = (field(&rule.first)?, field(&rule.last).or_else(refused)?);
    Some(first != last)
}
