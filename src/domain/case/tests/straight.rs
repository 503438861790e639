//! What is granted by rule, and what goes to a clerk.

use super::bench::{Bench, content, definition, submit};
use crate::domain::case::Case;
use crate::domain::case::command::Command;
use crate::domain::case::facts::{Items, facts};
use crate::domain::case::straight::{ToClerk, is_sampled, weigh};
use crate::domain::program::definition::{Setting, StraightThrough};
use crate::domain::program::guard::Guard;
use crate::domain::program::vocabulary::{CaseKind, CommandName, Outcome, State};
use crate::domain::proposal::{Finding, Proposal, ProposedValue, Severity};

fn rule(most: Severity) -> StraightThrough {
    let sample_percent = Setting { setting: None, values: Vec::new() };
    StraightThrough { kinds: Vec::new(), most, when: None, sample_percent }
}

fn weighed(
    case: &Case,
    rule: &StraightThrough,
    found: Option<Severity>,
    percent: u32,
) -> Result<(), ToClerk> {
    let mut proposal = Proposal::default();
    proposal.put("cap", ProposedValue::new(1, "1", Vec::new()));
    proposal.findings.extend(found.map(|severity| Finding::new(severity, "finding.x")));
    let facts = facts(case, &Items::new(), "2026-11-02".parse().unwrap());
    weigh(case, rule, &facts, Some(&proposal), percent)
}

#[test]
fn the_same_cases_are_drawn_whenever_it_is_asked_and_about_as_many_as_the_share_says() {
    let drawn = |percent| (0..2000).filter(|n| is_sampled(&format!("case_{n}"), percent)).count();
    assert_eq!((drawn(0), drawn(100)), (0, 2000));
    assert!((130..270).contains(&drawn(10)), "{}", drawn(10));
    assert_eq!(drawn(10), drawn(10));
}

#[test]
fn a_finding_above_the_level_goes_to_a_clerk() {
    let case = Case { missing: Vec::new(), duplicates: Vec::new(), ..Bench::in_review().case };
    let ask = Some(Severity::Ask);
    assert_eq!(weighed(&case, &rule(Severity::Info), None, 0), Ok(()));
    assert_eq!(weighed(&case, &rule(Severity::Ask), ask, 0), Ok(()));
    let found = vec!["finding.x".to_owned()];
    assert_eq!(weighed(&case, &rule(Severity::Info), ask, 0), Err(ToClerk::Findings(found)));
    assert_eq!(weighed(&case, &rule(Severity::Info), None, 100), Err(ToClerk::Sampled));
}

#[test]
fn what_is_missing_doubtful_or_not_foreseen_goes_to_a_clerk() {
    let clean = Case { missing: Vec::new(), duplicates: Vec::new(), ..Bench::in_review().case };
    let none = rule(Severity::Info);
    let missing = Case { missing: vec!["proof".to_owned()], ..clean.clone() };
    assert_eq!(weighed(&missing, &none, None, 0), Err(ToClerk::Missing));
    let twin = Case { duplicates: vec!["NB-1".to_owned()], duplicate_cleared: false, ..clean.clone() };
    assert_eq!(weighed(&twin, &none, None, 0), Err(ToClerk::Duplicate));
    let when = Some(Guard::parse("state(decided)").unwrap());
    let other = StraightThrough { when, ..none.clone() };
    assert_eq!(weighed(&clean, &other, None, 0), Err(ToClerk::Condition));
    let facts = facts(&clean, &Items::new(), "2026-11-02".parse().unwrap());
    assert_eq!(weigh(&clean, &none, &facts, None, 0), Err(ToClerk::NoProposal));
}

/// A filed application in a program whose rules may grant it.
fn filed() -> Bench {
    let mut changed = definition().clone();
    let kinds = vec![CaseKind::of("new")];
    changed.straight_through = Some(StraightThrough { kinds, ..rule(Severity::Info) });
    changed.outcomes.iter_mut().for_each(|outcome| outcome.require = None);
    let engine = changed.roles.iter_mut().find(|role| role.code == "engine").unwrap();
    engine.commands.push(CommandName::DecideByRule);
    let mut bench = Bench { definition: Box::leak(Box::new(changed)), ..Bench::draft() };
    bench.must("cit_a", submit());
    bench
}

fn by_rule(outcome: Outcome) -> Command {
    Command::DecideByRule { content: Box::new(content(outcome)), decision: "dec_1".to_owned() }
}

#[test]
fn what_is_granted_by_rule_is_decided_at_once_without_a_signature() {
    let mut bench = filed();
    bench.must("system", by_rule(Outcome::Granted));
    assert_eq!(bench.case.state, State::Decided);
    let decision = bench.case.decision().unwrap();
    assert!(decision.draft.by == "system" && decision.draft.signatures.is_empty());
    assert!(bench.case.clocks.iter().all(|clock| clock.stopped_at.is_some()));
    assert_eq!(bench.replayed(), bench.case);
}

#[test]
fn nothing_is_decided_by_rule_to_a_disadvantage_by_a_person_or_where_nobody_said_so() {
    assert_eq!(filed().refused("system", by_rule(Outcome::Refused)), "draft.outcome");
    assert_eq!(filed().refused("usr_r1", by_rule(Outcome::Granted)), "permission.denied");
    let mut taken_up = filed();
    taken_up.must("system", Command::BeginReview);
    assert_eq!(taken_up.refused("system", by_rule(Outcome::Granted)), "case.state");
    let mut plain = Bench::draft();
    plain.must("cit_a", submit());
    assert_eq!(plain.refused("system", by_rule(Outcome::Granted)), "permission.denied");
}
