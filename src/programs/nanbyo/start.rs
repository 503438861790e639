//! The day from which the benefit runs (難病法7条5項, 施行令3条).

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::show;
use crate::domain::periods::{MonthEnd, add_months};
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{Row, TableError, Tables};

/// On which ground the benefit is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Severity reached: the basis day is 診断年月日.
    Severity,
    /// 軽症高額: the basis day is the day after the criterion was met.
    MildCost,
}

/// What the start day is worked out from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartInput {
    /// On which ground the benefit is granted.
    pub route: Route,
    /// The earliest day on which the conditions were met.
    pub basis: Option<NaiveDate>,
    /// The day on which the office received the application.
    pub received_on: NaiveDate,
    /// Reason for filing late: a key of the table `delay_reasons`.
    pub reason: Option<String>,
    /// Whether the office accepts that reason.
    pub reason_accepted: Option<bool>,
    /// The day the applicant wishes.
    pub wished: Option<NaiveDate>,
    /// What a month back means from a day that the earlier month does not have; the law does not say.
    pub month_end: MonthEnd,
}

/// Works out the start day, or `None` while the basis day is unknown.
///
/// The start is never before the day the rule came in, nor after the application unless the basis is.
///
/// # Errors
/// When the tables have no row for the day of receipt.
pub fn start(input: &StartInput, tables: &Tables) -> Result<Worked<Option<NaiveDate>>, TableError> {
    let row = tables.row("start_rules", "start", input.received_on)?;
    let Some(basis) = input.basis else {
        let finding = Finding::new(Severity::Ask, "finding.basis-day-missing").at(basis_path(input.route));
        return Ok(Worked::default().noting(finding));
    };
    let extended = extends(input, tables)?;
    let normal = earliest(row, basis, input, false)?;
    let longest = earliest(row, basis, input, true)?;
    let start = if extended { longest } else { normal };
    let worked = Worked::by(Some(start), step(input, row, basis, extended, start)?);
    let findings =
        [undecided(input, normal, longest), later_than_wished(input, start), after_receipt(input, basis)];
    Ok(findings.into_iter().flatten().fold(worked, Worked::noting))
}

/// How the authority counts a month back from a day that the earlier month does not have.
pub fn month_end(settings: &BTreeMap<String, String>) -> MonthEnd {
    let written = settings.get("month_end").map(String::as_str);
    if written == Some("next-first") { MonthEnd::NextFirst } else { MonthEnd::LastDay }
}

/// The day on which a renewed certificate begins: without a gap after the one that ends on `until`.
///
/// # Errors
/// When the table `renewal_rules` has no row for that day.
pub fn renewed(until: NaiveDate, tables: &Tables) -> Result<Worked<NaiveDate>, TableError> {
    let row = tables.row("renewal_rules", "renewal", until)?;
    let days = u64::try_from(row.integer("days_after_end")?).unwrap_or_default();
    let start = until.checked_add_days(Days::new(days)).unwrap_or(until);
    let step = WorkingStep::new("working.renewal-start")
        .by(row)
        .input("case.renews_until", show::day(until))
        .gives(show::day(start));
    Ok(Worked::by(start, step))
}

fn basis_path(route: Route) -> &'static str {
    match route {
        Route::Severity => "certificate.diagnosis.met-on",
        Route::MildCost => "office.mild-cost.met-on",
    }
}

fn extends(input: &StartInput, tables: &Tables) -> Result<bool, TableError> {
    let Some(reason) = &input.reason else { return Ok(false) };
    tables.row("delay_reasons", reason, input.received_on)?;
    Ok(input.reason_accepted == Some(true))
}

fn earliest(
    row: &Row,
    basis: NaiveDate,
    input: &StartInput,
    extended: bool,
) -> Result<NaiveDate, TableError> {
    let months = row.integer(if extended { "months_with_reason" } else { "months" })?;
    let months = i32::try_from(months).unwrap_or(0);
    let back = add_months(input.received_on, -months, input.month_end);
    Ok(basis.max(back).max(row.date("earliest")?))
}

fn step(
    input: &StartInput,
    row: &Row,
    basis: NaiveDate,
    extended: bool,
    start: NaiveDate,
) -> Result<WorkingStep, TableError> {
    let months = row.integer(if extended { "months_with_reason" } else { "months" })?;
    Ok(WorkingStep::new("working.start")
        .by(row)
        .input(basis_path(input.route), show::day(basis))
        .input("case.received_on", show::day(input.received_on))
        .input("months-back", months)
        .gives(show::day(start)))
}

/// A reason was given, nobody has judged it, and it would make a difference.
fn undecided(input: &StartInput, normal: NaiveDate, longest: NaiveDate) -> Option<Finding> {
    let open = input.reason.is_some() && input.reason_accepted.is_none() && longest < normal;
    open.then(|| {
        let finding =
            Finding::new(Severity::Ask, "finding.delay-reason-to-judge").at("office.start.reason-accepted");
        finding.with("start", show::day(longest))
    })
}

/// A start later than wished is adverse in part and needs 教示.
fn later_than_wished(input: &StartInput, start: NaiveDate) -> Option<Finding> {
    let wished = input.wished.filter(|wished| *wished < start)?;
    let finding =
        Finding::new(Severity::Info, "finding.start-later-than-wished").at("answers.start.wished-on");
    Some(finding.with("wished", show::day(wished)).with("start", show::day(start)))
}

fn after_receipt(input: &StartInput, basis: NaiveDate) -> Option<Finding> {
    let late = basis > input.received_on;
    late.then(|| Finding::new(Severity::Ask, "finding.basis-day-after-receipt").at(basis_path(input.route)))
}
