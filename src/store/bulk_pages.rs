//! The candidates of work in bulk, by keyset; and which letters were printed.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{cases, decisions, deliveries, letter_prints, letters};

/// Which cases a run is about. Empty fields do not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The program.
    pub program: String,
    /// The state in which the action finds them.
    pub state: String,
    /// Code of the kind of procedure.
    pub kind: String,
    /// An owner: an id, or `none`.
    pub assignee: String,
    /// Only cases that follow a grant which ends in these days.
    pub ends: Option<(NaiveDate, NaiveDate)>,
}

/// Ids of the cases that are wanted, after an id.
///
/// # Errors
/// When the database fails.
pub fn cases(conn: &mut Conn, wanted: &Wanted, after: &str, limit: i64) -> Result<Vec<String>, StoreError> {
    let mut query = cases::table
        .filter(cases::program.eq(&wanted.program))
        .filter(cases::state.eq(&wanted.state))
        .filter(cases::id.gt(after))
        .into_boxed();
    if !wanted.kind.is_empty() {
        query = query.filter(cases::kind.eq(&wanted.kind));
    }
    query = match wanted.assignee.as_str() {
        "" => query,
        "none" => query.filter(cases::assignee.eq("")),
        owner => query.filter(cases::assignee.eq(owner)),
    };
    if let Some((first, last)) = wanted.ends {
        let ending = decisions::table.filter(decisions::valid_to.between(first, last));
        query = query.filter(cases::follows.eq_any(ending.select(decisions::case_id.nullable())));
    }
    Ok(query.order(cases::id).select(cases::id).limit(limit).load(conn)?)
}

/// Reference numbers of cases.
///
/// # Errors
/// When the database fails.
pub fn references(conn: &mut Conn, ids: &[&str]) -> Result<Vec<(String, Option<String>)>, StoreError> {
    Ok(cases::table
        .filter(cases::id.eq_any(ids.to_vec()))
        .select((cases::id, cases::reference))
        .load(conn)?)
}

/// A letter that may be printed.
#[derive(Clone, Debug, Queryable)]
pub struct LetterLine {
    /// The letter.
    pub id: String,
    /// Its case.
    pub case_id: String,
    /// Its kind.
    pub kind: String,
    at: NaiveDateTime,
}

impl LetterLine {
    /// Where the letters after this one begin.
    pub fn place(&self) -> String {
        format!("{}~{}", self.at.and_utc().timestamp_micros(), self.id)
    }
}

/// The moment and the id in a place; none at the beginning.
fn read_place(place: &str) -> Option<(NaiveDateTime, String)> {
    let (at, id) = place.split_once('~')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?.naive_utc(), id.to_owned()))
}

/// Letters of a program that were composed in a time, after a place and in the order of their making; of one
/// kind unless it is empty.
///
/// # Errors
/// When the database fails.
pub fn letters(
    conn: &mut Conn,
    program: &str,
    kind: &str,
    time: (DateTime<Utc>, DateTime<Utc>),
    after: &str,
    limit: i64,
) -> Result<Vec<LetterLine>, StoreError> {
    let (from, id) = read_place(after).unwrap_or_else(|| (time.0.naive_utc(), String::new()));
    // A condition instead of a join, so that the letters are walked in their order and not the cases.
    let of_program =
        cases::table.filter(cases::id.eq(letters::case_id)).filter(cases::program.eq(program.to_owned()));
    let mut query = letters::table
        .filter(letters::at.ge(from))
        .filter(letters::at.lt(time.1.naive_utc()))
        .filter(letters::at.gt(from).or(letters::id.gt(id)))
        .filter(diesel::dsl::exists(of_program))
        .into_boxed();
    if !kind.is_empty() {
        query = query.filter(letters::kind.eq(kind));
    }
    Ok(query
        .order((letters::at, letters::id))
        .select((letters::id, letters::case_id, letters::kind, letters::at))
        .limit(limit)
        .load(conn)?)
}

/// How letters travel: letter and channel, one line a delivery.
///
/// # Errors
/// When the database fails.
pub fn channels(conn: &mut Conn, ids: &[&str]) -> Result<Vec<(Option<String>, String)>, StoreError> {
    Ok(deliveries::table
        .filter(deliveries::letter_id.eq_any(ids.to_vec()))
        .select((deliveries::letter_id, deliveries::channel))
        .load(conn)?)
}

/// How often each of some letters was printed, one line a print.
///
/// # Errors
/// When the database fails.
pub fn prints(conn: &mut Conn, ids: &[&str]) -> Result<Vec<String>, StoreError> {
    let prints = letter_prints::table.filter(letter_prints::letter_id.eq_any(ids.to_vec()));
    Ok(prints.select(letter_prints::letter_id).load(conn)?)
}

/// Runs other than one that printed a letter.
///
/// # Errors
/// When the database fails.
pub fn prints_of_others(conn: &mut Conn, letter: &str, run: &str) -> Result<Vec<String>, StoreError> {
    let prints = letter_prints::table.filter(letter_prints::letter_id.eq(letter));
    Ok(prints.filter(letter_prints::run_id.ne(run)).select(letter_prints::run_id).load(conn)?)
}

/// A letter that is being printed.
#[derive(Clone, Copy, Debug)]
pub struct Print<'a> {
    /// The letter.
    pub letter: &'a str,
    /// The run that prints it.
    pub run: &'a str,
    /// By whom.
    pub by: &'a str,
    /// Whether it may be printed once more, for a reason that the run holds.
    pub again: bool,
}

/// Notes that a letter is printed, and moves its delivery on; `false` when this run printed it before.
///
/// # Errors
/// [`StoreError::Duplicate`] or a refusal of the database when it was printed before without a reason
/// to do so again.
pub fn print(conn: &mut Conn, print: &Print, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let runs: Vec<String> = letter_prints::table
        .filter(letter_prints::letter_id.eq(print.letter))
        .select(letter_prints::run_id)
        .load(conn)?;
    if runs.iter().any(|run| run == print.run) {
        return Ok(false);
    }
    let at: NaiveDateTime = at.naive_utc();
    diesel::insert_into(letter_prints::table)
        .values((
            letter_prints::letter_id.eq(print.letter),
            letter_prints::number.eq(i64::try_from(runs.len()).unwrap_or(i64::MAX).saturating_add(1)),
            letter_prints::run_id.eq(print.run),
            letter_prints::printed_by.eq(print.by),
            letter_prints::again.eq(print.again),
            letter_prints::at.eq(at),
        ))
        .execute(conn)?;
    let waiting = deliveries::table
        .filter(deliveries::letter_id.eq(print.letter))
        .filter(deliveries::channel.eq("paper"))
        .filter(deliveries::state.eq("queued"));
    diesel::update(waiting)
        .set((deliveries::state.eq("printed"), deliveries::updated_at.eq(at)))
        .execute(conn)?;
    Ok(true)
}
