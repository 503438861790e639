//! 境界層: a household that would need 保護 at the cap of its tier gets the next lower tier at which it
//! does not (施行規則7条, 9条, 10条).

use chrono::NaiveDate;

use super::tier::{Tier, named};
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{Row, TableError, Tables};

/// The tier granted to a household of `ordinary` tier that would need 保護 at the caps of the tiers
/// in `needed_at`: one step down for each, as far as they follow one another.
///
/// # Errors
/// When a table has no row for the day.
pub fn step_down(
    ordinary: Tier,
    needed_at: &[String],
    tables: &Tables,
    on: NaiveDate,
) -> Result<Worked<Tier>, TableError> {
    let mut worked = Worked { value: ordinary, steps: Vec::new(), findings: Vec::new() };
    while let Some(row) = next(&worked.value.code, needed_at, tables, on)? {
        let mut tier = named(tables.row("tiers", row.text("granted")?, on)?, "border-case")?;
        tier.border_reason = Some(worked.value.code.clone());
        let step =
            WorkingStep::new("working.border").by(row).input("tier", &worked.value.name).gives(&tier.name);
        worked.steps.push(step);
        worked.value = tier;
    }
    let border = worked.value.border_reason.is_some();
    Ok(if border { worked.noting(Finding::new(Severity::Info, "finding.border-case")) } else { worked })
}

fn next<'a>(
    tier: &str,
    needed_at: &[String],
    tables: &'a Tables,
    on: NaiveDate,
) -> Result<Option<&'a Row>, TableError> {
    if !needed_at.iter().any(|needed| needed == tier) {
        return Ok(None);
    }
    Ok(tables.rows("border_cases", on)?.into_iter().find(|row| row.key() == tier))
}

/// The tier at whose cap a household would need 保護 if it was granted this one.
///
/// # Errors
/// When the table is missing.
pub fn reason<'a>(granted: &str, tables: &'a Tables, on: NaiveDate) -> Result<Option<&'a Row>, TableError> {
    Ok(tables.rows("border_cases", on)?.into_iter().find(|row| row.text("granted") == Ok(granted)))
}
