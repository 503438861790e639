//! 延期通知: when the notice of a delay is due, and what a missed period means.

use chrono::{Days, NaiveDate};

use crate::domain::program::definition::Definition;
use crate::domain::program::vocabulary::State;
use crate::domain::program::work::{Clock as Shape, Delay, Settings};
use crate::domain::refusal::Refusal;

use super::Case;
use super::clock::Clock;
use super::decide::{Context, Outcome};
use super::event::Event;
use super::review_text;

/// A period that must not pass in silence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threatened<'a> {
    /// What the program says of its delay.
    pub rule: &'a Delay,
    /// Its last day.
    pub ends_on: NaiveDate,
}

/// The period whose notice of delay is to be made ready on `today`: it ends soon, and nothing was told or
/// made ready. A period that has passed is too late for a notice in time.
pub fn due<'a>(
    case: &Case,
    definition: &'a Definition,
    today: NaiveDate,
    settings: &Settings,
) -> Option<Threatened<'a>> {
    if case.delay.is_some() {
        return None;
    }
    let mut threatened = watched(case, definition, today).filter(|(clock, _)| clock.extended_to.is_none());
    let (_, found) = threatened.find(|(_, it)| {
        let before = it.rule.before_days.number(today, settings).unwrap_or(0);
        let from = it.ends_on.checked_sub_days(Days::new(u64::from(before)));
        from.is_some_and(|from| (from..=it.ends_on).contains(&today))
    })?;
    Some(found)
}

/// What follows by law from a period that passed without a decision: the program's rule, and the day after
/// which it holds. A period that was extended passes with the day that was told.
pub fn missed<'a>(case: &Case, definition: &'a Definition, today: NaiveDate) -> Option<Threatened<'a>> {
    watched(case, definition, today).map(|(_, it)| it).find(|it| it.ends_on < today)
}

/// The running periods of an open case that a notice of delay belongs to.
fn watched<'a, 'c>(
    case: &'c Case,
    definition: &'a Definition,
    today: NaiveDate,
) -> impl Iterator<Item = (&'c Clock, Threatened<'a>)> {
    let open = !matches!(case.state, State::Draft | State::Decided | State::Ended);
    let running = case.clocks.iter().filter(move |clock| open && clock.stopped_at.is_none());
    running.filter_map(move |clock| {
        let rule = shape(definition, clock)?.delay.as_ref()?;
        Some((clock, Threatened { rule, ends_on: clock.due_on(today) }))
    })
}

fn shape<'a>(definition: &'a Definition, clock: &Clock) -> Option<&'a Shape> {
    definition.clocks.iter().find(|shape| shape.code == clock.name)
}

pub(super) fn prepare(case: &Case, until: NaiveDate, reason: &str, context: &Context) -> Outcome {
    let reason = review_text(reason, "extend.reason", "reason")?;
    let period = due(case, context.definition, context.stamp.today, context.settings);
    if period.is_none_or(|period| until <= period.ends_on) {
        return Err(Refusal::new("extend.until").at("until"));
    }
    Ok(vec![Event::DelayPrepared { until, reason }])
}
