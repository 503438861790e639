//! The days from which the next dose may be given: age, season, intervals, live vaccines.

use chrono::NaiveDate;

use super::age::Age;
use super::course::Course;
use super::history::{Asked, Counted};
use super::law::{Cited, Condition, Interval, Repeat};
use super::person::{Dose, Need, Person};
use super::reason::Reason;
use super::window::Span;
use crate::domain::tables::Row;

/// Room for the bounds that a dose commonly has.
const MOST_BOUNDS: usize = 6;

/// A first day, and what gives it.
#[derive(Clone, Copy, Debug)]
pub struct Bound<'l> {
    /// What is said before that day.
    pub reason: Reason,
    /// The first day.
    pub day: NaiveDate,
    /// The day from which it is counted.
    pub from: NaiveDate,
    /// The row that gives it.
    pub row: &'l Row,
}

/// First and last day of the next dose, and all bounds behind them.
#[derive(Clone, Debug)]
pub struct Limits<'l> {
    /// The first day: the latest of the bounds.
    pub earliest: NaiveDate,
    /// Why not before.
    pub reason: Reason,
    /// The last day, if there is one.
    pub latest: Option<NaiveDate>,
    /// What gives the first day.
    pub bounds: Vec<Bound<'l>>,
    /// The window.
    pub span: Span<'l>,
}

impl Limits<'_> {
    /// Whether no day is left.
    pub fn are_empty(&self) -> bool {
        self.latest.is_some_and(|latest| self.earliest > latest)
    }
}

impl<'l> Asked<'l> {
    /// First and last day of the next dose of a course inside a window.
    ///
    /// # Errors
    /// When the season is needed and not known.
    pub fn limits(
        &self,
        person: &Person,
        course: &Course<'l>,
        counted: &[Counted],
        span: Span<'l>,
    ) -> Result<Limits<'l>, Need> {
        let opened =
            Bound { reason: Reason::NotYetAge, day: span.from, from: person.birth, row: span.opened_by };
        let mut bounds = Vec::with_capacity(MOST_BOUNDS);
        bounds.push(opened);
        let mut latest = span.to;
        if self.vaccine().repeat == Repeat::Season {
            let (first, last) = self.season(person)?;
            let row = self.vaccine().season.as_ref().map_or(self.vaccine().row, |it| it.row);
            bounds.push(Bound { reason: Reason::OutOfSeason, day: first, from: first, row });
            latest = [latest, Some(last)].into_iter().flatten().min();
        }
        if let Some(step) = course.step() {
            let day = |age: Option<Age>| age.and_then(|age| age.day(person.birth, person.due));
            let ages = [day(step.not_before), course.lapsed].into_iter().flatten();
            let bound = |day| Bound { reason: Reason::NotYetAge, day, from: person.birth, row: step.row };
            bounds.extend(ages.map(bound));
            bounds.extend(self.intervals(person, course, counted));
            latest = [latest, day(step.not_after)].into_iter().flatten().min();
        }
        Ok(Limits::new(bounds, latest, span))
    }

    /// The intervals of the next dose with the doses they count from.
    fn intervals<'x>(
        &'x self,
        person: &'x Person,
        course: &'x Course<'l>,
        counted: &[Counted],
    ) -> impl Iterator<Item = Bound<'l>> + use<'x, 'l> {
        self.held_intervals(person, course, counted).filter_map(|it| {
            let from = course.reference(&it.rule)?;
            let day = it.rule.least?.after(from);
            Some(Bound { reason: Reason::IntervalTooShort, day, from, row: it.row })
        })
    }

    /// The intervals of the next dose that hold for the person.
    pub fn held_intervals<'x>(
        &self,
        person: &'x Person,
        course: &'x Course<'l>,
        counted: &[Counted],
    ) -> impl Iterator<Item = &'l Cited<'l, Interval>> + use<'x, 'l> {
        let begun_here = counted.iter().all(|dose| dose.own);
        let facts = &person.facts.yes;
        let met = move |condition| match condition {
            Condition::OnRecord(code) => facts.contains(&code),
            Condition::BegunHere => begun_here,
        };
        let on = self.on;
        course.step().into_iter().flat_map(move |step| course.intervals(step, met, on))
    }

    /// Whether the product asked for, or every one there is, is live and injected.
    fn is_injected_live(&self) -> bool {
        let products = &self.vaccine().products;
        let asked = products.iter().filter(|it| self.product.is_none_or(|code| it.rule.code == code));
        !products.is_empty() && asked.clone().count() > 0 && asked.into_iter().all(|it| it.rule.injected_live)
    }

    /// The wait after the last injected live vaccine. Of a day that is not known it is the last possible
    /// one, but not the day asked about.
    pub fn after_live(&self, doses: &[Dose]) -> Option<Bound<'l>> {
        if !self.is_injected_live() {
            return None;
        }
        let others = doses.iter().filter(|dose| dose.injected_live && dose.vaccine != Some(self.vaccine));
        let eve = self.on.pred_opt().unwrap_or(self.on);
        let days = others.map(|dose| if dose.first < dose.last { dose.last.min(eve) } else { dose.last });
        let from = days.max()?;
        let rule = self.law.after_live.iter().find(|rule| rule.holds_on(self.on))?;
        let day = rule.rule.after(from);
        Some(Bound { reason: Reason::LiveIntervalTooShort, day, from, row: rule.row })
    }
}

impl<'l> Limits<'l> {
    fn new(bounds: Vec<Bound<'l>>, latest: Option<NaiveDate>, span: Span<'l>) -> Limits<'l> {
        let mut limits = Limits { earliest: span.from, reason: Reason::NotYetAge, latest, bounds, span };
        limits.settle();
        limits
    }

    /// Adds the wait after a live vaccine, unless both can be given on that very day.
    pub fn wait(&mut self, bound: Bound<'l>, on: NaiveDate) {
        if bound.from == on && self.earliest <= on {
            return;
        }
        self.bounds.push(bound);
        self.settle();
    }

    /// Takes the latest of the bounds; of equal ones the first.
    fn settle(&mut self) {
        for bound in &self.bounds {
            if bound.day > self.earliest {
                (self.earliest, self.reason) = (bound.day, bound.reason);
            }
        }
    }
}
