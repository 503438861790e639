//! Criteria of other rules that count months by what they cost.

use chrono::NaiveDate;

use crate::domain::money::Yen;

/// What care cost in one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthTotal {
    /// First day of the month.
    pub month: NaiveDate,
    /// Total cost (10割).
    pub total: Yen,
}

/// A criterion that looks at the totals of many months, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// Its code; the program's text `ledger.criterion.<code>` names it.
    pub code: String,
    /// A month counts when its total lies above this amount.
    pub above: Yen,
    /// Months that count.
    pub counted: i64,
    /// Months that are needed.
    pub needed: i64,
    /// First day of the first month looked at.
    pub from: NaiveDate,
    /// Article on which it rests.
    pub article: String,
}

impl Criterion {
    /// Whether enough months count.
    pub fn met(&self) -> bool {
        self.counted >= self.needed
    }
}
