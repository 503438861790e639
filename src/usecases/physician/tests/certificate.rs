//! From the request code to a signed certificate and its next version.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::*;
use crate::domain::case::work::{WorkItem, WorkState};
use crate::domain::forms::Posted;
use crate::domain::program::cases::WorkedCase;
use crate::usecases::error::Error;
use crate::usecases::passwords;
use crate::usecases::physician::claim::claim;
use crate::usecases::physician::inbox::{Reader, inbox};
use crate::usecases::physician::request::open;
use crate::usecases::physician::save::{accept, save};
use crate::usecases::physician::sign::{self, Signature, show, sign};
use crate::usecases::physician::{pull, signed};
use crate::usecases::testing::refusal;

const WORKED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/forms/nanbyo/cases/general-1.toml"));

fn scene() -> Scene {
    let scene = Scene::new();
    filed(&scene, &person("p01"), true);
    scene
}

/// The physician who has taken the request of a fresh case of this scene.
pub(super) fn claimed_in(scene: &Scene) -> Caller {
    filed(scene, &person("p01"), true);
    let doctor = doctor(scene);
    claim(&scene.house, &doctor, &code(scene)).unwrap();
    doctor
}

/// The physician signs, and the office takes the result.
pub(super) fn close(scene: &Scene, doctor: &Caller) {
    fill(scene, doctor);
    sign(&scene.house, doctor, CASE, &signature(scene, doctor)).unwrap();
    office(scene, CommandName::AcceptItem, |item| Command::AcceptItem { item });
}

fn doctor(scene: &Scene) -> Caller {
    physician(scene, "usr_doctor", "designated", "2029-03-31")
}

/// A scene whose request the physician has taken.
pub(super) fn claimed() -> (Scene, Caller) {
    let scene = scene();
    let doctor = doctor(&scene);
    claim(&scene.house, &doctor, &code(&scene)).unwrap();
    (scene, doctor)
}

fn item(scene: &Scene) -> WorkItem {
    scene.stored(CASE).case.work_of("medical_certificate").unwrap().clone()
}

fn bundle() -> Vec<u8> {
    serde_json::json!({ "resourceType": "Bundle", "type": "collection", "entry": [
        { "resource": { "resourceType": "Patient", "id": "1", "birthDate": "1958-04-12" } },
        { "resource": { "resourceType": "Condition", "id": "c1", "subject": { "reference": "Patient/1" },
            "code": { "text": "パーキンソン病" }, "onsetDateTime": "2024-03-10" } },
        { "resource": { "resourceType": "MedicationRequest", "id": "m1", "subject": { "reference": "Patient/1" },
            "status": "completed", "medicationCodeableConcept": { "text": "レボドパ" } } },
    ]})
    .to_string()
    .into_bytes()
}

/// Fills in every step as the worked case of the program folder does.
pub(super) fn fill(scene: &Scene, doctor: &Caller) {
    fill_of(scene, doctor, CASE);
}

pub(super) fn fill_of(scene: &Scene, doctor: &Caller, case: &str) {
    let worked: WorkedCase = toml::from_str(WORKED).unwrap();
    let typed = |value: &toml::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let posted: Posted = worked.answers["certificate"]
        .iter()
        .map(|(path, value)| (path.clone(), vec![typed(value)]))
        .collect();
    // Choices decide which steps are asked, so twice round.
    for _ in 0..2 {
        let mut step = open(&scene.house, doctor, case, "").unwrap().step.step;
        while let Some(next) = save(&scene.house, doctor, case, &step, &posted).unwrap().next {
            step = next;
        }
    }
}

fn one_time_code(scene: &Scene) -> String {
    let time = u64::try_from(scene.now().timestamp()).unwrap();
    passwords::totp(&SECRET, "user", "madoguchi").unwrap().generate(time).to_string()
}

pub(super) fn signature(scene: &Scene, doctor: &Caller) -> Signature {
    signature_of(scene, doctor, CASE)
}

