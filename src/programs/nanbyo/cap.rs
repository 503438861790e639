//! 負担上限月額 (施行令1条1項) and its apportionment in a household (施行令1条2項).

use chrono::NaiveDate;

use crate::domain::money::Yen;
use crate::domain::proposal::{Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};

/// What the cap depends on besides the tier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CapInput {
    /// Key of the table `tiers`.
    pub tier: String,
    /// 人工呼吸器等装着者
    pub ventilator: bool,
    /// 高額かつ長期
    pub long_term: bool,
}

/// A monthly cap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cap {
    /// The amount of a month.
    pub yen: Yen,
    /// Key of the table `cap_bases`: `general`, `long-term` or `ventilator`.
    pub basis: String,
}

/// Works out the cap of one patient, before any apportionment.
///
/// # Errors
/// When a table has no row for the day.
pub fn cap(input: &CapInput, tables: &Tables, on: NaiveDate) -> Result<Worked<Cap>, TableError> {
    let basis = basis(input, tables, on)?;
    let row = tables.row("caps", &format!("{}/{basis}", input.tier), on)?;
    let yen = Yen(row.integer("yen")?);
    let step = WorkingStep::new("working.cap")
        .by(row)
        .input("tier", tables.row("tiers", &input.tier, on)?.text("name")?)
        .input("cap-basis", tables.row("cap_bases", basis, on)?.text("name")?)
        .gives(yen);
    Ok(Worked::by(Cap { yen, basis: basis.to_owned() }, step))
}

/// The column of the cap table: whichever of the tier and 人工呼吸器 comes first in the order of
/// the article, and 高額かつ長期 only where it lowers the cap.
fn basis(input: &CapInput, tables: &Tables, on: NaiveDate) -> Result<&'static str, TableError> {
    let rank = |branch: &str| tables.row("order", branch, on)?.integer("rank");
    let yen = |basis: &str| tables.row("caps", &format!("{}/{basis}", input.tier), on)?.integer("yen");
    if input.ventilator && rank("ventilator")? < rank(&input.tier)? {
        return Ok("ventilator");
    }
    let lower = input.long_term && yen("long-term")? < yen("general")?;
    Ok(if lower { "long-term" } else { "general" })
}

/// The caps of a household whose members have several: each is reduced in the proportion of the
/// highest cap to their sum, and what lies below `unit` yen is dropped.
pub fn apportion(caps: &[Yen], unit: u32) -> Vec<Yen> {
    let sum: i128 = caps.iter().map(|cap| i128::from(cap.0)).sum();
    let highest = caps.iter().max().map_or(0, |cap| i128::from(cap.0));
    let share = |cap: &Yen| {
        let exact = (i128::from(cap.0) * highest).checked_div(sum).unwrap_or(0);
        Yen(i64::try_from(exact).unwrap_or(0)).floor_to(unit)
    };
    caps.iter().map(share).collect()
}

/// The patient's share when `others` (monthly caps of other 指定難病 and 小慢 certificates in the
/// household, before apportionment) exist.
///
/// # Errors
/// When the table `apportionment` has no row for the day.
pub fn share(own: Yen, others: &[Yen], tables: &Tables, on: NaiveDate) -> Result<Worked<Yen>, TableError> {
    let row = tables.row("apportionment", "household", on)?;
    let unit = u32::try_from(row.integer("round_down_to")?).unwrap_or(0);
    let caps: Vec<Yen> = std::iter::once(own).chain(others.iter().copied()).collect();
    let share = apportion(&caps, unit).first().copied().unwrap_or(own);
    let step = WorkingStep::new("working.apportionment").by(row).input("cap", own);
    let step = others.iter().fold(step, |step, cap| step.input("office.apportionment.cap", cap));
    Ok(Worked::by(share, step.gives(share)))
}
