//! 自己負担上限額管理票 of 特定医療: the share of the cost (難病法5条2項1号) goes into the ledger of
//! [`domain::ledger`](crate::domain::ledger).

use chrono::{Datelike, NaiveDate};

use super::cost::{Cost, CostInput, Source, count};
use crate::domain::calendar::PartialDate;
use crate::domain::ledger::{Criterion, MonthTotal};
use crate::domain::money::Yen;
use crate::domain::proposal::{Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};
use crate::programs::LedgerRules;

/// The rules by which the ledger's pages call this program.
pub const RULES: LedgerRules = LedgerRules { percent: kind_percent, criteria };
/// Rules of the table `cost_rules` for which months are counted.
const COUNTED: [&str; 2] = ["mild-cost", "long-term"];

/// The share of a kind of care in percent where it has one of its own (table `ledger_kinds`).
fn kind_percent(kind: &str, on: NaiveDate, tables: &Tables) -> Option<u32> {
    let percent = tables.row("ledger_kinds", kind, on).ok()?.integer("percent").ok()?;
    u32::try_from(percent).ok()
}

/// 軽症高額 and 高額かつ長期 as the months' totals stand on `today`. A rule that the table does not know on
/// that day is left out.
fn criteria(months: &[MonthTotal], today: NaiveDate, tables: &Tables) -> Vec<Criterion> {
    COUNTED.iter().filter_map(|rule| criterion(rule, months, today, tables).ok()).collect()
}

fn criterion(
    rule: &str,
    months: &[MonthTotal],
    today: NaiveDate,
    tables: &Tables,
) -> Result<Criterion, TableError> {
    let cost = |it: &MonthTotal| {
        let on = PartialDate::new(it.month.year(), Some(it.month.month()), None)?;
        Some(Cost { on, total: it.total, source: Source::Ledger })
    };
    let costs: Vec<Cost> = months.iter().filter_map(cost).collect();
    let input = CostInput { costs: &costs, applied: today, ..CostInput::default() };
    let counted = count(rule, &input, tables)?.value;
    let row = tables.row("cost_rules", rule, today)?;
    Ok(Criterion {
        code: rule.to_owned(),
        above: Yen(row.integer("above")?),
        counted: i64::try_from(counted.count).unwrap_or(i64::MAX),
        needed: row.integer("months")?,
        from: counted.window.0,
        article: row.article.clone(),
    })
}

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
