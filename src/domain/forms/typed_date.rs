//! The boxes of a date, and the one text that keeps them all.

use chrono::Datelike;

use super::model::{InputHint, Item};
use super::typed::Fault;
use crate::domain::calendar::{
    CalendarUsed, DateBoxes, DateError, ERAS, EnteredDate, Era, PartialDate, Precision,
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

    /// All boxes as one text: what was typed alone into the box of the year stays as it is.
    pub(super) fn join(&self) -> String {
        let [era, year, month, day] =
            [&self.era, &self.year, &self.month, &self.day].map(|typed| typed.trim());
        if month.is_empty() && day.is_empty() {
            return format!("{era}{year}");
        }
        let day = if day.is_empty() { String::new() } else { format!("{day}日") };
        format!("{era}{year}年{month}月{day}")
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
    /// the western calendar.
    pub(super) fn of(entered: &EnteredDate) -> Boxes {
        let typed = Boxes::split(&entered.original);
        if !typed.month.is_empty() {
            return typed;
        }
        let first = entered.date.earliest();
        let from = |least: Precision, number: u32| {
            if entered.date.precision() >= least { number.to_string() } else { String::new() }
        };
        Boxes {
            era: String::new(),
            year: first.year().to_string(),
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
        ] {
            assert_eq!(Boxes::split(&typed.join()), typed);
        }
    }
}
