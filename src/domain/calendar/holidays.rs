//! 国民の祝日に関する法律 (昭和23年法律178号) as rules.
//!
//! The days of the equinoxes are fixed by the gazette of the February before; the formula used here
//! gives the same days so far and is an approximation for the years to come.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// The years for which the rules are complete: from the law as changed for 2007 up to the end of
/// the equinox formula.
pub const COVERED_YEARS: RangeInclusive<i32> = 2007..=2099;

/// When in a year a holiday lies.
enum On {
    /// Month and day.
    Fixed(u32, u32),
    /// Month and which Monday of it.
    Monday(u32, u32),
    /// 春分日
    VernalEquinox,
    /// 秋分日
    AutumnalEquinox,
}

/// A holiday with the years in which the rule holds.
struct Rule {
    name: &'static str,
    on: On,
    years: RangeInclusive<i32>,
}

const fn rule(name: &'static str, on: On, from: i32, to: i32) -> Rule {
    Rule { name, on, years: from..=to }
}

/// Article 2 with its changes; the days moved for the Olympic games by 平成32年東京オリンピック・
/// パラリンピック特措法, and those of 平成30年法律99号 for the accession of 2019.
static RULES: [Rule; 28] = [
    rule("元日", On::Fixed(1, 1), 2007, 2099),
    rule("成人の日", On::Monday(1, 2), 2007, 2099),
    rule("建国記念の日", On::Fixed(2, 11), 2007, 2099),
    rule("天皇誕生日", On::Fixed(2, 23), 2020, 2099),
    rule("春分の日", On::VernalEquinox, 2007, 2099),
    rule("昭和の日", On::Fixed(4, 29), 2007, 2099),
    rule("天皇の即位の日", On::Fixed(5, 1), 2019, 2019),
    rule("憲法記念日", On::Fixed(5, 3), 2007, 2099),
    rule("みどりの日", On::Fixed(5, 4), 2007, 2099),
    rule("こどもの日", On::Fixed(5, 5), 2007, 2099),
    rule("海の日", On::Monday(7, 3), 2007, 2019),
    rule("海の日", On::Fixed(7, 23), 2020, 2020),
    rule("海の日", On::Fixed(7, 22), 2021, 2021),
    rule("海の日", On::Monday(7, 3), 2022, 2099),
    rule("スポーツの日", On::Fixed(7, 24), 2020, 2020),
    rule("スポーツの日", On::Fixed(7, 23), 2021, 2021),
    rule("山の日", On::Fixed(8, 11), 2016, 2019),
    rule("山の日", On::Fixed(8, 10), 2020, 2020),
    rule("山の日", On::Fixed(8, 8), 2021, 2021),
    rule("山の日", On::Fixed(8, 11), 2022, 2099),
    rule("敬老の日", On::Monday(9, 3), 2007, 2099),
    rule("秋分の日", On::AutumnalEquinox, 2007, 2099),
    rule("体育の日", On::Monday(10, 2), 2007, 2019),
    rule("スポーツの日", On::Monday(10, 2), 2022, 2099),
    rule("即位礼正殿の儀の行われる日", On::Fixed(10, 22), 2019, 2019),
    rule("文化の日", On::Fixed(11, 3), 2007, 2099),
    rule("勤労感謝の日", On::Fixed(11, 23), 2007, 2099),
    rule("天皇誕生日", On::Fixed(12, 23), 2007, 2018),
];

/// The name of the holiday on `day`, or `None` on other days and outside [`COVERED_YEARS`].
/// Substitute days are 振替休日 (article 3, paragraph 2), days between two holidays 国民の休日
/// (paragraph 3).
pub fn holiday_name(day: NaiveDate) -> Option<&'static str> {
    named(day)
        .or_else(|| is_substitute(day).then_some("振替休日"))
        .or_else(|| is_between(day).then_some("国民の休日"))
}

fn named(day: NaiveDate) -> Option<&'static str> {
    RULES.iter().find(|rule| rule.years.contains(&day.year()) && falls(&rule.on, day)).map(|rule| rule.name)
}

fn falls(on: &On, day: NaiveDate) -> bool {
    match *on {
        On::Fixed(month, date) => (day.month(), day.day()) == (month, date),
        On::Monday(month, nth) => {
            day.month() == month && day.weekday() == Weekday::Mon && day.day().div_ceil(7) == nth
        }
        On::VernalEquinox => day.month() == 3 && equinox(day.year(), 20_843_100) == i64::from(day.day()),
        On::AutumnalEquinox => day.month() == 9 && equinox(day.year(), 23_248_800) == i64::from(day.day()),
    }
}

/// Day of the month of an equinox from 1980 to 2099, after the approximation of 長沢工
/// (日の出・日の入りの計算): the moment of 1980 in millionths of a day, moved on by 0.242194 days a
/// year and back by one a leap year.
fn equinox(year: i32, in_1980: i64) -> i64 {
    let years = i64::from(year) - 1980;
    (in_1980 + 242_194 * years) / 1_000_000 - years / 4
}

/// A holiday on a Sunday moves to the first day after it that is no holiday.
fn is_substitute(day: NaiveDate) -> bool {
    named(day).is_none()
        && (1..7)
            .map_while(|back| day.checked_sub_days(Days::new(back)))
            .take_while(|before| named(*before).is_some())
            .any(|holiday| holiday.weekday() == Weekday::Sun)
}

fn is_between(day: NaiveDate) -> bool {
    let is_named = |neighbour: Option<NaiveDate>| neighbour.and_then(named).is_some();
    is_named(day.pred_opt()) && is_named(day.succ_opt())
}
