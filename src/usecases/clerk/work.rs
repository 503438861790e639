//! Work items: what runs beside the examination, who has it, and what came of it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::domain::case::event::{Event, Stamp};
use crate::domain::case::work::{WorkItem, WorkState};
use crate::domain::forms::{Answers, FieldError, FieldView, Form, enabled_steps, step_view};
use crate::domain::lang::Lang;
use crate::domain::program::definition::WorkItem as Shape;
use crate::domain::program::vocabulary::{Assignee, Channel, CommandName};
use crate::store::{Conn, cases, users};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::working_answers;
use crate::usecases::effects::request_code;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;

use super::clock::{self, Chip};
use super::dossier::Choice;
use super::head::{Head, head};
use super::may::may;
use super::names::Names;
use super::reminders::way;
use super::words;

/// A button.
#[derive(Clone, Debug, Serialize)]
pub struct Button {
    code: &'static str,
    label: &'static str,
    primary: bool,
}

/// One step of a form with its fields.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Title.
    pub title: String,
    /// Fields.
    pub fields: Vec<FieldView>,
}

/// Something that happened to a work item.
#[derive(Clone, Debug, Serialize)]
pub struct Happened {
    at: DateTime<Utc>,
    who: String,
    what: String,
}

/// A work item in words.
#[derive(Clone, Debug, Serialize)]
pub struct ItemView {
    id: String,
    label: String,
    state: &'static str,
    state_label: &'static str,
    assignee: String,
    asked_at: Option<DateTime<Utc>>,
    due_on: Option<NaiveDate>,
    clock: Option<Chip>,
    why: String,
    blocks: Vec<&'static str>,
    code: Option<String>,
    href: String,
}

/// The page of a work item.
#[derive(Clone, Debug, Serialize)]
pub struct WorkPage {
    /// The case.
    pub case: Head,
    item: ItemView,
    /// Its form, step by step.
    pub steps: Vec<Step>,
    actions: Vec<Button>,
    reasons: Vec<Choice>,
    physicians: Vec<Choice>,
    ways: Vec<Choice>,
    history: Vec<Happened>,
    /// What is to be mended.
    #[serde(skip)]
    pub errors: Vec<FieldError>,
}

/// The page of a work item, with what was typed in place of what is stored.
///
/// # Errors
/// [`Error::NotFound`].
pub fn page(
    house: &House,
    caller: &Caller,
    case: &str,
    id: &str,
    typed: Option<(Answers, Vec<FieldError>)>,
) -> Result<WorkPage, Error> {
    house.read(caller, case, "work_item", |conn, opened| {
        let item = opened.stored.case.work.iter().find(|item| item.id == id).ok_or(Error::NotFound)?;
        let shape = opened.program.definition.work_item(&item.kind).ok_or(Error::NotFound)?;
        let (steps, errors) = steps(house, conn, opened, shape, typed)?;
        let waive = may(opened, CommandName::WaiveItem) && !item.state.is_done();
        Ok(WorkPage {
            case: head(house, conn, opened)?,
            item: view(house, conn, opened, item, shape)?,
            steps,
            actions: actions(opened, item, shape),
            reasons: if waive { reasons(opened, shape) } else { Vec::new() },
            physicians: physicians(house, conn, opened, item, shape)?,
            ways: if reminds(opened, item) { ways() } else { Vec::new() },
            history: history(house, conn, opened, item)?,
            errors,
        })
    })
}

