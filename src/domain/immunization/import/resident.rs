//! A line of a file of residents: births, moves in and out, deaths, new names and addresses.

use chrono::NaiveDate;

use super::map::{Columns, Field, Map};
use super::reader::{Fault, Reader, Who, line};
use crate::domain::immunization::Subject;

/// What a line says of a day that not everybody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The file has no column for it.
    Silent,
    /// It has, and the person has no such day.
    No,
    /// The day.
    On(NaiveDate),
}

impl Told {
    /// The day, if there is one.
    pub fn day(self) -> Option<NaiveDate> {
        match self {
            Told::On(day) => Some(day),
            Told::Silent | Told::No => None,
        }
    }
}

/// A line as read.
#[derive(Debug, PartialEq, Eq)]
pub struct Resident {
    /// The person.
    pub who: Who,
    /// Day of moving in.
    pub moved_in: Option<NaiveDate>,
    /// Day of moving out.
    pub moved_out: Told,
    /// Day of death.
    pub died: Told,
}

/// Reads a line.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(map: &Map, columns: &Columns, cells: &[String]) -> Result<Resident, Vec<Fault>> {
    line(map, columns, cells, Reader::resident)
}

impl Reader<'_> {
    fn resident(&mut self) -> Option<Resident> {
        let who = self.who();
        let moved_in = self.day_if_any(Field::MovedIn);
        let (moved_out, died) = (self.told(Field::MovedOut), self.told(Field::Died));
        Some(Resident { who: who?, moved_in, moved_out, died })
    }

    fn told(&mut self, field: Field) -> Told {
        match self.day_if_any(field) {
            Some(day) => Told::On(day),
            None if self.columns.has(field) => Told::No,
            None => Told::Silent,
        }
    }
}

impl Resident {
    /// The day on which the person left for good: whoever moved in again after moving out lives here.
    fn left(&self) -> Option<NaiveDate> {
        self.moved_out.day().filter(|left| self.moved_in.is_none_or(|came| came <= *left))
    }

    /// What cannot be about the line, as of a day: keys of the catalogue.
    pub fn faults(&self, today: NaiveDate) -> Vec<&'static str> {
        let days = [self.moved_in, self.moved_out.day(), self.died.day()];
        let mut found = Vec::new();
        if self.who.birth > today || days.iter().flatten().any(|day| *day > today) {
            found.push("dose-import.future");
        }
        if days.iter().flatten().any(|day| *day < self.who.birth) {
            found.push("dose-import.before-birth");
        }
        found
    }

    /// What the line says otherwise than the ledger of whether the person lives here, so that somebody has to find out.
    pub fn doubts(&self, subject: &Subject) -> Vec<&'static str> {
        let mut found = Vec::new();
        let here = self.moved_out != Told::Silent && self.left().is_none();
        if here && subject.moved_out_on.is_some_and(|left| !self.came_after(left)) {
            found.push("dose-import.left");
        }
        if self.died == Told::No && subject.died_on.is_some() {
            found.push("dose-import.died");
        }
        found
    }

    fn came_after(&self, left: NaiveDate) -> bool {
        self.moved_in.is_some_and(|came| came >= left)
    }

    /// Writes into a person when they came, left and died.
    pub fn stay(&self, subject: &mut Subject) {
        let came_back = subject.moved_out_on.is_some_and(|left| self.came_after(left));
        subject.moved_in_on = self.moved_in.or(subject.moved_in_on);
        subject.moved_out_on = match self.left() {
            None if came_back => None,
            left => left.or(subject.moved_out_on),
        };
        subject.died_on = self.died.day().or(subject.died_on);
    }
}
