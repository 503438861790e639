//! Months of high cost: 軽症高額 (施行令2条) and 高額かつ長期 (施行令1条1項2号ロ, 告示428号).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::domain::calendar::{PartialDate, Precision};
use crate::domain::money::Yen;
use crate::domain::periods::{MonthEnd, add_months, month_of};
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{Row, TableError, Tables};

/// Where an amount comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// 自己負担上限額管理票, which there is only with a certificate.
    #[default]
    Ledger,
    /// Receipts.
    Receipt,
    /// 小児慢性特定疾病: its ledger or receipts.
    ChildProgram,
}

impl Source {
    /// Every source with its code in the table `cost_sources`.
    pub const CODES: [(&str, Source); 3] =
        [("ledger", Source::Ledger), ("receipt", Source::Receipt), ("shoman", Source::ChildProgram)];

    fn code(self) -> &'static str {
        Source::CODES.iter().find(|(_, source)| *source == self).map_or("", |(code, _)| code)
    }
}

/// Total cost (10割) of care for the disease, of one day or of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The day of care, or the month if only that is known.
    pub on: PartialDate,
    /// The amount; 0 or more.
    pub total: Yen,
    /// Where it comes from.
    pub source: Source,
}

/// From which day care counts as 特定医療: authorities differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CountedFrom {
    /// The first day of the certificate.
    #[default]
    ValidFrom,
    /// The day of the certification (Tokyo).
    CertifiedOn,
}

/// What the months are counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CostInput<'a> {
    /// The amounts, in any order.
    pub costs: &'a [Cost],
    /// The day of the application, whose month ends the window.
    pub applied: NaiveDate,
    /// Onset of the disease; a later one shortens the window.
    pub onset: Option<NaiveDate>,
    /// First day of the certificate, if there was one already.
    pub valid_from: Option<NaiveDate>,
    /// Day of its certification.
    pub certified_on: Option<NaiveDate>,
    /// Which of the two days counts.
    pub counted_from: CountedFrom,
    /// First day of the 小慢 certificate, if there was one.
    pub child_from: Option<NaiveDate>,
}

impl CostInput<'_> {
    fn certified(&self) -> Option<NaiveDate> {
        match self.counted_from {
            CountedFrom::ValidFrom => self.valid_from,
            CountedFrom::CertifiedOn => self.certified_on,
        }
    }
}

/// One month of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: NaiveDate,
    /// The amounts that count, added up.
    pub total: Yen,
    /// Whether it lies above the amount of the rule.
    pub above: bool,
}

/// What counting came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Whether enough months lie above the amount.
    pub met: bool,
    /// How many do.
    pub count: usize,
    /// First days of the first and the last month of the window.
    pub window: (NaiveDate, NaiveDate),
    /// The months with a cost that counts.
    pub months: Vec<Month>,
    /// The day on which the last month needed went above the amount; the last day of that month, or
    /// the day of the application, where only the month is known.
    pub met_on: Option<NaiveDate>,
    /// The day from which it has its effect: for 軽症高額 the day after it was met, before the limits
    /// of the start day; for 高額かつ長期 the first of the month after the application.
    pub effective_on: Option<NaiveDate>,
}

/// Counts the months above the amount of a rule (`mild-cost` or `long-term`) in the window that
/// ends with the month of the application.
///
/// # Errors
/// When the tables have no row for the day of the application.
pub fn count(rule: &str, input: &CostInput, tables: &Tables) -> Result<Worked<Counted>, TableError> {
    let row = tables.row("cost_rules", rule, input.applied)?;
    let window = window(input, row.integer("window")?);
    let costs = counting(rule, input, window, tables)?;
    let above = Yen(row.integer("above")?);
    let needed = usize::try_from(row.integer("months")?).unwrap_or(usize::MAX);
    let (months, met_on) = by_month(&costs, above, needed, input.applied);
    let count = months.iter().filter(|month| month.above).count();
    let effective_on = met_on.and_then(|day| effective(row, day, input.applied));
    let step = step(rule, row, window, above, needed).gives(count);
    let worked =
        Worked::by(Counted { met: met_on.is_some(), count, window, months, met_on, effective_on }, step);
    Ok(boundary(input, &costs).into_iter().fold(worked, Worked::noting))
}

