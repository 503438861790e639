//! Makes an event part of the case. Never fails: what happened, happened.

use crate::domain::program::vocabulary::{Holder, State};

use super::clock::Clock;
use super::correction::CorrectionRound;
use super::decision::{Decision, Draft, Signature};
use super::event::{Event, Stamp};
use super::route::{Leg, Route};
use super::verdict::Verdict;
use super::work::{Prepared, Reminded, WorkItem, WorkState};
use super::{Case, CommitteeQuestion, CommitteeResult, Consent, Ending, Extension, PreparedDelay, Revision};

/// The case that a [`Event::Started`] begins; `None` for any other event.
pub fn begin(event: &Event, stamp: &Stamp) -> Option<Case> {
    let Event::Started { id, program, kind, definition, applicant, origin, lang, follows, agency } = event
    else {
        return None;
    };
    Some(Case {
        id: id.clone(),
        reference: None,
        program: program.clone(),
        kind: kind.clone(),
        definition: definition.clone(),
        state: State::Draft,
        version: 0,
        events: 1,
        applicant: applicant.clone(),
        follows: follows.clone(),
        agency: agency.clone(),
        origin: *origin,
        lang: *lang,
        started_at: stamp.at,
        received_at: None,
        route: None,
        revisions: Default::default(),
        missing: Vec::new(),
        consents: Default::default(),
        verdicts: Default::default(),
        work: Vec::new(),
        corrections: Vec::new(),
        clocks: Vec::new(),
        assignee: None,
        duplicates: Vec::new(),
        duplicate_cleared: false,
        protected: false,
        extension: None,
        delay: None,
        committee: None,
        referral: None,
        asked: None,
        draft: None,
        decisions: Vec::new(),
        ending: None,
        pulled_at: None,
    })
}

/// Rebuilds a case from all of its events.
pub fn replay<'a>(events: impl IntoIterator<Item = (&'a Event, &'a Stamp)>) -> Option<Case> {
    let mut events = events.into_iter();
    let (first, stamp) = events.next()?;
    let mut case = begin(first, stamp)?;
    for (event, stamp) in events {
        apply(&mut case, event, stamp);
    }
    Some(case)
}

/// Makes one event part of the case.
pub fn apply(case: &mut Case, event: &Event, stamp: &Stamp) {
    case.events += 1;
    match event {
        Event::Started { .. } | Event::AnswersSaved { .. } | Event::Attached { .. } | Event::Said { .. } => {}
        Event::ConsentGiven { .. } | Event::ConsentRevoked { .. } => consent(case, event, stamp),
        Event::RevisionFixed { form, number, digest } => {
            let revision = Revision { number: *number, digest: digest.clone(), at: stamp.at };
            case.revisions.entry(form.clone()).or_default().push(revision);
        }
        Event::Submitted { .. } | Event::ReviewBegun | Event::Assigned { .. } => arrival(case, event),
        Event::ClockStarted { .. }
        | Event::ClockPaused { .. }
        | Event::ClockResumed { .. }
        | Event::ClockRestarted { .. }
        | Event::ClockStopped { .. }
        | Event::DelayPrepared { .. }
        | Event::PeriodExtended { .. } => clocks(case, event, stamp),
        Event::WorkPlanned { item, kind, assignee, name, due_on } => case.work.push(WorkItem {
            id: item.clone(),
            kind: kind.clone(),
            state: WorkState::Planned,
            assignee: assignee.clone(),
            assignee_name: name.clone(),
            requested_at: None,
            due_on: *due_on,
            received_at: None,
            results: Vec::new(),
            reason: None,
            prepared: None,
            returned_at: None,
            reminded: Vec::new(),
        }),
        Event::WorkRequested { item, .. }
        | Event::WorkBegun { item }
        | Event::WorkPrepared { item }
        | Event::WorkReminded { item, .. }
        | Event::WorkReceived { item, .. }
        | Event::WorkAccepted { item }
        | Event::WorkReturned { item, .. }
        | Event::WorkWaived { item, .. }
        | Event::WorkCancelled { item } => {
            if let Some(work) = case.work.iter_mut().find(|it| it.id == *item) {
                work_item(work, event, stamp);
            }
        }
        Event::Ruled { items, ruling } => {
            if let Some(route) = case.route.as_mut().filter(|route| route.holder() == Holder::Receiving) {
                route.looked_at.extend(items.iter().map(|(item, _)| item.clone()));
            }
            for (item, content) in items {
                match ruling {
                    None => drop(case.verdicts.remove(item)),
                    Some(ruling) => {
                        let verdict = Verdict {
                            ruling: ruling.clone(),
                            content: content.clone(),
                            by: stamp.by.clone(),
                        };
                        case.verdicts.insert(item.clone(), verdict);
                    }
                }
            }
        }
        Event::VerdictsReset { items } => items.iter().for_each(|item| drop(case.verdicts.remove(item))),
        Event::CorrectionRequested { .. } | Event::Resubmitted { .. } | Event::CorrectionLapsed => {
            correction(case, event, stamp);
        }
        Event::RecordsPulled => case.pulled_at = Some(stamp.at),
        Event::Referred { .. } | Event::CommitteeFound { .. } | Event::CommitteeAsked { .. } => {
            deliberation(case, event);
        }
        Event::Drafted { .. }
        | Event::LevelApproved { .. }
        | Event::DraftReturned { .. }
        | Event::Decided { .. }
        | Event::Reopened { .. } => ruling(case, event, stamp),
        Event::Forwarded { .. } | Event::TakenOver { .. } | Event::SentBack { .. } => way(case, event, stamp),
        Event::Ended { code, reason } => {
            case.state = State::Ended;
            case.ending = Some(Ending { code: code.clone(), reason: reason.clone(), at: stamp.at });
        }
        Event::DuplicateCleared => case.duplicate_cleared = true,
        Event::ProtectionSet { on } => case.protected = *on,
    }
}

