//! The boxes of a date, and the one text that keeps them all.

use chrono::Datelike;

use super::model::{InputHint, Item};
use super::typed::Fault;
use crate::domain::calendar::{
    CalendarUsed, DateBoxes, DateError, ERAS, EnteredDate, Era, PartialDate, Precision, leading_era,
};

/// What stands in the boxes of a date question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Boxes {
    /// Name of the era; empty for the western calendar.
    pub(super) era: String,
    pub(super) year: String,
    pub(super) month: String,
    pub(super) day: String,
}

impl Boxes {
    /// The era by its name, whichever abbreviation or code was sent.
    pub(super) fn with_era_name(mut self) -> Boxes {
        self.era = Era::find(self.era.trim()).map(|era| era.name).unwrap_or_default().to_owned();
        self
    }

    /// Whether nothing was typed; the era alone is nothing.
    pub(super) fn is_blank(&self) -> bool {
        [&self.year, &self.month, &self.day].iter().all(|typed| typed.trim().is_empty())
    }

    /// All boxes as one text: what was typed alone into the box of the year stays as it is, and an
    /// era that was typed with the year is not put before it once more.
    pub(super) fn join(&self) -> String {
        let [year, month, day] = [&self.year, &self.month, &self.day].map(|typed| typed.trim());
        let alone = month.is_empty() && day.is_empty();
        let era = if self.names_its_era(alone) { "" } else { self.era.trim() };
        if alone {
            return format!("{era}{year}");
        }
        let year = year.trim_end_matches('年');
        let day = if day.is_empty() { String::new() } else { format!("{day}日") };
        format!("{era}{year}年{month}月{day}")
    }

    /// Whether the box of the year says the era, or needs none. Beside other boxes it must not say
    /// another one than was chosen.
    fn names_its_era(&self, alone: bool) -> bool {
        match leading_era(&self.year) {
            Some(era) => alone || self.era.is_empty() || era.name == self.era,
            None => alone && EnteredDate::is_more_than_a_year(&self.year),
        }
    }

    /// The boxes of a joined text.
    pub(super) fn split(joined: &str) -> Boxes {
        let era = ERAS.iter().map(|era| era.name).find(|name| joined.starts_with(name)).unwrap_or_default();
        let rest = joined.strip_prefix(era).unwrap_or(joined);
        let alone = Boxes { era: era.to_owned(), year: rest.to_owned(), ..Boxes::default() };
        let Some((year, after)) = rest.split_once('年') else { return alone };
        let Some((month, day)) = after.split_once('月') else { return alone };
        let day = day.strip_suffix('日').unwrap_or(day);
        Boxes { era: era.to_owned(), year: year.to_owned(), month: month.to_owned(), day: day.to_owned() }
    }

    /// The boxes of a date that was understood: as typed where it was typed in parts, and else in
    /// the calendar of what was typed.
    pub(super) fn of(entered: &EnteredDate) -> Boxes {
        let typed = Boxes::split(&entered.original);
        if !typed.month.is_empty() {
            return typed;
        }
        let first = entered.date.earliest();
        let era = Era::of(first).filter(|_| entered.calendar == CalendarUsed::Wareki);
        let from = |least: Precision, number: u32| {
            if entered.date.precision() >= least { number.to_string() } else { String::new() }
        };
        Boxes {
            era: era.map(|era| era.name).unwrap_or_default().to_owned(),
            year: era.map_or(first.year(), |era| era.year_of(first)).to_string(),
            month: from(Precision::Month, first.month()),
            day: from(Precision::Day, first.day()),
        }
    }
}

/// Reads the joined text of a date question.
pub(super) fn parse_date(item: &Item, joined: &str) -> Result<EnteredDate, Fault> {
    let boxes = Boxes::split(joined);
    let typed = DateBoxes { era: &boxes.era, year: &boxes.year, month: &boxes.month, day: &boxes.day };
    let entered = EnteredDate::from_boxes(typed).map_err(|error| fault(&error))?;
    if let Some(doubt) = &entered.doubt {
        let asked = Fault::new("form.date.impossible-era");
        return Err(asked.with("typed", &doubt.typed).with("meant", &doubt.meant));
    }
    let least =
        if item.rendering.input == Some(InputHint::YearMonth) { Precision::Month } else { Precision::Day };
    if entered.date.precision() < least {
        return Err(Fault::new("form.date.incomplete"));
    }
    Ok(EnteredDate { original: joined.trim().to_owned(), ..entered })
}

fn fault(error: &DateError) -> Fault {
    Fault::new(match error {
        DateError::Empty | DateError::Unreadable => "form.date",
        DateError::NoSuchDay => "form.date.no-such-day",
        DateError::BeforeGregorian => "form.date.before-gregorian",
    })
}

/// A date that comes from a record, not from typing.
pub(super) fn of_record(date: PartialDate) -> EnteredDate {
    EnteredDate { date, original: date.to_string(), calendar: CalendarUsed::Western, doubt: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxes(era: &str, year: &str, month: &str, day: &str) -> Boxes {
        Boxes { era: era.into(), year: year.into(), month: month.into(), day: day.into() }
    }

    #[test]
    fn boxes_survive_the_joined_text() {
        for typed in [
            boxes("昭和", "30", "1", "5"),
            boxes("", "1955", "13", "x"),
            boxes("昭和", "", "1", "5"),
            boxes("", "1955", "1", ""),
            boxes("", "S30.1.5", "", ""),
            boxes("平成", "2", "", "5"),
            boxes("令和", "平成6", "3", "10"),
        ] {
            assert_eq!(Boxes::split(&typed.join()), typed);
        }
    }

    #[test]
    fn an_era_beside_a_date_that_says_its_own_is_not_said_twice() {
        for (year, joined) in [
            ("令和6年3月10日", "令和6年3月10日"),
            ("２０２４－０３－１０", "２０２４－０３－１０"),
            ("R6.3.10", "R6.3.10"),
            ("令和6年13月40日", "令和6年13月40日"),
            ("西暦2024年3月10日", "西暦2024年3月10日"),
            ("6.3.10", "令和6.3.10"),
            ("6", "令和6"),
        ] {
            assert_eq!(boxes("令和", year, "", "").join(), joined);
        }
        assert_eq!(boxes("令和", "令和6年", "3", "10").join(), "令和6年3月10日");
    }
}
