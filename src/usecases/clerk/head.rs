//! The head of every page about a case.

use chrono::{Duration, NaiveDate};
use serde::Serialize;

use crate::domain::calendar::{day_in_japan, show_in};
use crate::domain::case::Case;
use crate::domain::case::work::WorkState;
use crate::domain::lang::Lang;
use crate::domain::permission::{Desk, Seated, holds, seat};
use crate::domain::program::vocabulary::{Body, CommandName, Holder, State};
use crate::store::queue::{self, Filter, Held};
use crate::store::{Conn, audit, cases};
use crate::usecases::access::Opened;
use crate::usecases::citizen::procedures::fits;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::{slots, standing};

use super::clock::{self, Chip};
use super::may::may;
use super::names::Names;
use super::reveal;
use super::words;

/// Minutes for which somebody who opened a case counts as looking at it.
const LOOKING: i64 = 10;
/// Rows of the record in which lookers are searched.
const RECENT: i64 = 50;

/// What stands above everything else.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// Id of the case.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// Its reference.
    pub reference: String,
    /// The person.
    pub person: String,
    /// The person's name in kana.
    pub kana: String,
    /// Birth date, ISO.
    pub birth: String,
    /// Program and kind.
    pub title: String,
    /// State in words.
    pub state_label: &'static str,
    /// Who owns it.
    pub owner: Option<String>,
    /// The nearest clock.
    pub clock: Option<Chip>,
    /// What it waits for.
    pub waiting: Vec<String>,
    /// Others who look at it now.
    pub viewers: usize,
    /// Address of the case before it among the reader's.
    pub previous: Option<String>,
    /// Address of the case after it.
    pub next: Option<String>,
    /// Where it stands among them.
    pub position: Option<String>,
    /// Whether the reader may take it.
    pub can_take: bool,
    /// The case whose grant it renews, and the one that renews its own.
    pub related: Vec<Related>,
    /// Procedures that can be registered on the certificate that the case opened.
    pub procedures: Vec<Related>,
    /// Whether sealed answers can be seen, each for a purpose.
    pub sealed: bool,
    /// Further marks.
    pub flags: Vec<&'static str>,
    /// Which office received it, and who has it; none where one body receives and decides.
    pub way: Option<String>,
}

/// Another case of the same person that belongs to this one.
#[derive(Clone, Debug, Serialize)]
pub struct Related {
    /// What it is to this one.
    pub label: String,
    /// Its reference.
    pub reference: String,
    /// Its address.
    pub href: String,
}

/// Builds the head of an opened case.
///
/// # Errors
/// When something of the case cannot be read.
pub fn head(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Head, Error> {
    let case = &opened.stored.case;
    let answers = standing::answers(conn, opened)?;
    let (person, kana, birth) = slots::person(&opened.program, &answers);
    let owner = match &case.assignee {
        Some(id) => Some(Names::default().of(house, conn, id)?),
        None => None,
    };
    let [previous, next] = neighbours(house, conn, opened)?;
    let mine = case.assignee.as_deref() == Some(opened.granted.actor().id.as_str());
    Ok(Head {
        id: case.id.clone(),
        version: case.version,
        reference: case.reference.clone().unwrap_or_default(),
        person,
        kana,
        birth,
        title: title(opened),
        state_label: words::state(case.state),
        owner,
        clock: clock::of_case(case, house.today()),
        waiting: waiting(opened),
        viewers: viewers(house, conn, opened)?,
        previous,
        next,
        position: None,
        can_take: !mine && may(opened, CommandName::Assign) && case.state != State::Ended,
        related: related(house, conn, opened)?,
        procedures: procedures(house, opened),
        sealed: reveal::offered(conn, opened)?,
        flags: flags(case),
        way: way(case),
    })
}

/// Program and kind of procedure in words.
pub fn title(opened: &Opened) -> String {
    let program = &opened.program;
    let kind = words::text(program, &format!("kind.{}", opened.stored.case.kind.code()));
    format!("{}・{kind}", words::text(program, &program.definition.title))
}

fn waiting(opened: &Opened) -> Vec<String> {
    let case = &opened.stored.case;
    let open = case.work.iter().filter(|item| item.state.is_open() || item.state == WorkState::Planned);
    let item = |item: &crate::domain::case::work::WorkItem| {
        let label = words::waiting(&opened.program, &item.kind)?;
        let since = item.requested_at.map(|at| day_in_japan(at).format("（%-m/%-d〜）").to_string());
        Some(format!("{label}{}", since.unwrap_or_default()))
    };
    let correction =
        case.open_correction().map(|round| format!("申請者の補正（{}まで）", round.due_on.format("%-m/%-d")));
    open.filter_map(item).chain(correction).collect()
}

fn way(case: &Case) -> Option<String> {
    let route = case.route.as_ref()?;
    let name = &route.receiver.name;
    let day = |day: NaiveDate| show_in(day, Lang::Ja);
    Some(match (route.holder(), route.legs.last()) {
        (Holder::Receiving, Some(leg)) => {
            format!("{name}に差し戻し中（{}）：{}", day(leg.sent_on), leg.remark)
        }
        (Holder::OnTheWay, Some(leg)) => format!("{name}から進達・未受領（{}）", day(leg.sent_on)),
        (Holder::Deciding, Some(leg)) => {
            format!("{name}から進達、{}に受領", day(leg.arrived_on.unwrap_or(leg.sent_on)))
        }
        _ => format!("{name}が受付、進達前"),
    })
}

fn flags(case: &Case) -> Vec<&'static str> {
    let marks = [
        (case.origin == crate::domain::case::Origin::Paper, "紙の申請"),
        (case.protected, "支援措置"),
        (!case.duplicates.is_empty() && !case.duplicate_cleared, "重複の疑い"),
    ];
    marks.into_iter().filter(|(on, _)| *on).map(|(_, words)| words).collect()
}

