//! What a command does to a case: events, or a refusal that says what to do. Pure.

use crate::domain::periods::period_end;
use crate::domain::permission::Granted;
use crate::domain::program::definition::Definition;
use crate::domain::program::guard::Facts;
use crate::domain::program::vocabulary::{CaseKind, CommandName, State};
use crate::domain::program::work::Settings;
use crate::domain::refusal::Refusal;

use super::apply::apply;
use super::command::Command;
use super::event::{Event, Stamp};
use super::facts::{Codes, Items, facts};
use super::{Case, Origin, forwarding, review, ruling};

/// All that a decision may rest on besides the case and the command.
pub struct Context<'a> {
    /// The program, as the case is pinned to it.
    pub definition: &'a Definition,
    /// The installation's own values.
    pub settings: &'a Settings,
    /// Who acts, and that they may.
    pub granted: &'a Granted,
    /// When, and as whom the act is shown.
    pub stamp: &'a Stamp,
    /// The items of the application as they are now.
    pub items: &'a Items,
    /// The coded answers of the application by linkId, for conditions.
    pub answers: &'a Codes,
}

/// Events of a command, or why it is refused.
pub type Outcome = Result<Vec<Event>, Refusal>;

/// Decides a command, and opens the work items that follow from it.
///
/// # Errors
/// The refusal that the actor reads. `case.state` when the command has no place in this state.
pub fn decide(case: &Case, command: &Command, context: &Context) -> Outcome {
    if context.granted.command() != command.name() {
        return Err(Refusal::new("permission.denied"));
    }
    if !states(command).contains(&case.state) {
        return Err(Refusal::new("case.state"));
    }
    added_guards(case, command.name(), context)?;
    let mut events = step(case, command, context)?;
    let mut after = case.clone();
    events.iter().for_each(|event| apply(&mut after, event, context.stamp));
    events.extend(opened(&after, context));
    Ok(events)
}

/// The states in which a command has a place.
pub(super) fn states(command: &Command) -> &'static [State] {
    use State::{Approval, Correction, Decided, Deliberation, Draft, Ended, InReview, Submitted};
    match command {
        Command::Submit { .. } => &[Draft],
        Command::SaveAnswers { .. } | Command::Attach { .. } => &[Draft, Submitted, Correction],
        Command::GiveConsent { .. } | Command::RevokeConsent { .. } => {
            &[Draft, Submitted, InReview, Correction, Deliberation, Approval, Decided]
        }
        Command::BeginReview | Command::DecideByRule { .. } => &[Submitted],
        Command::SetVerdict { .. } | Command::RequestCorrection { .. } | Command::ReferToCommittee { .. } => {
            &[InReview]
        }
        Command::DraftDecision { .. }
        | Command::Forward { .. }
        | Command::TakeOver { .. }
        | Command::SendBack { .. } => &[InReview],
        Command::Resubmit { .. } | Command::LapseCorrection => &[Correction],
        Command::RecordCommitteeResult { .. } | Command::AskByCommittee { .. } => &[Deliberation],
        Command::ApproveLevel { .. } | Command::ReturnDraft { .. } => &[Approval],
        Command::ReviseDecision { .. } => &[Decided],
        Command::StartItem { .. }
        | Command::SaveItem { .. }
        | Command::PrepareItem { .. }
        | Command::RemindItem { .. }
        | Command::CompleteItem { .. }
        | Command::AcceptItem { .. }
        | Command::ReturnItem { .. }
        | Command::WaiveItem { .. }
        | Command::PullRecords => &[Submitted, InReview, Correction],
        Command::Withdraw { .. }
        | Command::EndWithoutDecision { .. }
        | Command::PrepareDelay { .. }
        | Command::ExtendPeriod { .. } => &[Submitted, InReview, Correction, Deliberation, Approval],
        Command::Assign { .. }
        | Command::Say { .. }
        | Command::ClearDuplicate
        | Command::SetProtection { .. } => {
            &[Submitted, InReview, Correction, Deliberation, Approval, Decided, Ended]
        }
    }
}

fn added_guards(case: &Case, command: CommandName, context: &Context) -> Result<(), Refusal> {
    let known = facts(case, context.items, context.stamp.today);
    let mut guards = context.definition.guards.iter().filter(|guard| guard.command == command);
    match guards.find(|guard| !guard.require.holds(&known)) {
        Some(guard) => Err(Refusal::new(&guard.refusal)),
        None => Ok(()),
    }
}

