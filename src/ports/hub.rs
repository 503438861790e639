//! What a decision needs from an outside register: rows registered, results known.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::masters::Masters;

/// An outside register that takes rows in batches and tells later what became of each.
pub trait Hub: Send + Sync {
    /// What keeps an entry from being sent; nothing when it is fit. Told before anything is sent, so that
    /// one faulty entry holds up no other.
    fn faults(&self, entry: &Entry) -> Vec<Defect>;

    /// Hands over a batch. The same `key` with the same entries has its effect once, however often it
    /// is sent. Accepted is not registered: see [`Hub::results`].
    ///
    /// # Errors
    /// After [`HubError::OutcomeUnknown`] the same batch must be sent again under the same key.
    fn submit<'a>(&'a self, entries: &'a [Entry], key: Uuid) -> BoxFuture<'a, Result<Accepted, HubError>>;

    /// How far a task is.
    ///
    /// # Errors
    /// [`HubError::NotFound`] for a task the hub does not know.
    fn task<'a>(&'a self, task: &'a str) -> BoxFuture<'a, Result<TaskState, HubError>>;

    /// One page of the results of an ended task, pages from 1.
    ///
    /// # Errors
    /// See [`HubError`]. A single result that cannot be understood is no error but
    /// [`RowOutcome::NotUnderstood`].
    fn results<'a>(&'a self, task: &'a str, page: u32) -> BoxFuture<'a, Result<ResultPage, HubError>>;

    /// What the register holds of the person of an entry, of its certificate type; `None` from a register
    /// that cannot be asked, whose results are then its last word.
    ///
    /// # Errors
    /// See [`HubError`].
    fn read_back<'a>(&'a self, about: &'a Entry) -> BoxFuture<'a, Result<Option<Vec<HeldRow>>, HubError>>;

    /// An entry as [`Hub::read_back`] would show it if it is held as it was sent; `None` for one that is
    /// not fit to be sent.
    fn as_held(&self, entry: &Entry) -> Option<HeldRow>;

    /// The 制度マスタ that the hub holds.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when it has no way to ask.
    fn masters(&self) -> BoxFuture<'_, Result<Masters, HubError>>;

    /// Masters as the hub takes them, a table after the other.
    fn master_tables(&self, kept: &Masters) -> Vec<MasterTable>;

    /// Whether answers may take days, so that a run does not wait for them but looks again the next time.
    fn answers_later(&self) -> bool;

    /// What came from the register and was not taken, in words; nothing from one that only answers.
    ///
    /// # Errors
    /// See [`HubError`].
    fn strays(&self) -> BoxFuture<'_, Result<Vec<String>, HubError>>;

    /// Whether the hub can be reached with our credentials; one line for the operator.
    fn check(&self) -> BoxFuture<'_, Result<String, HubError>>;
}

/// A table of the 制度マスタ with the hub's own names.
#[derive(Clone, Debug, PartialEq)]
pub struct MasterTable {
    /// Name of the table.
    pub name: String,
    /// Names of its columns.
    pub columns: Vec<String>,
    /// Its rows, a value a column.
    pub rows: Vec<Vec<Value>>,
}

/// One history row as an outside register is told it, by our names. Has no `Debug`: it names a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The number by which the register knows the person: 個人番号, or another one that the program names.
    pub number: String,
    /// The body's own identifier of what is registered.
    pub certificate_type: String,
    /// Values by our names, as the program's folder gives them.
    pub fields: BTreeMap<String, String>,
    /// What is printed on the certificate: code, name, value.
    pub details: Vec<(String, String, String)>,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: NaiveDate,
    /// Names this row among the person's rows, for good.
    pub history_key: String,
    /// Place among all that the register is told of the person, from 1. It grows with each row and stays
    /// the same when a row is sent again.
    pub history_number: i64,
    /// The row should never have existed.
    pub deleted: bool,
}

/// A batch was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The hub's name for the task.
    pub task: String,
    /// Numbers that look mistyped; sent all the same.
    pub warnings: Vec<Warning>,
}

/// A number whose check digit is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Position of the row in the batch, from 0.
    pub row: usize,
    /// Which number, by the hub's field name. The number itself is not repeated.
    pub field: String,
}

/// How far a task is. The last three never change again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// Taken, not begun.
    Waiting,
    /// Being worked on.
    Running,
    /// Every row was taken.
    Completed,
    /// Some rows were rejected.
    CompletedWithErrors,
    /// Nothing was taken.
    Failed,
}

