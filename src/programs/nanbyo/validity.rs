//! The last day of a certificate (難病法9条, 施行規則31条).

use chrono::{Datelike, Days, Months, NaiveDate};

use super::show;
use crate::domain::calendar::MonthDay;
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};

/// Reads the day of the year on which all certificates of an authority end, written `12-31`;
/// `None` when it is no day of every year.
pub fn common_end(written: &str) -> Option<MonthDay> {
    let (month, day) = written.split_once('-')?;
    let end = MonthDay { month: month.parse().ok()?, day: day.parse().ok()? };
    // 2025 has no 29 February, so what exists in it exists every year.
    NaiveDate::from_ymd_opt(2025, end.month, end.day).map(|_| end)
}

/// The first such day on or after `day`.
fn next(end: MonthDay, day: NaiveDate) -> Option<NaiveDate> {
    let this_year = NaiveDate::from_ymd_opt(day.year(), end.month, end.day)?;
    if this_year >= day {
        Some(this_year)
    } else {
        NaiveDate::from_ymd_opt(day.year() + 1, end.month, end.day)
    }
}

/// What sets the last day besides the length of a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// The day of the year on which all certificates of the authority end.
    pub common: Option<MonthDay>,
    /// Special reasons for more than a year, as the office finds them.
    pub special: bool,
}

/// Works out the last day of a certificate that starts on `start` and is decided on `decided`:
/// the authority's common end if one year reaches it, else one year. With special reasons the
/// limit is a year and a half instead of a year.
///
/// # Errors
/// When the table `validity` has no row for the start day.
pub fn last_day(
    start: NaiveDate,
    decided: NaiveDate,
    ends: Ends,
    tables: &Tables,
) -> Result<Worked<NaiveDate>, TableError> {
    let row = tables.row("validity", "certificate", start)?;
    let (longest, special) =
        (months_on(start, row.integer("months")?), months_on(start, row.integer("months_special")?));
    let limit = if ends.special { special } else { longest };
    let next = ends.common.and_then(|end| next(end, start.max(decided)));
    let end = next.filter(|day| *day <= limit).unwrap_or(limit);
    let step = WorkingStep::new("working.validity")
        .by(row)
        .input("start_on", show::day(start))
        .input("office.common-end", next.map_or("－".to_owned(), show::day))
        .gives(show::day(end));
    let worked = Worked::by(end, step);
    Ok(match next.filter(|day| !ends.special && *day > longest && *day <= special) {
        Some(day) => {
            worked.noting(Finding::new(Severity::Ask, "finding.validity-special").with("end", show::day(day)))
        }
        None => worked,
    })
}

/// The last day of a period of `months` that begins on `start`.
fn months_on(start: NaiveDate, months: i64) -> NaiveDate {
    let months = Months::new(u32::try_from(months).unwrap_or(0));
    start.checked_add_months(months).and_then(|day| day.checked_sub_days(Days::new(1))).unwrap_or(start)
}
