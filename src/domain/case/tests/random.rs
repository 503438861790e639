//! Random people give random commands for months, and what must hold, holds after each of them.

use std::collections::BTreeSet;

use chrono::Days;
use proptest::prelude::*;

use super::bench::{
    Bench, ITEMS, PEOPLE, committee, definition, draft, key, refer, sitting, start_certificate, submit,
};
use crate::domain::case::Case;
use crate::domain::case::command::Command;
use crate::domain::case::correction::Reply;
use crate::domain::case::decide::writable;
use crate::domain::case::ruling::ENDINGS;
use crate::domain::case::verdict::Ruling;
use crate::domain::program::vocabulary::{Channel, Outcome, State};

/// Every command that makes some sense on a case as it stands.
fn commands(bench: &Bench) -> Vec<Command> {
    let text = || "理由".to_owned();
    let today = bench.today();
    let mut list = vec![
        submit(),
        Command::BeginReview,
        Command::Forward { remark: String::new() },
        Command::TakeOver { arrived_on: today },
        Command::SendBack { reason: text() },
        Command::Assign { to: Some("usr_r1".to_owned()) },
        bench.accept_all(),
        Command::RequestCorrection { due_on: today + Days::new(7) },
        resubmission(bench),
        Command::LapseCorrection,
        Command::PullRecords,
        start_certificate(),
        refer(),
        committee(),
        Command::AskByCommittee { sitting: sitting(2), question: text() },
        bench.approval(),
        Command::ReturnDraft { remark: text() },
        Command::Withdraw { reason: text() },
        Command::ReviseDecision { reason: text() },
        Command::ExtendPeriod { until: today + Days::new(120), reason: text() },
        Command::Say { note: true, message: "msg_1".to_owned() },
        Command::ClearDuplicate,
        Command::SetProtection { on: true },
        Command::EndWithoutDecision { code: ENDINGS[0].to_owned(), reason: text() },
        Command::GiveConsent { key: "platform_pull".to_owned() },
        Command::RevokeConsent { key: "platform_pull".to_owned() },
    ];
    for outcome in Outcome::ALL {
        list.push(draft(*outcome));
    }
    for path in ITEMS {
        list.push(bench.give_back(path));
        list.push(bench.rule(path, Some(Ruling::Accepted)));
        list.push(bench.rule(path, None));
        let (form, changed) = ("application".to_owned(), vec![path.to_owned()]);
        list.push(Command::SaveAnswers { form, changed });
    }
    for item in bench.case.work.iter().map(|item| item.id.clone()) {
        list.push(Command::SaveItem { item: item.clone() });
        list.push(Command::PrepareItem { item: item.clone() });
        list.push(Command::RemindItem { item: item.clone(), via: Channel::CallList, note: text() });
        list.push(Command::CompleteItem { item: item.clone(), digest: "d".to_owned() });
        list.push(Command::AcceptItem { item: item.clone() });
        list.push(Command::ReturnItem { item: item.clone(), reason: text() });
        list.push(Command::WaiveItem { item, reason: "verified_online".to_owned() });
    }
    list
}

fn resubmission(bench: &Bench) -> Command {
    let round = bench.case.open_correction();
    let items = round.map(|round| round.items.clone()).unwrap_or_default();
    let reply = Reply::Question { text: "質問".to_owned() };
    let replies = items.into_iter().map(|path| (path, reply.clone())).collect();
    Command::Resubmit { digest: "d".to_owned(), replies, contents: bench.items.clone() }
}

/// Where a sequence begins, so that short ones also come to the end.
const BEGINNINGS: [fn() -> Bench; 5] = [
    Bench::draft,
    Bench::ready,
    Bench::looked_at,
    || Bench::drafted(Outcome::Granted),
    || Bench::drafted(Outcome::Refused),
];

/// Gives the command to which `choice` points; when it is refused, the next one that is not.
fn step(bench: &mut Bench, choice: usize, stubborn: bool) {
    let commands = commands(bench);
    let turns = commands.len() * PEOPLE.len();
    for turn in (0..turns).map(|offset| (choice + offset) % turns) {
        let command = commands[turn % commands.len()].clone();
        let (who, _) = PEOPLE[turn / commands.len()];
        if bench.act(who, command).is_ok() || stubborn {
            return;
        }
    }
}

