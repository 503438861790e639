//! 進達 and 差戻し between an office that only receives and the body that decides.

use chrono::Days;
use proptest::prelude::*;

use super::bench::{Bench, draft, key, returned, submit};
use crate::domain::calendar::day_in_japan;
use crate::domain::case::command::Command;
use crate::domain::case::event::Event;
use crate::domain::case::route::Custody;
use crate::domain::case::verdict::Ruling;
use crate::domain::permission::{Relation, grant};
use crate::domain::program::vocabulary::{CommandName, DataClass, Holder, Outcome, ReturnEffect, State};

fn forward() -> Command {
    Command::Forward { remark: String::new() }
}

fn send_back() -> Command {
    Command::SendBack { reason: "保険の記号を確かめてください".to_owned() }
}

fn take_over(bench: &Bench) -> Command {
    Command::TakeOver { arrived_on: bench.today() }
}

fn forwarded() -> Bench {
    let mut bench = Bench::looked_at();
    bench.day += 3;
    bench.must("usr_town", forward());
    bench
}

fn returned_as(effect: ReturnEffect) -> Option<Ruling> {
    Some(Ruling::Returned { reason: "x".to_owned(), effect, note: String::new() })
}

#[test]
fn a_case_that_one_body_receives_and_decides_knows_no_forwarding() {
    let mut bench = Bench::ready();
    assert_eq!((bench.case.holder(), bench.case.custody(None)), (Holder::Deciding, Custody::Here));
    assert_eq!(bench.case.custody(Some("usr_town")), Custody::Elsewhere);
    assert_eq!(bench.refused("usr_r1", send_back()), "forwarding.none");
}

#[test]
fn the_office_that_received_a_case_has_it_alone() {
    let mut bench = Bench::looked_at();
    assert_eq!(bench.case.custody(None), Custody::Elsewhere);
    for who in ["usr_r1", "usr_village", "usr_desk"] {
        assert_eq!(bench.refused(who, Command::Assign { to: None }), "permission.elsewhere", "{who}");
    }
    assert_eq!(bench.refused("usr_town", draft(Outcome::Granted)), "permission.denied");
    bench.must("usr_town", Command::Assign { to: Some("usr_town".to_owned()) });
}

#[test]
fn it_goes_on_only_when_every_item_was_looked_at() {
    let mut bench = Bench::looked_at();
    bench.must("usr_town", bench.rule("household", None));
    assert_eq!(bench.refused("usr_town", forward()), "forwarding.unseen");
    bench.must("usr_town", bench.give_back("household"));
    assert_eq!(bench.refused("usr_town", forward()), "forwarding.returned");
}

#[test]
fn an_office_that_only_receives_speaks_about_form() {
    let mut bench = Bench::looked_at();
    for effect in [ReturnEffect::Incorrect, ReturnEffect::Question] {
        let ruling = bench.rule("household", returned_as(effect));
        assert_eq!(bench.refused("usr_town", ruling), "forwarding.form-only");
    }
    let waived = bench.rule("household", Some(Ruling::Waived { reason: "x".to_owned() }));
    assert_eq!(bench.refused("usr_town", waived), "forwarding.form-only");
    for effect in [ReturnEffect::Incomplete, ReturnEffect::Outdated, ReturnEffect::Illegible] {
        bench.must("usr_town", bench.rule("household", returned_as(effect)));
    }
    bench.must("usr_town", Command::RequestCorrection { due_on: bench.today() + Days::new(7) });
    assert_eq!((bench.case.state, bench.case.holder()), (State::Correction, Holder::Receiving));
}

#[test]
fn what_was_passed_on_is_only_looked_at_and_taken_over_before_anything_else() {
    let mut bench = forwarded();
    assert_eq!(bench.case.holder(), Holder::OnTheWay);
    assert_eq!(bench.refused("usr_town", forward()), "permission.elsewhere");
    assert_eq!(bench.refused("usr_r1", bench.accept_all()), "permission.elsewhere");
    bench.must("usr_r1", take_over(&bench));
    assert_eq!(bench.refused("usr_town", bench.accept_all()), "permission.elsewhere");
    assert_eq!(bench.refused("usr_village", take_over(&bench)), "permission.denied");
}

#[test]
fn after_passing_on_an_office_sees_whose_case_it_is_and_no_more() {
    let bench = forwarded();
    let town = super::bench::actor("usr_town");
    let custody = bench.case.custody(town.office.as_deref());
    let relation = Relation { state: Some(bench.case.state), custody, ..Relation::default() };
    let granted = grant(&town, CommandName::Read, bench.definition, &relation).unwrap();
    let seen = DataClass::ALL.iter().filter(|class| granted.sees(**class)).collect::<Vec<_>>();
    assert_eq!(seen, [&DataClass::Identity]);
    let village = super::bench::actor("usr_village");
    let elsewhere = Relation { custody: bench.case.custody(village.office.as_deref()), ..relation };
    assert!(grant(&village, CommandName::Read, bench.definition, &elsewhere).is_err());
}

