//! From a paper application to the registered decision.

use crate::store::{decisions, hub, letters};
use crate::usecases::clerk::approval::{approve, give_back};
use crate::usecases::clerk::correction::{composer, request};
use crate::usecases::clerk::draft::submit;
use crate::usecases::clerk::letters as paper_out;
use chrono::TimeDelta;

use super::*;

/// The item under which the applicant's phone number stands.
fn phone_item(world: &World) -> String {
    let program = world.house().programs.offered().next().unwrap();
    program.definition.subject.phone.clone().unwrap()
}

#[test]
fn a_case_goes_from_the_counter_to_the_register() {
    let world = world();
    let case = world.examined();
    assert_eq!(world.case(&case).state, State::InReview);
    let phone = phone_item(&world);
    let back = Ruling::Return { reason: "not_filled".to_owned(), note: "市外局番から".to_owned() };
    world.rule(&case, &About::Item(phone.clone()), &back).unwrap();
    let page = composer(world.house(), &reviewer(), &case).unwrap();
    assert_eq!((page.items.len(), page.items[0].text.as_str()), (1, "市外局番から"));
    let words = [(phone.clone(), "市外局番から書いてください".to_owned())].into();
    world.scene.pass(TimeDelta::minutes(1));
    request(world.house(), &reviewer(), &world.known(&case), &page.due_on, &words).unwrap();
    assert_eq!(world.case(&case).state, State::Correction);

    world.scene.pass(TimeDelta::days(40));
    world.act(&case, Act::Lapse, &acts::Typed::default()).unwrap();
    world.rule(&case, &About::Item(phone), &Ruling::Accept).unwrap();
    world.finish_work(&case);
    world.accept_all(&case);
    submit(world.house(), &reviewer(), &world.known(&case), &world.typed_draft(&case, "granted")).unwrap();
    let hash = world.case(&case).draft.unwrap().hash;
    approve(world.house(), &approver(), &world.known(&case), &hash).unwrap();

    let decided = world.case(&case);
    assert_eq!(decided.state, State::Decided);
    let stored = world.scene.stored(&case);
    let sent: Vec<String> = world
        .scene
        .read(|conn| letters::of_case(conn, &stored))
        .into_iter()
        .map(|letter| letter.kind)
        .collect();
    assert_eq!(sent, ["receipt", "correction", "grant-notice", "certificate", "ledger"]);
    let states = world.scene.read(|conn| hub::states_of(conn, &[&case]));
    assert_eq!(states, [(case.clone(), "pending".to_owned())]);
    assert!(world.scene.audited() > 20);
}

#[test]
fn the_correction_page_proposes_a_day_on_which_the_office_is_open() {
    let world = world();
    let case = world.examined();
    let phone = phone_item(&world);
    let back = Ruling::Return { reason: "not_filled".to_owned(), note: String::new() };
    world.rule(&case, &About::Item(phone.clone()), &back).unwrap();
    // 22 November 2026 is a Sunday, and 14 days later there is another.
    assert_eq!(composer(world.house(), &reviewer(), &case).unwrap().due_on, "2026-12-07");
    let early = request(world.house(), &reviewer(), &world.known(&case), "2026-11-22", &BTreeMap::new());
    assert_eq!(keys(early), ["correction.due"]);
    let words = [(phone.clone(), "書き直した説明".to_owned())].into();
    request(world.house(), &reviewer(), &world.known(&case), "令和8年12月7日", &words).unwrap();
    let verdict = world.case(&case).verdicts.into_values().find(|verdict| verdict.is_returned()).unwrap();
    assert!(format!("{:?}", verdict.ruling).contains("書き直した説明"));
}

#[test]
fn a_command_on_an_old_version_is_told_what_happened_meanwhile() {
    let world = world();
    let case = world.examined();
    let old = world.known(&case);
    let phone = phone_item(&world);
    world.rule(&case, &About::Item(phone.clone()), &Ruling::Accept).unwrap();
    let late =
        rule(world.house(), &staff("usr_second", &["reviewer"]), &old, &About::Item(phone), &Ruling::Accept);
    let Err(Error::Conflict(changes)) = late else { panic!("{late:?}") };
    assert_eq!(changes.len(), 1);
    let told =
        crate::usecases::clerk::conflict::meanwhile(world.house(), &reviewer(), &case, &changes).unwrap();
    let shown = serde_json::to_string(&told).unwrap();
    assert!(shown.contains("項目を確認しました") && shown.contains("職員 reviewer"), "{shown}");
}

#[test]
fn a_command_with_the_same_key_has_its_effect_once() {
    let world = world();
    let case = world.examined();
    let known = world.known(&case);
    let about = About::Item(phone_item(&world));
    rule(world.house(), &reviewer(), &known, &about, &Ruling::Accept).unwrap();
    let again = rule(world.house(), &reviewer(), &known, &about, &Ruling::Accept).unwrap();
    assert!(again.events.is_empty());
}

#[test]
fn two_persons_decide() {
    let world = world();
    let case = world.ready();
    let drafter = staff("usr_second", &["reviewer", "approver"]);
    submit(world.house(), &drafter, &world.known(&case), &world.typed_draft(&case, "granted")).unwrap();
    let hash = world.case(&case).draft.unwrap().hash;
    assert_eq!(keys(approve(world.house(), &drafter, &world.known(&case), &hash)), ["approval.four-eyes"]);
    let other = approve(world.house(), &approver(), &world.known(&case), &"0".repeat(64));
    assert_eq!(keys(other), ["approval.changed"]);
    assert_eq!(keys(give_back(world.house(), &approver(), &world.known(&case), " ")), ["approval.remark"]);
    assert_eq!(world.case(&case).state, State::Approval);
}

#[test]
fn a_returned_draft_keeps_its_number_and_another_case_gets_the_next() {
    let world = world();
    let number = |case: &str| {
        let draft = world.case(case).draft.unwrap();
        draft.content.fields["recipient_number"].as_str().unwrap().to_owned()
    };
    let (one, two) = (world.ready(), world.ready());
    for case in [&one, &two] {
        submit(world.house(), &reviewer(), &world.known(case), &world.typed_draft(case, "granted")).unwrap();
    }
    let first = number(&one);
    assert_eq!([first.as_str(), &number(&two)], ["0000018", "0000026"]);
    give_back(world.house(), &approver(), &world.known(&one), "もう一度").unwrap();
    submit(world.house(), &reviewer(), &world.known(&one), &world.typed_draft(&one, "granted")).unwrap();
    assert_eq!(number(&one), first);
}

#[test]
fn looking_at_a_letter_uses_no_number_up() {
    let world = world();
    let case = world.ready();
    let typed = world.typed_draft(&case, "granted");
    let page = paper_out::preview_typed(world.house(), &reviewer(), &case, "grant-notice", &typed).unwrap();
    let shown = serde_json::to_string(&page).unwrap();
    assert!(shown.contains("起案のときに付きます") && shown.contains("10,000円"), "{shown}");
    let next = world.scene.write(|_, conn| decisions::next_number(conn, "recipient_number/54126016"));
    assert_eq!(next, 1);
}
