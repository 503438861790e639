//! What a decision needs from the hub for benefit certificates: rows registered, results known.

use std::fmt;

use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::masters::Masters;
use crate::domain::numbers::{MyNumber, PayerNumber};

/// A hub that takes certificate rows and makes them visible to medical institutions.
pub trait SubsidyHub: Send + Sync {
    /// Hands over a batch. The same `key` with the same rows has its effect once, however often it
    /// is sent. Accepted is not registered: see [`SubsidyHub::results`].
    ///
    /// # Errors
    /// After [`HubError::OutcomeUnknown`] the same batch must be sent again under the same key.
    fn submit<'a>(&'a self, rows: &'a [SubsidyRow], key: Uuid) -> BoxFuture<'a, Result<Accepted, HubError>>;

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

    /// What the hub holds for a person, optionally of one certificate type.
    ///
    /// # Errors
    /// See [`HubError`].
    fn read_back<'a>(
        &'a self,
        person: &'a MyNumber,
        certificate_type: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Vec<HeldRow>, HubError>>;

    /// The 制度マスタ that the hub holds.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when it has no way to ask.
    fn masters(&self) -> BoxFuture<'_, Result<Masters, HubError>>;

    /// Masters as the hub takes them, a table after the other.
    fn master_tables(&self, kept: &Masters) -> Vec<MasterTable>;

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

/// One history row of a certificate. Has no `Debug`: it names a person.
#[derive(PartialEq, Eq)]
pub struct SubsidyRow {
    /// 機関別受給者証種別ID, at most 50 half-width letters and digits.
    pub certificate_type: String,
    /// 個人番号.
    pub number: MyNumber,
    /// 基本5情報.
    pub person: BasicFive,
    /// 不開示: nothing about this person may be shown to anyone.
    pub withheld: bool,
    /// 公費負担者番号.
    pub payer_number: Option<PayerNumber>,
    /// 受給者証名, at most 100 characters.
    pub certificate_name: String,
    /// 公費受給者番号, at most 30 characters; passed unchanged to the receipt computer.
    pub recipient_number: Option<String>,
    /// 受給者証サブキー: tells two certificates of one type and person apart.
    pub sub_key: Option<String>,
    /// 区分.
    pub segment: Option<String>,
    /// 所得区分, a code of the hub's master.
    pub income_segment: Option<String>,
    /// 追加条件: codes of the hub's master.
    pub conditions: Vec<Condition>,
    /// 指定医療機関情報, free text.
    pub institutions: Option<String>,
    /// 常に償還払い.
    pub always_reimbursed: bool,
    /// 自己負担上限額.
    pub cap: Option<Cap>,
    /// First day of entitlement.
    pub valid_from: NaiveDate,
    /// Last day of entitlement, not before the first.
    pub valid_to: NaiveDate,
    /// 履歴キー: names this row among the person's rows of the type.
    pub history_key: String,
    /// The row should never have existed.
    pub deleted: bool,
    /// 受給者証券面項目, in print order.
    pub printed: Vec<PrintedItem>,
}

/// 基本5情報, as in the resident register. Has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct BasicFive {
    /// 氏名.
    pub name: String,
    /// 氏名カナ.
    pub kana: String,
    /// 住所.
    pub address: String,
    /// 生年月日.
    pub birth_date: NaiveDate,
    /// 性別.
    pub sex: Sex,
}

/// Sex as the hub codes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// 不明.
    Unknown,
    /// 男.
    Male,
    /// 女.
    Female,
    /// 適用不能.
    NotApplicable,
}

/// 追加条件.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// 追加条件項目コード.
    pub item: String,
    /// 追加条件コード.
    pub code: String,
}

/// 自己負担上限額.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cap {
    /// Yen a month.
    Monthly {
        /// 0 to 9,999,999.
        yen: u32,
        /// Such as 高額かつ長期.
        note: Option<String>,
    },
    /// No cap.
    None,
}

/// A line printed on the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedItem {
    /// Code of the item.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
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

/// A row the hub holds, as far as a comparison needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRow {
    /// 機関別受給者証種別ID.
    pub certificate_type: String,
    /// 受給者証サブキー.
    pub sub_key: Option<String>,
    /// 履歴キー.
    pub history_key: String,
    /// Withdrawn.
    pub deleted: bool,
    /// 不開示.
    pub withheld: bool,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: NaiveDate,
    /// 公費負担者番号.
    pub payer_number: Option<String>,
    /// 公費受給者番号.
    pub recipient_number: Option<String>,
    /// 所得区分.
    pub income_segment: Option<String>,
    /// Yen a month, where there is such a cap.
    pub monthly_cap: Option<u32>,
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
            HubError::OutcomeUnknown { detail } => write!(f, "outcome at the hub unknown: {detail}"),
        }
    }
}

impl std::error::Error for HubError {}
