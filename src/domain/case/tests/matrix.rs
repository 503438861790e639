//! The reviewed matrix: every role, command and state with an explicit allow or deny.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::NaiveDate;

use super::bench::{committee, content, definition, draft, refer, sitting, start_certificate, submit};
use crate::domain::case::command::Command;
use crate::domain::case::decide::states;
use crate::domain::case::route::Custody;
use crate::domain::permission::{APPLICANT, Actor, Relation, grant};
use crate::domain::program::vocabulary::{Body, Channel, CommandName, Outcome, State};

const MATRIX: &str = "tests/data/permissions.csv";
/// With this variable set, the matrix is written anew. Read the difference before you commit it.
const WRITE: &str = "MADOGUCHI_WRITE_MATRIX";

/// A command of each kind that has content.
fn samples() -> Vec<Command> {
    let text = || "x".to_owned();
    let item = || "wi_1".to_owned();
    vec![
        Command::SaveAnswers { form: text(), changed: Vec::new() },
        Command::Attach { path: text(), document: text(), removed: false },
        Command::GiveConsent { key: text() },
        Command::RevokeConsent { key: text() },
        submit(),
        Command::BeginReview,
        Command::Forward { remark: text() },
        Command::TakeOver { arrived_on: NaiveDate::MAX },
        Command::SendBack { reason: text() },
        Command::Assign { to: None },
        Command::SetVerdict { items: Vec::new(), ruling: None },
        Command::RequestCorrection { due_on: NaiveDate::MAX },
        Command::Resubmit { digest: text(), replies: BTreeMap::new(), contents: BTreeMap::new() },
        Command::LapseCorrection,
        Command::PullRecords,
        start_certificate(),
        Command::SaveItem { item: item() },
        Command::PrepareItem { item: item() },
        Command::RemindItem { item: item(), via: Channel::CallList, note: text() },
        Command::CompleteItem { item: item(), digest: text() },
        Command::AcceptItem { item: item() },
        Command::ReturnItem { item: item(), reason: text() },
        Command::WaiveItem { item: item(), reason: text() },
        refer(),
        committee(),
        Command::AskByCommittee { sitting: sitting(2), question: text() },
        draft(Outcome::Granted),
        Command::ApproveLevel { hash: text(), decision: text() },
        Command::DecideByRule { content: Box::new(content(Outcome::Granted)), decision: text() },
        Command::ReturnDraft { remark: text() },
        Command::Withdraw { reason: text() },
        Command::EndWithoutDecision { code: text(), reason: text() },
        Command::ReviseDecision { reason: text() },
        Command::ExtendPeriod { until: NaiveDate::MAX, reason: text() },
        Command::PrepareDelay { until: NaiveDate::MAX, reason: text() },
        Command::Say { note: true, message: text() },
        Command::Say { note: false, message: text() },
        Command::ClearDuplicate,
        Command::SetProtection { on: true },
    ]
}

fn matrix() -> String {
    let places: BTreeMap<CommandName, &[State]> =
        samples().iter().map(|command| (command.name(), states(command))).collect();
    let mut text = "role,command".to_owned();
    State::ALL.iter().for_each(|state| write!(text, ",{}", state.code()).unwrap());
    for role in &definition().roles {
        for command in CommandName::ALL {
            write!(text, "\n{},{}", role.code, command.code()).unwrap();
            for state in State::ALL {
                let has_place = places.get(command).is_none_or(|states| states.contains(state));
                let allowed = has_place && granted(&role.code, *command, *state);
                text.push_str(if allowed { ",allow" } else { ",deny" });
            }
        }
    }
    text + "\n"
}

/// Asked for a case that is the applicant's own, and assigned, presented and put before everybody else, so that only the role
/// speaks.
fn granted(role: &str, command: CommandName, state: State) -> bool {
    let relation = Relation {
        own: role == APPLICANT,
        assigned: true,
        colleague: true,
        presented: true,
        seated: true,
        entrusted: true,
        state: Some(state),
        custody: Custody::Here,
    };
    let mut actor = Actor::with_roles("usr_1", "", [role]);
    let side = definition().role(role).map(|role| role.body);
    actor.office = (side == Some(Body::Forwarding)).then(|| "990027".to_owned());
    grant(&actor, command, definition(), &relation).is_ok()
}

#[test]
fn who_may_do_what_in_which_state_was_reviewed() {
    let now = matrix();
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(MATRIX, &now).unwrap();
    }
    let reviewed = std::fs::read_to_string(MATRIX).unwrap();
    let changed: Vec<_> =
        now.lines().zip(reviewed.lines()).filter(|(now, reviewed)| now != reviewed).collect();
    assert_eq!(changed, [], "set {WRITE} to write {MATRIX} anew, and read what changed");
    assert_eq!(now, reviewed);
}

#[test]
fn nobody_reaches_a_case_that_is_not_theirs_to_see() {
    for role in ["applicant", "physician", "assistant", "institution", "committee_member", "operator"] {
        for command in CommandName::ALL {
            let relation = Relation { state: Some(State::InReview), ..Relation::default() };
            let actor = Actor::with_roles("usr_1", "", [role]);
            assert!(grant(&actor, *command, definition(), &relation).is_err(), "{role} {command:?}");
        }
    }
}

#[test]
fn a_draft_is_the_applicants_alone() {
    for role in definition().roles.iter().filter(|role| role.code != APPLICANT) {
        assert!(!granted(&role.code, CommandName::Read, State::Draft), "{}", role.code);
    }
    let own_entry = Relation { own: true, state: Some(State::Draft), ..Relation::default() };
    let clerk = Actor::with_roles("usr_1", "", ["reviewer"]);
    assert!(grant(&clerk, CommandName::Attach, definition(), &own_entry).is_ok());
}

#[test]
fn no_role_decides_alone() {
    for role in &definition().roles {
        let may = |command| granted(&role.code, command, State::InReview);
        assert!(!(may(CommandName::DraftDecision) && may(CommandName::ApproveLevel)), "{}", role.code);
    }
}