pub(super) fn signature_of(scene: &Scene, doctor: &Caller, case: &str) -> Signature {
    let digest = show(&scene.house, doctor, case).unwrap().digest;
    Signature { digest, confirmed: true, code: one_time_code(scene), key: String::new() }
}

#[test]
fn the_code_on_the_sheet_gives_the_request_to_an_entitled_physician() {
    let scene = scene();
    let code = code(&scene);
    let cooperating = physician(&scene, "usr_coop", "cooperating", "2029-03-31");
    let expired = physician(&scene, "usr_late", "designated", "2026-11-21");
    for (caller, typed) in
        [(&cooperating, code.as_str()), (&expired, &code), (&expired, "ABCDEFGHJK"), (&expired, "")]
    {
        assert_eq!(refusal(claim(&scene.house, caller, typed)), "code.unknown");
    }
    assert_eq!(item(&scene).state, WorkState::Planned);
    let doctor = doctor(&scene);
    let spaced = format!(" {} {} ", &code[..5], code[5..].to_lowercase());
    assert_eq!(claim(&scene.house, &doctor, &spaced).unwrap(), CASE);
    assert_eq!((item(&scene).state, item(&scene).assignee.as_str()), (WorkState::Requested, "usr_doctor"));
    assert_eq!(item(&scene).assignee_name, "架空中央病院");
    assert_eq!(claim(&scene.house, &doctor, &code).unwrap(), CASE, "again");
    let other = physician(&scene, "usr_other", "designated", "2029-03-31");
    assert_eq!(refusal(claim(&scene.house, &other, &code)), "code.unknown", "taken");
    assert_eq!(recorded(&scene, "usr_doctor"), ["claim_item done"]);
    assert_eq!(recorded(&scene, "usr_other"), ["claim_item refused"]);
}

#[test]
fn the_inbox_names_initials_and_nobody_elses_requests() {
    let (scene, doctor) = claimed();
    let found = inbox(&scene.house, &doctor, None).unwrap();
    let lines: Vec<_> = found
        .requests
        .iter()
        .map(|it| (it.patient.as_str(), it.birth_year.as_str(), it.state_label))
        .collect();
    assert_eq!(lines, [("ア・ハ さん", "1958年生まれ", "未着手")]);
    let Reader::Physician(signer) = found.reader else { panic!("a physician reads") };
    assert_eq!((signer.kind.as_str(), signer.warning), ("難病指定医", None));
    let other = physician(&scene, "usr_other", "designated", "2026-12-31");
    let empty = inbox(&scene.house, &other, None).unwrap();
    assert!(
        empty.requests.is_empty()
            && matches!(&empty.reader, Reader::Physician(signer) if signer.warning.is_some())
    );
    assert!(matches!(open(&scene.house, &other, CASE, ""), Err(Error::NotFound)));
    assert_eq!(refusal(inbox(&scene.house, &applicant(&scene), None)), "permission.denied");
}

#[test]
fn the_form_begins_with_what_is_known_and_offers_what_the_record_holds() {
    let (scene, doctor) = claimed();
    pull::take_file(&scene.house, &doctor, CASE, bundle()).unwrap();
    let first = open(&scene.house, &doctor, CASE, "").unwrap();
    let value = |path: &str| first.step.fields.iter().find(|field| field.path == path).unwrap().value.clone();
    assert!(value("disease.number").contains("パーキンソン病"), "{}", value("disease.number"));
    assert_eq!(first.record.as_ref().unwrap().candidates[0].number, 6);
    let offered: Vec<_> = first.offers.iter().map(|it| (it.path.as_str(), it.value.as_str())).collect();
    assert_eq!(offered, [("diagnosis.onset", "2024-03"), ("treatment.drugs", "レボドパ")]);
    assert_eq!(accept(&scene.house, &doctor, CASE, "diagnosis.onset", None).unwrap(), "disease");
    assert!(matches!(accept(&scene.house, &doctor, CASE, "disease.number", None), Err(Error::NotFound)));
    let after = open(&scene.house, &doctor, CASE, "disease").unwrap();
    assert_eq!(after.offers.len(), 1);
    let onset = after.step.fields.iter().find(|field| field.path == "diagnosis.onset").unwrap();
    assert!(format!("{:?}", onset.origin).contains("platform"));
    assert_eq!(item(&scene).state, WorkState::InProgress);
}

