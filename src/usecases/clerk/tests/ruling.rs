//! Drafts, refusals, and everything else that ends or turns a case.

use crate::domain::program::vocabulary::{CommandName, Outcome};
use crate::usecases::clerk::approval::approve;
use crate::usecases::clerk::draft::{page, submit};
use crate::usecases::clerk::draft_content::TypedReason;
use crate::usecases::slots;

use super::*;

fn draft(world: &World, case: &str, typed: &Typed) -> Vec<String> {
    keys(submit(world.house(), &reviewer(), &world.known(case), typed))
}

#[test]
fn a_value_of_ones_own_needs_a_reason_and_carries_it() {
    let world = world();
    let case = world.ready();
    let mut typed = world.typed_draft(&case, "granted");
    typed.fields.insert("cap".to_owned(), "５，０００円".to_owned());
    assert_eq!(draft(&world, &case, &typed), ["clerk.draft-why"]);
    typed.whys.insert("cap".to_owned(), "別の世帯員の上限がある".to_owned());
    assert_eq!(draft(&world, &case, &typed), ["done"]);
    let content = world.case(&case).draft.unwrap().content;
    assert_eq!(content.fields["cap"], 5000);
    assert!(content.origins["cap"].contains("別の世帯員の上限がある"));
    assert!(content.origins["tier"].contains("施行令"), "{}", content.origins["tier"]);
    assert_eq!(content.effective_from.unwrap().to_string(), "2026-11-01");
    assert_eq!(content.valid_to.unwrap().to_string(), "2027-10-31");
}

#[test]
fn what_cannot_be_read_is_told_at_its_field() {
    let world = world();
    let case = world.ready();
    let mut typed = world.typed_draft(&case, "granted");
    typed.fields.insert("cap".to_owned(), "一万円".to_owned());
    typed.fields.insert("tier".to_owned(), "rich".to_owned());
    let Err(Error::Refused(refusals)) = submit(world.house(), &reviewer(), &world.known(&case), &typed)
    else {
        panic!("accepted")
    };
    let told: Vec<_> = refusals.iter().map(|it| (it.key.as_str(), it.field.as_deref().unwrap())).collect();
    assert_eq!(told, [("clerk.value", "field:tier"), ("clerk.value", "field:cap")]);
}

#[test]
fn nothing_is_drafted_over_an_unseen_or_returned_item_or_open_work() {
    let world = world();
    let case = world.examined();
    let typed = Typed { outcome: "granted".to_owned(), ..Typed::default() };
    assert_eq!(draft(&world, &case, &Typed::default()), ["draft.outcome"]);
    assert_eq!(draft(&world, &case, &world.typed_draft(&case, "granted")), ["draft.work-open"]);
    world.finish_work(&case);
    assert_eq!(draft(&world, &case, &world.typed_draft(&case, "granted")), ["draft.unseen"]);
    world.accept_all(&case);
    let page = page(world.house(), &reviewer(), &case, Some(&typed)).unwrap();
    let shown = serde_json::to_value(&page).unwrap();
    assert_eq!(shown["guards"].as_array().unwrap().iter().filter(|guard| guard["met"] == false).count(), 1);
}

#[test]
fn a_refusal_needs_the_committee_its_reasons_and_their_facts() {
    let world = world();
    let case = world.ready();
    let mut typed = world.typed_draft(&case, "refused");
    typed.fields.insert("severity_met".to_owned(), "false".to_owned());
    assert_eq!(draft(&world, &case, &typed), ["guard.committee_first"]);
    assert_eq!(keys(world.act(&case, Act::Refer, &acts::Typed::default())), ["committee.referral"]);
    world.refuse_by_committee(&case);
    assert_eq!(draft(&world, &case, &typed), ["draft.reasons"]);
    let mut reason = TypedReason {
        criterion: "重症度分類".to_owned(),
        required: "3度以上".to_owned(),
        observed: "2度".to_owned(),
        source: String::new(),
    };
    typed.reasons.insert("severity_not_met".to_owned(), reason.clone());
    assert_eq!(draft(&world, &case, &typed), ["draft.facts"]);
    reason.source = "臨床調査個人票".to_owned();
    typed.reasons.insert("severity_not_met".to_owned(), reason);
    assert_eq!(draft(&world, &case, &typed), ["done"]);
    let hash = world.case(&case).draft.unwrap().hash;
    approve(world.house(), &approver(), &world.known(&case), &hash).unwrap();
    let manager = staff("usr_manager", &["manager"]);
    approve(world.house(), &manager, &world.known(&case), &hash).unwrap();
    let decision = world.case(&case).decisions.pop().unwrap().draft.content;
    assert_eq!((decision.outcome, decision.appeal.as_str()), (Outcome::Refused, "appeal"));
    assert!(!decision.fields.contains_key("recipient_number"));
}

#[test]
fn without_a_whole_appeal_text_nothing_adverse_is_drafted() {
    let world = world();
    let case = world.ready();
    let mut typed = world.typed_draft(&case, "dismissed");
    let reason = TypedReason {
        criterion: "添付書類".to_owned(),
        required: "課税証明書".to_owned(),
        observed: "提出なし".to_owned(),
        source: "補正の記録".to_owned(),
    };
    typed.reasons.insert("attachment_missing".to_owned(), reason);
    // The text must be compared with the law again before this day.
    world.scene.pass(chrono::TimeDelta::days(3650));
    assert_eq!(draft(&world, &case, &typed), ["draft.appeal"]);
}