fn related(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<Related>, Error> {
    let case = &opened.stored.case;
    let link = |label: String, (id, reference): (String, Option<String>)| {
        Some(Related { label, reference: reference?, href: format!("/staff/cases/{id}") })
    };
    let before = match &case.follows {
        Some(id) => Some((id.clone(), cases::find(conn, &house.keys, id)?.case.reference)),
        None => None,
    };
    let after = cases::follower(conn, &case.id, &opened.program.definition.renewing())?;
    let label = if opened.effect().attaches() { "対象の認定" } else { "前の認定" };
    let before = before.and_then(|it| link(label.to_owned(), it));
    let attached = opened.kin.iter().filter(|kin| kin.stored.case.id != opened.root());
    let attached = attached.filter_map(|kin| {
        let case = &kin.stored.case;
        let kind = words::text(&kin.program, &format!("kind.{}", case.kind.code()));
        link(kind, (case.id.clone(), case.reference.clone()))
    });
    let after = after.and_then(|it| link("この認定の更新".to_owned(), it));
    Ok(before.into_iter().chain(attached).chain(after).collect())
}

/// Where a procedure on the certificate is registered, for who may.
fn procedures(house: &House, opened: &Opened) -> Vec<Related> {
    let definition = &opened.program.definition;
    let actor = opened.granted.actor();
    let roles = definition.roles_for(CommandName::RegisterPaper).filter(|role| holds(actor, role));
    let sides: Vec<Body> = roles.map(|role| role.body).collect();
    let reference = opened.stored.case.reference.clone().unwrap_or_default();
    let offered = definition.kinds.iter().filter(|kind| kind.by.iter().any(|side| sides.contains(side)));
    let offered = offered.filter(|kind| kind.is_offered(house.today(), &house.settings));
    let fitting = offered.filter(|kind| fits(opened, kind, house.today()));
    fitting
        .map(|kind| Related {
            label: words::text(&opened.program, &format!("kind.{}", kind.code.code())),
            href: format!("/staff/paper?kind={}/{}&follows={reference}", definition.id, kind.code.code()),
            reference: reference.clone(),
        })
        .collect()
}

/// Others who opened the case a moment ago.
fn viewers(house: &House, conn: &mut Conn, opened: &Opened) -> Result<usize, Error> {
    let since = (house.now() - Duration::minutes(LOOKING)).naive_utc();
    let rows = audit::newest(conn, &opened.stored.case.id, None, RECENT)?;
    let me = &opened.granted.actor().id;
    let recent = rows.iter().filter(|row| row.action == "read" && row.at >= since && row.actor != *me);
    let others: std::collections::BTreeSet<&str> = recent.map(|row| row.actor.as_str()).collect();
    Ok(others.len())
}

/// The cases before and after this one among those of the same owner and state.
fn neighbours(house: &House, conn: &mut Conn, opened: &Opened) -> Result<[Option<String>; 2], Error> {
    let Ok(seated) = seat(opened.granted.actor(), Desk::Queue, &house.programs.definitions()) else {
        return Ok([None, None]);
    };
    let case = &opened.stored.case;
    let place = queue::place_of(conn, &seated, &case.id)?;
    let filter = Filter {
        programs: vec![case.program.clone()],
        state: case.state.code().to_owned(),
        assignee: case.assignee.clone().unwrap_or_else(|| "none".to_owned()),
        held: Held::With(opened.granted.actor().office.clone().unwrap_or_default()),
        ..Filter::default()
    };
    let before = Filter { before: Some(place.clone()), ..filter.clone() };
    let after = Filter { after: Some(place), ..filter };
    Ok([next_to(conn, &seated, &before)?, next_to(conn, &seated, &after)?])
}

fn next_to(conn: &mut Conn, seated: &Seated, filter: &Filter) -> Result<Option<String>, Error> {
    let found = queue::page(conn, seated, filter, 1)?;
    Ok(found.first().map(|line| format!("/staff/cases/{}", line.id)))
}
