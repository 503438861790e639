//! 自己負担上限額管理票 of 特定医療: the share of the cost (難病法5条2項1号) goes into the ledger of
//! [`domain::ledger`](crate::domain::ledger).

use chrono::NaiveDate;

use crate::domain::proposal::{Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};

/// The share of the cost in percent that goes with 一部負担金 of `insurance_share` tenths (割).
///
/// # Errors
/// When the table `shares` does not know the insurance's share on the day.
pub fn percent(insurance_share: i64, tables: &Tables, on: NaiveDate) -> Result<Worked<i64>, TableError> {
    let row = tables.row("shares", &insurance_share.to_string(), on)?;
    let percent = row.integer("percent")?;
    let step = WorkingStep::new("working.share").by(row).input("office.insurance.share", insurance_share);
    Ok(Worked::by(percent, step.gives(format!("{percent}%"))))
}
