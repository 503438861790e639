//! Caps that have to be determined anew because another one's certificate began, changed or ended.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::domain::money::Yen;
use crate::domain::permission::{Granted, Seated};

use super::cases::{Stored, label_place};
use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{cap_tasks, cases};

/// Tasks of one case or of one list.
const MOST: i64 = 200;

/// A task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapTask {
    /// Id.
    pub id: String,
    /// The case whose cap changes.
    pub case_id: String,
    /// The case whose decision changes it.
    pub cause: String,
    /// First day of the other cap.
    pub from: NaiveDate,
    /// Last day of the other cap.
    pub to: NaiveDate,
    /// The cap so far.
    pub before: Yen,
    /// The cap by the rule.
    pub after: Yen,
    /// `open`, `done`, `dismissed` or `replaced`.
    pub state: String,
    /// When it came up.
    pub at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Why it was dismissed; empty otherwise.
    pub reason: String,
}

/// How a task is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing<'a> {
    /// The cap was determined anew.
    Done,
    /// Nothing is to be done, for this reason.
    Dismissed(&'a str),
    /// A later decision made another task of it.
    Replaced,
}

impl Closing<'_> {
    fn code(self) -> &'static str {
        match self {
            Closing::Done => "done",
            Closing::Dismissed(_) => "dismissed",
            Closing::Replaced => "replaced",
        }
    }
}

/// An open task in the list over all cases.
#[derive(Clone, Debug)]
pub struct Line {
    /// The task.
    pub task: CapTask,
    /// Program of its case.
    pub program: String,
    /// Reference of its case.
    pub reference: String,
    /// Name of the person.
    pub person: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = cap_tasks)]
struct Row {
    id: String,
    case_id: String,
    cause: String,
    from_on: NaiveDate,
    to_on: NaiveDate,
    cap_before: i64,
    cap_after: i64,
    state: String,
    at: NaiveDateTime,
    closed_at: Option<NaiveDateTime>,
    body: String,
}

impl Row {
    fn task(self, reason: String) -> CapTask {
        CapTask {
            id: self.id,
            case_id: self.case_id,
            cause: self.cause,
            from: self.from_on,
            to: self.to_on,
            before: Yen(self.cap_before),
            after: Yen(self.cap_after),
            state: self.state,
            at: self.at.and_utc(),
            closed_at: self.closed_at.map(|at| at.and_utc()),
            reason,
        }
    }
}

fn place(id: &str) -> String {
    format!("cap_tasks.body.{id}")
}

/// Stores an open task.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut Conn, task: &CapTask) -> Result<(), StoreError> {
    diesel::insert_into(cap_tasks::table)
        .values((
            cap_tasks::id.eq(&task.id),
            cap_tasks::case_id.eq(&task.case_id),
            cap_tasks::cause.eq(&task.cause),
            cap_tasks::from_on.eq(task.from),
            cap_tasks::to_on.eq(task.to),
            cap_tasks::cap_before.eq(task.before.0),
            cap_tasks::cap_after.eq(task.after.0),
            cap_tasks::state.eq("open"),
            cap_tasks::at.eq(task.at.naive_utc()),
            cap_tasks::body.eq(""),
        ))
        .execute(conn)?;
    Ok(())
}

/// The tasks of a case, the newest first.
///
/// # Errors
/// When the database fails or a reason cannot be opened.
pub fn of_case(conn: &mut Conn, _: &Granted, stored: &Stored) -> Result<Vec<CapTask>, StoreError> {
    let rows: Vec<Row> = cap_tasks::table
        .filter(cap_tasks::case_id.eq(&stored.case.id))
        .order(cap_tasks::id.desc())
        .limit(MOST)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| open(stored, row)).collect()
}

/// The open tasks of some cases.
///
/// # Errors
/// When the database fails.
pub fn open_of(conn: &mut Conn, _: &Granted, cases: &[String]) -> Result<Vec<CapTask>, StoreError> {
    let rows: Vec<Row> = cap_tasks::table
        .filter(cap_tasks::case_id.eq_any(cases))
        .filter(cap_tasks::state.eq("open"))
        .order(cap_tasks::id)
        .limit(MOST)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|row| row.task(String::new())).collect())
}

