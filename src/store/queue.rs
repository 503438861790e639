//! Lists of cases for staff: by stored columns and keyset, never by what is sealed.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::permission::Seated;

use super::conn::Conn;
use super::error::StoreError;
use super::keys::Keyring;
use super::schema::{case_search, cases, forwardings};

/// What to list. Empty fields do not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Programs the reader works in.
    pub programs: Vec<String>,
    /// A state.
    pub state: String,
    /// An owner: an id, or `none`.
    pub assignee: String,
    /// An open work item or `applicant`, `office` …
    pub waiting: String,
    /// `confirmed`, `rejected` and so on.
    pub sync: String,
    /// Only suspected duplicates.
    pub duplicate: bool,
    /// Only answered corrections.
    pub answered: bool,
    /// `online` or `paper`.
    pub origin: String,
    /// Only cases due on or before this day.
    pub due_until: Option<NaiveDate>,
    /// Keyed hash of what was searched for.
    pub token: String,
    /// Where the case lies.
    pub held: Held,
    /// Code of the office that received it.
    pub received_by: String,
    /// Rows after this place.
    pub after: Option<(NaiveDate, String)>,
    /// The rows just before this place.
    pub before: Option<(NaiveDate, String)>,
}

/// Where cases lie, by the code of a receiving office, or empty for the body that decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Held {
    /// Anywhere.
    #[default]
    Anywhere,
    /// With that one.
    With(String),
    /// With another one, to which that one passed them.
    PassedOnBy(String),
    /// Either of the two.
    KnownTo(String),
}

/// A line of a list.
#[derive(Clone, Debug, Queryable)]
pub struct Line {
    /// The case.
    pub id: String,
    /// Its reference.
    pub reference: Option<String>,
    /// Its program.
    pub program: String,
    /// Kind of procedure.
    pub kind: String,
    /// State.
    pub state: String,
    /// Owner, or empty.
    pub assignee: String,
    /// When it arrived.
    pub submitted_at: Option<NaiveDateTime>,
    /// When its nearest clock ends.
    pub due_on: NaiveDate,
    /// What it waits for.
    pub waiting: String,
    /// How far the outside registers are.
    pub sync: String,
    /// Suspected duplicate.
    pub duplicate: bool,
    /// A correction was answered.
    pub answered: bool,
    /// How it came.
    pub origin: String,
    /// Wrapped data key.
    pub data_key: String,
    /// The person's name, sealed.
    pub label: String,
}

impl Line {
    /// The person's name.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn name(&self, keys: &Keyring) -> Result<String, StoreError> {
        if self.label.is_empty() {
            return Ok(String::new());
        }
        let key = keys.case_key(&self.id, &self.data_key)?;
        let name = key.open(&super::cases::label_place(&self.id), &self.label)?;
        String::from_utf8(name).map_err(|_| StoreError::Damaged("a name".to_owned()))
    }
}

/// A page of filed cases, the most urgent first.
///
/// # Errors
/// When the database fails.
pub fn page(conn: &mut Conn, _seated: &Seated, filter: &Filter, limit: i64) -> Result<Vec<Line>, StoreError> {
    let back = filter.before.is_some();
    let ordered = match back {
        true => narrowed(filter).order((cases::due_on.desc(), cases::id.desc())),
        false => narrowed(filter).order((cases::due_on, cases::id)),
    };
    let mut lines: Vec<Line> = ordered
        .limit(limit)
        .select((
            cases::id,
            cases::reference,
            cases::program,
            cases::kind,
            cases::state,
            cases::assignee,
            cases::submitted_at,
            cases::due_on,
            cases::waiting,
            cases::sync,
            cases::duplicate,
            cases::answered,
            cases::origin,
            cases::data_key,
            cases::label,
        ))
        .load(conn)?;
    if back {
        lines.reverse();
    }
    Ok(lines)
}

/// The place of a case in lists.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn place_of(conn: &mut Conn, _seated: &Seated, id: &str) -> Result<(NaiveDate, String), StoreError> {
    Ok(cases::table.find(id).select((cases::due_on, cases::id)).first(conn)?)
}

/// How many cases a filter finds, counted up to 501.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut Conn, _seated: &Seated, filter: &Filter) -> Result<usize, StoreError> {
    let ids: Vec<String> = narrowed(filter).select(cases::id).limit(501).load(conn)?;
    Ok(ids.len())
}

fn held<'a>(query: Boxed<'a>, held: &'a Held) -> Boxed<'a> {
    // What an office, or without a code the body that decides, ever sent to the other side.
    let sent = |code: &'a str| {
        let own = forwardings::office.eq(code).or(forwardings::onward.eq(false));
        let ways = forwardings::table.filter(forwardings::onward.eq(!code.is_empty()).and(own));
        cases::id.eq_any(ways.select(forwardings::case_id))
    };
    match held {
        Held::Anywhere => query,
        Held::With(code) => query.filter(cases::held_by.eq(code)),
        Held::PassedOnBy(code) => query.filter(cases::held_by.ne(code).and(sent(code))),
        Held::KnownTo(code) => query.filter(cases::held_by.eq(code).or(sent(code))),
    }
}

type Boxed<'a> = cases::BoxedQuery<'a, <Conn as diesel::Connection>::Backend>;

fn narrowed(filter: &Filter) -> Boxed<'_> {
    let mut query = cases::table
        .filter(cases::program.eq_any(&filter.programs))
        .filter(cases::state.ne("draft"))
        .into_boxed();
    if !filter.state.is_empty() {
        query = query.filter(cases::state.eq(&filter.state));
    }
    query = match filter.assignee.as_str() {
        "" => query,
        "none" => query.filter(cases::assignee.eq("")),
        owner => query.filter(cases::assignee.eq(owner)),
    };
    if !filter.waiting.is_empty() {
        query = query.filter(cases::waiting.like(format!("% {} %", filter.waiting)));
    }
    if !filter.sync.is_empty() {
        query = query.filter(cases::sync.eq(&filter.sync));
    }
    if filter.duplicate {
        query = query.filter(cases::duplicate.eq(true));
    }
    if filter.answered {
        query = query.filter(cases::answered.eq(true));
    }
    if !filter.origin.is_empty() {
        query = query.filter(cases::origin.eq(&filter.origin));
    }
    query = held(query, &filter.held);
    if !filter.received_by.is_empty() {
        query = query.filter(cases::received_by.eq(&filter.received_by));
    }
    if let Some(day) = filter.due_until {
        query = query.filter(cases::due_on.le(day));
    }
    if !filter.token.is_empty() {
        let found =
            case_search::table.filter(case_search::token.eq(&filter.token)).select(case_search::case_id);
        query = query.filter(cases::id.eq_any(found));
    }
    if let Some((day, id)) = &filter.after {
        query = query.filter(cases::due_on.gt(day).or(cases::due_on.eq(day).and(cases::id.gt(id))));
    }
    if let Some((day, id)) = &filter.before {
        query = query.filter(cases::due_on.lt(day).or(cases::due_on.eq(day).and(cases::id.lt(id))));
    }
    query
}
