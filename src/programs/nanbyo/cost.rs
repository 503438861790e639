//! Months of high cost: 軽症高額 (施行令2条) and 高額かつ長期 (施行令1条1項2号ロ, 告示428号).

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};

use crate::domain::money::Yen;
use crate::domain::proposal::{Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};

/// The cost of one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthCost {
    /// Any day of the month.
    pub month: NaiveDate,
    /// Total cost (10割) of care for the disease.
    pub total: Yen,
}

/// Whether enough months lie above the amount of a rule (`mild-cost` or `long-term`), in the
/// window that ends with the month of `applied`; a later `onset` shortens the window.
///
/// # Errors
/// When the table `cost_rules` has no row for the day.
pub fn reached(
    rule: &str,
    costs: &[MonthCost],
    applied: NaiveDate,
    onset: Option<NaiveDate>,
    tables: &Tables,
) -> Result<Worked<bool>, TableError> {
    let row = tables.row("cost_rules", rule, applied)?;
    let (above, needed) = (Yen(row.integer("above")?), row.integer("months")?);
    let (first, last) = window(applied, row.integer("window")?, onset);
    let count = by_month(costs).range(first..=last).filter(|(_, total)| **total > above).count();
    let reached = i64::try_from(count).is_ok_and(|count| count >= needed);
    let step = WorkingStep::new(&format!("working.{rule}"))
        .by(row)
        .input("window", format!("{}/{:02}–{}/{:02}", first.year(), first.month(), last.year(), last.month()))
        .input("above", above)
        .input("months-needed", needed)
        .gives(count);
    Ok(Worked::by(reached, step))
}

/// The first days of the first and the last month of the window.
fn window(applied: NaiveDate, months: i64, onset: Option<NaiveDate>) -> (NaiveDate, NaiveDate) {
    let last = first_of_month(applied);
    let back = Months::new(u32::try_from(months - 1).unwrap_or(0));
    let first = last.checked_sub_months(back).unwrap_or(last);
    (onset.map_or(first, |day| first.max(first_of_month(day)).min(last)), last)
}

fn by_month(costs: &[MonthCost]) -> BTreeMap<NaiveDate, Yen> {
    let mut months: BTreeMap<NaiveDate, Yen> = BTreeMap::new();
    for cost in costs {
        let total = months.entry(first_of_month(cost.month)).or_default();
        *total = total.checked_add(cost.total).unwrap_or(*total);
    }
    months
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}
