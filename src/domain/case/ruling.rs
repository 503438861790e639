//! Committee, 起案, 決裁, and the ways in which a case ends.

use crate::domain::program::definition::OutcomeRule;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;

use super::command::Command;
use super::decide::{Context, Outcome};
use super::decision::{Content, Draft};
use super::delay;
use super::event::Event;
use super::facts::{facts, returned, unseen};
use super::work::WorkState;
use super::{Case, deliberation, review_text};

/// Endings without a decision that staff may record.
pub const ENDINGS: [&str; 4] = ["deceased", "moved_out", "duplicate", "filed_in_error"];

pub(super) fn step(case: &Case, command: &Command, context: &Context) -> Outcome {
    match command {
        Command::ReferToCommittee { reason } => {
            joined(case, CommandName::ReferToCommittee, context)?;
            let reason = review_text(reason, "committee.referral", "reason")?;
            Ok(vec![Event::Referred { reason }])
        }
        Command::RecordCommitteeResult { .. } | Command::AskByCommittee { .. } => {
            deliberation::step(case, command, context)
        }
        Command::DraftDecision { content } => draft(case, content, context),
        Command::ApproveLevel { hash, decision } => approve(case, hash, decision, context),
        Command::DecideByRule { content, decision } => by_rule(case, content, decision, context),
        Command::ReturnDraft { remark } => {
            let remark = review_text(remark, "approval.remark", "remark")?;
            in_approval(case)?;
            Ok(vec![Event::DraftReturned { remark }])
        }
        Command::Withdraw { reason } => Ok(closing(case, "withdrawn", reason)),
        Command::EndWithoutDecision { code, reason } => {
            if !ENDINGS.contains(&code.as_str()) {
                return Err(Refusal::new("ending.code").at("code"));
            }
            let reason = review_text(reason, "ending.reason", "reason")?;
            Ok(closing(case, code, &reason))
        }
        Command::ReviseDecision { reason } => {
            let reason = review_text(reason, "revise.reason", "reason")?;
            Ok(vec![Event::Reopened { reason }])
        }
        Command::PrepareDelay { until, reason } => delay::prepare(case, *until, reason, context),
        Command::ExtendPeriod { until, reason } => {
            let reason = review_text(reason, "extend.reason", "reason")?;
            let due = case.clocks.iter().map(|clock| clock.due_on(context.stamp.today)).max();
            if due.is_none_or(|due| *until <= due) {
                return Err(Refusal::new("extend.until").at("until"));
            }
            Ok(vec![Event::PeriodExtended { until: *until, reason }])
        }
        _ => Err(Refusal::new("case.state")),
    }
}

fn joined(case: &Case, command: CommandName, context: &Context) -> Result<(), Refusal> {
    for shape in context.definition.join(command) {
        let done = case.work_of(&shape.kind).is_none_or(|item| item.state.is_done());
        if !done {
            return Err(Refusal::new("draft.work-open").with("work", &shape.label));
        }
    }
    Ok(())
}

fn draft(case: &Case, content: &Content, context: &Context) -> Outcome {
    let rule = context
        .definition
        .outcome(&case.kind, content.outcome)
        .ok_or_else(|| Refusal::new("draft.outcome").at("outcome"))?;
    joined(case, CommandName::DraftDecision, context)?;
    if unseen(case, context.items).next().is_some() {
        return Err(Refusal::new("draft.unseen"));
    }
    if returned(case).next().is_some() && !rule.adverse {
        return Err(Refusal::new("draft.returned"));
    }
    outcome_guard(case, rule, context)?;
    fields(case, content, context)?;
    adverse(content, rule)?;
    Ok(vec![Event::Drafted {
        content: Box::new(content.clone()),
        hash: content.hash(),
        levels: rule.approvers.clone(),
    }])
}

/// What a program lets its rules decide: never to anybody's disadvantage, and never with work still to be done.
fn by_rule(case: &Case, content: &Content, decision: &str, context: &Context) -> Outcome {
    let named = context.definition.straight_through.iter().any(|rule| rule.kinds.contains(&case.kind));
    let rule = context.definition.outcome(&case.kind, content.outcome).filter(|rule| named && !rule.adverse);
    let rule = rule.ok_or_else(|| Refusal::new("draft.outcome").at("outcome"))?;
    outcome_guard(case, rule, context)?;
    fields(case, content, context)?;
    let (boxed, hash) = (Box::new(content.clone()), content.hash());
    let mut events = vec![Event::Drafted { content: boxed, hash, levels: Vec::new() }];
    events.extend(finalise(case, decision));
    Ok(events)
}

