//! Correcting a tier that was set to the highest for want of tax data.

use chrono::NaiveDate;

use super::show;
use crate::domain::periods::{MonthEnd, add_months, month_of, month_period_end};
use crate::domain::proposal::{Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};

/// When a correction can be asked for, and from when it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Last day on which certificates of tax correct the tier from its beginning.
    pub until: NaiveDate,
    /// First day of the corrected tier, once somebody has filed.
    pub from: Option<NaiveDate>,
}

/// Works out the period for a decision of `decided` on a benefit that starts on `start`. Filed
/// within it, the correction goes back to the start; later it is an ordinary change, from the first
/// of the month after.
///
/// # Errors
/// When the table `correction_rules` has no row for the day of the decision.
pub fn correction(
    start: NaiveDate,
    decided: NaiveDate,
    filed: Option<NaiveDate>,
    tables: &Tables,
) -> Result<Worked<Correction>, TableError> {
    let row = tables.row("correction_rules", "tax-unknown", decided)?;
    let until = month_period_end(decided, u32::try_from(row.integer("months")?).unwrap_or(0));
    let from = filed.map(|filed| if filed <= until { start } else { next_month(filed) });
    let step = WorkingStep::new("working.correction")
        .by(row)
        .input("start_on", show::day(start))
        .input("case.decided_on", show::day(decided))
        .gives(show::day(until));
    Ok(Worked::by(Correction { until, from }, step))
}

/// The first of the month after `day`.
pub fn next_month(day: NaiveDate) -> NaiveDate {
    add_months(month_of(day), 1, MonthEnd::LastDay)
}
