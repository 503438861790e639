//! The eras (元号) since Meiji.

use chrono::{Datelike, NaiveDate};

/// Year, month and day, which compare like dates.
type Ymd = (i32, u32, u32);

/// Japan counts its days by the Gregorian calendar from 明治6年1月1日 on (明治5年太政官布告337号).
/// Month and day of an older era date cannot be carried over.
const GREGORIAN_FROM: Ymd = (1873, 1, 1);

/// An era with its days in the Gregorian calendar.
#[derive(Debug, PartialEq, Eq)]
pub struct Era {
    /// The name that is printed: 昭和.
    pub name: &'static str,
    /// The one character that forms abbreviate it to: 昭.
    pub short: &'static str,
    /// The letter that forms abbreviate it to: S.
    pub letter: char,
    /// The code of official files: 3.
    pub code: u8,
    first_day: Ymd,
    last_day: Option<Ymd>,
}

/// Every era, oldest first. On 1912-07-30 and 1926-12-25 the old and the new era both held.
pub static ERAS: [Era; 5] = [
    Era {
        name: "明治",
        short: "明",
        letter: 'M',
        code: 1,
        first_day: (1868, 10, 23),
        last_day: Some((1912, 7, 30)),
    },
    Era {
        name: "大正",
        short: "大",
        letter: 'T',
        code: 2,
        first_day: (1912, 7, 30),
        last_day: Some((1926, 12, 25)),
    },
    Era {
        name: "昭和",
        short: "昭",
        letter: 'S',
        code: 3,
        first_day: (1926, 12, 25),
        last_day: Some((1989, 1, 7)),
    },
    Era {
        name: "平成",
        short: "平",
        letter: 'H',
        code: 4,
        first_day: (1989, 1, 8),
        last_day: Some((2019, 4, 30)),
    },
    Era { name: "令和", short: "令", letter: 'R', code: 5, first_day: (2019, 5, 1), last_day: None },
];

impl Era {
    /// The era in which `day` is printed: the newer one on a day of two. `None` before 1873-01-01.
    pub fn of(day: NaiveDate) -> Option<&'static Era> {
        let day = ymd(day);
        ERAS.iter().rev().find(|era| day >= GREGORIAN_FROM && day >= era.first_day)
    }

    /// The era with this name, abbreviation, letter (either case) or code.
    pub fn find(text: &str) -> Option<&'static Era> {
        ERAS.iter().find(|era| {
            text == era.name
                || text == era.short
                || text.eq_ignore_ascii_case(era.letter.encode_utf8(&mut [0; 4]))
                || text == era.code.to_string()
        })
    }

    /// The Gregorian year of the era's year `year`, whether the era lasted that long or not.
    pub fn gregorian_year(&self, year: i32) -> i32 {
        self.first_day.0.saturating_add(year).saturating_sub(1)
    }

    /// The era's year that contains `day`; 1 is written 元年.
    pub fn year_of(&self, day: NaiveDate) -> i32 {
        day.year() - self.first_day.0 + 1
    }

    /// Whether a day from `first` to `last` can carry this era in a register.
    pub fn overlaps(&self, first: NaiveDate, last: NaiveDate) -> bool {
        ymd(last) >= self.first_day && self.last_day.is_none_or(|end| ymd(first) <= end)
    }
}

/// Whether the day is counted by the Gregorian calendar in Japan.
pub(super) fn is_gregorian(day: NaiveDate) -> bool {
    ymd(day) >= GREGORIAN_FROM
}

fn ymd(day: NaiveDate) -> Ymd {
    (day.year(), day.month(), day.day())
}
