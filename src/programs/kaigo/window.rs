//! Days that count: from when a renewal can be applied for, and until when a decision has to be made.

use chrono::{Days, NaiveDate};

use crate::domain::proposal::{Worked, WorkingStep};
use crate::domain::tables::{Row, TableError, Tables};

/// When a renewal can be applied for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// The first day.
    pub opens_on: NaiveDate,
    /// The last day: that of the certification itself.
    pub closes_on: NaiveDate,
}

/// What has happened to an application so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// The day on which it came in.
    pub received_on: NaiveDate,
    /// The day on which the notice of a delay (延期通知) was sent.
    pub notice_on: Option<NaiveDate>,
    /// The last day of the period that the notice announced.
    pub announced_until: Option<NaiveDate>,
    /// The day of the decision.
    pub decided_on: Option<NaiveDate>,
}

/// Until when an application has to be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The last day without a notice.
    pub due_on: NaiveDate,
    /// Whether a notice was sent, and in time.
    pub notice_valid: Option<bool>,
    /// The last day with a valid notice.
    pub limit_on: NaiveDate,
    /// From when the person may take the application as rejected; never, once decided in time.
    pub deemed_rejected_from: Option<NaiveDate>,
}

/// When the renewal of a certification that ends on a day can be applied for.
///
/// # Errors
/// When the table `periods` has no row for the day.
pub fn renewal(ends_on: NaiveDate, tables: &Tables) -> Result<Worked<Renewal>, TableError> {
    let row = tables.row("periods", "renewal-opens", ends_on)?;
    let opens_on = ends_on.checked_sub_days(days(row)?).unwrap_or(ends_on);
    let step = WorkingStep::new("working.window").by(row).input("ends_on", ends_on).gives(opens_on);
    Ok(Worked::by(Renewal { opens_on, closes_on: ends_on }, step))
}

/// Until when an application has to be decided, and what follows if it is not.
///
/// # Errors
/// When the table `periods` has no row for the day on which it came in.
pub fn due(course: &Course, tables: &Tables) -> Result<Worked<Due>, TableError> {
    let row = tables.row("periods", "decision", course.received_on)?;
    let due_on = course.received_on.checked_add_days(days(row)?).unwrap_or(course.received_on);
    let notice_valid = course.notice_on.map(|day| day <= due_on);
    let announced = course.announced_until.filter(|_| notice_valid == Some(true));
    let limit_on = announced.map_or(due_on, |until| until.max(due_on));
    let in_time = course.decided_on.is_some_and(|day| day <= limit_on);
    let next = limit_on.checked_add_days(Days::new(1));
    let step = WorkingStep::new("working.due").by(row).input("received_on", course.received_on);
    let step = course.notice_on.map_or(step.clone(), |day| step.input("notice_on", day));
    let due = Due { due_on, notice_valid, limit_on, deemed_rejected_from: next.filter(|_| !in_time) };
    Ok(Worked::by(due, step.gives(limit_on)))
}

fn days(row: &Row) -> Result<Days, TableError> {
    Ok(Days::new(u64::try_from(row.integer("days")?).unwrap_or_default()))
}
