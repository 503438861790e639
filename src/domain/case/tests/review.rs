//! Examination and 補正.

use std::collections::BTreeMap;

use chrono::Days;

use super::bench::{Bench, ITEMS, definition, key, start_certificate};
use crate::domain::case::command::Command;
use crate::domain::case::correction::Reply;
use crate::domain::case::decide::writable;
use crate::domain::case::event::Event;
use crate::domain::case::verdict::Ruling;
use crate::domain::case::work::WorkState;
use crate::domain::program::vocabulary::{Outcome, ReturnEffect, State};

fn request(bench: &Bench) -> Command {
    Command::RequestCorrection { due_on: bench.today() + Days::new(14) }
}

fn resubmit(bench: &Bench, replies: &[(&str, Reply)]) -> Command {
    let replies = replies.iter().map(|(path, reply)| ((*path).to_owned(), reply.clone())).collect();
    Command::Resubmit { digest: "digest 2".to_owned(), replies, contents: bench.items.clone() }
}

/// Two items went back; the others are accepted.
fn in_correction() -> Bench {
    let mut bench = Bench::in_review();
    bench.must("usr_r1", bench.accept_all());
    for path in &ITEMS[1..3] {
        bench.must("usr_r1", bench.give_back(path));
    }
    bench.must("usr_r1", request(&bench));
    bench
}

#[test]
fn in_correction_exactly_the_returned_items_are_writable() {
    let mut bench = in_correction();
    assert_eq!(bench.case.state, State::Correction);
    for (at, path) in ITEMS.iter().enumerate() {
        assert_eq!(writable(&bench.case, path).is_ok(), (1..3).contains(&at), "{path}");
    }
    let save =
        |path: &str| Command::SaveAnswers { form: "application".to_owned(), changed: vec![path.to_owned()] };
    bench.must("cit_a", save(ITEMS[1]));
    assert_eq!(bench.refused("cit_a", save(ITEMS[0])), "case.item-closed");
    // A box inside a returned item is open, an item whose name only begins alike is not.
    assert!(writable(&bench.case, "insurance.kind.detail").is_ok());
    assert!(writable(&bench.case, "insurance.kinder").is_err());
}

#[test]
fn an_answer_resets_the_verdicts_of_exactly_the_answered_items() {
    let mut bench = in_correction();
    bench.items.insert(key(ITEMS[1]), "content 1".to_owned());
    let cannot = Reply::Cannot { reason: "手元にありません".to_owned() };
    bench.must("cit_a", resubmit(&bench, &[(ITEMS[1], Reply::Fixed), (ITEMS[2], cannot)]));
    assert_eq!(bench.case.state, State::InReview);
    for (at, path) in ITEMS.iter().enumerate() {
        assert_eq!(bench.case.verdicts.contains_key(&key(path)), !(1..3).contains(&at), "{path}");
    }
}

/// A case under examination in a program whose first clock starts anew for one kind of return.
fn starting_anew_for(effect: ReturnEffect) -> Bench {
    let mut changed = definition().clone();
    changed.clocks[0].restart_on = vec![effect];
    let mut bench = Bench { definition: Box::leak(Box::new(changed)), ..in_correction() };
    bench.day += 10;
    bench
}

#[test]
fn an_answer_starts_a_clock_anew_where_the_program_says_so() {
    let cannot = || Reply::Cannot { reason: "手元にありません".to_owned() };
    for (effect, anew) in [(ReturnEffect::Illegible, true), (ReturnEffect::Question, false)] {
        let mut bench = starting_anew_for(effect);
        bench.must("cit_a", resubmit(&bench, &[(ITEMS[1], cannot()), (ITEMS[2], cannot())]));
        let clock = &bench.case.clocks[0];
        assert_eq!((clock.started_on == bench.today(), clock.paused_days), (anew, if anew { 0 } else { 10 }));
        assert_ne!(bench.case.clocks[1].started_on, bench.today());
        assert_eq!(bench.replayed(), bench.case);
    }
}

#[test]
fn a_round_without_an_answer_starts_no_clock_anew() {
    let mut bench = starting_anew_for(ReturnEffect::Illegible);
    bench.day += 10;
    bench.must("usr_r1", Command::LapseCorrection);
    let clock = &bench.case.clocks[0];
    assert_eq!((clock.started_on == bench.today(), clock.paused_days), (false, 20));
}

#[test]
fn every_returned_item_needs_an_answer_that_says_something() {
    let mut bench = in_correction();
    bench.items.insert(key(ITEMS[1]), "content 1".to_owned());
    let only_one = resubmit(&bench, &[(ITEMS[1], Reply::Fixed)]);
    assert_eq!(bench.refused("cit_a", only_one), "correction.reply");
    let unchanged = resubmit(&bench, &[(ITEMS[1], Reply::Fixed), (ITEMS[2], Reply::Fixed)]);
    assert_eq!(bench.refused("cit_a", unchanged), "correction.unchanged");
    let empty = Reply::Question { text: " ".to_owned() };
    let wordless = resubmit(&bench, &[(ITEMS[1], Reply::Fixed), (ITEMS[2], empty)]);
    assert_eq!(bench.refused("cit_a", wordless), "correction.words");
}

