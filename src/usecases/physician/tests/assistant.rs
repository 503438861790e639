//! What an assistant of the physician's institution may prepare, and what the physician learns of it.

use std::collections::BTreeMap;

use super::certificate::{claimed, fill, signature};
use super::*;
use crate::domain::forms::{Origin, Posted};
use crate::usecases::error::Error;
use crate::usecases::physician::claim::claim;
use crate::usecases::physician::inbox::{Reader, inbox};
use crate::usecases::physician::prepare::prepare;
use crate::usecases::physician::request::{open, overtaken};
use crate::usecases::physician::save::{BASE, save};
use crate::usecases::physician::sign::{show, sign};
use crate::usecases::testing::refusal;

const HERE: &str = "1312345678";

fn typed(path: &str, text: &str, base: &str) -> Posted {
    BTreeMap::from([(path.to_owned(), vec![text.to_owned()]), (BASE.to_owned(), vec![base.to_owned()])])
}

fn origin_of(scene: &Scene, caller: &Caller, step: &str, path: &str) -> Option<Origin> {
    let page = open(&scene.house, caller, CASE, step).unwrap();
    page.step.fields.into_iter().find(|field| field.path == path).unwrap().origin
}

#[test]
fn only_what_a_physician_of_the_same_institution_was_asked_for_is_seen() {
    let (scene, _) = claimed();
    let helper = assistant(&scene, "usr_help", HERE);
    let stranger = assistant(&scene, "usr_else", "1312345686");
    let seen = |caller: &Caller| inbox(&scene.house, caller, None).unwrap();
    assert!(matches!(&seen(&helper).reader, Reader::Assistant(name) if name == "架空中央病院"));
    let lines: Vec<_> =
        seen(&helper).requests.into_iter().map(|it| (it.id, it.patient, it.physician)).collect();
    assert_eq!(lines, [(CASE.to_owned(), "ア・ハ さん".to_owned(), "医師 一郎".to_owned())]);
    assert!(seen(&stranger).requests.is_empty());
    assert!(open(&scene.house, &helper, CASE, "").is_ok());
    assert!(matches!(open(&scene.house, &stranger, CASE, ""), Err(Error::NotFound)));
    assert_eq!(recorded(&scene, "usr_help"), ["read done"]);
    assert_eq!(refusal(claim(&scene.house, &helper, &code(&scene))), "permission.denied");
}

#[test]
fn a_request_that_nobody_has_taken_is_not_there() {
    let scene = Scene::new();
    filed(&scene, &person("p01"), true);
    let helper = assistant(&scene, "usr_help", HERE);
    physician(&scene, "usr_doctor", "designated", "2029-03-31");
    assert!(inbox(&scene.house, &helper, None).unwrap().requests.is_empty());
    assert!(matches!(open(&scene.house, &helper, CASE, ""), Err(Error::NotFound)));
}

#[test]
fn what_was_prepared_is_told_before_signing_with_what_changed_since() {
    let (scene, doctor) = claimed();
    let helper = assistant(&scene, "usr_help", HERE);
    fill(&scene, &helper);
    prepare(&scene.house, &helper, CASE, "").unwrap();
    let line = inbox(&scene.house, &doctor, None).unwrap().requests.remove(0);
    assert_eq!((line.state_label, line.prepared_by.as_deref()), ("準備済み", Some("補助 百合")));
    let on = scene.house.today();
    let course = "diagnosis.course";
    assert_eq!(origin_of(&scene, &doctor, "diagnosis", course), Some(Origin::Assisted { on }));

    let posted = BTreeMap::from([(course.to_owned(), vec!["屋内は伝い歩き。".to_owned()])]);
    save(&scene.house, &doctor, CASE, "diagnosis", &posted).unwrap();
    assert_eq!(origin_of(&scene, &doctor, "diagnosis", course), Some(Origin::Typed));
    let prepared = show(&scene.house, &doctor, CASE).unwrap().prepared.unwrap();
    assert_eq!((prepared.name.as_str(), prepared.at), ("補助 百合", scene.now()));
    let since: Vec<_> = prepared.since.iter().map(|it| (it.path.as_str(), it.after.as_str())).collect();
    assert!(since.contains(&(course, "屋内は伝い歩き。")), "{since:?}");

    assert_eq!(refusal(show(&scene.house, &helper, CASE)), "permission.denied");
    let signature = signature(&scene, &doctor);
    assert_eq!(refusal(sign(&scene.house, &helper, CASE, &signature)), "permission.denied");
    sign(&scene.house, &doctor, CASE, &signature).unwrap();
    assert!(matches!(open(&scene.house, &helper, CASE, ""), Err(Error::NotFound)), "it is signed");
    let done = recorded(&scene, "usr_help");
    assert!(done.contains(&"prepare_item done".to_owned()), "{done:?}");
    assert!(done.contains(&"complete_item refused".to_owned()), "{done:?}");
}

#[test]
fn a_step_that_another_saved_is_not_written_over() {
    let (scene, doctor) = claimed();
    let helper = assistant(&scene, "usr_help", HERE);
    let page = open(&scene.house, &helper, CASE, "birth").unwrap();
    let item = "birth.municipality";
    let first =
        save(&scene.house, &doctor, CASE, "birth", &typed(item, "架空県まどか市", &page.base)).unwrap();
    let mine = typed(item, "架空県みどり市", &page.base);
    let late = save(&scene.house, &helper, CASE, "birth", &mine);
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");

    let shown = overtaken(&scene.house, &helper, CASE, "birth", &mine).unwrap();
    let field = shown.step.fields.iter().find(|field| field.path == item).unwrap();
    assert_eq!((field.value.as_str(), &shown.base), ("架空県みどり市", &first.base));
    let other = shown.overtaken.unwrap();
    assert_eq!((other.name.as_str(), other.changes.len()), ("医師 一郎", 1));
    assert_eq!(other.changes[0].after, "架空県まどか市");
    // Who saves again and again from one page goes on from what they saved themself.
    let again = typed(item, "架空県まどか市東", &first.base);
    let second = save(&scene.house, &doctor, CASE, "birth", &again).unwrap();
    let last = typed(item, "架空県まどか市西", &second.base);
    save(&scene.house, &doctor, CASE, "birth", &last).unwrap();
}
