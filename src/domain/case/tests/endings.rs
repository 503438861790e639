//! The ways in which a case ends, and the periods that end with it.

use chrono::Days;

use super::bench::{Bench, draft, start_certificate};
use crate::domain::case::command::Command;
use crate::domain::case::work::WorkState;
use crate::domain::program::vocabulary::{Outcome, State};

fn withdraw() -> Command {
    Command::Withdraw { reason: String::new() }
}

#[test]
fn withdrawing_cancels_what_others_still_do_and_stops_the_clocks() {
    let mut bench = Bench::in_review();
    bench.must("usr_r1", start_certificate());
    bench.must("cit_a", withdraw());
    assert_eq!(bench.case.state, State::Ended);
    assert!(bench.case.work.iter().all(|item| item.state == WorkState::Cancelled));
    assert!(bench.case.clocks.iter().all(|clock| clock.stopped_at.is_some()));
    assert_eq!(bench.case.ending.as_ref().map(|it| it.code.as_str()), Some("withdrawn"));
    let item = bench.case.work[0].id.clone();
    let late = Command::CompleteItem { item, digest: "c".to_owned() };
    assert!(["case.state", "permission.denied"].contains(&bench.refused("usr_doctor", late).as_str()));
}

#[test]
fn what_was_taken_stays_taken_when_the_case_ends() {
    let mut bench = Bench::ready();
    bench.must("cit_a", withdraw());
    assert!(bench.case.work.iter().all(|item| item.state == WorkState::Accepted));
}

#[test]
fn nobody_withdraws_a_draft_or_a_decision() {
    assert_eq!(Bench::draft().refused("cit_a", withdraw()), "case.state");
    assert_eq!(Bench::decided(Outcome::Granted).refused("cit_a", withdraw()), "case.state");
    Bench::drafted(Outcome::Granted).must("cit_a", withdraw());
}

#[test]
fn a_case_ends_without_a_decision_only_for_a_known_cause_with_evidence() {
    let end = |code: &str, reason: &str| Command::EndWithoutDecision {
        code: code.to_owned(),
        reason: reason.to_owned(),
    };
    let mut bench = Bench::in_review();
    assert_eq!(bench.refused("usr_r1", end("bored", "x")), "ending.code");
    assert_eq!(bench.refused("usr_r1", end("withdrawn", "x")), "ending.code");
    assert_eq!(bench.refused("usr_r1", end("moved_out", " ")), "ending.reason");
    bench.must("usr_r1", end("moved_out", "転出届"));
    assert_eq!(bench.refused("usr_r1", draft(Outcome::Granted)), "case.state");
}

#[test]
fn a_period_is_only_ever_made_longer_and_with_a_reason() {
    let mut bench = Bench::in_review();
    let due = bench.case.clocks.iter().map(|clock| clock.due_on(bench.today())).max().unwrap();
    let extend = |until, reason: &str| Command::ExtendPeriod { until, reason: reason.to_owned() };
    assert_eq!(bench.refused("usr_r1", extend(due, "審査会の日程")), "extend.until");
    assert_eq!(bench.refused("usr_r1", extend(due + Days::new(1), "")), "extend.reason");
    bench.must("usr_r1", extend(due + Days::new(1), "審査会の日程"));
    assert!(bench.case.clocks.iter().all(|clock| clock.due_on(bench.today()) == due + Days::new(1)));
}

#[test]
fn a_decision_stops_every_clock() {
    let bench = Bench::decided(Outcome::Granted);
    assert!(!bench.case.clocks.is_empty());
    assert!(bench.case.clocks.iter().all(|clock| clock.stopped_at.is_some()));
}