fn deliberation(case: &mut Case, event: &Event) {
    case.state = State::InReview;
    match event {
        Event::Referred { reason } => {
            case.state = State::Deliberation;
            case.referral = Some(reason.clone());
            case.asked = None;
        }
        Event::CommitteeFound { held_on, met, opinion, criterion, session } => {
            case.committee = Some(CommitteeResult {
                held_on: *held_on,
                met: *met,
                opinion: opinion.clone(),
                criterion: criterion.clone(),
                session: session.clone(),
            });
        }
        Event::CommitteeAsked { held_on, question, .. } => {
            case.asked = Some(CommitteeQuestion { held_on: *held_on, question: question.clone() });
        }
        _ => {}
    }
}

/// A case that changes hands has no owner at the other desk yet.
fn way(case: &mut Case, event: &Event, stamp: &Stamp) {
    let Some(route) = case.route.as_mut() else { return };
    let leg = |onward: bool, remark: &str, arrived_on| Leg {
        onward,
        sent_at: stamp.at,
        sent_on: stamp.today,
        remark: remark.to_owned(),
        arrived_on,
    };
    match event {
        Event::Forwarded { remark } => {
            route.legs.push(leg(true, remark, None));
            route.looked_at.clear();
            case.assignee = None;
        }
        Event::SentBack { reason } => {
            route.legs.push(leg(false, reason, Some(stamp.today)));
            case.assignee = None;
        }
        Event::TakenOver { arrived_on } => {
            if let Some(leg) = route.legs.last_mut() {
                leg.arrived_on = Some(*arrived_on);
            }
        }
        _ => {}
    }
}

fn consent(case: &mut Case, event: &Event, stamp: &Stamp) {
    match event {
        Event::ConsentGiven { key } => {
            case.consents.insert(key.clone(), Consent { given_at: stamp.at, revoked_at: None });
        }
        Event::ConsentRevoked { key } => {
            if let Some(consent) = case.consents.get_mut(key) {
                consent.revoked_at = Some(stamp.at);
            }
        }
        _ => {}
    }
}

fn arrival(case: &mut Case, event: &Event) {
    match event {
        Event::Submitted { reference, received_at, missing, duplicates, receiver } => {
            case.route = receiver.clone().map(Route::at);
            case.state = State::Submitted;
            case.reference = Some(reference.clone());
            case.received_at = Some(*received_at);
            case.missing = missing.clone();
            case.duplicates = duplicates.clone();
        }
        Event::ReviewBegun => case.state = State::InReview,
        Event::Assigned { to } => case.assignee = to.clone(),
        _ => {}
    }
}