fn step(case: &Case, command: &Command, context: &Context) -> Outcome {
    match command {
        Command::SaveAnswers { form, changed } => save(case, form, changed),
        Command::Attach { path, document, removed } => {
            writable(case, path)?;
            let (path, document) = (path.clone(), document.clone());
            Ok(vec![Event::Attached { path, document, removed: *removed }])
        }
        Command::GiveConsent { key } => give_consent(case, key, context),
        Command::RevokeConsent { key } => revoke_consent(case, key),
        Command::Submit { .. } => submit(case, command, context),
        Command::BeginReview => Ok(vec![Event::ReviewBegun]),
        Command::Assign { to } => Ok(vec![Event::Assigned { to: to.clone() }]),
        Command::PullRecords => Ok(vec![Event::RecordsPulled]),
        Command::Say { note, message } => Ok(vec![Event::Said { note: *note, message: message.clone() }]),
        Command::ClearDuplicate => Ok(vec![Event::DuplicateCleared]),
        Command::SetProtection { on } => Ok(vec![Event::ProtectionSet { on: *on }]),
        Command::SetVerdict { .. }
        | Command::RequestCorrection { .. }
        | Command::Resubmit { .. }
        | Command::LapseCorrection => review::correction(case, command, context),
        Command::StartItem { .. }
        | Command::SaveItem { .. }
        | Command::PrepareItem { .. }
        | Command::RemindItem { .. }
        | Command::CompleteItem { .. }
        | Command::AcceptItem { .. }
        | Command::ReturnItem { .. }
        | Command::WaiveItem { .. } => review::work(case, command, context),
        Command::Forward { .. } | Command::TakeOver { .. } | Command::SendBack { .. } => {
            forwarding::step(case, command, context)
        }
        _ => ruling::step(case, command, context),
    }
}

/// Whether the applicant may write an item now: all of a draft, promised documents after filing,
/// and in 補正 exactly what was returned.
///
/// # Errors
/// `case.item-closed`.
pub fn writable(case: &Case, path: &str) -> Result<(), Refusal> {
    let open = match case.state {
        State::Draft => true,
        State::Submitted => case.missing.iter().any(|it| it == path),
        State::Correction => {
            case.open_correction().is_some_and(|round| round.items.iter().any(|item| covers(item, path)))
        }
        _ => false,
    };
    if open { Ok(()) } else { Err(Refusal::new("case.item-closed").at(path)) }
}

/// An item covers itself and the boxes inside it.
fn covers(item: &str, path: &str) -> bool {
    path == item || path.strip_prefix(item).is_some_and(|rest| rest.starts_with(['.', '/', '[']))
}

fn save(case: &Case, form: &str, changed: &[String]) -> Outcome {
    changed.iter().try_for_each(|path| writable(case, path))?;
    Ok(vec![Event::AnswersSaved { form: form.to_owned(), changed: changed.to_vec() }])
}

fn give_consent(case: &Case, key: &str, context: &Context) -> Outcome {
    if context.definition.consent(key).is_none() {
        return Err(Refusal::new("consent.unknown"));
    }
    if case.consents_to(key) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::ConsentGiven { key: key.to_owned() }])
}

fn revoke_consent(case: &Case, key: &str) -> Outcome {
    if !case.consents_to(key) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::ConsentRevoked { key: key.to_owned() }])
}

fn submit(case: &Case, command: &Command, context: &Context) -> Outcome {
    let Command::Submit { reference, digest, missing, declared, duplicates, received_at, receiver } = command
    else {
        return Err(Refusal::new("case.state"));
    };
    if !declared && case.origin == Origin::Online {
        return Err(Refusal::new("submit.declaration").at("declaration"));
    }
    let form = context.definition.forms.application.clone();
    let number = case.revision(&form).map_or(1, |last| last.number + 1);
    let mut events = vec![
        Event::RevisionFixed { form, number, digest: digest.clone() },
        Event::Submitted {
            reference: reference.clone(),
            received_at: received_at.unwrap_or(context.stamp.at),
            missing: missing.clone(),
            duplicates: duplicates.clone(),
            receiver: receiver.clone(),
        },
    ];
    let runs = |kinds: &[CaseKind]| kinds.is_empty() || kinds.contains(&case.kind);
    for clock in context.definition.clocks.iter().filter(|clock| runs(&clock.kinds)) {
        if let Some(days) = clock.days.number(context.stamp.today, context.settings) {
            events.push(Event::ClockStarted { name: clock.code.clone(), days });
        }
    }
    Ok(events)
}

/// Work items whose condition holds for the first time.
fn opened(case: &Case, context: &Context) -> Vec<Event> {
    if matches!(case.state, State::Draft | State::Decided | State::Ended) {
        return Vec::new();
    }
    let today = context.stamp.today;
    let known = Facts { answers: context.answers.clone(), ..facts(case, context.items, today) };
    let mut events = Vec::new();
    let mut count = case.work.len();
    for shape in &context.definition.work_items {
        let fits = shape.kinds.is_empty() || shape.kinds.contains(&case.kind);
        if !fits || case.work_of(&shape.kind).is_some() || !shape.opens.holds(&known) {
            continue;
        }
        count += 1;
        let item = work_id(case, count);
        let days = shape.stage_days.number(today, context.settings).unwrap_or(0);
        let due_on = period_end(today, days);
        let pool = shape.assignee.code().to_owned();
        events.push(Event::WorkPlanned {
            item: item.clone(),
            kind: shape.kind.clone(),
            assignee: pool.clone(),
            name: String::new(),
            due_on,
        });
        // Who signs is a person, named by code or by a clerk; a pool can be asked at once.
        if !shape.assignee.signs() {
            events.push(Event::WorkRequested { item, assignee: pool, name: String::new(), due_on });
        }
    }
    events
}

fn work_id(case: &Case, number: usize) -> String {
    format!("wi_{}_{number}", case.id.trim_start_matches("case_"))
}
