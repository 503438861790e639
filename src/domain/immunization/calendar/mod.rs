//! A person's vaccinations as a calendar: which were given, which may be given now, which come, and until when.
//!
//! What may be given is said by the rules of a program; here it is only put in order, drawn and written as
//! iCalendar.

pub mod feed;
pub mod picture;

#[cfg(test)]
mod tests;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::calendar::PartialDate;

/// Years ahead that a calendar looks: childhood and school.
const AHEAD: u32 = 20;
/// Age in years from which a person is grown (民法4条).
const GROWN: u32 = 18;

/// How a vaccine stands for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It may still be given, but the advised time is over.
    Overdue,
    /// It may be given now.
    Due,
    /// Its first day is yet to come.
    Upcoming,
    /// Something is not on record without which nothing can be said.
    NeedsInformation,
    /// Nothing is left to give, this season or at all.
    Complete,
    /// A disease or another record excludes it.
    Excluded,
    /// It is not offered to this person.
    NotPublic,
    /// Another vaccine has taken its place.
    Replaced,
}

impl Standing {
    /// The code, by which the catalogue names it.
    pub fn code(self) -> &'static str {
        match self {
            Standing::Overdue => "overdue",
            Standing::Due => "due",
            Standing::Upcoming => "upcoming",
            Standing::NeedsInformation => "needs-information",
            Standing::Complete => "complete",
            Standing::Excluded => "excluded",
            Standing::NotPublic => "not-public",
            Standing::Replaced => "replaced",
        }
    }

    /// Whether it may be given on the day.
    pub fn is_open(self) -> bool {
        matches!(self, Standing::Due | Standing::Overdue)
    }

    /// Whether a next dose is in sight.
    pub fn has_next(self) -> bool {
        self.is_open() || self == Standing::Upcoming
    }
}

/// A dose that is on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Given {
    /// Its number as recorded; empty if none is.
    pub number: String,
    /// Its day, as far as it is known.
    pub date: PartialDate,
}

/// The days of the next dose; each is empty where the rules name none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Next {
    /// Its number; empty where there is only one or none is known.
    pub number: String,
    /// The first day on which it may be given.
    pub earliest: Option<NaiveDate>,
    /// The first day of the advised time.
    pub advised_from: Option<NaiveDate>,
    /// The last day of the advised time.
    pub advised_to: Option<NaiveDate>,
    /// The last day on which the rest of the course still fits.
    pub finish_by: Option<NaiveDate>,
    /// The last day on which it may be given.
    pub latest: Option<NaiveDate>,
}

impl Next {
    /// The day from which one should go: the first of the advised time that is allowed.
    pub fn opens_on(&self) -> Option<NaiveDate> {
        self.earliest.map(|earliest| self.advised_from.map_or(earliest, |advised| advised.max(earliest)))
    }

    /// The last day by which one should have gone: that on which the course still fits, or else the last one.
    pub fn closes_on(&self) -> Option<NaiveDate> {
        self.finish_by.or(self.latest)
    }
}

/// One vaccine of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its key.
    pub vaccine: String,
    /// Its name in the language of the reader.
    pub name: String,
    /// How it stands.
    pub standing: Standing,
    /// Doses on record, oldest first.
    pub given: Vec<Given>,
    /// The next dose.
    pub next: Next,
}

impl Line {
    /// Whether it says anything to a person born on a day: what is not for them and was never given, does not,
    /// nor what lies a generation ahead. What asks for a pregnancy or a season is for grown people.
    pub fn is_shown(&self, birth: NaiveDate, today: NaiveDate) -> bool {
        let within = |years: u32, from: NaiveDate| from.checked_add_months(Months::new(12 * years));
        if !self.given.is_empty() {
            return true;
        }
        match self.standing {
            Standing::NotPublic | Standing::Replaced => false,
            Standing::Upcoming => self.next.earliest <= within(AHEAD, today),
            Standing::NeedsInformation => within(GROWN, birth) <= Some(today),
            _ => true,
        }
    }

    fn order(&self) -> (Standing, NaiveDate) {
        let day = if self.standing.is_open() { self.next.closes_on() } else { self.next.opens_on() };
        (self.standing, day.unwrap_or(NaiveDate::MAX))
    }
}

/// The lines that say something to a person born on a day: first what is late, then what is open, then what comes, each the most urgent first.
pub fn in_order(lines: Vec<Line>, birth: NaiveDate, today: NaiveDate) -> Vec<Line> {
    let mut shown: Vec<Line> = lines.into_iter().filter(|line| line.is_shown(birth, today)).collect();
    shown.sort_by_key(Line::order);
    shown
}
