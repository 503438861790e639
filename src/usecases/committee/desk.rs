//! The first page of a committee: its sessions, for the secretary and for members.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::lang::Lang;
use crate::domain::permission::Desk;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::CommandName;
use crate::store::committee::{self, Session};
use crate::store::{Conn, agenda};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::agenda::panels;
use super::member::{self, Mine};
use super::members::Choice;
use super::{programs, shape, text};

/// A session in a list.
#[derive(Clone, Debug, Serialize)]
pub struct SessionLine {
    /// Its id.
    pub id: String,
    /// Name of the committee.
    pub committee: String,
    /// Its day.
    pub held_on: NaiveDate,
    /// Where.
    pub place: String,
    /// Whether it is on line.
    pub online: bool,
    /// `planned`, `open` or `closed`.
    pub state: String,
}

/// Which parts of the workspace the reader has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rooms {
    /// Prepares and holds sessions.
    pub secretary: bool,
    /// Sits at sessions.
    pub member: bool,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Sessions {
    rooms: Rooms,
    /// Sessions to come or under way, for the secretary.
    coming: Vec<SessionLine>,
    /// Sessions that are over, for the secretary.
    past: Vec<SessionLine>,
    /// Cases that wait for a session.
    waiting: usize,
    /// Committees that can be called.
    committees: Vec<Choice>,
    /// The reader's own sessions as a member.
    mine: Vec<Mine>,
}

/// Which parts of the workspace somebody has.
///
/// # Errors
/// `permission.denied` for whoever has none.
pub fn rooms(house: &House, caller: &Caller) -> Result<Rooms, Error> {
    let secretary = house.seat(caller, Desk::Secretary);
    let member = house.seat(caller, Desk::Member);
    match (secretary, member) {
        (Err(refused), Err(_)) => Err(refused),
        (secretary, member) => Ok(Rooms { secretary: secretary.is_ok(), member: member.is_ok() }),
    }
}

/// The sessions that concern the caller.
///
/// # Errors
/// `permission.denied`.
pub fn sessions(house: &House, caller: &Caller, lang: Lang) -> Result<Sessions, Error> {
    let rooms = rooms(house, caller)?;
    let own = programs(house, caller, CommandName::Convene);
    let ids: Vec<String> = own.iter().map(|program| program.definition.id.clone()).collect();
    house.read_list(caller, "committee", |conn| {
        let (mine, cases) = member::mine(house, conn, caller, lang)?;
        let mut waiting = 0;
        for id in &ids {
            waiting += agenda::waiting(conn, id)?.len();
        }
        let page = Sessions {
            rooms,
            coming: lines(house, conn, &ids, false, lang)?,
            past: lines(house, conn, &ids, true, lang)?,
            waiting,
            committees: choices(house, conn, &own, lang)?,
            mine,
        };
        Ok((page, cases))
    })
}

/// Each committee as a whole, and each of its panels.
fn choices(house: &House, conn: &mut Conn, own: &[Arc<Program>], lang: Lang) -> Result<Vec<Choice>, Error> {
    let mut found = Vec::new();
    for program in own {
        let (id, name) = (&program.definition.id, text(program, &shape(program)?.label, lang));
        let panels = panels(conn, id, house.today())?.into_iter();
        let panels = panels
            .map(|panel| Choice { value: format!("{id}/{panel}"), label: format!("{name}　{panel}") })
            .collect::<Vec<_>>();
        found.push(Choice { value: id.clone(), label: name });
        found.extend(panels);
    }
    Ok(found)
}

fn lines(
    house: &House,
    conn: &mut Conn,
    programs: &[String],
    closed: bool,
    lang: Lang,
) -> Result<Vec<SessionLine>, Error> {
    let found = committee::sessions(conn, &house.keys, programs, closed)?;
    found.iter().map(|session| line(house, session, lang)).collect()
}

/// A session in words.
pub(super) fn line(house: &House, session: &Session, lang: Lang) -> Result<SessionLine, Error> {
    let program = house.programs.newest(&session.program)?;
    let committee = text(&program, &shape(&program)?.label, lang);
    let committee =
        if session.panel.is_empty() { committee } else { format!("{committee}　{}", session.panel) };
    Ok(SessionLine {
        id: session.id.clone(),
        committee,
        held_on: session.held_on,
        place: session.place.clone(),
        online: session.online,
        state: session.state.clone(),
    })
}