fn step(
    rule: &str,
    row: &Row,
    (first, last): (NaiveDate, NaiveDate),
    above: Yen,
    needed: usize,
) -> WorkingStep {
    let shown = |month: NaiveDate| format!("{}/{:02}", month.year(), month.month());
    WorkingStep::new(&format!("working.{rule}"))
        .by(row)
        .input("window", format!("{}–{}", shown(first), shown(last)))
        .input("above", above)
        .input("months-needed", needed)
}

fn effective(row: &Row, met_on: NaiveDate, applied: NaiveDate) -> Option<NaiveDate> {
    match row.text("effective") {
        Ok("next-month") => Some(add_months(month_of(applied), 1, MonthEnd::LastDay)),
        _ => met_on.succ_opt(),
    }
}

/// The first days of the first and the last month of the window.
fn window(input: &CostInput, months: i64) -> (NaiveDate, NaiveDate) {
    let last = month_of(input.applied);
    let first = add_months(last, -i32::try_from(months - 1).unwrap_or(0), MonthEnd::LastDay);
    (input.onset.map_or(first, |day| first.max(month_of(day)).min(last)), last)
}

/// The amounts of the window that count for the rule.
fn counting(
    rule: &str,
    input: &CostInput,
    (first, last): (NaiveDate, NaiveDate),
    tables: &Tables,
) -> Result<Vec<Cost>, TableError> {
    let known = tables.all_rows("cost_sources")?;
    let row = |source: Source| {
        let key = format!("{rule}/{}", source.code());
        known.iter().find(|row| row.key() == key && row.holds_on(input.applied))
    };
    let inside = |cost: &&Cost| {
        cost.on.precision() >= Precision::Month && (first..=last).contains(&month_of(cost.on.earliest()))
    };
    let counts = |cost: &&Cost| {
        let from = row(cost.source).map(|row| row.text("counts"));
        match from {
            Some(Ok("always")) => true,
            Some(Ok("certificate")) => match input.certified() {
                Some(day) => cost.on.latest() >= day,
                None => cost.source == Source::Ledger,
            },
            Some(Ok("child-certificate")) => input.child_from.is_none_or(|day| cost.on.latest() >= day),
            _ => false,
        }
    };
    Ok(input.costs.iter().filter(inside).filter(counts).copied().collect())
}

/// The months in order, and the day on which the last one needed went above the amount.
fn by_month(
    costs: &[Cost],
    above: Yen,
    needed: usize,
    applied: NaiveDate,
) -> (Vec<Month>, Option<NaiveDate>) {
    let mut costs = costs.to_vec();
    costs.sort_by_key(|cost| cost.on.latest());
    let mut months: BTreeMap<NaiveDate, Month> = BTreeMap::new();
    let (mut count, mut met_on) = (0, None);
    for cost in costs {
        let first = month_of(cost.on.earliest());
        let month = months.entry(first).or_insert(Month { first, total: Yen::ZERO, above: false });
        month.total = month.total.checked_add(cost.total).unwrap_or(month.total);
        if !month.above && month.total > above {
            month.above = true;
            count += 1;
            met_on = met_on.or_else(|| (count == needed).then(|| cost.on.latest().min(applied)));
        }
    }
    (months.into_values().collect(), met_on)
}

/// A month known only as a whole lies partly before the day from which care counts.
fn boundary(input: &CostInput, costs: &[Cost]) -> Option<Finding> {
    let from = |source| if source == Source::ChildProgram { input.child_from } else { input.certified() };
    let astride =
        |cost: &Cost| from(cost.source).is_some_and(|day| cost.on.earliest() < day && cost.on.can_be(day));
    let finding = || Finding::new(Severity::Ask, "finding.cost-month-astride").at("office.cost.row");
    costs.iter().any(astride).then(finding)
}