fn check(bench: &Bench, before: State) -> Result<(), TestCaseError> {
    let case = &bench.case;
    prop_assert_eq!(case.state == State::Draft, before == State::Draft && case.received_at.is_none());
    prop_assert_eq!(&bench.replayed(), case);
    prop_assert_eq!(case.events, i64::try_from(bench.history.len()).unwrap());
    decisions(case)?;
    correction(case)?;
    clocks(bench)?;
    ended(case)
}

fn decisions(case: &Case) -> Result<(), TestCaseError> {
    let superseded: BTreeSet<_> = case.decisions.iter().filter_map(|it| it.supersedes.as_deref()).collect();
    let valid = case.decisions.iter().filter(|it| !superseded.contains(it.id.as_str())).count();
    prop_assert_eq!(valid, usize::from(!case.decisions.is_empty()));
    prop_assert!(case.state != State::Decided || valid == 1);
    for decision in &case.decisions {
        let rule = definition().outcome(&case.kind, decision.draft.content.outcome).unwrap();
        let signers: BTreeSet<_> = decision.draft.signatures.iter().map(|it| &it.by).collect();
        prop_assert!(!signers.contains(&decision.draft.by));
        prop_assert_eq!(signers.len(), rule.approvers.len());
        prop_assert_eq!(decision.draft.content.hash(), decision.draft.hash.as_str());
        if rule.adverse {
            prop_assert!(signers.len() >= 2 && !decision.draft.content.appeal.is_empty());
            prop_assert!(decision.draft.content.reasons.iter().any(|it| it.is_complete()));
        }
        prop_assert!(rule.code != Outcome::Refused || case.committee.is_some());
    }
    Ok(())
}

fn correction(case: &Case) -> Result<(), TestCaseError> {
    prop_assert_eq!(
        case.state == State::Correction,
        case.open_correction().is_some() && case.ending.is_none()
    );
    for path in ITEMS {
        let returned = case.open_correction().is_some_and(|round| round.items.iter().any(|it| it == path));
        let open = match case.state {
            State::Draft => true,
            State::Submitted => case.missing.iter().any(|it| it == path),
            State::Correction => returned,
            _ => false,
        };
        prop_assert_eq!(writable(case, path).is_ok(), open, "{}", path);
        if case.state == State::Correction {
            let verdict = case.verdicts.get(&key(path));
            prop_assert_eq!(verdict.is_some_and(|it| it.is_returned()), returned);
        }
    }
    Ok(())
}

fn clocks(bench: &Bench) -> Result<(), TestCaseError> {
    let today = bench.today();
    for clock in &bench.case.clocks {
        let open = matches!(bench.case.state, State::Decided | State::Ended);
        prop_assert!(!open || clock.stopped_at.is_some() && clock.paused_since.is_none());
        let elapsed = today.signed_duration_since(clock.started_on).num_days();
        let paused = i64::from(clock.paused_until(today));
        prop_assert!((0..=elapsed).contains(&paused));
        if clock.extended_to.is_none() {
            let running = elapsed - paused;
            let left = clock.due_on(today).signed_duration_since(today).num_days();
            prop_assert_eq!(left, i64::from(clock.days) - running);
        }
    }
    Ok(())
}

fn ended(case: &Case) -> Result<(), TestCaseError> {
    prop_assert_eq!(case.state == State::Ended, case.ending.is_some());
    let open = case.work.iter().any(|item| item.state.is_open());
    prop_assert!(case.state != State::Ended || !open);
    let kinds: BTreeSet<_> = case.work.iter().map(|item| &item.kind).collect();
    prop_assert_eq!(kinds.len(), case.work.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_sequence_of_commands_breaks_a_rule(
        steps in prop::collection::vec((any::<prop::sample::Index>(), 0u32..6, prop::bool::weighted(0.3)), 1..60),
        beginning in 0..BEGINNINGS.len(),
    ) {
        let mut bench = BEGINNINGS[beginning]();
        for (choice, days, stubborn) in steps {
            let before = bench.case.state;
            bench.day += days;
            step(&mut bench, choice.index(10_000), stubborn);
            check(&bench, before)?;
        }
    }
}

#[test]
fn random_people_reach_every_state() {
    // Otherwise the property above would prove little.
    let mut reached = BTreeSet::new();
    let mut choice = 1_usize;
    for round in 0..400 {
        let mut bench = BEGINNINGS[round % BEGINNINGS.len()]();
        for _ in 0..40 {
            reached.insert(bench.case.state);
            choice = choice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            step(&mut bench, (choice >> 33) % 10_000, false);
        }
    }
    assert_eq!(reached, State::ALL.iter().copied().collect());
}