impl TaskState {
    /// Whether results can be read.
    pub fn ended(self) -> bool {
        matches!(self, TaskState::Completed | TaskState::CompletedWithErrors | TaskState::Failed)
    }
}

/// A page of results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultPage {
    /// Results, one a row sent.
    pub rows: Vec<RowResult>,
    /// Number of the next page, if there is one.
    pub next: Option<u32>,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowResult {
    /// Position of the row in the batch, from 0; missing when the hub's word is unreadable.
    pub row: Option<usize>,
    /// 履歴キー as the hub repeats it: compare it with the row sent.
    pub history_key: Option<String>,
    /// What became of it.
    pub outcome: RowOutcome,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    /// New.
    Registered,
    /// Replaced.
    Updated,
    /// Was there already.
    Unchanged,
    /// Withdrawn.
    Deleted,
    /// A later row of the same batch took its place.
    Superseded,
    /// Not taken.
    Rejected(Vec<Defect>),
    /// The hub said something unknown: not a success.
    NotUnderstood,
}

impl RowOutcome {
    /// Whether the hub now holds what the row says.
    pub fn confirmed(&self) -> bool {
        matches!(
            self,
            RowOutcome::Registered | RowOutcome::Updated | RowOutcome::Unchanged | RowOutcome::Deleted
        )
    }
}

/// A fault in a row, as the hub or our own check before sending names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Position of the row in the batch, from 0, where it is known.
    pub row: Option<usize>,
    /// The hub's field name.
    pub field: Option<String>,
    /// The hub's code, such as `PMH-E2003`.
    pub code: String,
    /// Its words.
    pub message: String,
}

/// A row as a register holds it, as far as it can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRow {
    /// Names the row among the person's rows.
    pub history_key: String,
    /// Withdrawn.
    pub deleted: bool,
    /// What it says, by our names; a value that there is not is empty.
    pub fields: BTreeMap<&'static str, String>,
}

impl HeldRow {
    /// A value by name; empty when there is none.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

/// Why a call to the hub has no result. No variant names a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HubError {
    /// Rows the hub cannot take as they are: mend them, do not repeat.
    Defect(Vec<Defect>),
    /// Our credentials were refused, also after renewal.
    Unauthorised {
        /// What was said.
        detail: String,
    },
    /// This body or domain is not open to us: stop the connector.
    Forbidden {
        /// What was said.
        detail: String,
    },
    /// The hub does not know what was asked for.
    NotFound,
    /// The key was used before with other rows.
    Conflict,
    /// Too much at once: come back later, in order.
    Throttled {
        /// When, in seconds, if said.
        retry_after: Option<u64>,
    },
    /// Not reached or not working; nothing was taken.
    Unavailable {
        /// What happened.
        detail: String,
    },
    /// An answer came that must not be believed: damaged, about something else, or of another version. A
    /// person has to look.
    Distrusted {
        /// What is wrong with it, in words.
        words: String,
    },
    /// It may or may not have been taken: repeat with the same key.
    OutcomeUnknown {
        /// What happened.
        detail: String,
    },
}

impl HubError {
    /// Whether the same call can be repeated later without anybody changing anything.
    pub fn passes(&self) -> bool {
        matches!(
            self,
            HubError::Throttled { .. } | HubError::Unavailable { .. } | HubError::OutcomeUnknown { .. }
        )
    }
}

impl fmt::Display for HubError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HubError::Defect(defects) => write!(f, "hub cannot take the rows: {} defects", defects.len()),
            HubError::Unauthorised { detail } => write!(f, "hub refused our credentials: {detail}"),
            HubError::Forbidden { detail } => write!(f, "hub is not open to us: {detail}"),
            HubError::NotFound => write!(f, "hub does not know this"),
            HubError::Conflict => write!(f, "idempotency key was used before with other rows"),
            HubError::Throttled { retry_after: Some(wait) } => write!(f, "hub asks to wait {wait} s"),
            HubError::Throttled { retry_after: None } => write!(f, "hub asks to wait"),
            HubError::Unavailable { detail } => write!(f, "hub unavailable: {detail}"),
            HubError::Distrusted { words } => f.write_str(words),
            HubError::OutcomeUnknown { detail } => write!(f, "outcome at the hub unknown: {detail}"),
        }
    }
}

impl std::error::Error for HubError {}
