//! What staff type into fixed forms.

use chrono::NaiveDate;

use crate::domain::calendar::EnteredDate;
use crate::domain::refusal::Refusal;

/// Characters of a reason or a text.
pub const LONGEST: usize = 4000;

/// A day, in either calendar.
///
/// # Errors
/// The date's own key, about `field`; `clerk.day` for a date without a day.
pub fn day(text: &str, field: &str) -> Result<NaiveDate, Refusal> {
    let entered = EnteredDate::parse(text).map_err(|error| Refusal::new(error.key()).at(field))?;
    entered.date.day().ok_or_else(|| Refusal::new("clerk.day").at(field))
}

/// A text without blanks around it, of a bearable length.
///
/// # Errors
/// `clerk.note-long`.
pub fn bounded(text: &str, field: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(Refusal::new("clerk.note-long").with("most", LONGEST).at(field));
    }
    Ok(text.to_owned())
}
