//! Committee, 起案 and 決裁.

use super::bench::{Bench, ITEMS, committee, content, definition, draft, refer, sitting};
use crate::domain::case::command::Command;
use crate::domain::case::decision::{Content, Reason};
use crate::domain::committee::Sitting;
use crate::domain::program::vocabulary::{CaseKind, Outcome, State};

fn with(outcome: Outcome, change: impl FnOnce(&mut Content)) -> Command {
    let mut content = content(outcome);
    change(&mut content);
    Command::DraftDecision { content: Box::new(content) }
}

/// Every outcome that is against the applicant, with a case that could be decided so.
fn adverse() -> impl Iterator<Item = (Outcome, Bench)> {
    const NEW: &CaseKind = &CaseKind::of("new");
    let rules = definition().outcomes_of(NEW).filter(|rule| rule.adverse);
    rules.map(|rule| {
        let mut bench = Bench::ready();
        if rule.require.is_some() {
            bench.must("usr_r1", refer());
            bench.must("usr_secretary", committee());
        }
        (rule.code, bench)
    })
}

#[test]
fn nothing_adverse_is_drafted_without_reasons_facts_and_the_way_to_appeal() {
    for (outcome, mut bench) in adverse() {
        let no_reasons = with(outcome, |it| it.reasons.clear());
        assert_eq!(bench.refused("usr_r1", no_reasons), "draft.reasons");
        let blank: [fn(&mut Reason); 5] = [
            |it| it.code.clear(),
            |it| it.criterion.clear(),
            |it| it.required = " ".to_owned(),
            |it| it.observed.clear(),
            |it| it.source.clear(),
        ];
        for clear in blank {
            let without = with(outcome, |it| it.reasons.iter_mut().for_each(clear));
            assert_eq!(bench.refused("usr_r1", without), "draft.facts");
        }
        let other = with(outcome, |it| it.reasons[0].code = "made_up".to_owned());
        assert_eq!(bench.refused("usr_r1", other), "draft.facts");
        let no_appeal = with(outcome, |it| it.appeal.clear());
        assert_eq!(bench.refused("usr_r1", no_appeal), "draft.appeal");
        let other_appeal = with(outcome, |it| it.appeal = "other".to_owned());
        assert_eq!(bench.refused("usr_r1", other_appeal), "draft.appeal");
        bench.must("usr_r1", draft(outcome));
    }
}

#[test]
fn a_refusal_waits_for_the_committee() {
    let mut bench = Bench::ready();
    assert_eq!(bench.refused("usr_r1", draft(Outcome::Refused)), "guard.committee_first");
    bench.must("usr_r1", refer());
    assert_eq!(bench.refused("usr_r1", draft(Outcome::Refused)), "case.state");
    let tomorrow = bench.today() + chrono::Days::new(1);
    let later = found(Sitting { held_on: tomorrow, ..sitting(3) }, false, Some("severity_not_met"));
    assert_eq!(bench.refused("usr_secretary", later), "committee.day");
    bench.must("usr_secretary", committee());
    bench.must("usr_r1", draft(Outcome::Refused));
}

fn found(sitting: Sitting, met: bool, criterion: Option<&str>) -> Command {
    let criterion = criterion.map(str::to_owned);
    Command::RecordCommitteeResult { sitting, met, criterion, opinion: "意見".to_owned(), result: None }
}

#[test]
fn a_committee_finds_nothing_without_its_quorum() {
    let mut bench = Bench::ready();
    let nameless = Command::ReferToCommittee { reason: " ".to_owned() };
    assert_eq!(bench.refused("usr_r1", nameless), "committee.referral");
    bench.must("usr_r1", refer());
    for present in [0, 1] {
        let few = found(sitting(present), false, Some("severity_not_met"));
        assert_eq!(bench.refused("usr_secretary", few), "committee.quorum");
        let question =
            Command::AskByCommittee { sitting: sitting(present), question: "検査は".to_owned() };
        assert_eq!(bench.refused("usr_secretary", question), "committee.quorum");
    }
    for (met, criterion) in [(false, None), (false, Some("made_up")), (true, Some("severity_not_met"))] {
        assert_eq!(bench.refused("usr_secretary", found(sitting(2), met, criterion)), "committee.criterion");
    }
    bench.must("usr_secretary", found(sitting(2), true, None));
    assert_eq!(bench.case.committee.as_ref().map(|it| it.met), Some(true));
}