/// Every work item of a case in words.
///
/// # Errors
/// When a name cannot be looked up.
pub fn views(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<ItemView>, Error> {
    let mut found = Vec::new();
    for item in &opened.stored.case.work {
        if let Some(shape) = opened.program.definition.work_item(&item.kind) {
            found.push(view(house, conn, opened, item, shape)?);
        }
    }
    Ok(found)
}

fn view(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    item: &WorkItem,
    shape: &Shape,
) -> Result<ItemView, Error> {
    let named = item.assignee_name.clone();
    let assignee = if named.is_empty() { Names::default().of(house, conn, &item.assignee)? } else { named };
    let running = item.state.is_open() || item.state == WorkState::Planned;
    let asks = shape.assignee.signs() && matches!(item.state, WorkState::Planned | WorkState::Requested);
    let why = item.reason.as_deref().map(|reason| reason_words(opened, reason)).unwrap_or_default();
    Ok(ItemView {
        id: item.id.clone(),
        label: words::text(&opened.program, &shape.label),
        state: item.state.code(),
        state_label: words::work_state(item.state),
        assignee,
        asked_at: item.requested_at,
        due_on: running.then_some(item.due_on),
        clock: if running { clock::chip(house.today(), item.due_on) } else { None },
        why,
        blocks: shape.join.iter().map(|command| words::command(command.code())).collect(),
        code: asks.then(|| request_code(house, item)),
        href: super::panel::work_href(&opened.stored.case.id, item, shape.assignee),
    })
}

fn reason_words(opened: &Opened, reason: &str) -> String {
    let phrase = opened.program.phrases.waived(reason);
    phrase.map_or_else(|| reason.to_owned(), |phrase| phrase.text.of(Lang::Ja).to_owned())
}

type Filled = (Vec<Step>, Vec<FieldError>);

/// The form of an item that the office itself carries out.
fn steps(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    shape: &Shape,
    typed: Option<(Answers, Vec<FieldError>)>,
) -> Result<Filled, Error> {
    let form = shape.form.as_ref().filter(|_| shape.assignee == Assignee::Clerk);
    let Some((name, form)) = form.and_then(|name| Some((name, opened.program.forms.get(name)?))) else {
        return Ok((Vec::new(), Vec::new()));
    };
    let around = Surroundings::of_case(house, conn, opened)?.in_language(Lang::Ja);
    let (answers, errors) = match typed {
        Some(typed) => typed,
        None => (working_answers(conn, opened, name)?, Vec::new()),
    };
    Ok((form_steps(form, &answers, &errors, &around), errors))
}

/// A whole form on one page.
pub fn form_steps(form: &Form, answers: &Answers, errors: &[FieldError], around: &Surroundings) -> Vec<Step> {
    let env = around.env();
    let steps = enabled_steps(form, answers, &env);
    steps
        .into_iter()
        .map(|step| step_view(form, &step.link_id, answers, errors, &env))
        .map(|view| Step { title: view.title, fields: view.fields })
        .collect()
}

fn actions(opened: &Opened, item: &WorkItem, shape: &Shape) -> Vec<Button> {
    let ours = shape.assignee == Assignee::Clerk;
    let takes = may(opened, CommandName::AcceptItem);
    let open = matches!(item.state, WorkState::Requested | WorkState::InProgress | WorkState::Received);
    let received = item.state == WorkState::Received;
    let asks = matches!(item.state, WorkState::Planned | WorkState::Requested);
    let waives = may(opened, CommandName::WaiveItem) && !shape.waive_reasons.is_empty();
    let done = item.state.is_done();
    let all = [
        (ours && open && may(opened, CommandName::CompleteItem), "finish", "確かめて完了する", true),
        (
            ours && open && shape.form.is_some() && may(opened, CommandName::SaveItem),
            "save",
            "途中まで保存する",
            false,
        ),
        (!ours && asks && may(opened, CommandName::StartItem), "ask", "この医師に依頼する", true),
        (received && takes, "accept", "受理する", true),
        ((received || item.state == WorkState::Accepted) && takes, "return", "やり直しにする", false),
        (reminds(opened, item), "remind", "催促したことを記録する", false),
        (waives && !done, "waive", "省略する", false),
    ];
    let shown = all.into_iter().filter(|(fits, ..)| *fits);
    shown.map(|(_, code, label, primary)| Button { code, label, primary }).collect()
}

/// Whether a person may be reminded of the item now.
fn reminds(opened: &Opened, item: &WorkItem) -> bool {
    item.state.awaits_result() && item.assignee.starts_with("usr_") && may(opened, CommandName::RemindItem)
}

fn reasons(opened: &Opened, shape: &Shape) -> Vec<Choice> {
    let phrases = shape.waive_reasons.iter().filter_map(|code| opened.program.phrases.waived(code));
    phrases.map(|it| Choice { value: it.code.clone(), label: it.label.clone() }).collect()
}

/// How a person reminds somebody.
fn ways() -> Vec<Choice> {
    let all = [Channel::CallList, Channel::Letter];
    all.map(|via| Choice { value: via.code().to_owned(), label: way(via).to_owned() }).to_vec()
}

/// The physicians who may sign the item's form today.
fn physicians(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    item: &WorkItem,
    shape: &Shape,
) -> Result<Vec<Choice>, Error> {
    let asks = matches!(item.state, WorkState::Planned | WorkState::Requested);
    if !shape.assignee.signs() || !asks || !may(opened, CommandName::StartItem) {
        return Ok(Vec::new());
    }
    let users = users::all(conn, &house.keys)?;
    let signing = users.into_iter().filter(|user| signs(house, opened, shape, user));
    Ok(signing
        .filter_map(|user| {
            let place = user.designation?.institution;
            Some(Choice { value: user.id, label: format!("{}（{place}）", user.name) })
        })
        .collect())
}

/// Whether a user's designation lets them sign the form of an item for this kind of procedure.
pub fn signs(house: &House, opened: &Opened, shape: &Shape, user: &users::User) -> bool {
    let (Some(held), Some(form)) = (&user.designation, &shape.form) else { return false };
    let kind = &opened.stored.case.kind;
    let fits = opened.program.definition.signers(form, kind).any(|signer| signer.designation == held.kind);
    user.active && fits && (held.valid_from..=held.valid_to).contains(&house.today())
}

fn history(house: &House, conn: &mut Conn, opened: &Opened, item: &WorkItem) -> Result<Vec<Happened>, Error> {
    let mut names = Names::default();
    let events = cases::events_after(conn, &opened.stored, -1)?;
    let mut found = Vec::new();
    for (event, stamp) in events.iter().filter(|(event, _)| about(event, &item.id)) {
        let (what, _) = super::events::words(&opened.program, event);
        found.push(Happened { at: stamp.at, who: who(house, conn, &mut names, stamp)?, what });
    }
    Ok(found)
}

fn about(event: &Event, id: &str) -> bool {
    matches!(event,
        Event::WorkPlanned { item, .. }
        | Event::WorkRequested { item, .. }
        | Event::WorkBegun { item }
        | Event::WorkPrepared { item }
        | Event::WorkReminded { item, .. }
        | Event::WorkReceived { item, .. }
        | Event::WorkAccepted { item }
        | Event::WorkReturned { item, .. }
        | Event::WorkWaived { item, .. }
        | Event::WorkCancelled { item } if item == id)
}

/// Who did something, as colleagues know them.
///
/// # Errors
/// When the database fails.
pub fn who(house: &House, conn: &mut Conn, names: &mut Names, stamp: &Stamp) -> Result<String, Error> {
    if stamp.by.starts_with("usr_") && !stamp.name.is_empty() {
        return Ok(stamp.name.clone());
    }
    names.of(house, conn, &stamp.by)
}

/// Posted fields, as the forms engine takes them.
pub type Posted = BTreeMap<String, Vec<String>>;