#[test]
fn what_is_typed_is_kept_and_the_signer_comes_from_the_account() {
    let (scene, doctor) = claimed();
    let post = |step: &str, path: &str, text: &str| {
        let posted = BTreeMap::from([(path.to_owned(), vec![text.to_owned()])]);
        save(&scene.house, &doctor, CASE, step, &posted).unwrap()
    };
    let saved = post("care", "care.handbook", "二級");
    assert!(saved.errors.iter().any(|error| error.path == "care.handbook"));
    let page = open(&scene.house, &doctor, CASE, "care").unwrap();
    let field = page.step.fields.iter().find(|field| field.path == "care.handbook").unwrap();
    assert_eq!((field.value.as_str(), field.errors.is_empty()), ("二級", false));
    post("physician", "physician.kind", "cooperating");
    post("physician", "physician.designation-number", "9999999");
    let sections = show(&scene.house, &doctor, CASE).unwrap().sections;
    let shown = |path: &str| {
        let rows = sections.iter().flat_map(|section| &section.rows);
        rows.into_iter().find(|row| row.path == path).unwrap().value.clone()
    };
    assert_eq!(shown("physician.kind"), "難病指定医");
    assert_eq!(shown("physician.designation-number"), "1300001");
    assert!(matches!(
        save(&scene.house, &doctor, CASE, "no-such-step", &Posted::new()),
        Err(Error::NotFound)
    ));
}

#[test]
fn severity_is_information_and_what_blocks_stands_apart_from_what_asks() {
    let (scene, doctor) = claimed();
    fill(&scene, &doctor);
    let gate = open(&scene.house, &doctor, CASE, "").unwrap().gate.unwrap();
    assert!(gate.text.contains("はい") && !gate.working.is_empty(), "{gate:?}");
    let posted = BTreeMap::from([("diagnosis.meets-severity".to_owned(), vec!["false".to_owned()])]);
    save(&scene.house, &doctor, CASE, "diagnosis", &posted).unwrap();
    let page = open(&scene.house, &doctor, CASE, "diagnosis").unwrap();
    let asks: Vec<_> = page.remarks.iter().filter(|remark| !remark.blocks).collect();
    assert!(asks.iter().any(|remark| remark.path == "diagnosis.meets-severity"), "{asks:?}");
    assert!(page.remarks.iter().all(|remark| !remark.blocks));
    assert!(asks.iter().any(|remark| remark.path == "patient.name"), "another name than in the application");
}

#[test]
fn a_signature_needs_a_whole_form_the_shown_content_and_a_fresh_code() {
    let (scene, doctor) = claimed();
    let first = open(&scene.house, &doctor, CASE, "").unwrap().step.step;
    save(&scene.house, &doctor, CASE, &first, &Posted::new()).unwrap();
    assert_eq!(refusal(sign(&scene.house, &doctor, CASE, &signature(&scene, &doctor))), "sign.blocked");
    fill(&scene, &doctor);
    let good = signature(&scene, &doctor);
    let with = |change: fn(&mut Signature)| {
        let mut signature = good.clone();
        change(&mut signature);
        refusal(sign(&scene.house, &doctor, CASE, &signature))
    };
    assert_eq!(with(|it| it.confirmed = false), "sign.confirm");
    assert_eq!(with(|it| it.digest = "0".repeat(64)), "sign.changed");
    assert_eq!(with(|it| it.code = "000000".to_owned()), "sign.code");
    assert_eq!(item(&scene).state, WorkState::InProgress);
    sign(&scene.house, &doctor, CASE, &good).unwrap();
    assert_eq!((item(&scene).state, item(&scene).results), (WorkState::Received, vec![1]));
    let revision = scene.stored(CASE).case.revision("certificate").cloned().unwrap();
    assert_eq!((revision.number, revision.digest), (1, good.digest.clone()));
    assert_eq!(refusal(sign(&scene.house, &doctor, CASE, &good)), "sign.code", "a code works once");
    let tries = recorded(&scene, "usr_doctor");
    assert_eq!(tries.iter().filter(|line| *line == "sign_in refused").count(), 2);
}

