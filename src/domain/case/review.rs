//! Examination: verdicts, rounds of 補正, and the results of work items.

use chrono::NaiveDate;

use crate::domain::periods::period_end;
use crate::domain::program::vocabulary::{Assignee, Reach, ReturnEffect};
use crate::domain::refusal::Refusal;

use super::command::Command;
use super::correction::Reply;
use super::decide::{Context, Outcome};
use super::event::Event;
use super::facts::returned;
use super::verdict::{Ruling, item_key};
use super::work::{WorkItem, WorkState};
use super::{Case, forwarding, reminding};

pub(super) fn correction(case: &Case, command: &Command, context: &Context) -> Outcome {
    match command {
        Command::SetVerdict { items, ruling } => {
            forwarding::about_form(case, ruling.as_ref())?;
            rule(items, ruling.as_ref(), context)
        }
        Command::RequestCorrection { due_on } => request(case, *due_on, context),
        Command::Resubmit { .. } => resubmit(case, command, context),
        Command::LapseCorrection => lapse(case, context),
        _ => Err(Refusal::new("case.state")),
    }
}

fn rule(items: &[(String, String)], ruling: Option<&Ruling>, context: &Context) -> Outcome {
    if items.is_empty() {
        return Err(Refusal::new("verdict.nothing"));
    }
    // A verdict counts for the content that was looked at, never for a newer one.
    for (item, content) in items {
        if context.items.get(item).is_some_and(|now| now != content) {
            return Err(Refusal::new("verdict.changed").at(item));
        }
    }
    match ruling {
        Some(Ruling::Returned { reason, .. } | Ruling::Waived { reason }) if reason.is_empty() => {
            Err(Refusal::new("verdict.reason").at("reason"))
        }
        _ => Ok(vec![Event::Ruled { items: items.to_vec(), ruling: ruling.cloned() }]),
    }
}

fn request(case: &Case, due_on: NaiveDate, context: &Context) -> Outcome {
    let prefix = item_key(&context.definition.forms.application, "");
    let items: Vec<String> =
        returned(case).filter_map(|key| key.strip_prefix(&prefix)).map(str::to_owned).collect();
    if items.is_empty() {
        return Err(Refusal::new("correction.nothing"));
    }
    if due_on <= context.stamp.today {
        return Err(Refusal::new("correction.due").at("due_on"));
    }
    let mut events = vec![Event::CorrectionRequested { items, due_on }];
    let effects = return_effects(case);
    for clock in &context.definition.clocks {
        if clock.pause_on.iter().any(|effect| effects.contains(effect)) {
            events.push(Event::ClockPaused { name: clock.code.clone() });
        }
    }
    Ok(events)
}

fn return_effects(case: &Case) -> Vec<ReturnEffect> {
    let effect = |ruling: &Ruling| match ruling {
        Ruling::Returned { effect, .. } => Some(*effect),
        _ => None,
    };
    case.verdicts.values().filter_map(|verdict| effect(&verdict.ruling)).collect()
}

fn resubmit(case: &Case, command: &Command, context: &Context) -> Outcome {
    let Command::Resubmit { digest, replies, contents } = command else {
        return Err(Refusal::new("case.state"));
    };
    let round = case.open_correction().ok_or_else(|| Refusal::new("case.state"))?;
    for item in &round.items {
        check_reply(case, item, replies.get(item), contents, context)?;
    }
    let form = context.definition.forms.application.clone();
    let number = case.revision(&form).map_or(1, |last| last.number + 1);
    let reset = round.items.iter().map(|path| item_key(&form, path)).collect();
    let mut events = vec![
        Event::RevisionFixed { form, number, digest: digest.clone() },
        Event::Resubmitted { replies: replies.clone() },
        Event::VerdictsReset { items: reset },
    ];
    events.extend(resumed(case));
    events.extend(restarted(case, context));
    Ok(events)
}

