//! Which course a person is in, and which of its doses comes next.

use chrono::NaiveDate;

use super::age::{Age, days_on};
use super::history::{Asked, Counted};
use super::law::{Cited, Code, Condition, Interval, Path, Skip, Step};
use super::person::{Need, Person};

/// The most doses that a course may have; the tables are refused if one has more.
pub const LONGEST: usize = 8;

/// How far a person has come in a course.
#[derive(Clone, Debug)]
pub struct Course<'l> {
    /// The course.
    pub path: &'l Path<'l>,
    /// The day of each of its doses, if it was given.
    pub given: [Option<NaiveDate>; LONGEST],
    /// The day of the last one.
    pub last: Option<NaiveDate>,
    /// The place of the next one, unless the course is complete.
    pub next: Option<usize>,
    /// The first day on which it is the next one because earlier ones have lapsed.
    pub lapsed: Option<NaiveDate>,
}

impl<'l> Asked<'l> {
    /// The course of a person to whom these doses were given.
    ///
    /// # Errors
    /// When the tables have no course for that day.
    pub fn course(&self, person: &Person, counted: &[Counted]) -> Result<Course<'l>, Need> {
        let path = self.path(person, counted).ok_or(Need::Rules)?;
        let given = [None; LONGEST];
        let mut course = Course { path, given, last: None, next: None, lapsed: None };
        let mut left = counted.iter();
        let mut dose = left.next();
        for (place, step) in path.doses.iter().enumerate() {
            let day = dose.map_or(self.on, |dose| dose.day);
            if course.skips(step, person, day) {
                continue;
            }
            let Some(taken) = dose else {
                course.next = Some(place);
                break;
            };
            (course.given[place], course.last, dose) = (Some(taken.day), Some(taken.day), left.next());
        }
        Ok(course)
    }

    /// The first course that fits age and product at the beginning; of those that fit neither, the
    /// nearest.
    fn path(&self, person: &Person, counted: &[Counted]) -> Option<&'l Path<'l>> {
        let begun = counted.first().map_or(self.on, |dose| dose.day);
        let held = || self.vaccine().paths.iter().filter(|path| path.row.holds_on(self.on));
        let fits = |path: &&Path<'l>| self.product_fits(path, counted);
        let day = |age: Option<Age>| age.and_then(|age| age.day(person.birth, person.due));
        let aged = |path: &&Path<'l>| {
            day(path.first_from).is_none_or(|from| from <= begun)
                && day(path.first_to).is_none_or(|to| begun <= to)
        };
        let early = held().find(fits).filter(|path| day(path.first_from).is_some_and(|from| begun < from));
        let first = counted.first().and_then(|dose| dose.product);
        held()
            .filter(fits)
            .find(aged)
            .or(early)
            .or_else(|| held().rev().find(fits))
            .or_else(|| held().find(|path| path.product == first).or_else(|| held().next()))
    }

    /// Whether all products so far, or the one asked for, are those of a course.
    fn product_fits(&self, path: &Path<'l>, counted: &[Counted]) -> bool {
        let Some(product) = path.product else { return true };
        let same = |other: Option<Code>| other.is_none_or(|other| other == product);
        if counted.is_empty() { same(self.product) } else { counted.iter().all(|dose| same(dose.product)) }
    }
}

impl<'l> Course<'l> {
    /// The next dose.
    pub fn step(&self) -> Option<&'l Step<'l>> {
        self.next.map(|place| &self.path.doses[place])
    }

    /// Whether a dose is not given, as things stand on a day.
    fn skips(&mut self, step: &Step<'l>, person: &Person, day: NaiveDate) -> bool {
        let rules = step.skips.iter().filter(|skip| skip.holds_on(day));
        for skip in rules {
            if self.applies(skip.rule, person, day) {
                return true;
            }
        }
        false
    }

    fn applies(&mut self, skip: Skip, person: &Person, day: NaiveDate) -> bool {
        let reached = |age: Age| age.day(person.birth, person.due);
        match skip {
            Skip::GivenAfter(by, age) => self.given[by].zip(reached(age)).is_some_and(|(day, age)| day > age),
            Skip::Lapsed(age) => {
                let lapsed = reached(age).filter(|age| day > *age);
                self.lapsed = lapsed.map(|age| days_on(age, 1)).or(self.lapsed);
                lapsed.is_some()
            }
            Skip::Spaced(by, until, gap) => {
                self.given[by].zip(self.given[until]).is_some_and(|(by, until)| gap.after(by) <= until)
            }
        }
    }

    /// The dose from which an interval counts.
    pub fn reference(&self, interval: &Interval) -> Option<NaiveDate> {
        interval.after.map_or(self.last, |place| self.given[place])
    }

    /// The intervals of a dose that hold for a person on a day; where a special one does, the common
    /// ones to the same earlier dose do not.
    pub fn intervals<F: Fn(Condition) -> bool + Copy>(
        &self,
        step: &'l Step<'l>,
        met: F,
        on: NaiveDate,
    ) -> impl Iterator<Item = &'l Cited<'l, Interval>> + use<'l, F> {
        let special = move |after| {
            let others = step.intervals.iter().map(|it| it.rule);
            others.filter(|it| it.after == after).any(|it| it.condition.is_some_and(met))
        };
        step.intervals
            .iter()
            .filter(move |it| it.holds_on(on) && it.rule.condition.map_or(!special(it.rule.after), met))
    }
}