/// Closes open tasks as done.
///
/// # Errors
/// When the database fails.
pub fn finish(conn: &mut Conn, ids: &[String], by: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let target = cap_tasks::table.filter(cap_tasks::id.eq_any(ids)).filter(cap_tasks::state.eq("open"));
    diesel::update(target)
        .set((
            cap_tasks::state.eq(Closing::Done.code()),
            cap_tasks::closed_at.eq(Some(at.naive_utc())),
            cap_tasks::closed_by.eq(Some(by)),
        ))
        .execute(conn)?;
    Ok(())
}

fn open(stored: &Stored, row: Row) -> Result<CapTask, StoreError> {
    if row.body.is_empty() {
        return Ok(row.task(String::new()));
    }
    let reason = stored.key.open(&place(&row.id), &row.body)?;
    let reason = String::from_utf8(reason).map_err(|_| StoreError::Damaged("a reason".to_owned()))?;
    Ok(row.task(reason))
}

/// The open tasks over all cases of some programs, the earliest effect first; at most 200.
///
/// # Errors
/// When the database fails or a name cannot be opened.
pub fn list_open(
    conn: &mut Conn,
    keys: &Keyring,
    _: &Seated,
    programs: &[String],
) -> Result<Vec<Line>, StoreError> {
    let rows: Vec<(Row, String, Option<String>, String, String)> = cap_tasks::table
        .inner_join(cases::table)
        .filter(cap_tasks::state.eq("open"))
        .filter(cases::program.eq_any(programs))
        .order((cap_tasks::from_on, cap_tasks::id))
        .limit(MOST)
        .select((Row::as_select(), cases::program, cases::reference, cases::data_key, cases::label))
        .load(conn)?;
    rows.into_iter().map(|row| line(keys, row)).collect()
}

fn line(
    keys: &Keyring,
    (row, program, reference, data_key, label): (Row, String, Option<String>, String, String),
) -> Result<Line, StoreError> {
    let key = keys.case_key(&row.case_id, &data_key)?;
    let name = key.open(&label_place(&row.case_id), &label)?;
    let person = String::from_utf8(name).map_err(|_| StoreError::Damaged("a name".to_owned()))?;
    let reference = reference.unwrap_or_default();
    Ok(Line { task: row.task(String::new()), program, reference, person })
}

/// Closes an open task of a case.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such open task.
pub fn close(
    conn: &mut Conn,
    stored: &Stored,
    id: &str,
    closing: Closing<'_>,
    by: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let body = match closing {
        Closing::Dismissed(reason) => stored.key.seal(&place(id), reason.as_bytes())?,
        Closing::Done | Closing::Replaced => String::new(),
    };
    let target = cap_tasks::table
        .filter(cap_tasks::id.eq(id))
        .filter(cap_tasks::case_id.eq(&stored.case.id))
        .filter(cap_tasks::state.eq("open"));
    let closed = diesel::update(target)
        .set((
            cap_tasks::state.eq(closing.code()),
            cap_tasks::closed_at.eq(Some(at.naive_utc())),
            cap_tasks::closed_by.eq(Some(by)),
            cap_tasks::body.eq(body),
        ))
        .execute(conn)?;
    if closed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Closes the open tasks that an earlier decision of `cause` made for some cases from a day on, as another takes
/// their place.
///
/// # Errors
/// When the database fails.
pub fn replace(
    conn: &mut Conn,
    cause: &str,
    cases: &[String],
    from: NaiveDate,
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), StoreError> {
    let target = cap_tasks::table
        .filter(cap_tasks::cause.eq(cause))
        .filter(cap_tasks::case_id.eq_any(cases))
        .filter(cap_tasks::from_on.ge(from))
        .filter(cap_tasks::state.eq("open"));
    diesel::update(target)
        .set((
            cap_tasks::state.eq(Closing::Replaced.code()),
            cap_tasks::closed_at.eq(Some(at.naive_utc())),
            cap_tasks::closed_by.eq(Some(by)),
        ))
        .execute(conn)?;
    Ok(())
}
