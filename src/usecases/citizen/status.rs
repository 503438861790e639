//! How a filed case stands: who is awaited, since when, what comes next.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::domain::calendar::show_in;
use crate::domain::case::Case;
use crate::domain::case::delay;
use crate::domain::case::facts::facts;
use crate::domain::case::work::{WorkItem, WorkState};
use crate::domain::lang::Lang;
use crate::domain::program::definition::{StageRule, WaitsFor};
use crate::domain::program::display::{self, StepStatus};
use crate::domain::program::vocabulary::{Assignee, ClockKind, Holder, State};
use crate::store::{Conn, cases, messages};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{fixed_answers, items};
use crate::usecases::effects::request_code;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::household::members;
use crate::usecases::slots;

use super::filed::proof_of;
use super::filer::Filer;
use super::history::walk;
use super::ledger::{self, Card};
use super::procedures::{self, Procedure};
use super::sheet::{Head, head, text};

/// One step of the timeline.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// How it stands.
    pub status: StepStatus,
    /// Its name.
    pub label: String,
    /// Since when it is so; none for what lies ahead.
    pub since: Option<NaiveDate>,
    /// Who is awaited.
    pub who: Option<Awaited>,
}

/// Who is awaited: a name, or a role that the page names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Awaited {
    /// An institution or office by name.
    Named(String),
    /// The applicant.
    You,
    /// A committee.
    Committee,
}

/// An open round of 補正.
#[derive(Clone, Debug, Serialize)]
pub struct Round {
    /// Number of returned items.
    pub count: usize,
    /// The day by which an answer is asked.
    pub due_on: NaiveDate,
}

/// The code by which a physician finds the request.
#[derive(Clone, Debug, Serialize)]
pub struct RequestCode {
    /// What is asked of the physician.
    pub label: String,
    /// The code, in groups of five.
    pub code: String,
    /// The institution, as the applicant named it.
    pub institution: String,
    /// The day by which it should be done.
    pub due_on: NaiveDate,
}

/// How a case stands.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// Title line.
    pub head: Head,
    /// Who has the case, since when.
    pub now: String,
    /// What comes next.
    pub next: Option<String>,
    /// The day by which a decision is expected, as long as none is there.
    pub expected_on: Option<NaiveDate>,
    /// What the applicant may do because the period has passed.
    pub missed: Option<String>,
    /// The later day that the applicant was told, while there is no decision.
    pub extended_to: Option<NaiveDate>,
    /// The timeline.
    pub timeline: Vec<Step>,
    /// An open round of 補正.
    pub correction: Option<Round>,
    /// The physician's code, while the result is awaited.
    pub request: Option<RequestCode>,
    /// When records were fetched last.
    pub pulled_at: Option<DateTime<Utc>>,
    /// Messages of the office that were not read.
    pub unread: usize,
    /// Whether there is a decision.
    pub decided: bool,
    /// Whether it can be taken back.
    pub can_withdraw: bool,
    /// The letter that proves the filing.
    pub proof: Option<String>,
    /// Members of the household who have not consented; none where nothing is asked of members.
    pub lacking: Option<usize>,
    /// Short name of the program.
    pub program: String,
    /// What can be begun on the certificate that the case opened.
    pub procedures: Vec<Procedure>,
    /// How far the current month of the ledger has come.
    pub ledger: Option<Card>,
}

/// How a filed case stands.
///
/// # Errors
/// [`Error::NotFound`] for a draft, which has a task list instead.
pub fn page(house: &House, caller: &Caller, lang: Lang, case_id: &str) -> Result<Status, Error> {
    house.read(caller, case_id, "own", |conn, opened| {
        let case = &opened.stored.case;
        if case.state == State::Draft {
            return Err(Error::NotFound);
        }
        let standing = standing(house, conn, opened, lang)?;
        Ok(Status {
            head: head(opened, lang),
            expected_on: expected_on(house, opened),
            missed: delay::missed(case, &opened.program.definition, house.today())
                .map(|period| text(&opened.program, lang, &period.rule.missed)),
            extended_to: extended_to(case),
            correction: round(case),
            request: request(house, conn, opened, lang)?,
            pulled_at: case.pulled_at,
            unread: unread(conn, opened)?,
            decided: case.state == State::Decided,
            can_withdraw: case.can_withdraw(),
            proof: proof_of(conn, opened)?,
            lacking: lacking(house, conn, opened)?,
            program: opened.stored.case.program.clone(),
            procedures: procedures::on_page(house, conn, &Filer::themself(caller), opened, lang)?,
            ledger: ledger::card(house, conn, opened)?,
            now: standing.now,
            next: standing.next,
            timeline: standing.timeline,
        })
    })
}

