//! What the tabs show, and to whom.

use crate::usecases::clerk::certificate::certificate;
use crate::usecases::clerk::dossier::{Wanted, dossier};
use crate::usecases::clerk::history::{history, verify};
use crate::usecases::clerk::income::income;
use crate::usecases::clerk::papers::papers;
use crate::usecases::clerk::proposal::judgement;
use crate::usecases::clerk::sheet::sheet;
use crate::usecases::clerk::talk;

use super::*;

fn json(view: impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(view).unwrap()
}

#[test]
fn every_tab_opens_for_the_reviewer() {
    let world = world();
    let case = world.ready();
    let (house, caller) = (world.house(), reviewer());
    let shown = json(dossier(house, &caller, &case, &Wanted::default()).unwrap());
    assert_eq!(shown["tabs"].as_array().unwrap().len(), 9);
    assert_eq!(shown["case"]["person"], "架空　花子");
    assert!(shown["section"]["items"].as_array().unwrap().len() > 3);
    assert!(json(papers(house, &caller, &case).unwrap())["documents"].is_array());
    assert!(json(certificate(house, &caller, &case).unwrap())["papers"][0]["request"]["reason"].is_string());
    assert!(!json(income(house, &caller, &case).unwrap())["result"].as_array().unwrap().is_empty());
    assert!(json(history(house, &caller, &case, "", 0).unwrap())["events"].as_array().unwrap().len() > 10);
    assert!(!json(sheet(house, &caller, &case).unwrap())["sections"].as_array().unwrap().is_empty());
    assert!(verify(house, &caller, &case).unwrap());
}

#[test]
fn every_proposed_number_names_its_article() {
    let world = world();
    let case = world.ready();
    let shown = json(judgement(world.house(), &reviewer(), &case).unwrap());
    let fields = shown["proposal"]["fields"].as_array().unwrap();
    let cap = fields.iter().find(|field| field["label"] == "自己負担上限月額").unwrap();
    assert_eq!(cap["value"], "10,000円");
    assert!(cap["origin"].as_str().unwrap().contains("施行令1条"), "{cap}");
    assert!(cap["working"].as_array().unwrap().len() > 1);
}

#[test]
fn a_tab_is_closed_to_those_who_must_not_see_its_data() {
    let world = world();
    let case = world.examined();
    let secretary = staff("usr_secretary", &["secretary"]);
    assert_eq!(keys(income(world.house(), &secretary, &case)), ["not found"]);
    let shown = json(dossier(world.house(), &secretary, &case, &Wanted::default()).unwrap());
    assert_eq!(shown["tabs"].as_array().unwrap().len(), 6);
    let sections: Vec<_> = shown["sections"].as_array().unwrap().iter().map(|it| &it["title"]).collect();
    assert!(sections.iter().all(|title| *title != "収入の申告" && *title != "医療保険"), "{sections:?}");
    for outsider in
        [staff("usr_a", &["auditor"]), staff("usr_p", &["physician"]), staff("usr_o", &["operator"])]
    {
        assert_eq!(keys(dossier(world.house(), &outsider, &case, &Wanted::default())), ["not found"]);
    }
}

#[test]
fn a_twin_that_the_reader_must_not_know_of_is_passed_over() {
    let world = world();
    let (first, second) = (world.filed(), world.filed());
    let twins = |case: &str| {
        let shown = json(papers(world.house(), &reviewer(), case).unwrap());
        let ids = shown["duplicates"].as_array().unwrap().iter().map(|twin| twin["id"].clone());
        ids.map(|id| id.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(twins(&second), [first.as_str()]);
    // What is not filed has not reached the office.
    world.scene.filed("case_hidden", "NB-HIDDEN", State::Draft, |_| {});
    let open = world.case(&first).reference.unwrap();
    world.scene.filed("case_seen", "NB-SEEN", State::InReview, |case| {
        case.duplicates = vec!["NB-HIDDEN".to_owned(), open];
    });
    assert_eq!(twins("case_seen"), [first]);
}

#[test]
fn a_verdict_stands_beside_its_item_and_a_section_is_accepted_at_once() {
    let world = world();
    let case = world.examined();
    let wanted = Wanted { section: "patient".to_owned(), item: None };
    let open = |shown: &serde_json::Value| {
        shown["section"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|item| item["verdict"] == "unseen")
            .count()
    };
    assert!(open(&json(dossier(world.house(), &reviewer(), &case, &wanted).unwrap())) > 5);
    world.rule(&case, &About::Group("patient".to_owned()), &Ruling::Accept).unwrap();
    assert_eq!(open(&json(dossier(world.house(), &reviewer(), &case, &wanted).unwrap())), 0);
    let nothing = world.rule(&case, &About::Group("patient".to_owned()), &Ruling::Accept);
    assert_eq!(keys(nothing), ["verdict.nothing"]);
}

#[test]
fn notes_stay_inside_and_messages_go_out() {
    let world = world();
    let case = world.examined();
    let known = world.known(&case);
    assert_eq!(keys(talk::send(world.house(), &reviewer(), &known, "  ")), ["clerk.empty"]);
    talk::send(world.house(), &reviewer(), &known, "お知らせです").unwrap();
    talk::note(world.house(), &reviewer(), &world.known(&case), "電話した", "令和8年12月1日").unwrap();
    let out = json(talk::conversation(world.house(), &reviewer(), &case).unwrap());
    assert_eq!(out["messages"].as_array().unwrap().len(), 1);
    let inside = json(talk::notes(world.house(), &reviewer(), &case).unwrap());
    assert!(
        inside["notes"][0]["text"].as_str().unwrap().ends_with("確認する日：令和8年12月1日（2026年12月1日）")
    );
    assert_eq!(inside["tabs"][6]["count"], serde_json::Value::Null);
}
