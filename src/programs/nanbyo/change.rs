//! 変更申請, 変更届, 職権変更: what stays as it was decided, and from which day on the rest changes.

use chrono::{Datelike, Months, NaiveDate};
use serde_json::Value;

use super::show;
use crate::domain::proposal::{Finding, ProposedValue, Severity, Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};
use crate::programs::read::Slots;

/// Fields that a change never takes over: its own day, and what the office and the installation give.
const OWN: [&str; 3] = ["start_on", "payer_number", "recipient_number"];
/// What touches tier and cap.
const COSTS: [&str; 6] = ["incomes", "others", "long-term", "ventilator", "insurance", "members"];

/// Which kind of change a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// 変更申請
    Application,
    /// 変更届
    Notification,
    /// 職権変更
    ExOfficio,
}

impl Change {
    /// The change of a kind's code; none for other kinds.
    pub fn of(kind: &str) -> Option<Change> {
        match kind {
            "change" => Some(Change::Application),
            "notification" => Some(Change::Notification),
            "ex-officio" => Some(Change::ExOfficio),
            _ => None,
        }
    }

    fn item(self) -> &'static str {
        match self {
            Change::Application => "change.wanted",
            Change::Notification => "change.facts",
            Change::ExOfficio => "change.corrected",
        }
    }

    fn rule(self, topics: &[&str]) -> &'static str {
        match self {
            Change::Application if topics.iter().any(|topic| COSTS.contains(topic)) => "cap",
            Change::Application => "other",
            Change::Notification => "notification",
            Change::ExOfficio => "ex-officio",
        }
    }

    /// Whether tier and cap are to be computed anew. A notification tells facts; what follows for the
    /// cap is asked for by 変更申請 or done by 職権変更.
    pub fn computes(self, topics: &[&str]) -> bool {
        self != Change::Notification && topics.iter().any(|topic| COSTS.contains(topic))
    }
}

/// What is to change, by the codes of the form.
pub fn topics<'a>(change: Change, application: Slots<'a>) -> Vec<&'a str> {
    application.codes(change.item())
}

/// A value of the earlier decision, taken over; none for what a change has of its own.
pub fn unchanged(field: &str, value: &Value) -> Option<ProposedValue> {
    if OWN.contains(&field) || value.is_null() {
        return None;
    }
    let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let step = WorkingStep::new("working.unchanged").input("before", &shown).gives(&shown);
    Some(ProposedValue::new(value.clone(), shown, vec![step]))
}

/// What the start of a change is computed from.
#[derive(Clone, Copy, Debug)]
pub struct ChangeStart {
    /// The day of receipt.
    pub received_on: NaiveDate,
    /// The day on which the fact changed, where one was told.
    pub happened_on: Option<NaiveDate>,
    /// First day of the decision that is changed.
    pub from: Option<NaiveDate>,
    /// Last day of the certificate.
    pub to: Option<NaiveDate>,
}

/// The day on which a change begins (table `change_rules`): never before the decision that it changes.
///
/// # Errors
/// When the table has no row for the day of receipt.
pub fn start(
    change: Change,
    topics: &[&str],
    input: ChangeStart,
    tables: &Tables,
) -> Result<Worked<NaiveDate>, TableError> {
    let row = tables.row("change_rules", change.rule(topics), input.received_on)?;
    let begins = match row.text("begins")? {
        "next-month" => first_of_next_month(input.received_on),
        "fact" => input.happened_on.unwrap_or(input.received_on),
        _ => input.received_on,
    };
    let start = input.from.map_or(begins, |from| begins.max(from));
    let mut step = WorkingStep::new("working.change-start")
        .by(row)
        .input("change.received", show::day(input.received_on));
    if let Some(day) = input.happened_on {
        step = step.input("change.day", show::day(day));
    }
    let worked = Worked::by(start, step.gives(show::day(start)));
    Ok(findings(begins, start, input).into_iter().fold(worked, Worked::noting))
}

fn findings(begins: NaiveDate, start: NaiveDate, input: ChangeStart) -> Vec<Finding> {
    let mut found = Vec::new();
    if begins < start {
        let finding = Finding::new(Severity::Info, "finding.change-before-start");
        found.push(finding.with("day", show::day(begins)).with("start", show::day(start)));
    }
    if let Some(end) = input.to.filter(|end| start > *end) {
        let finding = Finding::new(Severity::Block, "finding.change-after-end");
        found.push(finding.with("day", show::day(start)).with("end", show::day(end)));
    }
    found
}

fn first_of_next_month(day: NaiveDate) -> NaiveDate {
    let first = day.with_day(1).unwrap_or(day);
    first.checked_add_months(Months::new(1)).unwrap_or(day)
}