#[test]
fn a_question_brings_the_case_back_and_is_no_result() {
    let mut bench = Bench::ready();
    bench.must("usr_r1", refer());
    let ask = |question: &str| Command::AskByCommittee { sitting: sitting(2), question: question.to_owned() };
    assert_eq!(bench.refused("usr_secretary", ask(" ")), "committee.question");
    bench.must("usr_secretary", ask("画像検査の結果は"));
    assert_eq!(bench.case.state, State::InReview);
    assert_eq!(bench.case.asked.as_ref().map(|it| it.question.as_str()), Some("画像検査の結果は"));
    assert_eq!(bench.refused("usr_r1", draft(Outcome::Refused)), "guard.committee_first");
    bench.must("usr_r1", refer());
    assert_eq!(bench.case.asked, None);
    assert_eq!(bench.replayed(), bench.case);
}

#[test]
fn a_draft_waits_for_every_work_item_and_every_field() {
    let mut bench = Bench::in_review();
    bench.must("usr_r1", bench.accept_all());
    assert_eq!(bench.refused("usr_r1", draft(Outcome::Granted)), "draft.work-open");
    assert_eq!(bench.refused("usr_r1", refer()), "draft.work-open");
    let mut bench = Bench::ready();
    let fields = definition().decision.fields.iter().filter(|it| it.belongs_to(&bench.case.kind));
    let fields: Vec<_> = fields.filter(|it| it.required.contains(&Outcome::Granted)).collect();
    for field in fields {
        let without = with(Outcome::Granted, |it| drop(it.fields.remove(&field.key)));
        assert_eq!(bench.refused("usr_r1", without), "draft.field", "{}", field.key);
    }
}

#[test]
fn nothing_is_granted_while_an_item_waits_for_the_applicant() {
    let mut bench = Bench::ready();
    bench.must("usr_r1", bench.give_back(ITEMS[0]));
    assert_eq!(bench.refused("usr_r1", draft(Outcome::Granted)), "draft.returned");
    bench.must("usr_r1", draft(Outcome::Dismissed));
}

#[test]
fn four_eyes_see_every_decision() {
    let mut bench = Bench::ready();
    bench.must("usr_all", draft(Outcome::Granted));
    assert_eq!(bench.refused("usr_all", bench.approval()), "approval.four-eyes");
    assert_eq!(bench.refused("usr_m1", bench.approval()), "approval.level");
    assert_eq!(bench.refused("usr_r1", bench.approval()), "permission.denied");
    bench.must("usr_a1", bench.approval());
    assert_eq!(bench.case.state, State::Decided);
}

#[test]
fn two_people_sign_what_is_against_the_applicant() {
    for (outcome, mut bench) in adverse() {
        bench.must("usr_r1", draft(outcome));
        bench.must("usr_all", bench.approval());
        assert_eq!(bench.case.state, State::Approval);
        assert_eq!(bench.refused("usr_all", bench.approval()), "approval.four-eyes");
        bench.must("usr_m1", bench.approval());
        let signers: Vec<_> =
            bench.case.decision().unwrap().draft.signatures.iter().map(|it| it.by.as_str()).collect();
        assert_eq!(signers, ["usr_all", "usr_m1"]);
    }
}

#[test]
fn a_signature_counts_for_the_draft_that_was_shown() {
    let mut bench = Bench::drafted(Outcome::Granted);
    let shown = bench.approval();
    bench.must("usr_a1", Command::ReturnDraft { remark: "上限額を確認".to_owned() });
    assert_eq!(bench.case.state, State::InReview);
    bench.must("usr_r1", with(Outcome::Granted, |it| drop(it.fields.insert("cap".to_owned(), 5_000.into()))));
    assert_eq!(bench.refused("usr_a1", shown), "approval.changed");
    assert_eq!(bench.refused("usr_a1", Command::ReturnDraft { remark: " ".to_owned() }), "approval.remark");
    bench.must("usr_a1", bench.approval());
}

#[test]
fn a_decision_opened_again_stays_until_a_later_one_supersedes_it() {
    let mut bench = Bench::decided(Outcome::Granted);
    let first = bench.case.decision().unwrap().clone();
    assert_eq!(bench.refused("usr_r1", Command::ReviseDecision { reason: " ".to_owned() }), "revise.reason");
    bench.must("usr_r1", Command::ReviseDecision { reason: "所得区分の訂正".to_owned() });
    assert_eq!(bench.case.decision(), Some(&first));
    bench.must("usr_r1", draft(Outcome::Granted));
    bench.must("usr_a1", bench.approval());
    let second = bench.case.decision().unwrap();
    assert_eq!((second.seq, second.supersedes.as_deref()), (2, Some(first.id.as_str())));
    assert_eq!(bench.case.decisions[0], first);
}

#[test]
fn an_equal_content_has_an_equal_hash_and_no_other_has() {
    let one = content(Outcome::Granted);
    let mut other = one.clone();
    assert_eq!(one.hash(), other.hash());
    other.origins.insert("cap".to_owned(), "clerk".to_owned());
    assert_ne!(one.hash(), other.hash());
}