fn clocks(case: &mut Case, event: &Event, stamp: &Stamp) {
    let today = stamp.today;
    if let Event::ClockStarted { name, days } = event {
        case.clocks.push(Clock::start(name, *days, today));
        return;
    }
    if let Event::DelayPrepared { until, reason } = event {
        case.delay = Some(PreparedDelay { until: *until, reason: reason.clone(), on: today });
    }
    if let Event::PeriodExtended { until, reason } = event {
        case.delay = None;
        case.extension = Some(Extension { until: *until, reason: reason.clone(), told_on: today });
    }
    for clock in &mut case.clocks {
        match event {
            Event::ClockPaused { name } if *name == clock.name => clock.pause(today),
            Event::ClockResumed { name } if *name == clock.name => clock.resume(today),
            Event::ClockRestarted { name } if *name == clock.name => clock.restart(today),
            Event::ClockStopped { name } if *name == clock.name => {
                clock.resume(today);
                clock.stopped_at = Some(stamp.at);
            }
            Event::PeriodExtended { until, .. } => clock.extended_to = Some(*until),
            _ => {}
        }
    }
}

fn work_item(work: &mut WorkItem, event: &Event, stamp: &Stamp) {
    match event {
        Event::WorkRequested { assignee, name, due_on, .. } => {
            work.state = WorkState::Requested;
            work.assignee = assignee.clone();
            work.assignee_name = name.clone();
            work.requested_at = Some(stamp.at);
            work.due_on = *due_on;
            work.prepared = None;
            work.returned_at = None;
            work.reminded.clear();
        }
        Event::WorkBegun { .. } => work.state = WorkState::InProgress,
        Event::WorkPrepared { .. } => {
            work.prepared = Some(Prepared { by: stamp.by.clone(), name: stamp.name.clone(), at: stamp.at });
        }
        Event::WorkReminded { via, note, .. } => {
            let by = Some(stamp.name.clone()).filter(|_| stamp.by.starts_with("usr_"));
            work.reminded.push(Reminded { via: *via, by, note: note.clone(), at: stamp.at });
        }
        Event::WorkReceived { revision, .. } => {
            work.state = WorkState::Received;
            work.received_at = Some(stamp.at);
            work.results.extend(revision);
        }
        Event::WorkAccepted { .. } => work.state = WorkState::Accepted,
        Event::WorkReturned { reason, due_on, .. } => {
            work.state = WorkState::Requested;
            work.reason = Some(reason.clone());
            work.due_on = *due_on;
            work.prepared = None;
            work.returned_at = Some(stamp.at);
            work.reminded.clear();
        }
        Event::WorkWaived { reason, .. } => {
            work.state = WorkState::Waived;
            work.reason = Some(reason.clone());
        }
        Event::WorkCancelled { .. } => work.state = WorkState::Cancelled,
        _ => {}
    }
}

fn correction(case: &mut Case, event: &Event, stamp: &Stamp) {
    match event {
        Event::CorrectionRequested { items, due_on } => {
            case.state = State::Correction;
            case.corrections.push(CorrectionRound {
                items: items.clone(),
                requested_at: stamp.at,
                due_on: *due_on,
                replies: Default::default(),
                answered_at: None,
                lapsed_at: None,
            });
        }
        Event::Resubmitted { replies } => {
            case.state = State::InReview;
            if let Some(round) = case.corrections.last_mut() {
                round.replies = replies.clone();
                round.answered_at = Some(stamp.at);
            }
        }
        Event::CorrectionLapsed => {
            case.state = State::InReview;
            if let Some(round) = case.corrections.last_mut() {
                round.lapsed_at = Some(stamp.at);
            }
        }
        _ => {}
    }
}

fn ruling(case: &mut Case, event: &Event, stamp: &Stamp) {
    match event {
        Event::Drafted { content, hash, levels } => {
            case.state = State::Approval;
            case.draft = Some(Draft {
                content: (**content).clone(),
                hash: hash.clone(),
                by: stamp.by.clone(),
                name: stamp.name.clone(),
                at: stamp.at,
                levels: levels.clone(),
                signatures: Vec::new(),
                returned: None,
            });
        }
        Event::LevelApproved { level, role } => {
            if let Some(draft) = case.draft.as_mut() {
                draft.signatures.push(Signature {
                    level: *level,
                    role: role.clone(),
                    by: stamp.by.clone(),
                    name: stamp.name.clone(),
                    at: stamp.at,
                });
            }
        }
        Event::DraftReturned { remark } => {
            case.state = State::InReview;
            if let Some(draft) = case.draft.as_mut() {
                draft.returned = Some(remark.clone());
            }
        }
        Event::Decided { id, seq, supersedes } => {
            case.state = State::Decided;
            if let Some(draft) = case.draft.take() {
                let (id, supersedes) = (id.clone(), supersedes.clone());
                case.decisions.push(Decision { id, seq: *seq, draft, at: stamp.at, supersedes });
            }
        }
        Event::Reopened { .. } => case.state = State::InReview,
        _ => {}
    }
}
