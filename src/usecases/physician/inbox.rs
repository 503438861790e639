//! The requests that wait for a physician.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::domain::case::work::{Prepared, WorkItem, WorkState};
use crate::domain::forms::Answers;
use crate::domain::permission::{Desk, Seated};
use crate::domain::program::Program;
use crate::domain::program::vocabulary::CommandName;
use crate::store::work::{self, AWAITED, Line, Whose};
use crate::store::{Conn, users};

use super::request::paper;
use super::signer::{self, Signer};
use crate::usecases::access::Caller;
use crate::usecases::clerk::names::Names;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::{slots, standing};

/// Requests on a page.
const PAGE: usize = 50;
/// The states in which a physician has something to do or may still do it over.
const STATES: [&str; 3] = ["requested", "in_progress", "received"];

/// Where a page of the inbox begins: after this due date and id.
pub type Place = (NaiveDate, String);

/// For whom a page of requests is.
#[derive(Clone, Debug)]
pub enum Reader {
    /// The physician who was asked.
    Physician(Signer),
    /// An assistant at an institution, by its name.
    Assistant(String),
}

/// A page of the inbox.
#[derive(Clone, Debug)]
pub struct Inbox {
    /// Who reads it.
    pub reader: Reader,
    /// The most urgent first.
    pub requests: Vec<Request>,
    /// Where the next page begins, if there is one.
    pub next: Option<Place>,
}

/// A request, naming no more of the patient than one needs to choose it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request {
    /// The case.
    pub id: String,
    /// Initials in kana.
    pub patient: String,
    /// Year of birth.
    pub birth_year: String,
    /// The program, and what is written for it.
    pub program: String,
    /// When it was asked for.
    pub asked_at: Option<DateTime<Utc>>,
    /// By when.
    pub due_on: NaiveDate,
    /// Whether the physician is awaited.
    pub awaited: bool,
    /// How it stands, in words.
    pub state_label: &'static str,
    /// Whether the office gave it back with a question.
    pub question: bool,
    /// When the signer was reminded last, while the result is awaited.
    pub reminded_at: Option<DateTime<Utc>>,
    /// The physician who was asked.
    pub physician: String,
    /// Who prepared it, if it is prepared and not signed yet.
    pub prepared_by: Option<String>,
}

/// The requests of the caller, or those that await the physicians of their institution; a page at a time.
///
/// # Errors
/// `permission.denied`; `signer.none` for an account without a designation.
pub fn inbox(house: &House, caller: &Caller, after: Option<Place>) -> Result<Inbox, Error> {
    let own = house.seat(caller, Desk::Physician);
    let assists = own.is_err();
    let seated = own.or_else(|_| house.seat(caller, Desk::Assistant))?;
    house.database.read(|conn| {
        let reader = if assists { assistant(house, conn, caller)? } else { physician(house, conn, caller)? };
        page(house, conn, caller, &seated, reader, after)
    })
}

fn physician(house: &House, conn: &mut Conn, caller: &Caller) -> Result<Reader, Error> {
    let (user, designation) = signer::account(house, conn, &caller.actor.id)?;
    let named = house.programs.offered().find(|program| signs(program, &designation.kind));
    Ok(Reader::Physician(signer::view(&user, &designation, named.map(AsRef::as_ref), house.today())))
}

fn assistant(house: &House, conn: &mut Conn, caller: &Caller) -> Result<Reader, Error> {
    let user = users::find(conn, &house.keys, &caller.actor.id)?;
    Ok(Reader::Assistant(user.institution.map(|it| it.name).unwrap_or_default()))
}

fn page(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    seated: &Seated,
    reader: Reader,
    after: Option<Place>,
) -> Result<Inbox, Error> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let institution = caller.actor.institution.as_deref().unwrap_or_default();
    let (whose, states) = match reader {
        Reader::Physician(_) => (Whose::User(&caller.actor.id), STATES.as_slice()),
        Reader::Assistant(_) => (Whose::Institution(institution), AWAITED.as_slice()),
    };
    let mut lines = work::inbox(conn, seated, whose, states, after, limit)?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let next = lines.last().filter(|_| more).map(|line| (line.due_on, line.id.clone()));
    let mut requests = Vec::new();
    let mut names = Names::default();
    for line in &lines {
        requests.extend(request(house, conn, caller, &mut names, line)?);
    }
    Ok(Inbox { reader, requests, next })
}

fn signs(program: &Program, designation: &str) -> bool {
    program.definition.signers.iter().any(|signer| signer.designation == designation)
}

/// A line in words; none for a case that its physician may no longer read.
fn request(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    names: &mut Names,
    line: &Line,
) -> Result<Option<Request>, Error> {
    let opened = match house.open(conn, caller, &line.case_id, CommandName::Read) {
        Ok(opened) => opened,
        Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let answers = standing::answers(conn, &opened)?;
    let (patient, birth_year) = who(&opened.program, &answers);
    let Some(item) = opened.stored.case.work.iter().find(|item| item.id == line.id) else { return Ok(None) };
    Ok(Some(Request {
        id: line.case_id.clone(),
        patient,
        birth_year,
        program: paper(&opened.program, item),
        asked_at: item.requested_at,
        due_on: item.due_on,
        awaited: item.state.awaits_result(),
        state_label: state(item),
        question: returned(item),
        reminded_at: item.reminded.last().filter(|_| item.state.awaits_result()).map(|it| it.at),
        physician: names.of(house, conn, &item.assignee)?,
        prepared_by: prepared(item).map(|it| it.name.clone()),
    }))
}

fn who(program: &Program, answers: &Answers) -> (String, String) {
    let (name, kana, birth) = slots::person(program, answers);
    let whole = if kana.is_empty() { name } else { kana };
    let initials = whole.split_whitespace().filter_map(|part| part.chars().next());
    let initials: Vec<String> = initials.map(String::from).collect();
    let year = birth.get(..4).map(|year| format!("{year}年生まれ")).unwrap_or_default();
    (format!("{} さん", initials.join("・")), year)
}

/// Whether the office gave a handed-in result back.
pub fn returned(item: &WorkItem) -> bool {
    item.state.awaits_result() && !item.results.is_empty() && item.reason.is_some()
}

/// That an item is prepared and waits for its physician.
fn prepared(item: &WorkItem) -> Option<&Prepared> {
    item.prepared.as_ref().filter(|_| item.state == WorkState::InProgress)
}

/// How an item stands, in words.
pub fn state(item: &WorkItem) -> &'static str {
    match item.state {
        WorkState::Planned => "未依頼",
        WorkState::Requested if returned(item) => "差戻し",
        WorkState::Requested => "未着手",
        WorkState::InProgress if prepared(item).is_some() => "準備済み",
        WorkState::InProgress => "作成中",
        WorkState::Received => "署名済み",
        WorkState::Accepted => "受理済み",
        WorkState::Waived => "省略",
        WorkState::Cancelled => "取消し",
    }
}
