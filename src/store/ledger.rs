//! The ledger of payments: lines by case and month, never changed, only superseded.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::money::Yen;
use crate::domain::permission::Granted;

use super::cases::Stored;
use super::conn::{Conn, on};
use super::error::StoreError;
use super::schema::{ledger_lines, ledger_months};

/// Lines of one case that a page reads at most; a year has some hundred.
const MOST: i64 = 5000;

/// What is sealed of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// 医療機関コード; empty where a line on paper names none.
    pub institution_code: String,
    /// Name of the institution.
    pub institution: String,
    /// Name of who posted it.
    pub by: String,
    /// Why it corrects another; empty otherwise.
    pub reason: String,
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Id, `led_…`.
    pub id: String,
    /// First day of the month.
    pub month: NaiveDate,
    /// Number in the month, in the order of arrival, from 1.
    pub seq: i64,
    /// The number whose place it takes: its own, or that of the line that it corrects.
    pub place: i64,
    /// The line that it corrects.
    pub corrects: Option<String>,
    /// Day of care.
    pub care_on: NaiveDate,
    /// Kind of care, as the program names it.
    pub kind: String,
    /// Whether it was typed in from a ledger on paper.
    pub paper: bool,
    /// Total cost (10割).
    pub total: Yen,
    /// What was collected at the counter.
    pub collected: Yen,
    /// Id of who posted it.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What is sealed.
    pub content: Content,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = ledger_lines)]
struct Row {
    id: String,
    month: NaiveDate,
    seq: i64,
    place: i64,
    corrects: Option<String>,
    care_on: NaiveDate,
    kind: String,
    origin: String,
    total: i64,
    collected: i64,
    body: String,
    author: String,
    at: NaiveDateTime,
}

fn place_of(id: &str) -> String {
    format!("ledger_lines.body.{id}")
}

/// Holds a month of a case for the rest of the transaction, and gives the number of its lines. Whoever comes
/// meanwhile waits, and then sees what was written.
///
/// # Errors
/// When the database fails.
pub fn hold(conn: &mut Conn, _: &Granted, stored: &Stored, month: NaiveDate) -> Result<i64, StoreError> {
    let case_id = &stored.case.id;
    let row =
        (ledger_months::case_id.eq(case_id), ledger_months::month.eq(month), ledger_months::lines.eq(0));
    on!(conn, c => diesel::insert_into(ledger_months::table)
        .values(row)
        .on_conflict((ledger_months::case_id, ledger_months::month))
        .do_update()
        .set(ledger_months::lines.eq(ledger_months::lines))
        .execute(c))?;
    Ok(ledger_months::table.find((case_id, month)).select(ledger_months::lines).first(conn)?)
}

/// Appends a line as the next one of its month, which must be held.
///
/// # Errors
/// [`StoreError::Duplicate`] when the line is there, or another corrects the same one.
pub fn insert(conn: &mut Conn, _: &Granted, stored: &Stored, line: &Line) -> Result<(), StoreError> {
    let body = stored.key.seal(&place_of(&line.id), &serde_json::to_vec(&line.content)?)?;
    diesel::insert_into(ledger_lines::table)
        .values((
            ledger_lines::id.eq(&line.id),
            ledger_lines::case_id.eq(&stored.case.id),
            ledger_lines::month.eq(line.month),
            ledger_lines::seq.eq(line.seq),
            ledger_lines::place.eq(line.place),
            ledger_lines::corrects.eq(&line.corrects),
            ledger_lines::care_on.eq(line.care_on),
            ledger_lines::kind.eq(&line.kind),
            ledger_lines::origin.eq(if line.paper { "paper" } else { "posted" }),
            ledger_lines::total.eq(line.total.0),
            ledger_lines::collected.eq(line.collected.0),
            ledger_lines::body.eq(body),
            ledger_lines::author.eq(&line.author),
            ledger_lines::at.eq(line.at.naive_utc()),
        ))
        .execute(conn)?;
    let month = ledger_months::table.find((&stored.case.id, line.month));
    diesel::update(month).set(ledger_months::lines.eq(line.seq)).execute(conn)?;
    Ok(())
}

/// The lines of the months from `first` to `last`, in the order of arrival.
///
/// # Errors
/// When the database fails or a line cannot be opened.
pub fn between(
    conn: &mut Conn,
    _: &Granted,
    stored: &Stored,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<Line>, StoreError> {
    let rows: Vec<Row> = ledger_lines::table
        .filter(ledger_lines::case_id.eq(&stored.case.id))
        .filter(ledger_lines::month.between(first, last))
        .order((ledger_lines::month, ledger_lines::seq))
        .limit(MOST)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| open(stored, row)).collect()
}

/// A line of a case by its id.
///
/// # Errors
/// [`StoreError::NotFound`], or when it cannot be opened.
pub fn find(conn: &mut Conn, _: &Granted, stored: &Stored, id: &str) -> Result<Line, StoreError> {
    let row: Row = ledger_lines::table
        .filter(ledger_lines::id.eq(id))
        .filter(ledger_lines::case_id.eq(&stored.case.id))
        .select(Row::as_select())
        .first(conn)?;
    open(stored, row)
}

fn open(stored: &Stored, row: Row) -> Result<Line, StoreError> {
    let body = stored.key.open(&place_of(&row.id), &row.body)?;
    Ok(Line {
        content: serde_json::from_slice(&body)?,
        id: row.id,
        month: row.month,
        seq: row.seq,
        place: row.place,
        corrects: row.corrects,
        care_on: row.care_on,
        kind: row.kind,
        paper: row.origin == "paper",
        total: Yen(row.total),
        collected: Yen(row.collected),
        author: row.author,
        at: row.at.and_utc(),
    })
}
