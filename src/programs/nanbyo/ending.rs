//! The last day of a certificate that ends early: given back (資格喪失・返還・転出) or revoked (難病法11条1項).

use chrono::{Days, NaiveDate};

use super::propose::table_fault;
use super::show;
use crate::domain::proposal::{Finding, Proposal, ProposedValue, Severity, Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};
use crate::programs::Inputs;
use crate::programs::read::Slots;

/// Where a form says why and when a certificate ends.
struct Paths {
    ground: &'static str,
    day: &'static str,
}

const RETURN: Paths = Paths { ground: "ending.reason", day: "ending.happened-on" };
const REVOCATION: Paths = Paths { ground: "cancellation.ground", day: "cancellation.happened-on" };
/// The day on which the new authority is asked.
const APPLIED: &str = "ending.applied-on";

/// Why and when a certificate ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End<'a> {
    /// Code of the reason.
    pub reason: &'a str,
    /// The day of the fact.
    pub fact: NaiveDate,
    /// The day of the application to the authority of the new residence, where known.
    pub transfer: Option<NaiveDate>,
    /// The day of the decision.
    pub decision: NaiveDate,
    /// The last day that the certificate has by itself.
    pub until: Option<NaiveDate>,
}

/// Proposes why the certificate ends, its last day and, when it is revoked, by when it comes back.
pub fn propose(inputs: &Inputs<'_>, tables: &Tables, today: NaiveDate) -> Proposal {
    let mut proposal = Proposal::default();
    if let Err(error) = fill(&mut proposal, inputs, tables, today) {
        proposal.findings.push(table_fault(&error));
    }
    proposal
}

fn fill(
    proposal: &mut Proposal,
    inputs: &Inputs<'_>,
    tables: &Tables,
    today: NaiveDate,
) -> Result<(), TableError> {
    let revoked = inputs.kind.code() == "revocation";
    let paths = if revoked { REVOCATION } else { RETURN };
    let application = Slots::new("answers", Some(inputs.application));
    let (Some(reason), Some(fact)) = (application.choice(paths.ground), application.day(paths.day)) else {
        let missing = Finding::new(Severity::Ask, "finding.end-ground-missing");
        proposal.findings.push(missing.at(&application.slot(paths.ground)));
        return Ok(());
    };
    let (transfer, until) = (application.day(APPLIED), earlier(inputs, "valid_to"));
    let end = End { reason: &reason.code, fact, transfer, decision: today, until };
    let worked = last_day(&end, tables)?;
    proposal.findings.extend(before_start(worked.value, inputs, paths.day));
    let step = WorkingStep::new("working.end").input(&application.slot(paths.ground), &reason.display);
    let ground = ProposedValue::new(reason.code.clone(), &reason.display, vec![step.gives(&reason.display)]);
    proposal.put("end_reason", ground);
    put_day(proposal, "last_day", worked);
    if revoked {
        put_day(proposal, "return_by", return_by(today, tables)?);
    }
    Ok(())
}

fn put_day(proposal: &mut Proposal, field: &str, worked: Worked<NaiveDate>) {
    let shown = show::day(worked.value);
    proposal.put(field, ProposedValue::new(worked.value.to_string(), shown, worked.steps));
}

/// A day of the decision that the case ends.
fn earlier(inputs: &Inputs<'_>, field: &str) -> Option<NaiveDate> {
    inputs.before.get(field)?.as_str()?.parse().ok()
}

fn before_start(last: NaiveDate, inputs: &Inputs<'_>, path: &str) -> Option<Finding> {
    let start = earlier(inputs, "start_on").filter(|start| last < *start)?;
    let finding = Finding::new(Severity::Ask, "finding.end-before-start").at(&format!("answers.{path}"));
    Some(finding.with("last", show::day(last)).with("start", show::day(start)))
}

/// Works out the last day: a number of days from the day on which the rule of the reason rests, but not
/// after the day on which the certificate ends by itself.
///
/// # Errors
/// When the table `end_rules` has no row for the reason on the day of the decision.
pub fn last_day(end: &End<'_>, tables: &Tables) -> Result<Worked<NaiveDate>, TableError> {
    let moves = end.reason == "moved" && end.transfer.is_some();
    let row = tables.row("end_rules", if moves { "transfer" } else { end.reason }, end.decision)?;
    let (path, basis) = match row.text("basis")? {
        "transfer" => (format!("answers.{APPLIED}"), end.transfer.unwrap_or(end.fact)),
        "decision" => ("case.decision_day".to_owned(), end.decision),
        _ => (format!("answers.{}", RETURN.day), end.fact),
    };
    let day = moved_by(basis, row.integer("days")?);
    let step = WorkingStep::new("working.end").by(row).input(&path, show::day(basis)).gives(show::day(day));
    Ok(bounded(Worked::by(day, step), end.until))
}

fn bounded(mut worked: Worked<NaiveDate>, until: Option<NaiveDate>) -> Worked<NaiveDate> {
    if let Some(until) = until.filter(|until| *until < worked.value) {
        let step = WorkingStep::new("working.end-bounded").input("case.certificate_until", show::day(until));
        worked.steps.push(step.gives(show::day(until)));
        worked.value = until;
    }
    worked
}

/// By when a revoked certificate comes back (施行規則34条), for a decision of a day.
///
/// # Errors
/// When the table `return_periods` has no row for the day.
pub fn return_by(decision: NaiveDate, tables: &Tables) -> Result<Worked<NaiveDate>, TableError> {
    let row = tables.row("return_periods", "revocation", decision)?;
    let day = moved_by(decision, row.integer("days")?);
    let step = WorkingStep::new("working.return-by").by(row);
    Ok(Worked::by(day, step.input("case.decision_day", show::day(decision)).gives(show::day(day))))
}

/// A day some days later, or earlier when the number is negative.
fn moved_by(day: NaiveDate, days: i64) -> NaiveDate {
    let count = Days::new(days.unsigned_abs());
    let moved = if days < 0 { day.checked_sub_days(count) } else { day.checked_add_days(count) };
    moved.unwrap_or(day)
}
