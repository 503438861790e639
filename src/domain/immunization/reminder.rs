//! Of what the guardian of a person is reminded, and when.

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::calendar::{Line, Standing};

/// Why somebody is reminded of a dose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// The time for it begins, or has begun.
    Begins,
    /// The last day is near.
    Ends,
    /// The advised time is over.
    Overdue,
}

impl Occasion {
    /// The code, by which the catalogue and the record name it.
    pub fn code(self) -> &'static str {
        match self {
            Occasion::Begins => "begins",
            Occasion::Ends => "ends",
            Occasion::Overdue => "overdue",
        }
    }
}

/// How many days before or after a day somebody is reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lead {
    /// Before the time for a dose begins.
    pub begins: u32,
    /// Before its last day.
    pub ends: u32,
    /// After the last day of the advised time.
    pub overdue: u32,
}

/// The occasion of a line on a day: the most urgent one. None where there is no dose to come, or no day is known.
pub fn occasion(line: &Line, today: NaiveDate, lead: Lead) -> Option<Occasion> {
    if !line.standing.has_next() {
        return None;
    }
    let next = &line.next;
    if next.closes_on().is_some_and(|last| last < today) {
        return None;
    }
    if line.standing.is_open() && next.closes_on().is_some_and(|last| before(last, lead.ends) <= today) {
        return Some(Occasion::Ends);
    }
    let over = next.advised_to.and_then(|last| last.checked_add_days(Days::new(lead.overdue.into())));
    if line.standing == Standing::Overdue {
        return over.filter(|day| *day <= today).map(|_| Occasion::Overdue);
    }
    next.opens_on().filter(|day| before(*day, lead.begins) <= today).map(|_| Occasion::Begins)
}

/// What tells apart one season from another of a vaccine that is given anew: the year of the last day. A course has one
/// season, 0.
pub fn season(line: &Line, anew: bool) -> i32 {
    let last = line.next.closes_on().or(line.next.advised_to).or(line.next.opens_on());
    if anew { last.map_or(0, |day| day.year()) } else { 0 }
}

fn before(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use super::super::calendar::Next;
    use super::*;

    const LEAD: Lead = Lead { begins: 7, ends: 30, overdue: 1 };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn line(standing: Standing) -> Line {
        let next = Next {
            number: "1".to_owned(),
            earliest: Some(day("2026-06-01")),
            advised_from: Some(day("2026-06-10")),
            advised_to: Some(day("2026-08-31")),
            finish_by: None,
            latest: Some(day("2026-12-31")),
        };
        Line { vaccine: "x".to_owned(), name: "x".to_owned(), standing, given: Vec::new(), next }
    }

    #[test]
    fn each_occasion_begins_on_its_day() {
        let of = |standing, on: &str| occasion(&line(standing), day(on), LEAD);
        assert_eq!(of(Standing::Upcoming, "2026-06-02"), None);
        assert_eq!(of(Standing::Upcoming, "2026-06-03"), Some(Occasion::Begins));
        assert_eq!(
            of(Standing::Due, "2026-07-20"),
            Some(Occasion::Begins),
            "what was open before is told too"
        );
        assert_eq!(of(Standing::Overdue, "2026-08-31"), None);
        assert_eq!(of(Standing::Overdue, "2026-09-01"), Some(Occasion::Overdue));
        assert_eq!(of(Standing::Overdue, "2026-11-30"), Some(Occasion::Overdue));
        assert_eq!(of(Standing::Overdue, "2026-12-01"), Some(Occasion::Ends));
        assert_eq!(of(Standing::Overdue, "2027-01-01"), None, "the last day is over");
    }

    #[test]
    fn nobody_is_reminded_of_what_does_not_come() {
        for standing in
            [Standing::Complete, Standing::Excluded, Standing::NotPublic, Standing::NeedsInformation]
        {
            assert_eq!(occasion(&line(standing), day("2026-12-20"), LEAD), None, "{standing:?}");
        }
    }

    #[test]
    fn a_season_is_told_by_the_year_of_its_end() {
        assert_eq!((season(&line(Standing::Due), true), season(&line(Standing::Due), false)), (2026, 0));
    }
}
