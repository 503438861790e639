//! What the rules say of a person once for the lists and figures of the whole town: which dose comes next of each
//! vaccine, and to which doses there is or was a right.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::program::vocabulary::vocabulary;

vocabulary! {
    /// How the next dose of a vaccine stands.
    ComingState {
        /// It may be given.
        Due = "due",
        /// It may still be given, but the advised time is over.
        Overdue = "overdue",
        /// Its first day is yet to come.
        Upcoming = "upcoming",
    }
}

/// The next dose of a vaccine for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    /// Key of the vaccine.
    pub vaccine: String,
    /// Number of the dose.
    pub dose: String,
    /// How it stands.
    pub state: ComingState,
    /// The first day on which it may be given.
    pub earliest: Option<NaiveDate>,
    /// The last day on which it may be given.
    pub latest: Option<NaiveDate>,
    /// First and last day of the advised time.
    pub standard: (Option<NaiveDate>, Option<NaiveDate>),
    /// The last day from which the rest of the course still fits.
    pub finish_by: Option<NaiveDate>,
}

/// A dose to which a person has or had a right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    /// Key of the vaccine.
    pub vaccine: String,
    /// Number of the dose.
    pub dose: String,
    /// The first day of the right by age, whatever was given.
    pub from: NaiveDate,
    /// The last day, if there is one.
    pub to: Option<NaiveDate>,
    /// The day on which the dose was given, if one took its place in the course.
    pub given_on: Option<NaiveDate>,
    /// Whether the dose that was given is valid by the rules of its own day.
    pub valid: bool,
}

/// What the rules say of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// What comes next, for each vaccine of which something does.
    pub coming: Vec<Coming>,
    /// Doses to which there is or was a right.
    pub rights: Vec<Right>,
}

/// The years by which people are put together: as those who go to school together, or born in one 年度.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cohort {
    /// Born from 1 April to 31 March.
    Fiscal,
    /// Born from 2 April to 1 April: those who reach an age in one 年度 and go to school in one.
    School,
}

impl Cohort {
    /// The year of somebody born on a day, named by the April in which it begins.
    pub fn year(self, birth: NaiveDate) -> i32 {
        let first = if self == Cohort::School { (4, 2) } else { (4, 1) };
        birth.year() - i32::from((birth.month(), birth.day()) < first)
    }

    /// First and last day of birth of a year.
    pub fn days(self, year: i32) -> Option<(NaiveDate, NaiveDate)> {
        let shift = u32::from(self == Cohort::School);
        let from = NaiveDate::from_ymd_opt(year, 4, 1 + shift)?;
        let next = NaiveDate::from_ymd_opt(year.checked_add(1)?, 4, 1 + shift)?;
        Some((from, next.pred_opt()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_born_on_the_first_of_april_goes_to_school_with_the_year_before() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let years = |birth: &str| [Cohort::Fiscal, Cohort::School].map(|it| it.year(day(birth)));
        assert_eq!(years("2020-03-31"), [2019, 2019]);
        assert_eq!(years("2020-04-01"), [2020, 2019]);
        assert_eq!(years("2020-04-02"), [2020, 2020]);
        for cohort in [Cohort::Fiscal, Cohort::School] {
            let (from, to) = cohort.days(2020).unwrap();
            assert_eq!((cohort.year(from), cohort.year(to)), (2020, 2020));
            assert_eq!(cohort.year(to.succ_opt().unwrap()), 2021);
        }
    }
}
