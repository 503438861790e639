//! What a member does: reads the packets of their sessions, and says beforehand what they think.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::domain::committee::opinion::Opinion;
use crate::domain::committee::packet::Packet;
use crate::domain::committee::{Appointment, exclusion};
use crate::domain::lang::Lang;
use crate::domain::permission::Desk;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::{CommandName, Exclusion, View};
use crate::store::agenda::{self, Item, Said};
use crate::store::{Conn, committee};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::clerk::typed::bounded;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::desk::{Rooms, SessionLine, line, rooms};
use super::members::Choice;
use super::session::{Mark, chosen, in_order, results};
use super::{programs, seat, shape, text};

/// A session of a member.
#[derive(Clone, Debug, Serialize)]
pub struct Mine {
    session: SessionLine,
    items: Vec<MyItem>,
}

/// A case of such a session.
#[derive(Clone, Debug, Serialize)]
pub struct MyItem {
    case: String,
    position: i64,
    entry: String,
    said: bool,
    excluded: Option<Exclusion>,
    confirmed: bool,
}

/// A question with the view that is typed.
#[derive(Clone, Debug, Serialize)]
pub struct Asked {
    code: String,
    name: String,
    label: String,
    view: Option<View>,
}

/// The page of a packet.
#[derive(Clone, Debug, Serialize)]
pub struct PacketPage {
    rooms: Rooms,
    session: SessionLine,
    case: String,
    position: i64,
    packet: Packet,
    questions: Vec<Asked>,
    results: Vec<Choice>,
    choice: String,
    reason: String,
    said: bool,
    /// What the others say; nothing until the reader said something or the session is open.
    others: Option<Vec<Mark>>,
    previous: Option<String>,
    next: Option<String>,
    /// The last day on which the reader's term lets them say something.
    until: NaiveDate,
}

impl PacketPage {
    /// Codes of what the committee is asked.
    pub fn question_codes(&self) -> impl Iterator<Item = &str> {
        self.questions.iter().map(|asked| asked.code.as_str())
    }
}

/// What is typed as an opinion: a view by question, and why.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Codes of views by question.
    pub views: BTreeMap<String, String>,
    /// Code of the result that they think right, where the committee concludes by a form.
    pub choice: String,
    /// Why.
    pub reason: String,
}

/// The unfinished sessions at which the caller sits, and the cases they show.
///
/// # Errors
/// When something cannot be read.
pub(super) fn mine(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    lang: Lang,
) -> Result<(Vec<Mine>, Vec<String>), Error> {
    let (mut mine, mut cases) = (Vec::new(), Vec::new());
    for program in programs(house, caller, CommandName::ReadPacket) {
        let id = &program.definition.id;
        let Some(member) = seat::member(house, conn, &caller.actor.id, id)? else { continue };
        let sessions = committee::sessions(conn, &house.keys, std::slice::from_ref(id), false)?;
        let ids: Vec<String> = sessions.iter().map(|session| session.id.clone()).collect();
        let items = agenda::items(conn, &house.keys, &ids)?;
        let said = agenda::opinions(conn, &house.keys, &ids)?;
        cases.extend(items.iter().map(|item| item.case.clone()));
        for session in &sessions {
            let own = items.iter().filter(|item| item.session == session.id);
            let items = own.map(|item| my_item(item, &member, &said)).collect();
            mine.push(Mine { session: line(house, session, lang)?, items });
        }
    }
    Ok((mine, cases))
}

/// Of a case from which the member is excluded nothing is told but that.
fn my_item(item: &Item, member: &Appointment, said: &[Said]) -> MyItem {
    let excluded = exclusion(member, &item.ties);
    MyItem {
        case: item.case.clone(),
        position: item.position,
        entry: if excluded.is_some() { String::new() } else { item.packet.entry.clone() },
        said: said.iter().any(|it| it.case == item.case && it.user == member.user),
        excluded,
        confirmed: item.state == "confirmed",
    }
}

/// The packet of a case on the agenda. Reading is recorded; so is that an excluded member tried to.
///
/// # Errors
/// [`Error::NotFound`] for whoever does not sit for the case.
pub fn packet(
    house: &House,
    caller: &Caller,
    case: &str,
    typed: Option<&Typed>,
    lang: Lang,
) -> Result<PacketPage, Error> {
    house.seat(caller, Desk::Member)?;
    let rooms = rooms(house, caller)?;
    let read = house.read_as(caller, case, CommandName::ReadPacket, "packet", |conn, opened| {
        let place = seat::place(house, conn, &caller.actor.id, case, &opened.stored.case.program)?;
        let place = place.ok_or(Error::NotFound)?;
        build(house, conn, opened, place, typed, (rooms, lang))
    });
    read.map_err(|error| turned_away(house, caller, case, error))
}

/// Writes down why an excluded member was turned away.
fn turned_away(house: &House, caller: &Caller, case: &str, error: Error) -> Error {
    if !matches!(error, Error::NotFound) {
        return error;
    }
    let recorded = house.database.write(|conn| {
        for program in programs(house, caller, CommandName::ReadPacket) {
            let place = seat::place(house, conn, &caller.actor.id, case, &program.definition.id)?;
            if let Some(why) = place.and_then(|place| place.excluded) {
                let detail = json!({ "purpose": "packet", "excluded": why.code() });
                house.record(conn, caller, CommandName::ReadPacket.code(), case, "refused", detail)?;
            }
        }
        Ok::<_, Error>(())
    });
    recorded.err().unwrap_or(Error::NotFound)
}

