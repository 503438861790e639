//! 自己負担上限額管理: what a person pays line by line in one month until a cap is reached, and how
//! a claim is split between the payers. Several benefits keep the same ledger; each gives it its own
//! cap and share.

mod claim;
mod criterion;
mod grant;
#[cfg(test)]
mod tests;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::money::Yen;
pub use claim::{Claim, Split, split};
pub use criterion::{Criterion, MonthTotal};
pub use grant::{end_of_month, in_force, newest, of_month, to_collect};

/// The highest total cost of one line, in yen: far above any claim, far below what could overflow.
pub const HIGHEST_TOTAL: Yen = Yen(1_000_000_000);

/// How a share that is no round amount is rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To whole yen, parts of a yen dropped: as a claim shows it.
    #[default]
    WholeYen,
    /// To the nearest 10 yen, 5 yen upwards: as cash is taken at the counter.
    TenYen,
}

/// One line as an institution writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The day of care, not that of payment.
    pub on: NaiveDate,
    /// The institution that gave the care.
    pub institution: String,
    /// Total cost (10割) of the care that the benefit covers: 0 to [`HIGHEST_TOTAL`].
    pub total: Yen,
    /// The share of this line in percent where it differs from that of the ledger, such as 10 for
    /// care insurance.
    pub percent: Option<u32>,
}

/// What became of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Place of the line among the lines given, from 0.
    pub line: usize,
    /// The share before the cap is looked at.
    pub share: Yen,
    /// What the person pays.
    pub pay: Yen,
    /// What the person has paid in the month, this line included.
    pub cumulative: Yen,
    /// The cap was reached before this line: payment and cumulative amount are struck through.
    pub struck: bool,
}

/// One month of a ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The lines by day of care; those of one day in the order given.
    pub entries: Vec<Entry>,
    /// Place among the lines given of the one that reached the cap. A cap of 0 is never reached:
    /// there is nothing to pay.
    pub reached: Option<usize>,
    /// What the person pays in the month.
    pub paid: Yen,
    /// Total cost (10割) of the month, which goes on after the cap: other rules count it.
    pub total: Yen,
}

/// Why lines make no ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LedgerError {
    /// The total of a line is negative or above [`HIGHEST_TOTAL`].
    #[error("line {line}: the total is not between 0 and {HIGHEST_TOTAL}")]
    Total {
        /// Place of the line, from 0.
        line: usize,
    },
    /// The share of a line is above 100 percent.
    #[error("line {line}: the share is above 100 percent")]
    Percent {
        /// Place of the line, from 0.
        line: usize,
    },
    /// A line lies in another month than the first.
    #[error("line {line}: the day is not in the month of the first line")]
    OtherMonth {
        /// Place of the line, from 0.
        line: usize,
    },
    /// The cap is negative.
    #[error("the cap is negative")]
    Cap,
}

/// Goes through the lines of one month under a cap of `cap` yen and a share of `percent`.
///
/// Everything is worked out anew each time, so a line that arrives late takes its place by its
/// day, and the lines after it change.
///
/// # Errors
/// The first line whose amount, share or month does not fit, or a negative cap.
pub fn run(lines: &[Line], cap: Yen, percent: u32, rounding: Rounding) -> Result<Ledger, LedgerError> {
    if cap < Yen::ZERO {
        return Err(LedgerError::Cap);
    }
    let mut order: Vec<(usize, &Line)> = lines.iter().enumerate().collect();
    order.sort_by_key(|(_, line)| line.on);
    let month = lines.first().map(|line| (line.on.year(), line.on.month()));
    let mut ledger = Ledger::default();
    for (place, line) in order {
        if month != Some((line.on.year(), line.on.month())) {
            return Err(LedgerError::OtherMonth { line: place });
        }
        let share = share(place, line, percent, rounding)?;
        ledger.enter(place, line.total, share, cap);
    }
    Ok(ledger)
}

impl Ledger {
    fn enter(&mut self, line: usize, total: Yen, share: Yen, cap: Yen) {
        let struck = self.paid == cap;
        let pay = share.min(Yen(cap.0 - self.paid.0));
        let cumulative = Yen(self.paid.0 + pay.0);
        self.entries.push(Entry { line, share, pay, cumulative, struck });
        self.paid = cumulative;
        self.total = self.total.checked_add(total).unwrap_or(Yen(i64::MAX));
        if cumulative == cap && !struck {
            self.reached = Some(line);
        }
    }
}

fn share(place: usize, line: &Line, percent: u32, rounding: Rounding) -> Result<Yen, LedgerError> {
    if !(Yen::ZERO..=HIGHEST_TOTAL).contains(&line.total) {
        return Err(LedgerError::Total { line: place });
    }
    let percent = line.percent.unwrap_or(percent);
    if percent > 100 {
        return Err(LedgerError::Percent { line: place });
    }
    Ok(rounding.of(line.total, percent))
}

impl Rounding {
    /// `percent` of an amount, rounded. The amount is 0 to [`HIGHEST_TOTAL`].
    fn of(self, amount: Yen, percent: u32) -> Yen {
        let hundredths = amount.0 * i64::from(percent);
        Yen(match self {
            Rounding::WholeYen => hundredths / 100,
            Rounding::TenYen => (hundredths + 500) / 1_000 * 10,
        })
    }
}