#[test]
fn the_body_that_decides_looks_at_each_item_for_itself_and_its_work_begins_then() {
    let mut bench = forwarded();
    assert!(bench.open_items("clerk").is_empty());
    assert!(bench.case.verdicts.is_empty());
    let events = bench.must("usr_r1", take_over(&bench));
    assert!(events.iter().any(|event| matches!(event, Event::WorkPlanned { .. })));
    assert!(!bench.open_items("clerk").is_empty());
}

#[test]
fn what_the_body_that_decides_has_looked_at_stays_when_it_comes_back() {
    let mut bench = forwarded();
    bench.must("usr_r1", take_over(&bench));
    bench.must("usr_r1", bench.accept_all());
    bench.must("usr_r1", bench.rule("household", Some(returned())));
    bench.must("usr_r1", send_back());
    assert_eq!(bench.case.custody(None), Custody::PassedOn);
    assert_eq!(bench.refused("usr_r1", bench.accept_all()), "permission.elsewhere");
    bench.must("usr_town", bench.rule("household", Some(Ruling::Accepted)));
    bench.must("usr_town", forward());
    let seen: Vec<&String> = bench.case.verdicts.keys().collect();
    assert_eq!(seen.len(), super::bench::ITEMS.len() - 1);
    assert!(!seen.contains(&&key("household")));
}

#[test]
fn a_case_is_sent_back_with_a_reason() {
    let mut bench = forwarded();
    bench.must("usr_r1", take_over(&bench));
    let silent = Command::SendBack { reason: " ".to_owned() };
    assert_eq!(bench.refused("usr_r1", silent), "forwarding.reason");
    bench.must("usr_r1", send_back());
    let route = bench.case.route.as_ref().unwrap();
    assert_eq!(route.sent_back().map(|leg| leg.remark.as_str()), Some("保険の記号を確かめてください"));
    assert_eq!(bench.case.assignee, None);
}

#[test]
fn the_applicant_may_take_back_what_is_on_its_way() {
    let mut bench = forwarded();
    bench.must("cit_a", Command::Withdraw { reason: String::new() });
    assert_eq!(bench.case.state, State::Ended);
    assert_eq!(bench.refused("usr_r1", take_over(&bench)), "case.state");
}

#[test]
fn a_case_that_was_filed_before_there_were_offices_is_read_as_received_by_the_body_that_decides() {
    let filed = r#"{"event":"submitted","reference":"NB-1","received_at":"2026-01-05T00:00:00Z",
        "missing":[],"duplicates":[]}"#;
    let event: Event = serde_json::from_str(filed).unwrap();
    let mut bench = Bench::draft();
    bench.must("cit_a", submit());
    assert!(matches!(event, Event::Submitted { receiver: None, .. }));
    assert_eq!(bench.case.route, None);
}

proptest! {
    /// Days of waiting at each desk, and how much earlier than entered a case arrived.
    #[test]
    fn the_day_of_the_application_never_moves_and_each_arrival_lies_within_its_way(
        ways in prop::collection::vec((0u32..30, 0u32..30, 0u32..40, any::<bool>()), 1..6),
    ) {
        let mut bench = Bench::looked_at();
        let received = bench.case.received_at;
        for (desk, road, early, last) in ways {
            bench.day += desk;
            let sent = bench.today();
            bench.must("usr_town", bench.accept_all());
            bench.must("usr_town", forward());
            bench.day += road;
            let arrived_on = bench.today() - Days::new(u64::from(early));
            let outcome = bench.act("usr_r1", Command::TakeOver { arrived_on });
            prop_assert_eq!(outcome.is_ok(), early <= road);
            if outcome.is_err() {
                bench.must("usr_r1", take_over(&bench));
            }
            let leg = bench.case.route.as_ref().and_then(|route| route.legs.last()).cloned().unwrap();
            prop_assert!(leg.sent_on == sent && leg.arrived_on >= Some(sent));
            prop_assert_eq!(bench.case.received_at, received);
            if last {
                break;
            }
            bench.must("usr_r1", send_back());
        }
        let first = bench.case.route.as_ref().and_then(|route| route.arrived_on()).unwrap();
        prop_assert!(first >= received.map(day_in_japan).unwrap());
        prop_assert_eq!(&bench.replayed(), &bench.case);
    }
}