#[test]
fn endings_need_their_evidence() {
    let world = world();
    let case = world.examined();
    assert_eq!(keys(world.act(&case, Act::Withdraw, &acts::Typed::default())), ["clerk.withdraw"]);
    assert_eq!(keys(world.act(&case, Act::End, &typed("記録", "", "bored"))), ["ending.code"]);
    assert_eq!(keys(world.act(&case, Act::End, &typed("", "", "moved_out"))), ["ending.reason"]);
    assert_eq!(keys(world.act(&case, Act::Extend, &typed("混雑", "2026-11-23", ""))), ["extend.until"]);
    world.act(&case, Act::Extend, &typed("混雑", "2027-04-01", "")).unwrap();
    world.act(&case, Act::End, &typed("転出の記録", "", "moved_out")).unwrap();
    assert_eq!(world.case(&case).state, State::Ended);
}

#[test]
fn a_case_is_given_only_to_those_who_can_own_it() {
    let world = world();
    let case = world.examined();
    assert_eq!(keys(world.act(&case, Act::Assign, &typed("", "", "usr_nobody"))), ["clerk.choose"]);
    assert_eq!(keys(world.act(&case, Act::Assign, &typed("", "", "usr_secretary"))), ["clerk.choose"]);
    world.act(&case, Act::Assign, &typed("", "", "usr_second")).unwrap();
    assert_eq!(world.case(&case).assignee.as_deref(), Some("usr_second"));
    world.act(&case, Act::Assign, &acts::Typed::default()).unwrap();
    assert_eq!(world.case(&case).assignee, None);
    acts::take(world.house(), &reviewer(), &world.known(&case)).unwrap();
    assert_eq!(world.case(&case).assignee.as_deref(), Some("usr_reviewer"));
}

#[test]
fn a_physician_is_asked_only_if_the_designation_allows() {
    let world = world();
    let case = world.examined();
    let item = world.item(&case, "medical_certificate");
    let asked = work_acts::ask(world.house(), &reviewer(), &world.known(&case), &item, "usr_second");
    assert_eq!(keys(asked), ["clerk.physician"]);
    let waived = work_acts::waive(world.house(), &reviewer(), &world.known(&case), &item, "verified_online");
    assert_eq!(keys(waived), ["work.waive-reason"]);
    let office = work_acts::finish(world.house(), &reviewer(), &world.known(&case), &item, &Posted::new());
    assert_eq!(keys(office), ["permission.denied"]);
}

#[test]
fn an_office_form_with_gaps_is_shown_again_with_what_was_typed() {
    let world = world();
    let case = world.examined();
    let item = world.item(&case, "income_check");
    let mut posted = world.posted("office");
    posted.remove("insurance.share");
    let outcome = work_acts::finish(world.house(), &reviewer(), &world.known(&case), &item, &posted).unwrap();
    let work_acts::Outcome::Again(answers, errors) = outcome else { panic!("done") };
    assert_eq!(errors.iter().map(|error| error.path.as_str()).collect::<Vec<_>>(), ["insurance.share"]);
    assert!(answers.get("tax.person[0]/tax.shotokuwari").is_some());
    work_acts::save(world.house(), &reviewer(), &world.known(&case), &item, &posted).unwrap();
    assert_eq!(world.case(&case).work_of("income_check").unwrap().state, WorkState::InProgress);
}

#[test]
fn an_item_is_returned_or_waived_only_with_a_code_that_the_program_knows() {
    let world = world();
    let case = world.examined();
    let about = About::Item("patient.phone".to_owned());
    let back = |reason: &str, note: &str| Ruling::Return { reason: reason.to_owned(), note: note.to_owned() };
    assert_eq!(keys(world.rule(&case, &about, &back("", "x"))), ["verdict.reason"]);
    assert_eq!(keys(world.rule(&case, &about, &back("whim", "x"))), ["verdict.reason"]);
    let long = "あ".repeat(2001);
    assert_eq!(keys(world.rule(&case, &about, &back("not_filled", &long))), ["clerk.note-long"]);
    assert_eq!(
        keys(world.rule(&case, &about, &Ruling::Waive { reason: "whim".to_owned() })),
        ["verdict.reason"]
    );
    world.rule(&case, &about, &back("not_filled", "x")).unwrap();
    world.rule(&case, &about, &Ruling::Reset).unwrap();
    assert!(world.case(&case).verdicts.is_empty());
}

#[test]
fn an_outcome_has_only_its_own_fields() {
    let world = world();
    let case = world.ready();
    submit(world.house(), &reviewer(), &world.known(&case), &world.typed_draft(&case, "granted")).unwrap();
    let fields = world.case(&case).draft.unwrap().content.fields;
    assert_eq!(fields["payer_number"], "54126016");
    assert!(fields.contains_key("share_percent") && fields.contains_key("cap"));
}

#[test]
fn a_letter_shows_no_working_that_is_not_for_letters() {
    let world = world();
    let case = world.ready();
    submit(world.house(), &reviewer(), &world.known(&case), &world.typed_draft(&case, "granted")).unwrap();
    let hash = world.case(&case).draft.unwrap().hash;
    approve(world.house(), &approver(), &world.known(&case), &hash).unwrap();
    let decided = world.case(&case);
    let slots = world.house().database.read(|conn| {
        let opened = world.house().open(conn, &reviewer(), &case, CommandName::Read)?;
        slots::of_case(world.house(), conn, &opened, decided.decision())
    });
    let slots = slots.unwrap();
    let labels: Vec<_> = slots.lists["decision.steps"].iter().map(|row| row["label"].as_str()).collect();
    assert!(labels.contains(&"自己負担上限月額"), "{labels:?}");
    assert!(!labels.contains(&"所得区分コード"), "{labels:?}");
    assert!(!slots.values.contains_key("guardian.with-patient"), "there is no guardian");
}