fn build(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    place: seat::Place,
    typed: Option<&Typed>,
    (rooms, lang): (Rooms, Lang),
) -> Result<PacketPage, Error> {
    let program = &opened.program;
    let session = committee::session(conn, &house.keys, &place.item.session)?;
    let here = [session.id.clone()];
    let said = agenda::opinions(conn, &house.keys, &here)?;
    let on_case: Vec<&Said> = said.iter().filter(|it| it.case == place.item.case).collect();
    let own = on_case.iter().find(|it| it.user == place.member.user).map(|it| it.opinion.clone());
    let shown = own.is_some() || session.state == "open";
    let others = if shown { Some(others(house, conn, program, &place, &on_case)?) } else { None };
    let all = agenda::items(conn, &house.keys, &here)?;
    let [previous, next] = neighbours(&all, &place);
    let typed = typed.cloned().unwrap_or_else(|| as_said(own.as_ref()));
    Ok(PacketPage {
        rooms,
        session: line(house, &session, lang)?,
        case: place.item.case.clone(),
        position: place.item.position,
        questions: asked(program, &typed, lang)?,
        results: results(program)?,
        choice: typed.choice,
        reason: typed.reason,
        said: own.is_some(),
        others,
        previous,
        next,
        until: place.member.ends_on,
        packet: place.item.packet,
    })
}

fn as_said(own: Option<&Opinion>) -> Typed {
    let Some(own) = own else { return Typed::default() };
    let views = own.views.iter().map(|(question, view)| (question.clone(), view.code().to_owned()));
    let choice = own.choice.clone().unwrap_or_default();
    Typed { views: views.collect(), choice, reason: own.reason.clone() }
}

fn asked(program: &Program, typed: &Typed, lang: Lang) -> Result<Vec<Asked>, Error> {
    let questions = shape(program)?.questions.iter();
    let asked = questions.map(|question| Asked {
        code: question.code.clone(),
        name: format!("view-{}", question.code),
        label: text(program, &question.label, lang),
        view: typed.views.get(&question.code).and_then(|code| View::from_code(code)),
    });
    Ok(asked.collect())
}

fn others(
    house: &House,
    conn: &mut Conn,
    program: &Program,
    place: &seat::Place,
    said: &[&Said],
) -> Result<Vec<Mark>, Error> {
    let today = house.today();
    let members = committee::appointments(conn, &program.definition.id)?;
    let members = members.iter().filter(|it| it.runs_on(today) && it.user != place.member.user);
    let told = members.filter_map(|member| Some((member, said.iter().find(|it| it.user == member.user)?)));
    told.map(|(member, said)| {
        Ok(Mark {
            name: member.name.clone(),
            excluded: None,
            views: in_order(program, &said.opinion)?,
            choice: chosen(program, &said.opinion)?,
            reason: said.opinion.reason.clone(),
        })
    })
    .collect()
}

/// The cases before and after on the agenda that the member may read.
fn neighbours(items: &[Item], place: &seat::Place) -> [Option<String>; 2] {
    let open = |item: &&Item| item.state == "open" && exclusion(&place.member, &item.ties).is_none();
    let readable: Vec<&Item> = items.iter().filter(open).collect();
    let at = readable.iter().position(|item| item.case == place.item.case).unwrap_or_default();
    let case = |index: Option<usize>| index.and_then(|it| readable.get(it)).map(|item| item.case.clone());
    [case(at.checked_sub(1)), case(at.checked_add(1))]
}

/// Gives an opinion, or another instead of the one given.
///
/// # Errors
/// `committee.view`, `committee.reason`, `clerk.note-long`; [`Error::NotFound`] for whoever does not sit for
/// the case.
pub fn give(house: &House, caller: &Caller, case: &str, typed: &Typed) -> Result<(), Error> {
    house.seat(caller, Desk::Member)?;
    house.database.write(|conn| {
        let opened = house.open(conn, caller, case, CommandName::GiveOpinion)?;
        let program = &opened.program;
        let place = seat::place(house, conn, &caller.actor.id, case, &program.definition.id)?;
        let session = place.ok_or(Error::NotFound)?.item.session;
        let opinion = read(program, typed)?;
        agenda::say(conn, &opened.stored, &session, &caller.actor.id, &opinion, house.now())?;
        let detail = json!({ "role": opened.granted.role(), "session": session });
        house.record(conn, caller, CommandName::GiveOpinion.code(), case, "done", detail)
    })
}

fn read(program: &Program, typed: &Typed) -> Result<Opinion, Error> {
    let shape = shape(program)?;
    let known = |code: &String| shape.questions.iter().any(|question| question.code == *code);
    let views = typed.views.iter().filter(|(question, _)| known(question));
    let views = views.filter_map(|(question, view)| Some((question.clone(), View::from_code(view)?)));
    let mut offered = results(program)?.into_iter();
    let choice = offered.find(|it| it.value == typed.choice).map(|it| it.value);
    let opinion = Opinion { views: views.collect(), choice, reason: bounded(&typed.reason, "reason")? };
    opinion.check(shape)?;
    Ok(opinion)
}
