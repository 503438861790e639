//! Sessions and their agenda: called, filled in bulk from the cases that wait, put in order, opened, closed.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::json;

use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::committee::{self, Session};
use crate::store::{Conn, StoreError, agenda};
use crate::usecases::access::Caller;
use crate::usecases::clerk::typed::{bounded, day};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::{convened, held, line, packet};

/// Cases that are put on an agenda at once.
const MOST_AT_ONCE: usize = 100;

/// What is typed for a session.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Typed {
    /// The program whose committee meets, and after a slash the panel that does.
    pub program: String,
    /// Its day.
    pub held_on: String,
    /// Where, or how one joins.
    pub place: String,
    /// Whether it is on line.
    pub online: bool,
}

/// Calls a session, and gives its id.
///
/// # Errors
/// What was typed wrong; `permission.denied`.
pub fn call(house: &House, caller: &Caller, typed: &Typed) -> Result<String, Error> {
    let (program, panel) = typed.program.split_once('/').unwrap_or((&typed.program, ""));
    convened(house, caller, program)?;
    let session = Session {
        id: house.new_id("ses")?,
        program: program.to_owned(),
        panel: panel.to_owned(),
        held_on: day(&typed.held_on, "held_on")?,
        place: line(&typed.place, "place")?,
        online: typed.online,
        state: "planned".to_owned(),
        remarks: String::new(),
    };
    house.database.write(|conn| {
        if !panel.is_empty() && !panels(conn, program, session.held_on)?.contains(panel) {
            return Err(Refusal::new("committee.panel").at("program").into());
        }
        committee::insert_session(conn, &house.keys, &session, house.now())?;
        let detail = json!({ "session": session.id, "held_on": session.held_on });
        house.record(conn, caller, "call_session", "", "done", detail)?;
        Ok(session.id.clone())
    })
}

/// The panels that have a member on a day.
///
/// # Errors
/// When the database fails.
pub(super) fn panels(conn: &mut Conn, program: &str, on: NaiveDate) -> Result<BTreeSet<String>, Error> {
    let all = committee::appointments(conn, program)?.into_iter().filter(|it| it.runs_on(on));
    Ok(all.map(|it| it.panel).filter(|panel| !panel.is_empty()).collect())
}

/// A session that is not over yet, and is held for the rest of the transaction.
pub(super) fn unfinished(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    id: &str,
) -> Result<Session, Error> {
    let (session, _) = held(house, conn, caller, id)?;
    if session.state == "closed" {
        return Err(Refusal::new("committee.closed").into());
    }
    Ok(session)
}

/// Puts waiting cases at the end of the agenda, each with its packet. One after the other: those that were
/// put before a failure stay.
///
/// # Errors
/// `committee.choose`; `committee.placed` when one lies before another session; `case.state`.
pub fn put(house: &House, caller: &Caller, id: &str, cases: &[String]) -> Result<(), Error> {
    if cases.is_empty() || cases.len() > MOST_AT_ONCE {
        return Err(Refusal::new("committee.choose").with("most", MOST_AT_ONCE).at("case").into());
    }
    cases.iter().try_for_each(|case| put_one(house, caller, id, case))
}

fn put_one(house: &House, caller: &Caller, id: &str, case: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        let session = unfinished(house, conn, caller, id)?;
        let opened = house.open(conn, caller, case, CommandName::Convene)?;
        let waits = opened.stored.case.state == crate::domain::program::vocabulary::State::Deliberation;
        if !waits || opened.stored.case.program != session.program {
            return Err(Refusal::new("case.state").into());
        }
        let content = packet::build(house, conn, caller, &opened)?;
        let items = agenda::items(conn, &house.keys, &[id.to_owned()])?;
        if items.iter().any(|item| item.case == case) {
            return Err(Refusal::new("committee.placed").into());
        }
        let last = items.iter().map(|item| item.position).max().unwrap_or(0);
        match agenda::put(conn, &opened.stored, id, last + 1, &content) {
            Err(StoreError::Duplicate(_)) => return Err(Refusal::new("committee.placed").into()),
            other => other?,
        }
        let detail = json!({ "role": opened.granted.role(), "session": id });
        house.record(conn, caller, "put_on_agenda", case, "done", detail)
    })
}

/// Gives cases their places: those with smaller numbers first.
///
/// # Errors
/// `committee.closed`; [`Error::NotFound`].
pub fn order(house: &House, caller: &Caller, id: &str, places: &[(String, i64)]) -> Result<(), Error> {
    house.database.write(|conn| {
        unfinished(house, conn, caller, id)?;
        let wanted = |case: &str| places.iter().find(|(of, _)| of == case).map(|(_, place)| *place);
        let mut items = agenda::items(conn, &house.keys, &[id.to_owned()])?;
        items.sort_by_key(|item| (wanted(&item.case).unwrap_or(item.position), item.position));
        for (position, item) in (1..).zip(&items) {
            agenda::set_position(conn, id, &item.case, position)?;
        }
        house.record(conn, caller, "order_agenda", "", "done", json!({ "session": id }))
    })
}

/// Takes a case off; it waits for another session.
///
/// # Errors
/// `committee.closed`, `committee.confirmed`; [`Error::NotFound`].
pub fn take_off(house: &House, caller: &Caller, id: &str, case: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        unfinished(house, conn, caller, id)?;
        if agenda::item(conn, &house.keys, id, case)?.state != "open" {
            return Err(Refusal::new("committee.confirmed").into());
        }
        agenda::set_state(conn, id, case, "left")?;
        house.record(conn, caller, "take_off_agenda", case, "done", json!({ "session": id }))
    })
}

/// Opens the session: from now on members see each other's opinions, and results are written down.
///
/// # Errors
/// `committee.day` before its day; `committee.closed`.
pub fn open(house: &House, caller: &Caller, id: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        let session = unfinished(house, conn, caller, id)?;
        if session.held_on > house.today() {
            return Err(Refusal::new("committee.day").into());
        }
        committee::set_state(conn, id, "open")?;
        house.record(conn, caller, "open_session", "", "done", json!({ "session": id }))
    })
}

/// Closes the session. Cases without a result wait for another; members no longer read anything of it.
///
/// # Errors
/// `committee.unconfirmed` while a result that was written down is not confirmed; `committee.closed`.
pub fn close(house: &House, caller: &Caller, id: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        unfinished(house, conn, caller, id)?;
        let items = agenda::items(conn, &house.keys, &[id.to_owned()])?;
        let waits = |item: &agenda::Item| {
            item.state == "open" && item.conclusion.is_some() && item.case_state == "deliberation"
        };
        if items.iter().any(waits) {
            return Err(Refusal::new("committee.unconfirmed").into());
        }
        agenda::release(conn, id)?;
        committee::set_state(conn, id, "closed")?;
        house.record(conn, caller, "close_session", "", "done", json!({ "session": id }))
    })
}

/// Writes the remarks of the minutes.
///
/// # Errors
/// `clerk.note-long`; `committee.closed`.
pub fn remark(house: &House, caller: &Caller, id: &str, remarks: &str) -> Result<(), Error> {
    let remarks = bounded(remarks, "remarks")?;
    house.database.write(|conn| {
        unfinished(house, conn, caller, id)?;
        committee::set_remarks(conn, &house.keys, id, &remarks)?;
        house.record(conn, caller, "write_minutes", "", "done", json!({ "session": id }))
    })
}
