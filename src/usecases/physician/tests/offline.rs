//! A form taken along, and what was typed on it sent back.

use std::collections::BTreeMap;

use super::certificate::{claimed_in, close};
use super::*;
use crate::domain::forms::Posted;
use crate::usecases::error::Error;
use crate::usecases::physician::offline::{Clash, Piece, Taken, send, take};
use crate::usecases::physician::request::open;
use crate::usecases::physician::save::save;
use crate::usecases::programs::Programs;
use crate::usecases::testing::refusal;

const STEP: &str = "birth";
const PLACE: &str = "birth.municipality";
const NAME: &str = "birth.name";

/// A scene whose certificate may be taken along, with the physician who has the request.
fn scene() -> (Scene, Caller) {
    let scene = Scene::with(|house| {
        let mut program = house.programs.offered().next().unwrap().as_ref().clone();
        program.definition.work_items.iter_mut().for_each(|item| item.offline = true);
        house.programs = Programs::new(vec![program]);
    });
    let doctor = claimed_in(&scene);
    (scene, doctor)
}

fn posted(fields: &[(&str, &str)]) -> Posted {
    fields.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()])).collect()
}

/// Fields of the step as they come from a device that took this along.
fn piece(taken: &Taken, fields: &[(&str, &str)]) -> Piece {
    let step = taken.steps.iter().find(|step| step.view.step == STEP).unwrap();
    Piece { step: STEP.to_owned(), fields: posted(fields), base: step.base.clone(), ..Piece::default() }
}

/// The answers to the two questions now.
fn stored(scene: &Scene, doctor: &Caller) -> (String, String) {
    let view = open(&scene.house, doctor, CASE, STEP).unwrap().step;
    let value = |path: &str| view.fields.iter().find(|field| field.path == path).unwrap().value.clone();
    (value(PLACE), value(NAME))
}

fn save_in_the_house(scene: &Scene, doctor: &Caller, fields: &[(&str, &str)]) {
    save(&scene.house, doctor, CASE, STEP, &posted(fields)).unwrap();
}

fn sent(scene: &Scene, doctor: &Caller, piece: &Piece) -> Vec<Clash> {
    send(&scene.house, doctor, CASE, piece).unwrap()
}

fn both(place: &str, name: &str) -> (String, String) {
    (place.to_owned(), name.to_owned())
}

#[test]
fn what_was_typed_apart_arrives_and_arriving_twice_changes_nothing() {
    let (scene, doctor) = scene();
    let taken = take(&scene.house, &doctor, CASE).unwrap();
    let typed = piece(&taken, &[(PLACE, "架空県まどか市"), (NAME, "")]);
    assert_eq!(sent(&scene, &doctor, &typed), []);
    assert_eq!(stored(&scene, &doctor), both("架空県まどか市", ""));
    save_in_the_house(&scene, &doctor, &[(NAME, "花子")]);
    assert_eq!(sent(&scene, &doctor, &typed), [], "again, after something else was answered");
    assert_eq!(stored(&scene, &doctor), both("架空県まどか市", "花子"));
}

#[test]
fn a_taken_form_has_every_question_and_is_on_record() {
    let (scene, doctor) = scene();
    let shown = open(&scene.house, &doctor, CASE, "care").unwrap().step;
    let taken = take(&scene.house, &doctor, CASE).unwrap();
    let care = taken.steps.iter().find(|step| step.view.step == "care").unwrap();
    assert!(!shown.fields.iter().any(|field| field.path == "care.level"));
    assert!(care.view.fields.iter().any(|field| field.path == "care.level"));
    assert_eq!(care.when[0].path, "care.level");
    assert_eq!(care.when[0].conditions[0].question, "care.certified");
    let rows = scene.read(|conn| crate::store::audit::after(conn, 0, 1000));
    assert!(rows.iter().any(|row| row.actor == "usr_doctor" && row.detail.contains("\"offline\"")));
}

#[test]
fn what_was_not_touched_on_the_device_takes_nothing_back() {
    let (scene, doctor) = scene();
    save_in_the_house(&scene, &doctor, &[(PLACE, "架空県"), (NAME, "花")]);
    let taken = take(&scene.house, &doctor, CASE).unwrap();
    save_in_the_house(&scene, &doctor, &[(PLACE, "架空県城南市")]);
    assert_eq!(sent(&scene, &doctor, &piece(&taken, &[(PLACE, "架空県"), (NAME, "花子")])), []);
    assert_eq!(stored(&scene, &doctor), both("架空県城南市", "花子"));
}

