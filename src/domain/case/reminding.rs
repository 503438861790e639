//! The ladder that reminds whoever was asked for a result: what follows from time, and what is left to a person.

use chrono::NaiveDate;

use crate::domain::calendar::day_in_japan;
use crate::domain::periods::period_end;
use crate::domain::program::definition::WorkItem as Shape;
use crate::domain::program::vocabulary::Channel;
use crate::domain::refusal::Refusal;

use super::Case;
use super::decide::{Context, Outcome};
use super::event::Event;
use super::review_text;
use super::work::{Reminded, WorkItem};

/// The next step of an item's ladder, if its day has come and it was not taken yet.
pub fn due(shape: &Shape, item: &WorkItem, today: NaiveDate) -> Option<Channel> {
    let since = item.awaited_since().filter(|_| item.state.awaits_result())?;
    let taken = item.reminded.iter().filter(|it| it.by.is_none()).count();
    let next = shape.reminders.get(taken)?;
    (period_end(day_in_japan(since), next.day) <= today).then_some(next.via)
}

/// What a person still has to do for an item: to call or to write, since the ladder said so.
pub fn left_to_a_person(item: &WorkItem) -> Option<&Reminded> {
    let mut since = item.reminded.iter().rev().take_while(|it| it.by.is_none());
    let step = since.find(|it| matches!(it.via, Channel::CallList | Channel::Letter));
    step.filter(|_| item.state.awaits_result())
}

/// A step of the ladder, or what a person did: the one follows from time alone, the other needs words.
pub(super) fn step(case: &Case, item: &str, via: Channel, note: &str, context: &Context) -> Outcome {
    let found = case.work.iter().find(|it| it.id == item).ok_or_else(|| Refusal::new("work.unknown"))?;
    if !found.state.awaits_result() {
        return Err(Refusal::new("work.closed"));
    }
    let note = if context.granted.is_engine() {
        let shape = context.definition.work_item(&found.kind);
        if shape.and_then(|shape| due(shape, found, context.stamp.today)) != Some(via) {
            return Err(Refusal::new("work.not-due"));
        }
        String::new()
    } else {
        review_text(note, "work.reminded", "note")?
    };
    Ok(vec![Event::WorkReminded { item: item.to_owned(), via, note }])
}
