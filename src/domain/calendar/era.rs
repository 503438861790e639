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

const fn era(
    name: &'static str,
    short: &'static str,
    letter: char,
    code: u8,
    first_day: Ymd,
    last_day: Option<Ymd>,
) -> Era {
    Era { name, short, letter, code, first_day, last_day }
}

/// Every era, oldest first. On 1912-07-30 and 1926-12-25 the old and the new era both held.
pub static ERAS: [Era; 5] = [
    era("明治", "明", 'M', 1, (1868, 10, 23), Some((1912, 7, 30))),
    era("大正", "大", 'T', 2, (1912, 7, 30), Some((1926, 12, 25))),
    era("昭和", "昭", 'S', 3, (1926, 12, 25), Some((1989, 1, 7))),
    era("平成", "平", 'H', 4, (1989, 1, 8), Some((2019, 4, 30))),
    era("令和", "令", 'R', 5, (2019, 5, 1), None),
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