#[test]
fn a_verdict_counts_only_for_the_content_that_was_looked_at() {
    let mut bench = Bench::ready();
    let before = bench.accept_all();
    bench.items.insert(key(ITEMS[0]), "content 1".to_owned());
    assert_eq!(bench.refused("usr_r1", before), "verdict.changed");
    assert_eq!(bench.refused("usr_r1", super::bench::draft(Outcome::Granted)), "draft.unseen");
    bench.must("usr_r1", bench.accept_all());
    bench.must("usr_r1", super::bench::draft(Outcome::Granted));
}

#[test]
fn nothing_is_asked_for_without_an_item_a_reason_and_a_later_day() {
    let mut bench = Bench::in_review();
    assert_eq!(bench.refused("usr_r1", request(&bench)), "correction.nothing");
    let wordless = Ruling::Waived { reason: String::new() };
    assert_eq!(bench.refused("usr_r1", bench.rule(ITEMS[0], Some(wordless))), "verdict.reason");
    bench.must("usr_r1", bench.give_back(ITEMS[0]));
    let today = Command::RequestCorrection { due_on: bench.today() };
    assert_eq!(bench.refused("usr_r1", today), "correction.due");
}

#[test]
fn a_round_lapses_only_after_its_day() {
    let mut bench = in_correction();
    bench.day = 14;
    assert_eq!(bench.refused("system", Command::LapseCorrection), "correction.not-yet");
    bench.day = 15;
    bench.must("system", Command::LapseCorrection);
    assert_eq!(bench.case.state, State::InReview);
    assert!(bench.case.open_correction().is_none());
}

#[test]
fn clocks_stand_still_while_the_applicant_has_the_case() {
    let mut bench = in_correction();
    let due = |bench: &Bench| bench.case.clocks[0].due_on(bench.today());
    let before = due(&bench);
    bench.day = 5;
    bench.items.insert(key(ITEMS[1]), "content 1".to_owned());
    let asked = Reply::Question { text: "どの書類ですか".to_owned() };
    bench.must("cit_a", resubmit(&bench, &[(ITEMS[1], Reply::Fixed), (ITEMS[2], asked)]));
    bench.day = 9;
    assert_eq!(due(&bench), before + Days::new(5));
}

#[test]
fn a_consent_given_or_taken_back_twice_happens_once() {
    let mut bench = Bench::draft();
    let give = || Command::GiveConsent { key: "platform_pull".to_owned() };
    let revoke = || Command::RevokeConsent { key: "platform_pull".to_owned() };
    assert!(bench.must("cit_a", revoke()).is_empty());
    assert_eq!(bench.must("cit_a", give()).len(), 1);
    assert!(bench.must("cit_a", give()).is_empty());
    assert_eq!(bench.must("cit_a", revoke()).len(), 1);
    assert!(bench.must("cit_a", revoke()).is_empty());
    assert!(!bench.case.consents_to("platform_pull"));
    assert_eq!(bench.refused("cit_a", Command::GiveConsent { key: "no_such".to_owned() }), "consent.unknown");
}

#[test]
fn records_are_pulled_only_with_consent() {
    let mut bench = Bench::in_review();
    assert_eq!(bench.refused("usr_r1", Command::PullRecords), "guard.platform_pull");
    bench.must("cit_a", Command::GiveConsent { key: "platform_pull".to_owned() });
    bench.must("usr_r1", Command::PullRecords);
    bench.must("cit_a", Command::RevokeConsent { key: "platform_pull".to_owned() });
    assert_eq!(bench.refused("usr_r1", Command::PullRecords), "guard.platform_pull");
}

#[test]
fn a_physician_does_their_own_item_and_no_other() {
    let mut bench = Bench::in_review();
    bench.must("usr_r1", start_certificate());
    for item in bench.open_items("clerk") {
        let complete = Command::CompleteItem { item, digest: "d".to_owned() };
        assert_eq!(bench.refused("usr_doctor", complete), "permission.denied");
    }
    let item = bench.case.work_of("medical_certificate").unwrap().id.clone();
    let complete = || Command::CompleteItem { item: item.clone(), digest: "c".to_owned() };
    assert_eq!(bench.refused("usr_r1", complete()), "permission.denied");
    bench.must("usr_doctor", complete());
    assert_eq!(bench.case.revision("certificate").map(|it| it.number), Some(1));
}

