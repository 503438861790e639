//! The leave that a person gives an office to apply for them (申請代行): from when, until when, and that it ended.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::calendar::EnteredDate;
use super::refusal::Refusal;

/// An office that applies for persons, as a case remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// Its number of ten digits.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A leave that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// Id, `man_…`.
    pub id: String,
    /// The person, `cit_…`.
    pub citizen: String,
    /// The program for which it is given.
    pub program: String,
    /// Number of the office.
    pub agency: String,
    /// First day.
    pub begins_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Whether the person took it back before that.
    pub ended: bool,
}

impl Mandate {
    /// Whether the office may act on a day.
    pub fn in_force(&self, today: NaiveDate) -> bool {
        !self.ended && (self.begins_on..=self.ends_on).contains(&today)
    }
}

/// The last day of a leave that begins today, as it was typed; the longest that there is where nothing was.
///
/// # Errors
/// `mandate.until` for what is no day, is over, or lies beyond `months` months.
pub fn last_day(typed: &str, today: NaiveDate, months: u32) -> Result<NaiveDate, Refusal> {
    let longest = today.checked_add_months(Months::new(months)).unwrap_or(today);
    if typed.trim().is_empty() {
        return Ok(longest);
    }
    let day = EnteredDate::parse(typed).ok().and_then(|it| it.date.day());
    let fitting = day.filter(|day| (today..=longest).contains(day));
    fitting.ok_or_else(|| Refusal::new("mandate.until").at("until").with("longest", longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn it_holds_from_its_first_to_its_last_day_unless_taken_back() {
        let mut mandate = Mandate {
            id: "man_1".to_owned(),
            citizen: "cit_1".to_owned(),
            program: "program".to_owned(),
            agency: "9970000010".to_owned(),
            begins_on: day("2026-11-23"),
            ends_on: day("2027-11-23"),
            ended: false,
        };
        let days = ["2026-11-22", "2026-11-23", "2027-11-23", "2027-11-24"].map(day);
        assert_eq!(days.map(|day| mandate.in_force(day)), [false, true, true, false]);
        mandate.ended = true;
        assert!(!mandate.in_force(day("2026-11-23")));
    }

    #[test]
    fn the_last_day_lies_within_the_longest_time() {
        let today = day("2026-11-23");
        let until = |typed: &str| last_day(typed, today, 12).map_err(|refusal| refusal.key);
        assert_eq!(until(" "), Ok(day("2027-11-23")));
        assert_eq!(until("令和9年3月31日"), Ok(day("2027-03-31")));
        assert_eq!(until("2026-11-23"), Ok(today));
        for wrong in ["2026-11-22", "2027-11-24", "2027", "いつか"] {
            assert_eq!(until(wrong), Err("mandate.until".to_owned()), "{wrong}");
        }
    }
}
