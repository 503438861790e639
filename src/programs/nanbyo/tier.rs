//! 階層区分 (施行令1条1項).

use chrono::{Datelike, NaiveDate};

use super::household::{Person, TaxFacts, tax_facts};
use super::{border, show};
use crate::domain::money::Yen;
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{Row, TableError, Tables};

/// What the tier is worked out from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TierInput {
    /// 被保護者: receives 生活保護 (or the like for 中国残留邦人等).
    pub assistance: bool,
    /// The tier granted to a 境界層 household, who would need 保護 at a higher cap.
    pub border_tier: Option<String>,
    /// Or the tiers at whose caps the household would need 保護, from its own tier downwards.
    pub needed_at: Vec<String>,
    /// Key of the table `households`.
    pub household: String,
    /// The persons whose tax is recorded.
    pub persons: Vec<Person>,
    /// Where the tax data come from: `exchange` or `certificate`.
    pub tax_basis: Option<String>,
    /// Income of the patient, or of the guardian of a patient under 18.
    pub income: Income,
}

/// Income of a year for the test of 低所得Ⅰ (施行令1条1項5号, 施行規則8条).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Income {
    /// 公的年金等の収入金額
    pub pension: Option<Yen>,
    /// 合計所得金額 without 公的年金等の雑所得, salary income less 100,000; below 0 counts as 0
    pub other: Option<Yen>,
    /// 施行規則8条の給付: 障害・遺族年金, 手当
    pub benefits: Option<Yen>,
    /// Declared by the applicant and not yet confirmed by the office.
    pub declared: bool,
}

impl Income {
    /// The sum, or `None` while a part is unknown.
    pub fn total(self) -> Option<Yen> {
        Yen::checked_sum([self.pension?, self.other?.max(Yen::ZERO), self.benefits?])
    }
}

/// The tier and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Key of the table `tiers`.
    pub code: String,
    /// Customary name, e.g. `一般所得Ⅰ`.
    pub name: String,
    /// `exchange`, `certificate`, `public-assistance`, `border-case`, or `unknown-default-top`.
    pub basis: String,
    /// Of a 境界層 household: the tier at whose cap it would need 保護.
    pub border_reason: Option<String>,
}

/// The tax year (年度) that counts for care in the month of `service`: it turns with July.
///
/// # Errors
/// When the table `tax_cycles` does not cover the day.
pub fn tax_year(service: NaiveDate, tables: &Tables) -> Result<i32, TableError> {
    let first = tables.row("tax_cycles", "tax-year", service)?.integer("first_month")?;
    Ok(if i64::from(service.month()) >= first { service.year() } else { service.year() - 1 })
}

/// The calendar year whose income counts for care in the month of `service`: the one on which the
/// tax of the tax year rests.
///
/// # Errors
/// When the table `tax_cycles` does not cover the day.
pub fn income_year(service: NaiveDate, tables: &Tables) -> Result<i32, TableError> {
    tax_year(service, tables).map(|year| year - 1)
}

/// Works out the tier for care from `service` on.
///
/// Without tax data the tier is 上位所得, to be corrected on application.
///
/// # Errors
/// When a table has no row for the day.
pub fn tier(input: &TierInput, tables: &Tables, service: NaiveDate) -> Result<Worked<Tier>, TableError> {
    if input.assistance {
        return settled(
            "public-assistance",
            "public-assistance",
            "office.assistance.receives",
            tables,
            service,
        );
    }
    if let Some(border) = &input.border_tier {
        let mut worked = settled(border, "border-case", "office.assistance.border-tier", tables, service)?;
        worked.value.border_reason = border::reason(border, tables, service)?.map(|row| row.key().to_owned());
        return Ok(worked.noting(Finding::new(Severity::Info, "finding.border-case")));
    }
    let tax = tax_facts(&input.household, &input.persons, tables, service)?;
    let ordinary = by_tax(input, tax, tables, service)?;
    let lowered = border::step_down(ordinary.value, &input.needed_at, tables, service)?;
    Ok(Worked {
        value: lowered.value,
        steps: ordinary.steps.into_iter().chain(lowered.steps).collect(),
        findings: ordinary.findings.into_iter().chain(lowered.findings).collect(),
    })
}

