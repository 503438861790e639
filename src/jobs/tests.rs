//! Outbox, runs and clock on a real database.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::Notify;

use super::clockwork::note_due;
use super::*;
use crate::ports::mail::MailError;
use crate::store::{jobs as outbox, runs};
use crate::usecases::hub::End;
use crate::usecases::testing::Scene;

fn dispatcher(scene: &Scene) -> Dispatcher {
    Dispatcher::new(scene.house.clone(), RetryPolicy::default(), Arc::new(Notify::new()))
}

fn plan() -> JobsPlan {
    JobsPlan::new("131016").hurried()
}

fn runner(scene: &Scene) -> Runner {
    Runner::new(scene.house.clone(), plan().hub)
}

fn enqueue(scene: &Scene, kind: &str, payload: &str) {
    let (id, key) = (format!("job_{kind}"), format!("{kind}/{payload}"));
    scene.write(|scene, conn| outbox::enqueue(conn, &id, kind, payload, &key, scene.now()));
}

fn dead(scene: &Scene) -> Vec<outbox::JobLine> {
    scene.read(|conn| outbox::in_state(conn, "dead", 10))
}

fn states(scene: &Scene, kind: Kind) -> Vec<String> {
    let all = scene.read(|conn| runs::newest(conn, 100));
    all.into_iter().filter(|run| run.job == kind.code()).map(|run| run.state).collect()
}

#[tokio::test]
async fn the_outbox_is_emptied() {
    let scene = Scene::new();
    enqueue(&scene, "render", &format!("{}/let_1", scene.case));
    enqueue(&scene, "mail", &scene.delivery("dlv_1", Some("let_1")));
    assert_eq!(dispatcher(&scene).drain().await.unwrap(), 2);
    assert_eq!((scene.renderer.drawn(), scene.mailer.sent().len()), (1, 1));
    assert_eq!(scene.read(outbox::open_count), 0);
}

#[tokio::test]
async fn a_failed_job_waits_longer_each_time_and_comes_back() {
    let scene = Scene::new();
    enqueue(&scene, "mail", &scene.delivery("dlv_1", None));
    scene.mailer.fail(|| MailError::Temporary { detail: "451".to_owned() });
    assert_eq!(dispatcher(&scene).drain().await.unwrap(), 1);
    assert_eq!(dispatcher(&scene).drain().await.unwrap(), 0, "not before its time");
    scene.pass(TimeDelta::seconds(38));
    assert_eq!(dispatcher(&scene).drain().await.unwrap(), 1);
    scene.pass(TimeDelta::seconds(38));
    assert_eq!(dispatcher(&scene).drain().await.unwrap(), 0, "the second wait is longer");
    scene.mailer.recover();
    scene.pass(TimeDelta::seconds(40));
    assert_eq!(dispatcher(&scene).drain().await.unwrap(), 1);
    assert_eq!((scene.mailer.sent().len(), scene.read(outbox::open_count)), (1, 0));
}

#[tokio::test]
async fn what_nobody_can_do_is_left_to_a_person() {
    let scene = Scene::new();
    enqueue(&scene, "render", "case_x/let_x");
    enqueue(&scene, "dance", "x");
    assert_eq!(dispatcher(&scene).drain().await.unwrap(), 2);
    assert_eq!(dead(&scene).len(), 2);
}

#[tokio::test]
async fn a_job_that_keeps_failing_dies_where_it_is_seen() {
    let scene = Scene::with(|house| house.files = Arc::new(BrokenFiles));
    enqueue(&scene, "render", &format!("{}/let_1", scene.case));
    let mut tries = 0;
    while dead(&scene).is_empty() {
        tries += dispatcher(&scene).drain().await.unwrap();
        scene.pass(TimeDelta::hours(2));
        assert!(tries < 20);
    }
    assert_eq!(tries, 10);
    assert!(dead(&scene)[0].4.contains("disk full"));
}

struct BrokenFiles;

impl crate::ports::files::Files for BrokenFiles {
    fn put(&self, _: &str, _: &[u8]) -> Result<(), crate::ports::files::FileError> {
        Err(crate::ports::files::FileError::Storage("disk full".to_owned()))
    }

    fn get(&self, _: &str) -> Result<Vec<u8>, crate::ports::files::FileError> {
        Err(crate::ports::files::FileError::NotFound)
    }

    fn remove(&self, _: &str) -> Result<(), crate::ports::files::FileError> {
        Ok(())
    }

