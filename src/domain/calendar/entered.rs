//! A date as somebody entered it.

use serde::{Deserialize, Serialize};

use super::era::{self, Era};
use super::format::{DateStyle, name_year, show};
use super::partial::{PartialDate, Precision};
use super::reader::{self, DateError, Reading};

/// The calendar in which a date was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarUsed {
    /// 西暦
    Western,
    /// 和暦
    Wareki,
}

/// A question that must be asked before the date is used: the era was not in force on that day, as
/// in 昭和65年, which documents printed before the change of era still carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// The era's year as typed: 昭和65年.
    pub typed: String,
    /// The whole date in the era that was in force: 平成2年1月5日.
    pub meant: String,
}

impl Doubt {
    /// Key of the question in the text catalogue, with the slots `typed` and `meant`.
    pub const KEY: &'static str = "date.era_not_in_force";
}

/// A date with the text it was read from, so that a clerk can see what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnteredDate {
    /// The date.
    pub date: PartialDate,
    /// The text as typed.
    pub original: String,
    /// The calendar of that text.
    pub calendar: CalendarUsed,
    /// What has to be asked first, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Doubt>,
}

/// The separate boxes of a date question.
#[derive(Clone, Copy, Debug, Default)]
pub struct DateBoxes<'a> {
    /// Name, letter or code of an era; empty or 西暦 for the western calendar.
    pub era: &'a str,
    /// Year in that calendar; 元 is 1.
    pub year: &'a str,
    /// Month; may be empty if it is not known.
    pub month: &'a str,
    /// Day; may be empty if it is not known.
    pub day: &'a str,
}

impl EnteredDate {
    /// Reads a date in any usual spelling: S30.1.5, 昭和三十年一月五日, 昭和30年1月, 19550105,
    /// 1955/1/5, in any width. Year, or year and month, alone are accepted.
    ///
    /// # Errors
    /// [`DateError`]; a date of an era that was not in force is no error but carries a [`Doubt`].
    pub fn parse(typed: &str) -> Result<EnteredDate, DateError> {
        let reading = reader::read(typed)?;
        let year = reading.era.map_or(reading.year, |era| era.gregorian_year(reading.year));
        let date = PartialDate::new(year, reading.month, reading.day).ok_or(DateError::NoSuchDay)?;
        if !era::is_gregorian(date.earliest()) {
            return Err(DateError::BeforeGregorian);
        }
        let calendar = reading.era.map_or(CalendarUsed::Western, |_| CalendarUsed::Wareki);
        Ok(EnteredDate { date, original: typed.trim().to_owned(), calendar, doubt: doubt(&reading, date) })
    }

    /// Whether a text tells more than the year: what was written into the box of the year is then a
    /// whole date, even if there is no such day.
    pub fn is_more_than_a_year(typed: &str) -> bool {
        match EnteredDate::parse(typed) {
            Ok(entered) => entered.date.precision() > Precision::Year,
            Err(error) => matches!(error, DateError::NoSuchDay | DateError::BeforeGregorian),
        }
    }

    /// Reads the separate boxes; a whole date pasted into the box of the year is read as well.
    ///
    /// # Errors
    /// As [`EnteredDate::parse`]; [`DateError::Empty`] if no box but that of the era is filled,
    /// [`DateError::Unreadable`] for a day without month.
    pub fn from_boxes(boxes: DateBoxes<'_>) -> Result<EnteredDate, DateError> {
        let [year, month, day] = [(boxes.year, '年'), (boxes.month, '月'), (boxes.day, '日')]
            .map(|(typed, unit)| typed.trim().trim_end_matches(unit));
        let era = era_name(boxes.era.trim())?;
        match (year, month, day) {
            ("", "", "") => Err(DateError::Empty),
            (_, "", "") => EnteredDate::parse(&format!("{era}{year}")),
            ("", _, _) | (_, "", _) => Err(DateError::Unreadable),
            (_, _, "") => EnteredDate::parse(&format!("{era}{year}年{month}月")),
            _ => EnteredDate::parse(&format!("{era}{year}年{month}月{day}日")),
        }
    }
}

fn era_name(typed: &str) -> Result<&'static str, DateError> {
    match typed {
        "" | "西暦" => Ok(""),
        _ => Era::find(typed).map(|era| era.name).ok_or(DateError::Unreadable),
    }
}

fn doubt(reading: &Reading, date: PartialDate) -> Option<Doubt> {
    let era = reading.era.filter(|era| !era.overlaps(date.earliest(), date.latest()))?;
    Some(Doubt { typed: name_year(era, reading.year), meant: show(date, DateStyle::WarekiOnly) })
}