fn lacking(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Option<usize>, Error> {
    let all = members::of(house, conn, opened, Lang::Ja)?;
    let lacking = all.iter().filter(|member| member.lacks_consent()).count();
    Ok((!all.is_empty()).then_some(lacking))
}

/// The words for where a case stands.
#[derive(Default)]
pub(super) struct Standing {
    pub now: String,
    next: Option<String>,
    timeline: Vec<Step>,
}

/// Where a case stands, in one sentence.
///
/// # Errors
/// When something of the case cannot be read.
pub fn stage(house: &House, conn: &mut Conn, opened: &Opened, lang: Lang) -> Result<String, Error> {
    Ok(standing(house, conn, opened, lang)?.now)
}

/// Where a case stands, by the first rule of the program that holds.
pub(super) fn standing(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    lang: Lang,
) -> Result<Standing, Error> {
    let case = &opened.stored.case;
    let definition = &opened.program.definition;
    let known = facts(case, &items(house, conn, opened)?, house.today());
    let Some(stage) = display::stage(definition, &known) else { return Ok(Standing::default()) };
    let events = cases::events_after(conn, &opened.stored, -1)?;
    let (since, began) = walk(definition, &events);
    let institution = institution(conn, opened)?;
    let args = slots(case, began, &institution, lang);
    let say = |key: &str| opened.program.texts.text(lang, key, &args);
    let last = stage.steps.last();
    let step = |view: display::StepView| Step {
        status: view.status,
        label: text(&opened.program, lang, &view.label),
        since: since.get(&view.code).filter(|_| view.status != StepStatus::Ahead).map(|(_, day)| *day),
        who: (Some(&view.code) == last).then(|| awaited(house, case, stage, &institution)).flatten(),
    };
    Ok(Standing {
        now: say(&stage.now),
        next: stage.next.as_ref().map(|key| say(key)),
        timeline: display::timeline(definition, stage, &known).into_iter().map(step).collect(),
    })
}

fn awaited(house: &House, case: &Case, stage: &StageRule, institution: &str) -> Option<Awaited> {
    let receiver = case.route.as_ref().filter(|route| route.holder() == Holder::Receiving);
    match stage.waits_for {
        WaitsFor::Applicant => Some(Awaited::You),
        WaitsFor::Physician => Some(Awaited::Named(institution.to_owned())),
        WaitsFor::Office => {
            let name = receiver.map(|route| &route.receiver.name).or_else(|| house.office.get("name"));
            name.cloned().map(Awaited::Named)
        }
        WaitsFor::Committee => Some(Awaited::Committee),
        WaitsFor::Nobody => None,
    }
}

/// The slots of the stages' texts ([`display::SLOTS`]).
fn slots(case: &Case, began: Option<NaiveDate>, institution: &str, lang: Lang) -> BTreeMap<String, String> {
    let mut args = BTreeMap::from([("institution".to_owned(), institution.to_owned())]);
    args.extend(case.route.as_ref().map(|it| ("receiver".to_owned(), it.receiver.name.clone())));
    let day = |day: NaiveDate| show_in(day, lang);
    let asked = case.work.iter().filter(|item| item.state.is_open() && item.assignee.starts_with("usr_"));
    let asked = asked.filter_map(|item| item.requested_at).map(crate::domain::calendar::day_in_japan).min();
    args.extend(asked.or(began).map(|it| ("since".to_owned(), day(it))));
    if let Some(round) = case.open_correction() {
        args.insert("due".to_owned(), day(round.due_on));
        args.insert("count".to_owned(), round.items.len().to_string());
    }
    args
}

/// The institution that a physician's result is awaited from: as staff named it, else as the applicant did.
fn institution(conn: &mut Conn, opened: &Opened) -> Result<String, Error> {
    let definition = &opened.program.definition;
    let answers = fixed_answers(conn, opened, &definition.forms.application)?.unwrap_or_default();
    let mut found = definition.items_of(Assignee::Physician).filter_map(|shape| {
        let named = opened.stored.case.work_of(&shape.kind).map(|it| it.assignee_name.clone());
        let told =
            shape.assignee_name.iter().filter_map(|item| slots::text(&answers, item)).collect::<Vec<_>>();
        named
            .filter(|name| !name.is_empty())
            .or_else(|| Some(told.join("　")).filter(|name| !name.is_empty()))
    });
    Ok(found.next().unwrap_or_default())
}

fn round(case: &Case) -> Option<Round> {
    case.open_correction().map(|round| Round { count: round.items.len(), due_on: round.due_on })
}

/// The promised day: an estimate, and named as one.
fn expected_on(house: &House, opened: &Opened) -> Option<NaiveDate> {
    let definition = &opened.program.definition;
    let promised = definition.clocks.iter().filter(|clock| clock.kind == ClockKind::Promise);
    let running =
        promised.filter_map(|shape| opened.stored.case.clocks.iter().find(|it| it.name == shape.code));
    running.filter(|clock| clock.stopped_at.is_none()).map(|clock| clock.due_on(house.today())).max()
}

/// The later day that the applicant was told, as long as they wait for it.
fn extended_to(case: &Case) -> Option<NaiveDate> {
    let waits = !matches!(case.state, State::Decided | State::Ended);
    case.extension.as_ref().filter(|_| waits).map(|it| it.until)
}

/// The sheet for the physician, as long as no result came.
pub(super) fn request(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    lang: Lang,
) -> Result<Option<RequestCode>, Error> {
    let definition = &opened.program.definition;
    let waits = |item: &&WorkItem| {
        matches!(item.state, WorkState::Planned | WorkState::Requested | WorkState::InProgress)
    };
    let mut open = definition
        .items_of(Assignee::Physician)
        .filter_map(|shape| opened.stored.case.work_of(&shape.kind).filter(waits).map(|item| (shape, item)));
    let Some((shape, item)) = open.next() else { return Ok(None) };
    let code = request_code(house, item);
    let (left, right) = code.split_at_checked(5).unwrap_or((&code, ""));
    Ok(Some(RequestCode {
        label: text(&opened.program, lang, &shape.label),
        code: format!("{left}-{right}"),
        institution: institution(conn, opened)?,
        due_on: item.due_on,
    }))
}

pub(super) fn unread(conn: &mut Conn, opened: &Opened) -> Result<usize, Error> {
    let from_office = messages::of_case(conn, &opened.granted, &opened.stored, &["office"])?;
    Ok(from_office.iter().filter(|message| message.read_at.is_none()).count())
}

/// The printable sheet with the code for the physician.
#[derive(Clone, Debug, Serialize)]
pub struct RequestSheet {
    /// Title line.
    pub head: Head,
    /// The code and what it is for.
    pub request: RequestCode,
    /// The applicant's name as filed, so that the physician knows whose sheet it is.
    pub name: String,
    /// Where the physician goes.
    pub url: String,
}

/// The printable sheet for the physician.
///
/// # Errors
/// [`Error::NotFound`] when nothing is awaited from a physician.
pub fn request_sheet(
    house: &House,
    caller: &Caller,
    lang: Lang,
    case_id: &str,
) -> Result<RequestSheet, Error> {
    house.read(caller, case_id, "own", |conn, opened| {
        let name = &opened.program.definition.forms.application;
        let answers = fixed_answers(conn, opened, name)?.unwrap_or_default();
        Ok(RequestSheet {
            head: head(opened, lang),
            request: request(house, conn, opened, lang)?.ok_or(Error::NotFound)?,
            name: slots::person(&opened.program, &answers).0,
            url: format!("{}/physician", house.public_url),
        })
    })
}