#[test]
fn a_signed_version_stays_and_a_further_one_supersedes_it_until_the_office_accepts() {
    let (scene, doctor) = claimed();
    fill(&scene, &doctor);
    sign(&scene.house, &doctor, CASE, &signature(&scene, &doctor)).unwrap();
    scene.pass(TimeDelta::minutes(1));
    let posted = BTreeMap::from([("treatment.drugs".to_owned(), vec!["レボドパ 300mg".to_owned()])]);
    save(&scene.house, &doctor, CASE, "treatment", &posted).unwrap();
    let before = signed::show(&scene.house, &doctor, CASE, None).unwrap();
    assert!(!format!("{:?}", before.sections).contains("300mg"), "a draft changes nothing that was signed");
    let changed = show(&scene.house, &doctor, CASE).unwrap();
    assert_eq!((changed.version, changed.changes.len()), (2, 1));
    sign(&scene.house, &doctor, CASE, &signature(&scene, &doctor)).unwrap();
    let (old, new) = (
        signed::show(&scene.house, &doctor, CASE, Some(1)).unwrap(),
        signed::show(&scene.house, &doctor, CASE, None).unwrap(),
    );
    assert_eq!((old.newest, new.version, old.digest == new.digest), (2, 2, false));
    assert!(
        format!("{:?}", new.sections).contains("300mg") && !format!("{:?}", old.sections).contains("300mg")
    );
    office(&scene, CommandName::ReturnItem, |item| Command::ReturnItem {
        item,
        reason: "診断年月日を確かめてください。".to_owned(),
    });
    let page = open(&scene.house, &doctor, CASE, "").unwrap();
    assert_eq!(page.question.as_deref(), Some("診断年月日を確かめてください。"));
    assert!(inbox(&scene.house, &doctor, None).unwrap().requests[0].question);
    scene.pass(TimeDelta::minutes(1));
    sign(&scene.house, &doctor, CASE, &signature(&scene, &doctor)).unwrap();
    office(&scene, CommandName::AcceptItem, |item| Command::AcceptItem { item });
    assert_eq!(refusal(save(&scene.house, &doctor, CASE, "treatment", &posted)), "work.closed");
    scene.pass(TimeDelta::minutes(1));
    assert_eq!(refusal(sign(&scene.house, &doctor, CASE, &signature(&scene, &doctor))), "work.closed");
    assert!(open(&scene.house, &doctor, CASE, "").unwrap().closed);
    assert_eq!(item(&scene).results, [1, 2, 3]);
}

fn office(scene: &Scene, name: CommandName, command: impl FnOnce(String) -> Command) {
    let clerk = Caller {
        actor: Actor::with_roles("usr_clerk", "窓口 担当", ["reviewer"]),
        source: "test".to_owned(),
    };
    carry_out(&scene.house, &clerk, &Order::new(CASE, name), |stage| Ok(command(item_of(stage.case()))))
        .unwrap();
}

fn item_of(case: &crate::domain::case::Case) -> String {
    case.work_of("medical_certificate").unwrap().id.clone()
}

#[test]
fn the_demos_code_is_one_that_was_not_used_yet() {
    let (scene, doctor) = claimed();
    fill(&scene, &doctor);
    sign(&scene.house, &doctor, CASE, &signature(&scene, &doctor)).unwrap();
    let code = sign::demo_code(&scene.house, &doctor).unwrap();
    let digest = show(&scene.house, &doctor, CASE).unwrap().digest;
    sign(&scene.house, &doctor, CASE, &Signature { digest, confirmed: true, code, key: String::new() })
        .unwrap();
    assert_eq!(item(&scene).results, [1, 2]);
}