fn check_reply(
    case: &Case,
    path: &str,
    reply: Option<&Reply>,
    contents: &std::collections::BTreeMap<String, String>,
    context: &Context,
) -> Result<(), Refusal> {
    let key = item_key(&context.definition.forms.application, path);
    let unchanged = || {
        let before = case.verdicts.get(&key).map(|verdict| &verdict.content);
        before.is_some() && before == contents.get(&key)
    };
    match reply {
        None => Err(Refusal::new("correction.reply").at(path)),
        Some(Reply::Fixed) if unchanged() => Err(Refusal::new("correction.unchanged").at(path)),
        Some(Reply::Cannot { reason: text } | Reply::Question { text }) if text.trim().is_empty() => {
            Err(Refusal::new("correction.words").at(path))
        }
        Some(_) => Ok(()),
    }
}

fn lapse(case: &Case, context: &Context) -> Outcome {
    let round = case.open_correction().ok_or_else(|| Refusal::new("case.state"))?;
    if context.stamp.today <= round.due_on {
        return Err(Refusal::new("correction.not-yet"));
    }
    let mut events = vec![Event::CorrectionLapsed];
    events.extend(resumed(case));
    Ok(events)
}

fn resumed(case: &Case) -> impl Iterator<Item = Event> {
    let paused = case.clocks.iter().filter(|clock| clock.paused_since.is_some());
    paused.map(|clock| Event::ClockResumed { name: clock.name.clone() })
}

/// Only an answer starts a clock anew; a round that lapses lets it go on.
fn restarted(case: &Case, context: &Context) -> Vec<Event> {
    let effects = return_effects(case);
    let runs = |name: &str| case.clocks.iter().any(|it| it.name == name && it.stopped_at.is_none());
    let anew =
        context.definition.clocks.iter().filter(|clock| {
            runs(&clock.code) && clock.restart_on.iter().any(|effect| effects.contains(effect))
        });
    anew.map(|clock| Event::ClockRestarted { name: clock.code.clone() }).collect()
}

pub(super) fn work(case: &Case, command: &Command, context: &Context) -> Outcome {
    match command {
        Command::StartItem { kind, assignee, name } => start(case, kind, assignee, name, context),
        Command::SaveItem { item } => {
            let item = at_hand(case, item, context)?;
            match item.state {
                WorkState::Requested => Ok(vec![Event::WorkBegun { item: item.id.clone() }]),
                // What was handed in stays as it is; this is the draft of a further version.
                WorkState::InProgress | WorkState::Received => Ok(Vec::new()),
                _ => Err(Refusal::new("work.closed")),
            }
        }
        Command::PrepareItem { item } => {
            let item = at_hand(case, item, context)?;
            if item.state != WorkState::InProgress {
                return Err(Refusal::new("work.nothing-entered"));
            }
            Ok(vec![Event::WorkPrepared { item: item.id.clone() }])
        }
        Command::RemindItem { item, via, note } => reminding::step(case, item, *via, note, context),
        Command::CompleteItem { item, digest } => complete(case, item, digest, context),
        Command::AcceptItem { item } => {
            let item = takeable(case, item, context)?;
            if item.state != WorkState::Received {
                return Err(Refusal::new("work.nothing-received"));
            }
            Ok(vec![Event::WorkAccepted { item: item.id.clone() }])
        }
        Command::ReturnItem { item, reason } => give_back(case, item, reason, context),
        Command::WaiveItem { item, reason } => waive(case, item, reason, context),
        _ => Err(Refusal::new("case.state")),
    }
}

fn found<'a>(case: &'a Case, id: &str) -> Result<&'a WorkItem, Refusal> {
    case.work.iter().find(|item| item.id == id).ok_or_else(|| Refusal::new("work.unknown"))
}

/// A person's item may be done by them alone; a pool's by those who stand on its side, and never by
/// somebody who reaches the case only through an item of their own.
fn mine<'a>(case: &'a Case, id: &str, context: &Context) -> Result<&'a WorkItem, Refusal> {
    let item = found(case, id)?;
    let actor = context.granted.actor();
    let side = if item.assignee == Assignee::Citizen.code() { Reach::Own } else { Reach::Organisation };
    let mut roles = context.definition.roles_for(context.granted.command());
    let allowed = if item.assignee.starts_with("usr_") {
        item.assignee == actor.id
    } else {
        roles.any(|role| actor.is(&role.code) && role.reach == side)
    };
    if allowed { Ok(item) } else { Err(Refusal::new("permission.denied")) }
}

