//! Upkeep on a real database.

use chrono::TimeDelta;

use super::run;
use crate::domain::program::vocabulary::State;
use crate::store::sessions::{self, Session};
use crate::store::{cases, letters};
use crate::usecases::letters::Told;
use crate::usecases::testing::Scene;

fn state(scene: &Scene, case: &str) -> State {
    scene.stored(case).case.state
}

fn mails(scene: &Scene, case: &str) -> usize {
    scene.read(|conn| letters::deliveries_of(conn, case)).len()
}

/// The text of the first mail of a case. Without a catalogue each sentence is its key.
fn mail(scene: &Scene, case: &str) -> String {
    let stored = scene.stored(case);
    let lines = scene.read(|conn| letters::deliveries_of(conn, case));
    let delivery = scene.read(|conn| letters::delivery(conn, &stored, &lines[0].0));
    serde_json::from_slice::<Told>(&delivery.body).unwrap().text
}

#[test]
fn a_mail_has_a_line_for_the_reference_number_once_there_is_one() {
    let scene = Scene::new();
    let draft = scene.draft("case_d", &[("patient.email", "taro@mail.example")]);
    let filed = scene.correcting("case_c", "2026-12-01");
    scene.pass(TimeDelta::days(6));
    run(&scene.house).unwrap();
    let told = mail(&scene, &filed);
    assert_eq!(told, "mail.reminder.correction\n\nmail.page\nmail.reference\nmail.footer\n");
    scene.pass(TimeDelta::days(40));
    run(&scene.house).unwrap();
    assert_eq!(mail(&scene, &draft), "mail.reminder.draft\n\nmail.page\nmail.footer\n");
}

#[test]
fn a_correction_lapses_only_after_the_days_of_grace() {
    let scene = Scene::new();
    let case = scene.correcting("case_c", "2026-12-01");
    scene.pass(TimeDelta::days(16));
    assert_eq!(scene.house.today().to_string(), "2026-12-08");
    assert_eq!(run(&scene.house).unwrap().lapsed, 0);
    assert_eq!(state(&scene, &case), State::Correction);
    scene.pass(TimeDelta::days(1));
    assert_eq!(run(&scene.house).unwrap().lapsed, 1);
    assert_eq!(state(&scene, &case), State::InReview);
    assert_eq!(run(&scene.house).unwrap().lapsed, 0);
    assert!(scene.audited() > 0);
}

#[test]
fn a_reminder_is_given_once_and_in_time() {
    let scene = Scene::new();
    let case = scene.correcting("case_c", "2026-12-01");
    assert_eq!(run(&scene.house).unwrap().reminded, 0);
    scene.pass(TimeDelta::days(6));
    assert_eq!(scene.house.today().to_string(), "2026-11-28");
    assert_eq!(run(&scene.house).unwrap().reminded, 1);
    assert_eq!(run(&scene.house).unwrap().reminded, 0);
    assert_eq!(mails(&scene, &case), 1);
    assert_eq!(scene.read(crate::store::jobs::open_count), 1, "the mail waits in the outbox");
}

#[test]
fn a_draft_is_warned_twice_and_then_deleted_with_all_that_hangs_on_it() {
    let scene = Scene::new();
    let case = scene.draft("case_d", &[("patient.email", "taro@mail.example")]);
    let mut done = Vec::new();
    for day in 0..62 {
        let kept = run(&scene.house).unwrap();
        if kept.reminded + kept.expired > 0 {
            done.push((day, kept.reminded, kept.expired));
        }
        scene.pass(TimeDelta::days(1));
    }
    assert_eq!(done, [(46, 1, 0), (57, 1, 0), (60, 0, 1)]);
    assert!(scene.house.database.read(|conn| cases::find(conn, &scene.house.keys, &case)).is_err());
    assert_eq!(mails(&scene, &case), 0);
}

#[test]
fn a_draft_is_not_deleted_right_after_a_warning_that_came_late() {
    let scene = Scene::new();
    scene.draft("case_d", &[]);
    scene.pass(TimeDelta::days(100));
    let kept = run(&scene.house).unwrap();
    assert_eq!((kept.reminded, kept.expired), (1, 0), "one warning, even when two were missed");
    scene.pass(TimeDelta::days(2));
    assert_eq!(run(&scene.house).unwrap().expired, 0);
    scene.pass(TimeDelta::days(1));
    assert_eq!(run(&scene.house).unwrap().expired, 1);
}

#[test]
fn sessions_and_keys_that_are_over_are_swept() {
    let scene = Scene::new();
    let session = Session {
        token_hash: "t".to_owned(),
        principal: String::new(),
        stage: "guest".to_owned(),
        data: "{}".to_owned(),
        created_at: scene.now(),
        seen_at: scene.now(),
        ends_at: scene.now() + TimeDelta::hours(1),
    };
    scene.write(|_, conn| sessions::insert(conn, &session));
    assert_eq!(run(&scene.house).unwrap().sessions, 0);
    scene.pass(TimeDelta::hours(2));
    assert_eq!(run(&scene.house).unwrap().sessions, 1);
}

#[test]
fn files_without_a_row_go_after_a_day_and_others_stay() {
    let scene = Scene::new();
    crate::usecases::render::render(&scene.house, &format!("{}/let_1", scene.case)).unwrap();
    let hash = "ab".repeat(32);
    for name in ["let_9", "doc_9", hash.as_str(), "somebody-elses"] {
        scene.house.files.put(name, b"x").unwrap();
    }
    scene.pass(TimeDelta::hours(23));
    assert_eq!(run(&scene.house).unwrap().files, 0);
    scene.pass(TimeDelta::hours(2));
    assert_eq!(run(&scene.house).unwrap().files, 3);
    assert!(scene.house.files.get("let_1").is_ok());
    assert!(scene.house.files.get("somebody-elses").is_ok());
}

#[test]
fn a_renewal_is_announced_when_it_opens_and_again_near_the_end() {
    let scene = Scene::new();
    let case = scene.granted("case_g", "2027-03-31");
    let mut told = Vec::new();
    for _ in 0..140 {
        if run(&scene.house).unwrap().reminded > 0 {
            told.push(scene.house.today().to_string());
        }
        scene.pass(TimeDelta::days(1));
    }
    assert_eq!(told, ["2026-12-31", "2027-03-01"]);
    assert_eq!(mails(&scene, &case), 2);
}

#[test]
fn who_has_begun_to_renew_is_not_told() {
    let scene = Scene::new();
    let case = scene.granted("case_g", "2027-03-31");
    scene.pass(TimeDelta::days(60));
    scene.renewing("case_r", &case);
    run(&scene.house).unwrap();
    assert_eq!(mails(&scene, &case), 0);
}
