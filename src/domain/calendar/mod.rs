//! Japanese dates: eras, what people type, partly known dates, how dates are printed, holidays.

mod entered;
mod era;
mod format;
mod holidays;
mod office;
mod partial;
mod reader;

pub use entered::{CalendarUsed, DateBoxes, Doubt, EnteredDate};
pub use era::{ERAS, Era};
pub use format::{DateStyle, show, show_in};
pub use holidays::{COVERED_YEARS, holiday_name};
pub use office::{MonthDay, OfficeCalendar, YearlyClosing};
pub use partial::{PartialDate, Precision};
pub use reader::{DateError, leading_era};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// The day on which a moment falls in Japan.
pub fn day_in_japan(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&chrono_tz::Asia::Tokyo).date_naive()
}

/// The moment at which a day begins in Japan.
pub fn start_in_japan(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let there = midnight.and_local_timezone(chrono_tz::Asia::Tokyo).earliest();
    there.map_or_else(|| midnight.and_utc(), |at| at.to_utc())
}

#[cfg(test)]
mod tests;