#[test]
fn of_two_answers_neither_is_lost_until_one_is_chosen() {
    for (chosen, left) in [("device", both("架空県城北市", "花子")), ("office", both("架空県城南市", "花子"))]
    {
        let (scene, doctor) = scene();
        let taken = take(&scene.house, &doctor, CASE).unwrap();
        save_in_the_house(&scene, &doctor, &[(PLACE, "架空県城南市")]);
        let mut typed = piece(&taken, &[(PLACE, "架空県城北市"), (NAME, "花子")]);
        let clashes = sent(&scene, &doctor, &typed);
        assert_eq!(clashes.len(), 1, "{clashes:?}");
        let told = (clashes[0].path.as_str(), clashes[0].office.as_str(), clashes[0].device.as_str());
        assert_eq!(told, (PLACE, "架空県城南市", "架空県城北市"));
        assert_eq!(stored(&scene, &doctor), both("架空県城南市", ""), "nothing of the step was stored");
        typed.base.insert(PLACE.to_owned(), clashes[0].seen.clone());
        if chosen == "office" {
            typed.leave.insert(PLACE.to_owned());
        }
        for _ in 0..2 {
            assert_eq!(sent(&scene, &doctor, &typed), []);
            assert_eq!(stored(&scene, &doctor), left, "{chosen}");
        }
    }
}

#[test]
fn a_choice_counts_only_for_the_answer_that_was_shown() {
    let (scene, doctor) = scene();
    let taken = take(&scene.house, &doctor, CASE).unwrap();
    save_in_the_house(&scene, &doctor, &[(PLACE, "架空県城南市")]);
    let mut typed = piece(&taken, &[(PLACE, "架空県城北市")]);
    let seen = sent(&scene, &doctor, &typed)[0].seen.clone();
    typed.base.insert(PLACE.to_owned(), seen);
    save_in_the_house(&scene, &doctor, &[(PLACE, "架空県城東市")]);
    assert_eq!(sent(&scene, &doctor, &typed)[0].office, "架空県城東市");
}

#[test]
fn only_who_has_the_request_takes_it_along_and_only_where_the_program_says_so() {
    let (scene, doctor) = scene();
    let taken = take(&scene.house, &doctor, CASE).unwrap();
    let typed = piece(&taken, &[(PLACE, "架空県")]);
    let other = physician(&scene, "usr_other", "designated", "2029-03-31");
    assert!(matches!(take(&scene.house, &other, CASE), Err(Error::NotFound)));
    assert!(matches!(send(&scene.house, &other, CASE, &typed), Err(Error::NotFound)));
    let unknown = Piece { step: "nowhere".to_owned(), ..typed.clone() };
    assert!(matches!(send(&scene.house, &doctor, CASE, &unknown), Err(Error::NotFound)));
    assert_eq!(stored(&scene, &doctor), both("", ""));

    let (kept, doctor) = super::certificate::claimed();
    assert!(matches!(take(&kept.house, &doctor, CASE), Err(Error::NotFound)));
    assert!(matches!(send(&kept.house, &doctor, CASE, &typed), Err(Error::NotFound)));
    assert!(!open(&kept.house, &doctor, CASE, "").unwrap().portable);
}

#[test]
fn once_the_office_has_taken_the_result_nothing_more_arrives() {
    let (scene, doctor) = scene();
    let taken = take(&scene.house, &doctor, CASE).unwrap();
    close(&scene, &doctor);
    let typed = piece(&taken, &[(PLACE, "架空県")]);
    assert_eq!(refusal(send(&scene.house, &doctor, CASE, &typed)), "work.closed");
    assert_eq!(refusal(take(&scene.house, &doctor, CASE)), "work.closed");
}

/// The field names of one question, as pages post them, are those of nothing else.
#[test]
fn a_day_in_boxes_is_weighed_as_one_answer() {
    let (scene, doctor) = scene();
    let taken = take(&scene.house, &doctor, CASE).unwrap();
    let step = taken.steps.iter().find(|step| step.base.contains_key("diagnosis.onset")).unwrap();
    let boxes: BTreeMap<&str, &str> = [("year", "2024"), ("month", "3")].into();
    let fields =
        boxes.iter().map(|(part, text)| (format!("diagnosis.onset.{part}"), vec![(*text).to_owned()]));
    let name = step.view.step.clone();
    let typed =
        Piece { step: name.clone(), fields: fields.collect(), base: step.base.clone(), ..Piece::default() };
    let other = [("diagnosis.onset.year", "2023"), ("diagnosis.onset.month", "1")];
    save(&scene.house, &doctor, CASE, &name, &posted(&other)).unwrap();
    let clashes = sent(&scene, &doctor, &typed);
    assert_eq!((clashes.len(), clashes[0].path.as_str()), (1, "diagnosis.onset"));
}