#[test]
fn an_assistant_prepares_what_a_physician_was_asked_for_and_never_hands_it_in() {
    let mut bench = Bench::in_review();
    let item = bench.case.work_of("medical_certificate").unwrap().id.clone();
    let save = || Command::SaveItem { item: item.clone() };
    let prepare = || Command::PrepareItem { item: item.clone() };
    assert_eq!(bench.refused("usr_help", save()), "permission.denied", "nobody was asked yet");
    bench.must("usr_r1", start_certificate());
    assert_eq!(bench.refused("usr_help", prepare()), "work.nothing-entered");
    bench.must("usr_help", save());
    bench.must("usr_help", prepare());
    let by =
        |bench: &Bench| bench.case.work_of("medical_certificate").unwrap().prepared.clone().map(|it| it.by);
    assert_eq!(by(&bench).as_deref(), Some("usr_help"));
    let complete = || Command::CompleteItem { item: item.clone(), digest: "c".to_owned() };
    assert_eq!(bench.refused("usr_help", complete()), "permission.denied");
    assert_eq!(bench.refused("usr_doctor", prepare()), "permission.denied", "nobody prepares their own");
    for other in bench.open_items("clerk") {
        assert_eq!(bench.refused("usr_help", Command::SaveItem { item: other }), "permission.denied");
    }
    bench.must("usr_doctor", complete());
    assert_eq!(by(&bench).as_deref(), Some("usr_help"), "it stays told who prepared what was handed in");
    assert_eq!(bench.refused("usr_help", save()), "permission.denied");
    bench.must("usr_r1", Command::ReturnItem { item: item.clone(), reason: "x".to_owned() });
    assert_eq!(by(&bench), None, "what came back was not prepared yet");
    bench.must("usr_help", save());
}

#[test]
fn a_result_handed_in_again_supersedes_until_the_office_took_it() {
    let mut bench = Bench::in_review();
    bench.must("usr_r1", start_certificate());
    let item = bench.case.work_of("medical_certificate").unwrap().id.clone();
    let complete = || Command::CompleteItem { item: item.clone(), digest: "c".to_owned() };
    bench.must("usr_doctor", complete());
    bench.must("usr_doctor", complete());
    assert_eq!(bench.case.work_of("medical_certificate").unwrap().results, [1, 2]);
    bench.must("usr_r1", Command::AcceptItem { item: item.clone() });
    assert_eq!(bench.refused("usr_doctor", complete()), "work.closed");
    let wordless = Command::ReturnItem { item: item.clone(), reason: " ".to_owned() };
    assert_eq!(bench.refused("usr_r1", wordless), "work.reason");
    bench.must("usr_r1", Command::ReturnItem { item: item.clone(), reason: "署名日".to_owned() });
    bench.must("usr_doctor", complete());
}

#[test]
fn a_work_item_is_waived_only_for_a_listed_reason() {
    let mut bench = Bench::in_review();
    let waive = |kind: &str, reason: &str, bench: &Bench| Command::WaiveItem {
        item: bench.case.work_of(kind).unwrap().id.clone(),
        reason: reason.to_owned(),
    };
    let made_up = waive("identity_check", "because", &bench);
    assert_eq!(bench.refused("usr_r1", made_up), "work.waive-reason");
    let income = waive("income_check", "verified_online", &bench);
    assert_eq!(bench.refused("usr_r1", income), "permission.denied");
    let identity = waive("identity_check", "verified_online", &bench);
    bench.must("usr_r1", identity);
    assert_eq!(bench.case.work_of("identity_check").unwrap().state, WorkState::Waived);
}

#[test]
fn work_opens_once_when_the_examination_begins() {
    let mut bench = Bench::draft();
    bench.must("cit_a", super::bench::submit());
    assert!(bench.case.work.is_empty());
    let opened = bench.must("usr_desk", Command::BeginReview);
    let planned = opened.iter().filter(|event| matches!(event, Event::WorkPlanned { .. })).count();
    let items = super::bench::definition().work_items.iter();
    let fitting = items.filter(|item| item.kinds.is_empty() || item.kinds.contains(&bench.case.kind));
    assert_eq!(planned, fitting.count());
    bench.must("usr_r1", Command::Assign { to: Some("usr_r1".to_owned()) });
    assert_eq!(bench.case.work.len(), planned);
}

#[test]
fn promised_documents_may_follow_before_the_examination() {
    let mut bench = Bench::draft();
    bench.must("cit_a", super::bench::submit());
    let attach =
        |path: &str| Command::Attach { path: path.to_owned(), document: "doc_1".to_owned(), removed: false };
    bench.must("cit_a", attach("proof.insurance"));
    assert_eq!(bench.refused("cit_a", attach("patient.birth")), "case.item-closed");
}

#[test]
fn without_the_declaration_nothing_is_filed() {
    let mut bench = Bench::draft();
    let Command::Submit { reference, digest, .. } = super::bench::submit() else { unreachable!() };
    let silent = Command::Submit {
        reference,
        digest,
        missing: Vec::new(),
        declared: false,
        duplicates: Vec::new(),
        received_at: None,
        receiver: None,
    };
    assert_eq!(bench.refused("cit_a", silent), "submit.declaration");
    let replies = BTreeMap::new();
    let early = Command::Resubmit { digest: String::new(), replies, contents: BTreeMap::new() };
    assert_eq!(bench.refused("cit_a", early), "case.state");
}