fn settled(
    code: &str,
    basis: &str,
    path: &str,
    tables: &Tables,
    service: NaiveDate,
) -> Result<Worked<Tier>, TableError> {
    let row = tables.row("tiers", code, service)?;
    let step = WorkingStep::new("working.tier").by(row).input(path, row.text("name")?);
    named(row, basis).map(|tier| Worked::by(tier.clone(), step.gives(tier.name)))
}

/// The tier of a row of the table `tiers`, on some basis.
///
/// # Errors
/// When the row has no name.
pub fn named(row: &Row, basis: &str) -> Result<Tier, TableError> {
    let (code, name) = (row.key().to_owned(), row.text("name")?.to_owned());
    Ok(Tier { code, name, basis: basis.to_owned(), border_reason: None })
}

fn by_tax(
    input: &TierInput,
    tax: Worked<TaxFacts>,
    tables: &Tables,
    service: NaiveDate,
) -> Result<Worked<Tier>, TableError> {
    let Worked { value: facts, mut steps, mut findings } = tax;
    let within = within_limit(facts, input.income, tables, service)?;
    steps.extend(within.steps);
    findings.extend(within.findings);
    let known = facts.taxed == Some(false) || (facts.taxed == Some(true) && facts.total.is_some());
    let row = if known { first_that_holds(facts, within.value, tables, service)? } else { None };
    let basis = if row.is_some() {
        input.tax_basis.as_deref().unwrap_or("certificate")
    } else {
        "unknown-default-top"
    };
    if row.is_none() {
        findings.push(Finding::new(Severity::Ask, "finding.tax-unknown").at("office.tax.person"));
    }
    let row = row.map_or_else(|| tables.row("tiers", "top", service), Ok)?;
    let tier = named(row, basis)?;
    steps.push(
        WorkingStep::new("working.tier")
            .by(row)
            .input("tax-year", tax_year(service, tables)?)
            .gives(&tier.name),
    );
    Ok(Worked { value: tier, steps, findings })
}

/// Whether the income of a non-taxed household is within the limit of 低所得Ⅰ. Unknown income
/// is not within it, but somebody has to ask.
fn within_limit(
    facts: TaxFacts,
    income: Income,
    tables: &Tables,
    service: NaiveDate,
) -> Result<Worked<bool>, TableError> {
    if facts.taxed != Some(false) {
        return Ok(Worked::default());
    }
    let row = tables.row("income_limits", "low-1", service)?;
    let limit = Yen(row.integer("yen")?);
    let total = income.total();
    let within = total.is_some_and(|total| total <= limit);
    let form = if income.declared { "answers" } else { "office" };
    let step = WorkingStep::new("working.income-limit")
        .by(row)
        .input(&format!("{form}.income.pension"), show::or_dash(income.pension))
        .input(&format!("{form}.income.other"), show::or_dash(income.other))
        .input(&format!("{form}.income.benefits"), show::or_dash(income.benefits))
        .gives(format!("{} {} {limit}", show::or_dash(total), if within { "≦" } else { "＞" }));
    let worked = Worked::by(within, if total.is_some() { step } else { step.gives("－") });
    Ok(match (total, income.declared) {
        (None, _) => {
            worked.noting(Finding::new(Severity::Ask, "finding.income-unknown").at("office.income.pension"))
        }
        (Some(_), true) => worked.noting(Finding::new(Severity::Ask, "finding.income-declared-only")),
        (Some(_), false) => worked,
    })
}

fn first_that_holds(
    facts: TaxFacts,
    within: bool,
    tables: &Tables,
    service: NaiveDate,
) -> Result<Option<&Row>, TableError> {
    let mut branches = tables.rows("order", service)?;
    branches.sort_by_key(|row| row.integer("rank").unwrap_or(i64::MAX));
    for branch in branches {
        let Ok(row) = tables.row("tiers", branch.key(), service) else { continue };
        if holds(row, facts, within)? {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

fn holds(row: &Row, facts: TaxFacts, within: bool) -> Result<bool, TableError> {
    let household = match row.text("household")? {
        "non-taxed" => facts.taxed == Some(false),
        "taxed" => facts.taxed == Some(true),
        _ => false,
    };
    let income = row.boolean("income_within").map_or(true, |needed| needed == within);
    let total =
        row.integer("total_below").map_or(true, |below| facts.total.is_some_and(|total| total < Yen(below)));
    Ok(household && income && total)
}
