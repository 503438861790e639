//! Dates of which the day or the month is not known.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::reader::DateError;

/// How much of a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// The year.
    Year,
    /// The year and the month.
    Month,
    /// The whole date.
    Day,
}

/// A date known to the year, the month or the day, as old registers have it. Written like a FHIR
/// `date`: `1955`, `1955-01`, `1955-01-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartialDate {
    first: NaiveDate,
    precision: Precision,
}

impl PartialDate {
    /// The date with what is known of it; `None` if there is no such date, if the year is not in
    /// 1 to 9999, or for a day without month.
    pub fn new(year: i32, month: Option<u32>, day: Option<u32>) -> Option<PartialDate> {
        let precision = match (month, day) {
            (None, None) => Precision::Year,
            (Some(_), None) => Precision::Month,
            (Some(_), Some(_)) => Precision::Day,
            (None, Some(_)) => return None,
        };
        let first = NaiveDate::from_ymd_opt(year, month.unwrap_or(1), day.unwrap_or(1))?;
        (1..=9999).contains(&year).then_some(PartialDate { first, precision })
    }

    /// How much is known.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The day, if it is known.
    pub fn day(&self) -> Option<NaiveDate> {
        (self.precision == Precision::Day).then_some(self.first)
    }

    /// The first day that it can be.
    pub fn earliest(&self) -> NaiveDate {
        self.first
    }

    /// The last day that it can be.
    pub fn latest(&self) -> NaiveDate {
        let months = match self.precision {
            Precision::Year => 12,
            Precision::Month => 1,
            Precision::Day => return self.first,
        };
        self.first
            .checked_add_months(Months::new(months))
            .and_then(|next| next.pred_opt())
            .unwrap_or(self.first)
    }

    /// How it lies to `other`, as far as that is certain: `None` if the days that both can be
    /// overlap and are not one and the same day.
    pub fn certain_order(&self, other: &PartialDate) -> Option<Ordering> {
        if self.latest() < other.earliest() {
            Some(Ordering::Less)
        } else if self.earliest() > other.latest() {
            Some(Ordering::Greater)
        } else {
            (self.day().is_some() && self == other).then_some(Ordering::Equal)
        }
    }

    /// Whether it can be `day`.
    pub fn can_be(&self, day: NaiveDate) -> bool {
        (self.earliest()..=self.latest()).contains(&day)
    }
}

impl From<NaiveDate> for PartialDate {
    fn from(day: NaiveDate) -> PartialDate {
        PartialDate { first: day, precision: Precision::Day }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.first.year())?;
        if self.precision >= Precision::Month {
            write!(f, "-{:02}", self.first.month())?;
        }
        if self.precision == Precision::Day {
            write!(f, "-{:02}", self.first.day())?;
        }
        Ok(())
    }
}

/// Reads the written form `1955`, `1955-01` or `1955-01-05` only.
impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<PartialDate, DateError> {
        let mut parts = text.split('-').map(|part| part.parse::<u32>().map_err(|_| DateError::Unreadable));
        let year = parts.next().ok_or(DateError::Unreadable)??;
        let (month, day) = (parts.next().transpose()?, parts.next().transpose()?);
        let year = i32::try_from(year).map_err(|_| DateError::Unreadable)?;
        let date = PartialDate::new(year, month, day).ok_or(DateError::NoSuchDay)?;
        if date.to_string() == text { Ok(date) } else { Err(DateError::Unreadable) }
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PartialDate, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