fn outcome_guard(case: &Case, rule: &OutcomeRule, context: &Context) -> Result<(), Refusal> {
    let known = facts(case, context.items, context.stamp.today);
    match &rule.require {
        Some(guard) if !guard.holds(&known) => {
            Err(Refusal::new(rule.refusal.as_deref().unwrap_or("draft.outcome")))
        }
        _ => Ok(()),
    }
}

fn fields(case: &Case, content: &Content, context: &Context) -> Result<(), Refusal> {
    let fields = context.definition.decision.fields.iter();
    for field in fields.filter(|field| field.belongs_to(&case.kind)) {
        let given = content.fields.get(&field.key).is_some_and(|value| !value.is_null() && value != "");
        if field.required.contains(&content.outcome) && !given {
            return Err(Refusal::new("draft.field").at(&field.key).with("field", &field.label));
        }
    }
    Ok(())
}

/// 行政手続法8条 and 行政不服審査法82条: reasons with their facts, and how to appeal.
fn adverse(content: &Content, rule: &OutcomeRule) -> Result<(), Refusal> {
    if !rule.adverse {
        return Ok(());
    }
    if content.reasons.is_empty() {
        return Err(Refusal::new("draft.reasons").at("reasons"));
    }
    for reason in &content.reasons {
        if !rule.reasons.contains(&reason.code) || !reason.is_complete() {
            return Err(Refusal::new("draft.facts").at("reasons"));
        }
    }
    if content.appeal.is_empty() || rule.appeal.as_ref() != Some(&content.appeal) {
        return Err(Refusal::new("draft.appeal").at("appeal"));
    }
    Ok(())
}

fn in_approval(case: &Case) -> Result<&Draft, Refusal> {
    case.draft.as_ref().filter(|draft| draft.returned.is_none()).ok_or_else(|| Refusal::new("case.state"))
}

fn approve(case: &Case, hash: &str, decision: &str, context: &Context) -> Outcome {
    let draft = in_approval(case)?;
    let actor = context.granted.actor();
    if draft.hash != hash {
        return Err(Refusal::new("approval.changed"));
    }
    let signed = draft.signatures.iter().any(|signature| signature.by == actor.id);
    if draft.by == actor.id || signed {
        return Err(Refusal::new("approval.four-eyes"));
    }
    let role = draft.next_role().ok_or_else(|| Refusal::new("case.state"))?;
    if !actor.is(role) {
        return Err(Refusal::new("approval.level"));
    }
    let level = i64::try_from(draft.signatures.len()).unwrap_or(i64::MAX).saturating_add(1);
    let mut events = vec![Event::LevelApproved { level, role: role.to_owned() }];
    if usize::try_from(level).is_ok_and(|level| level == draft.levels.len()) {
        events.extend(finalise(case, decision));
    }
    Ok(events)
}

fn finalise(case: &Case, id: &str) -> Vec<Event> {
    let seq = case.decision().map_or(1, |last| last.seq + 1);
    let supersedes = case.decision().map(|last| last.id.clone());
    let mut events: Vec<Event> = stopped_clocks(case).collect();
    events.push(Event::Decided { id: id.to_owned(), seq, supersedes });
    events
}

fn stopped_clocks(case: &Case) -> impl Iterator<Item = Event> {
    let running = case.clocks.iter().filter(|clock| clock.stopped_at.is_none());
    running.map(|clock| Event::ClockStopped { name: clock.name.clone() })
}

fn closing(case: &Case, code: &str, reason: &str) -> Vec<Event> {
    let open = case.work.iter().filter(|item| item.state.is_open() || item.state == WorkState::Planned);
    let mut events: Vec<Event> = open.map(|item| Event::WorkCancelled { item: item.id.clone() }).collect();
    events.extend(stopped_clocks(case));
    events.push(Event::Ended { code: code.to_owned(), reason: reason.to_owned() });
    events
}