/// An item whose form the actor may write in: their own, or one that awaits somebody at their institution.
fn at_hand<'a>(case: &'a Case, id: &str, context: &Context) -> Result<&'a WorkItem, Refusal> {
    let role = context.definition.role(context.granted.role());
    if role.is_none_or(|role| role.reach != Reach::Institution) {
        return mine(case, id, context);
    }
    let item = found(case, id)?;
    let awaited = item.assignee.starts_with("usr_") && item.state.awaits_result();
    if awaited { Ok(item) } else { Err(Refusal::new("permission.denied")) }
}

/// An item whose result the actor may take or give back.
fn takeable<'a>(case: &'a Case, id: &str, context: &Context) -> Result<&'a WorkItem, Refusal> {
    let item = found(case, id)?;
    let shape = context.definition.work_item(&item.kind).ok_or_else(|| Refusal::new("work.unknown"))?;
    let allowed = shape.accepted_by.iter().any(|role| context.granted.actor().is(role));
    if allowed { Ok(item) } else { Err(Refusal::new("permission.denied")) }
}

fn start(case: &Case, kind: &str, assignee: &str, name: &str, context: &Context) -> Outcome {
    let item = case.work_of(kind).ok_or_else(|| Refusal::new("work.unknown"))?;
    if !matches!(item.state, WorkState::Planned | WorkState::Requested | WorkState::InProgress) {
        return Err(Refusal::new("work.closed"));
    }
    let due_on = stage_end(kind, context);
    let (item, assignee, name) = (item.id.clone(), assignee.to_owned(), name.to_owned());
    Ok(vec![Event::WorkRequested { item, assignee, name, due_on }])
}

fn stage_end(kind: &str, context: &Context) -> NaiveDate {
    let today = context.stamp.today;
    let shape = context.definition.work_item(kind);
    let days = shape.and_then(|it| it.stage_days.number(today, context.settings)).unwrap_or(0);
    period_end(today, days)
}

fn complete(case: &Case, id: &str, digest: &str, context: &Context) -> Outcome {
    let item = mine(case, id, context)?;
    // A signed result is never changed: a further one supersedes it until the office has accepted.
    if !item.state.is_open() {
        return Err(Refusal::new("work.closed"));
    }
    let form = context.definition.work_item(&item.kind).and_then(|shape| shape.form.clone());
    let Some(form) = form else {
        return Ok(vec![Event::WorkReceived { item: item.id.clone(), revision: None }]);
    };
    let number = case.revision(&form).map_or(1, |last| last.number + 1);
    Ok(vec![
        Event::RevisionFixed { form, number, digest: digest.to_owned() },
        Event::WorkReceived { item: item.id.clone(), revision: Some(number) },
    ])
}

fn give_back(case: &Case, id: &str, reason: &str, context: &Context) -> Outcome {
    let item = takeable(case, id, context)?;
    if !matches!(item.state, WorkState::Received | WorkState::Accepted) {
        return Err(Refusal::new("work.nothing-received"));
    }
    if reason.trim().is_empty() {
        return Err(Refusal::new("work.reason").at("reason"));
    }
    let due_on = stage_end(&item.kind, context);
    Ok(vec![Event::WorkReturned { item: item.id.clone(), reason: reason.to_owned(), due_on }])
}

fn waive(case: &Case, id: &str, reason: &str, context: &Context) -> Outcome {
    let item = found(case, id)?;
    let shape = context.definition.work_item(&item.kind).ok_or_else(|| Refusal::new("work.unknown"))?;
    if !shape.waived_by.iter().any(|role| context.granted.actor().is(role)) {
        return Err(Refusal::new("permission.denied"));
    }
    if !shape.waive_reasons.iter().any(|code| code == reason) {
        return Err(Refusal::new("work.waive-reason").at("reason"));
    }
    if item.state.is_done() {
        return Err(Refusal::new("work.closed"));
    }
    Ok(vec![Event::WorkWaived { item: item.id.clone(), reason: reason.to_owned() }])
}
