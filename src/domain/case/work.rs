//! Duties that run beside each other while a case is examined, each with its own clock.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::program::vocabulary::Channel;

/// The state of a work item. *Overdue* is not one: it follows from the due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkState {
    /// Waits for what must come before it.
    Planned,
    /// Asked of its assignee.
    Requested,
    /// The assignee has begun.
    InProgress,
    /// The result is in.
    Received,
    /// The office took the result.
    Accepted,
    /// Done without, with a reason.
    Waived,
    /// No longer needed.
    Cancelled,
}

impl WorkState {
    /// The stored code.
    pub fn code(self) -> &'static str {
        match self {
            WorkState::Planned => "planned",
            WorkState::Requested => "requested",
            WorkState::InProgress => "in_progress",
            WorkState::Received => "received",
            WorkState::Accepted => "accepted",
            WorkState::Waived => "waived",
            WorkState::Cancelled => "cancelled",
        }
    }

    /// Whether somebody still has to act.
    pub fn is_open(self) -> bool {
        matches!(self, WorkState::Requested | WorkState::InProgress | WorkState::Received)
    }

    /// Whether the assignee is awaited: it was asked of them, and nothing is handed in.
    pub fn awaits_result(self) -> bool {
        matches!(self, WorkState::Requested | WorkState::InProgress)
    }

    /// Whether the duty no longer holds anything up.
    pub fn is_done(self) -> bool {
        matches!(self, WorkState::Accepted | WorkState::Waived)
    }
}

/// A duty of one assignee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkItem {
    /// Id, `wi_…`.
    pub id: String,
    /// Kind, as the program names it.
    pub kind: String,
    /// State.
    pub state: WorkState,
    /// The user, or the pool (`clerk`, `engine`, `citizen`), who has it.
    pub assignee: String,
    /// What the applicant is told the assignee is called: an institution, a department.
    pub assignee_name: String,
    /// When it was asked for.
    pub requested_at: Option<DateTime<Utc>>,
    /// The day by which it should be done.
    pub due_on: NaiveDate,
    /// When the newest result came.
    pub received_at: Option<DateTime<Utc>>,
    /// Revisions of the item's form that were handed in, oldest first; the last one counts.
    pub results: Vec<i64>,
    /// Why it was given back or waived, in the last instance.
    pub reason: Option<String>,
    /// Who prepared the form for the assignee, since it was last asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prepared: Option<Prepared>,
    /// When the result was given back last, since it was last asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned_at: Option<DateTime<Utc>>,
    /// How the assignee was reminded since the result was last awaited, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminded: Vec<Reminded>,
}

impl WorkItem {
    /// Since when the result is awaited; none before it was asked for.
    pub fn awaited_since(&self) -> Option<DateTime<Utc>> {
        self.returned_at.or(self.requested_at)
    }
}

/// That the assignee was reminded, or that a person shall do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminded {
    /// By which way.
    pub via: Channel,
    /// The person who did it; none for a step of the ladder.
    pub by: Option<String>,
    /// What was said.
    pub note: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// That somebody filled a form in for the assignee, who still has to look at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// Who.
    pub by: String,
    /// Their name as it was shown.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
}
