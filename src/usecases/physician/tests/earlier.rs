//! The patient's last certificate beside the new one.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::certificate::{claimed, fill, fill_of, signature, signature_of};
use super::*;
use crate::usecases::clerk::certificate::certificate as tab;
use crate::usecases::earlier::Since;
use crate::usecases::physician::claim::claim;
use crate::usecases::physician::request::open;
use crate::usecases::physician::save::save;
use crate::usecases::physician::sign::sign;

const LATER: &str = "case_zlater";

/// A case that was certified, and the application of a year later.
fn year_later() -> (Scene, Caller) {
    let (scene, doctor) = claimed();
    fill(&scene, &doctor);
    sign(&scene.house, &doctor, CASE, &signature(&scene, &doctor)).unwrap();
    scene.pass(TimeDelta::days(365));
    filed_as(&scene, LATER, &person("p01"), true);
    (scene, doctor)
}

fn since(scene: &Scene, caller: &Caller, step: &str) -> Option<Since> {
    open(&scene.house, caller, LATER, step).unwrap().since
}

fn type_in(scene: &Scene, caller: &Caller, step: &str, lines: &[(&str, &str)]) {
    let posted: BTreeMap<_, _> =
        lines.iter().map(|(path, text)| ((*path).to_owned(), vec![(*text).to_owned()])).collect();
    save(&scene.house, caller, LATER, step, &posted).unwrap();
}

#[test]
fn the_physician_who_signed_the_last_one_sees_what_changed_step_by_step() {
    let (scene, doctor) = year_later();
    claim(&scene.house, &doctor, &code_of(&scene, LATER)).unwrap();
    assert_eq!(since(&scene, &doctor, ""), None, "the disease is not named yet");
    type_in(&scene, &doctor, "disease", &[("disease.number", "97")]);
    assert_eq!(since(&scene, &doctor, ""), None, "another disease");
    type_in(&scene, &doctor, "disease", &[("disease.number", "6")]);
    type_in(
        &scene,
        &doctor,
        "parkinson-severity",
        &[("parkinson.hoehn-yahr", "5"), ("parkinson.life-disability", "2")],
    );
    let found = since(&scene, &doctor, "parkinson-severity").unwrap();
    assert_eq!(found.reference, format!("NB-{CASE}"));
    let changed: Vec<_> = found.changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(changed, ["parkinson.hoehn-yahr"], "{found:?}");
    assert!(found.changes[0].before.starts_with("3度") && found.changes[0].after.starts_with("5度"));
    assert!(since(&scene, &doctor, "care").unwrap().changes.is_empty(), "nothing was answered there");
    assert!(since(&scene, &doctor, "disease").is_some_and(|it| it.changes.is_empty()));
    let reads = recorded(&scene, "usr_doctor").iter().filter(|line| *line == "read done").count();
    assert!(reads > 4, "every look at the earlier case is on record");
}

#[test]
fn another_physician_is_shown_nothing_of_it() {
    let (scene, _) = year_later();
    let other = physician(&scene, "usr_other", "designated", "2029-03-31");
    claim(&scene.house, &other, &code_of(&scene, LATER)).unwrap();
    type_in(&scene, &other, "disease", &[("disease.number", "6")]);
    type_in(&scene, &other, "parkinson-severity", &[("parkinson.hoehn-yahr", "5")]);
    assert_eq!(since(&scene, &other, "parkinson-severity"), None);
}

#[test]
fn the_office_sees_it_beside_the_signed_certificate_whoever_signed_the_last_one() {
    let (scene, _) = year_later();
    let other = physician(&scene, "usr_other", "designated", "2029-03-31");
    claim(&scene.house, &other, &code_of(&scene, LATER)).unwrap();
    fill_of(&scene, &other, LATER);
    type_in(
        &scene,
        &other,
        "parkinson-severity",
        &[("parkinson.hoehn-yahr", "5"), ("parkinson.life-disability", "2")],
    );
    sign(&scene.house, &other, LATER, &signature_of(&scene, &other, LATER)).unwrap();
    let clerk = Caller {
        actor: Actor::with_roles("usr_clerk", "窓口 担当", ["reviewer"]),
        source: "test".to_owned(),
    };
    let shown = |case: &str| serde_json::to_value(tab(&scene.house, &clerk, case).unwrap()).unwrap();
    assert!(shown(CASE)["papers"][0]["certificate"]["since"].is_null(), "there is none before the first");
    let since = &shown(LATER)["papers"][0]["certificate"]["since"];
    let changed: Vec<_> = since["changes"].as_array().unwrap().iter().map(|it| it["path"].clone()).collect();
    assert_eq!(
        (&since["reference"], changed),
        (&format!("NB-{CASE}").into(), vec!["parkinson.hoehn-yahr".into()])
    );
}