    fn older_than(&self, _: u64, _: &str, _: usize) -> Result<Vec<String>, crate::ports::files::FileError> {
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn two_dispatchers_share_the_work() {
    let scene = Scene::new();
    for n in 0..30 {
        let delivery = scene.delivery(&format!("dlv_{n}"), None);
        let id = format!("job_{n}");
        scene.write(|scene, conn| outbox::enqueue(conn, &id, "mail", &delivery, &delivery, scene.now()));
    }
    let (one, two) = (dispatcher(&scene), dispatcher(&scene));
    let (one, two) = tokio::join!(one.drain(), two.drain());
    assert_eq!(one.unwrap() + two.unwrap(), 30);
    assert_eq!(scene.mailer.tried().len(), 30, "no mail twice");
}

#[tokio::test]
async fn a_job_whose_process_died_is_done_after_its_lease() {
    let scene = Scene::new();
    enqueue(&scene, "mail", &scene.delivery("dlv_1", None));
    scene.write(|scene, conn| outbox::claim(conn, scene.now(), TimeDelta::minutes(5), 1));
    assert_eq!(dispatcher(&scene).drain().await.unwrap(), 0);
    scene.pass(TimeDelta::minutes(6));
    assert_eq!(dispatcher(&scene).drain().await.unwrap(), 1);
}

#[tokio::test]
async fn an_urgent_job_makes_an_urgent_run() {
    let scene = Scene::new();
    enqueue(&scene, "hub-urgent", "hub_1");
    dispatcher(&scene).drain().await.unwrap();
    let ended = runner(&scene).run_due(Kind::Urgent, &|_| ()).await.unwrap().unwrap();
    assert_eq!(ended.end, End::Done);
    assert_eq!(states(&scene, Kind::Urgent), ["done"]);
}

fn schedules() -> Vec<Schedule> {
    vec![
        Schedule::parse(Kind::Nightly, "0 0 2 * * *").unwrap(),
        Schedule::parse(Kind::Upkeep, "0 5 * * * *").unwrap(),
    ]
}

#[tokio::test]
async fn a_night_is_due_once_however_many_clocks_tick() {
    let scene = Scene::new();
    note_due(&scene.house, &schedules()).unwrap();
    assert_eq!(states(&scene, Kind::Nightly), ["done"], "at the first start nothing was missed");
    scene.pass(TimeDelta::hours(15));
    for _ in 0..3 {
        note_due(&scene.house, &schedules()).unwrap();
    }
    assert_eq!(states(&scene, Kind::Nightly), ["due", "done"]);
}

#[tokio::test]
async fn of_missed_nights_only_the_last_is_caught_up() {
    let scene = Scene::new();
    note_due(&scene.house, &schedules()).unwrap();
    scene.pass(TimeDelta::days(4));
    note_due(&scene.house, &schedules()).unwrap();
    assert_eq!(states(&scene, Kind::Nightly), ["due", "done"]);
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_second_night() {
    let scene = Scene::new();
    note_due(&scene.house, &schedules()).unwrap();
    scene.pass(TimeDelta::hours(15));
    note_due(&scene.house, &schedules()).unwrap();
    scene.pass(TimeDelta::hours(-24));
    note_due(&scene.house, &schedules()).unwrap();
    scene.pass(TimeDelta::hours(24));
    note_due(&scene.house, &schedules()).unwrap();
    assert_eq!(states(&scene, Kind::Nightly), ["due", "done"]);
}

#[tokio::test]
async fn a_failed_night_is_tried_again_with_the_next_upkeep() {
    let scene = Scene::new();
    note_due(&scene.house, &schedules()).unwrap();
    scene.pass(TimeDelta::minutes(14 * 60 + 1));
    note_due(&scene.house, &schedules()).unwrap();
    let run = scene
        .write(|scene, conn| runs::claim(conn, "nightly", "w", scene.now(), TimeDelta::minutes(2)))
        .unwrap();
    scene.write(|scene, conn| runs::finish(conn, &run.id, "failed", "x", scene.now()));
    note_due(&scene.house, &schedules()).unwrap();
    assert_eq!(states(&scene, Kind::Nightly), ["failed", "done"], "not at once");
    scene.pass(TimeDelta::hours(1));
    note_due(&scene.house, &schedules()).unwrap();
    assert_eq!(states(&scene, Kind::Nightly), ["due", "failed", "done"]);
}

#[tokio::test]
async fn one_process_runs_and_the_other_says_so() {
    let scene = Scene::new();
    scene.write(|scene, conn| {
        runs::note_due(conn, "run_1", "nightly", scene.now())?;
        runs::claim(conn, "nightly", "another", scene.now(), TimeDelta::minutes(2))
    });
    scene.pass(TimeDelta::seconds(1));
    assert!(runner(&scene).run_now(Kind::Nightly, &|_| ()).await.is_err());
    scene.pass(TimeDelta::minutes(3));
    let ended = runner(&scene).run_now(Kind::Nightly, &|_| ()).await.unwrap();
    assert_eq!(ended.end, End::Done);
    assert_eq!(states(&scene, Kind::Nightly), ["done"; 3], "the dead process's run was brought to its end");
}

#[tokio::test]
async fn the_loops_do_the_work_and_stop_in_order() {
    let scene = Scene::new();
    let background = start(scene.house.clone(), &plan()).await.unwrap();
    enqueue(&scene, "mail", &scene.delivery("dlv_1", None));
    background.wake();
    for _ in 0..500 {
        if scene.read(outbox::open_count) == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(scene.mailer.sent().len(), 1);
    let stopping = std::time::Instant::now();
    background.stop().await;
    assert!(stopping.elapsed() < STOP);
}

#[tokio::test]
async fn a_night_that_is_cut_by_a_stop_goes_on_with_the_next_start() {
    let scene = Scene::new();
    let row = crate::usecases::hub::tests::person(&scene, 1);
    scene.hub.slow(10_000);
    scene.write(|scene, conn| runs::note_due(conn, "run_1", "nightly", scene.now()));
    let background = start(scene.house.clone(), &plan()).await.unwrap();
    for _ in 0..500 {
        if scene.states()[&row.id].1 == "sent" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let stopping = std::time::Instant::now();
    background.stop().await;
    assert!(stopping.elapsed() < Duration::from_secs(5));
    assert_eq!(states(&scene, Kind::Nightly)[0], "running", "it is not over");

    scene.hub.slow(0);
    scene.hub.forget_tasks();
    let ended = runner(&scene).run_due(Kind::Nightly, &|_| ()).await.unwrap().unwrap();
    assert_eq!((ended.run.as_str(), ended.end, ended.confirmed), ("run_1", End::Done, 1));
    assert_eq!(scene.hub.writes()["K1"], 1);
}

#[tokio::test]
async fn a_plan_with_a_wrong_time_does_not_start() {
    let scene = Scene::new();
    let plan = JobsPlan { nightly_at: "at two".to_owned(), ..plan() };
    assert!(start(scene.house.clone(), &plan).await.is_err_and(|error| error.pattern == "at two"));
}
