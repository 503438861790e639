//! The hub's work on a real database, against a hub in memory.

mod outside;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::*;
use crate::domain::numbers::MyNumber;
use crate::ports::hub::HubError;
use crate::store::hub::{self as rows_store, HubRow};
use crate::store::hub_batches;
use crate::usecases::registration::Registration;
use crate::usecases::testing::{Scene, refusal};

/// Numbers of invented people with right check digits.
fn number(n: u32) -> String {
    let stem = format!("{:011}", 10_000_000_000_u64 + u64::from(n));
    (0..10).map(|check| format!("{stem}{check}")).find(|it| MyNumber::parse(it).is_ok()).unwrap()
}

pub fn registration() -> Registration {
    let fields = [
        ("name", "窓口 花子"),
        ("name_kana", "マドグチ ハナコ"),
        ("address", "青空県若葉市一丁目1番地"),
        ("birth_date", "1990-06-28"),
        ("sex", "female"),
        ("certificate_name", "特定医療費受給者証"),
        ("payer_number", "54136015"),
        ("recipient_number", "1234566"),
        ("monthly_cap", "10000"),
        ("income_segment", "C1"),
        ("institutions", "青空病院\n若葉薬局"),
        ("always_reimbursed", "0"),
        ("withheld", "false"),
    ];
    Registration {
        certificate_type: "54NANBYO".to_owned(),
        number: "123456789018".to_owned(),
        fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        details: vec![
            ("DISEASE_NAME".to_owned(), "疾病名".to_owned(), "病".to_owned()),
            ("TIER".to_owned(), "階層区分".to_owned(), String::new()),
        ],
        valid_from: "2026-10-01".parse().unwrap(),
        valid_to: "2027-09-30".parse().unwrap(),
    }
}

pub fn row(id: &str) -> HubRow {
    HubRow {
        id: id.to_owned(),
        connector: CONNECTOR.to_owned(),
        case_id: "case_1".to_owned(),
        decision_id: "dec_1".to_owned(),
        subject: "s1".to_owned(),
        seq: 0,
        history_key: format!("K-{id}"),
        deleted: false,
        urgent: false,
        body: Vec::new(),
        content_hash: String::new(),
        state: "pending".to_owned(),
        attempts: 0,
        position: 0,
    }
}

fn plan() -> HubPlan {
    let pace = HubPace {
        first_poll: Duration::from_millis(1),
        longest_poll: Duration::from_millis(4),
        give_up: Duration::from_millis(20),
    };
    HubPlan { org: "131016".to_owned(), pace }
}

/// The `n`th person's row: case, subject and number of their own.
pub fn person(scene: &Scene, n: u32) -> HubRow {
    let id = format!("hub_{n:04}");
    let row = HubRow {
        case_id: format!("case_p{n}"),
        decision_id: format!("dec_p{n}"),
        subject: format!("s{n}"),
        history_key: format!("K{n}"),
        ..row(&id)
    };
    scene.row(&row, &Registration { number: number(n), ..registration() });
    row
}

/// Another row of the same person, case and decision.
fn further(
    scene: &Scene,
    before: &HubRow,
    id: &str,
    change: impl FnOnce(&mut HubRow, &mut Registration),
) -> HubRow {
    let n = before.subject.trim_start_matches('s').parse().unwrap();
    let mut registration = Registration { number: number(n), ..registration() };
    let mut row = HubRow { id: id.to_owned(), history_key: format!("K-{id}"), ..before.clone() };
    change(&mut row, &mut registration);
    scene.row(&row, &registration);
    row
}

async fn night(scene: &Scene) -> Report {
    nightly(&scene.house, &plan(), &|_| ()).await.unwrap()
}

fn state(scene: &Scene, row: &HubRow) -> (String, String) {
    scene.states()[&row.id].clone()
}

fn pair(row: &str, case: &str) -> (String, String) {
    (row.to_owned(), case.to_owned())
}

fn unreachable() -> HubError {
    HubError::Unavailable { detail: "refused".to_owned() }
}

#[tokio::test]
async fn a_night_registers_reads_back_and_confirms() {
    let scene = Scene::new();
    let rows = [person(&scene, 1), person(&scene, 2)];
    let seen = AtomicI64::new(0);
    let watch = |progress: Progress| seen.store(progress.done, Ordering::SeqCst);
    let report = nightly(&scene.house, &plan(), &watch).await.unwrap();
    assert_eq!((report.end, report.confirmed, report.different), (End::Done, 2, 0));
    assert_eq!(report.progress, Progress { total: 2, done: 2, rejected: 0 });
    assert_eq!(seen.load(Ordering::SeqCst), 2);
    for row in &rows {
        assert_eq!(state(&scene, row), pair("confirmed", "confirmed"));
    }
    assert_eq!(scene.hub.batches(), [["K1", "K2"]]);
    assert_eq!(scene.audited(), 2, "each confirmation is on record");
}

#[tokio::test]
async fn a_second_night_sends_nothing() {
    let scene = Scene::new();
    person(&scene, 1);
    night(&scene).await;
    night(&scene).await;
    assert_eq!(scene.hub.batches().len(), 1);
}

#[tokio::test]
async fn a_house_without_hub_leaves_the_rows_where_they_are() {
    let scene = Scene::with(|house| house.hub = None);
    let row = person(&scene, 1);
    assert_eq!(night(&scene).await.end, End::Done);
    assert_eq!(state(&scene, &row), pair("pending", "pending"));
}

#[tokio::test]
async fn rows_of_a_person_go_in_order_and_never_in_one_batch() {
    let scene = Scene::new();
    let first = person(&scene, 1);
    further(&scene, &first, "hub_a", |_, _| ());
    further(&scene, &first, "hub_b", |_, _| ());
    person(&scene, 2);
    let report = night(&scene).await;
    assert_eq!(report.confirmed, 4);
    let batches = scene.hub.batches();
    let order: Vec<&str> = batches.iter().flatten().map(String::as_str).filter(|key| *key != "K2").collect();
    assert_eq!((order, batches.len()), (vec!["K1", "K-hub_a", "K-hub_b"], 3));
}

#[tokio::test]
async fn a_rejected_row_holds_up_only_its_person_and_can_be_sent_again() {
    let scene = Scene::new();
    let bad = person(&scene, 1);
    let after = further(&scene, &bad, "hub_a", |_, _| ());
    let good = person(&scene, 2);
    scene.hub.reject("K1", "PMH-E2003");
    let report = night(&scene).await;
    assert_eq!((report.end, report.progress.rejected), (End::Done, 1));
    assert_eq!(state(&scene, &bad), pair("rejected", "rejected"));
    assert_eq!(state(&scene, &after), pair("pending", "rejected"));
    assert_eq!(state(&scene, &good), pair("confirmed", "confirmed"));

    let listed = rows(&scene.house, &scene.operator(), "rejected", "").unwrap();
    assert_eq!(listed[0].faults, ["連携先の制度マスタにない所得区分です"]);
    scene.hub.accept_all();
    retry(&scene.house, &scene.operator(), &bad.id).unwrap();
    night(&scene).await;
    assert_eq!(state(&scene, &after), pair("confirmed", "confirmed"));
    assert_eq!(refusal(retry(&scene.house, &scene.operator(), &bad.id)), "hub.row-settled");
}

#[tokio::test]
async fn a_later_row_of_the_same_key_frees_a_rejected_one() {
    let scene = Scene::new();
    let bad = person(&scene, 1);
    scene.hub.reject("K1", "PMH-E3001");
    night(&scene).await;
    scene.hub.accept_all();
    let corrected = further(&scene, &bad, "hub_a", |row, _| row.history_key = "K1".to_owned());
    night(&scene).await;
    assert_eq!(state(&scene, &bad), pair("superseded", "confirmed"));
    assert_eq!(state(&scene, &corrected), pair("confirmed", "confirmed"));
}

#[tokio::test]
async fn a_row_without_number_is_told_and_the_others_go() {
    let scene = Scene::new();
    let bare = HubRow { case_id: "case_x".to_owned(), decision_id: "dec_x".to_owned(), ..row("hub_x") };
    scene.row(&bare, &Registration { number: String::new(), ..registration() });
    let good = person(&scene, 2);
    let report = night(&scene).await;
    assert_eq!((report.progress.done, report.progress.rejected), (2, 1));
    assert_eq!(state(&scene, &bare), pair("rejected", "rejected"));
    assert_eq!(state(&scene, &good), pair("confirmed", "confirmed"));
    let listed = rows(&scene.house, &scene.operator(), "rejected", "").unwrap();
    assert!(listed[0].faults[0].contains("個人番号がありません"));
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_under_the_same_key() {
    let scene = Scene::new();
    let row = person(&scene, 1);
    scene.hub.fail_submit(true, HubError::OutcomeUnknown { detail: "cut".to_owned() });
    scene.hub.fail_submit(false, HubError::Throttled { retry_after: Some(0) });
    scene.hub.fail_submit(false, unreachable());
    assert_eq!(night(&scene).await.end, End::Done);
    assert_eq!(state(&scene, &row), pair("confirmed", "confirmed"));
    assert_eq!(scene.hub.writes(), BTreeMap::from([("K1".to_owned(), 1)]));
}

#[tokio::test]
async fn a_hub_that_is_away_ends_the_night_and_nothing_counts_as_sent() {
    let scene = Scene::new();
    let row = person(&scene, 1);
    (0..50).for_each(|_| scene.hub.fail_submit(false, unreachable()));
    let report = night(&scene).await;
    assert_eq!((report.end, report.progress.done), (End::Failed, 0));
    assert_eq!(state(&scene, &row), pair("sent", "pending"), "the case does not say that it was sent");
    let key = scene.read(|conn| hub_batches::open(conn, CONNECTOR))[0].idempotency_key.clone();

    let mut nights = 1;
    while night(&scene).await.end != End::Done {
        nights += 1;
        assert!(nights < 10);
    }
    assert_eq!(nights, 6, "eight tries a night, fifty faults");
    assert_eq!(state(&scene, &row), pair("confirmed", "confirmed"));
    let newest = scene.read(|conn| hub_batches::newest(conn, CONNECTOR, 10));
    assert_eq!(
        (newest.len(), newest[0].idempotency_key.clone()),
        (1, key),
        "one batch, one key, until it is taken"
    );
}

#[tokio::test]
async fn a_process_that_died_after_any_step_is_carried_on() {
    for step in 0..4 {
        let scene = Scene::new();
        let row = person(&scene, 1);
        let picked = ledger::pick(&scene.house, "131016", false, 10).unwrap().load.unwrap();
        if step >= 1 {
            let accepted = scene.house.hub.as_ref().unwrap().submit(&picked.rows, picked.key).await.unwrap();
            if step >= 2 {
                ledger::taken(&scene.house, &picked.batch.id, &accepted.task).unwrap();
            }
        }
        if step == 3 {
            scene.hub.forget_tasks();
        }
        assert_eq!(night(&scene).await.end, End::Done, "step {step}");
        assert_eq!(state(&scene, &row), pair("confirmed", "confirmed"), "step {step}");
        assert_eq!(scene.hub.writes(), BTreeMap::from([("K1".to_owned(), 1)]), "step {step}");
    }
}

#[tokio::test]
async fn a_night_that_is_cut_off_anywhere_loses_and_doubles_nothing() {
    let scene = Scene::new();
    let rows: Vec<HubRow> = (1..30).map(|n| person(&scene, n)).collect();
    scene.hub.slow(2);
    for millis in 1..40 {
        let cut = tokio::time::timeout(Duration::from_millis(millis), night(&scene)).await;
        if cut.is_ok() {
            break;
        }
    }
    assert_eq!(night(&scene).await.end, End::Done);
    for row in &rows {
        assert_eq!(state(&scene, row), pair("confirmed", "confirmed"));
    }
    assert!(scene.hub.writes().values().all(|count| *count == 1));
    assert!(scene.read(|conn| hub_batches::open(conn, CONNECTOR)).is_empty());
}

#[tokio::test]
async fn two_nights_at_once_register_each_row_once() {
    let scene = Arc::new(Scene::new());
    let rows: Vec<HubRow> = (1..40).map(|n| person(&scene, n)).collect();
    let (one, two) = tokio::join!(night(&scene), night(&scene));
    assert_eq!((one.end, two.end), (End::Done, End::Done));
    assert_eq!(one.progress.done + two.progress.done, 39, "each answer counts once");
    night(&scene).await;
    for row in &rows {
        assert_eq!(state(&scene, row).0, "confirmed");
    }
    assert!(scene.hub.writes().values().all(|count| *count == 1));
}

#[tokio::test]
async fn wrong_persons_stop_the_connector_until_somebody_has_looked() {
    let scene = Scene::new();
    for n in 1..4 {
        person(&scene, n);
        scene.hub.reject(&format!("K{n}"), "PMH-E3001");
    }
    let report = night(&scene).await;
    assert_eq!(report.end, End::Stopped);
    assert!(report.note.contains("3件"));
    let late = person(&scene, 9);
    assert_eq!(night(&scene).await.end, End::Stopped);
    assert_eq!(state(&scene, &late).0, "pending");

    assert!(desk(&scene.house, &scene.operator()).unwrap().stopped.is_some());
    start_again(&scene.house, &scene.operator()).unwrap();
    assert_eq!(night(&scene).await.end, End::Done);
    assert_eq!(state(&scene, &late).0, "confirmed");
}

#[tokio::test]
async fn a_high_share_of_rejections_stops_the_connector() {
    let scene = Scene::new();
    for n in 1..61 {
        person(&scene, n);
        if n % 10 == 0 {
            scene.hub.reject(&format!("K{n}"), "PMH-E2003");
        }
    }
    let report = night(&scene).await;
    assert_eq!((report.end, report.progress.rejected), (End::Stopped, 6));
}

#[tokio::test]
async fn refused_credentials_stop_the_connector_and_the_batch_waits() {
    let scene = Scene::new();
    let row = person(&scene, 1);
    scene.hub.fail_submit(false, HubError::Forbidden { detail: "status 403".to_owned() });
    let report = night(&scene).await;
    assert_eq!(report.end, End::Stopped);
    assert!(report.note.contains("status 403"));
    start_again(&scene.house, &scene.operator()).unwrap();
    night(&scene).await;
    assert_eq!(state(&scene, &row).0, "confirmed");
}

#[tokio::test]
async fn named_defects_reject_their_rows_and_the_others_go_on() {
    let scene = Scene::new();
    let rows: Vec<HubRow> = (1..6).map(|n| person(&scene, n)).collect();
    let defect = |row| crate::ports::hub::Defect {
        row: Some(row),
        field: Some("basicFiveInfo.nameKana".to_owned()),
        code: "PMH-E1003".to_owned(),
        message: String::new(),
    };
    scene.hub.fail_submit(false, HubError::Defect(vec![defect(1), defect(3), defect(77)]));
    let report = night(&scene).await;
    assert_eq!(report.progress, Progress { total: 5, done: 5, rejected: 2 });
    let states: Vec<String> = rows.iter().map(|row| state(&scene, row).0).collect();
    assert_eq!(states, ["confirmed", "rejected", "confirmed", "rejected", "confirmed"]);
}

#[tokio::test]
async fn a_row_that_spoils_its_batch_is_found_by_halving() {
    let scene = Scene::new();
    let rows: Vec<HubRow> = (1..12).map(|n| person(&scene, n)).collect();
    scene.hub.spoil("K7");
    let report = night(&scene).await;
    assert_eq!((report.end, report.progress.rejected), (End::Done, 1));
    for row in &rows {
        let expected = if row.history_key == "K7" { "rejected" } else { "confirmed" };
        assert_eq!(state(&scene, row).0, expected);
    }
}

#[tokio::test]
async fn a_failed_task_is_taken_apart_and_sent_again() {
    let scene = Scene::new();
    let rows: Vec<HubRow> = (1..5).map(|n| person(&scene, n)).collect();
    scene.hub.fail_tasks(1);
    assert_eq!(night(&scene).await.end, End::Done);
    assert!(rows.iter().all(|row| state(&scene, row).0 == "confirmed"));
}

#[tokio::test]
async fn a_result_that_does_not_come_is_no_success() {
    let scene = Scene::new();
    let rows = [person(&scene, 1), person(&scene, 2)];
    scene.hub.lose_results(1);
    night(&scene).await;
    assert_eq!(state(&scene, &rows[1]).0, "confirmed", "a second reading has it");
    let lost = person(&scene, 3);
    scene.hub.lose_results(9);
    night(&scene).await;
    assert_eq!(state(&scene, &lost), pair("rejected", "rejected"));
}

#[tokio::test]
async fn a_task_that_never_ends_is_left_to_a_person_and_holds_up_only_its_rows() {
    let scene = Scene::new();
    let stuck = person(&scene, 1);
    scene.hub.slow(10_000);
    let report = night(&scene).await;
    assert_eq!((report.end, state(&scene, &stuck)), (End::Failed, pair("sent", "sent")));
    scene.hub.slow(0);
    let other = person(&scene, 2);
    night(&scene).await;
    assert_eq!(state(&scene, &other).0, "confirmed");
    assert_eq!(scene.hub.batches().len(), 2, "the stuck batch was not sent again blindly");

    let open = desk(&scene.house, &scene.operator()).unwrap().batches;
    release(&scene.house, &scene.operator(), &open[0].id).unwrap();
    assert_eq!(state(&scene, &stuck), pair("pending", "pending"));
    assert_eq!(refusal(release(&scene.house, &scene.operator(), &open[0].id)), "hub.batch-settled");
    assert_eq!(night(&scene).await.end, End::Done);
    assert_eq!(state(&scene, &stuck), pair("confirmed", "confirmed"));
    assert_eq!(scene.hub.writes()["K1"], 1);
}

#[tokio::test]
async fn what_the_hub_does_not_show_is_a_discrepancy_until_it_does() {
    let scene = Scene::new();
    let rows = [person(&scene, 1), person(&scene, 2)];
    // Two persons, asked after eight times each.
    (0..16).for_each(|_| scene.hub.fail_read_back(unreachable()));
    assert_eq!(night(&scene).await.end, End::Failed);
    assert_eq!(state(&scene, &rows[0]), pair("accepted", "sent"), "taken is not confirmed");
    let held = scene.hub.held("K2").unwrap();
    scene.hub.tamper("K1", |_| None);
    scene.hub.tamper("K2", |row| Some(crate::ports::hub::HeldRow { monthly_cap: Some(5), ..row }));
    let report = night(&scene).await;
    assert_eq!((report.confirmed, report.different), (0, 2));
    assert_eq!(state(&scene, &rows[1]), pair("accepted", "sent"));
    let words: Vec<String> =
        desk(&scene.house, &scene.operator()).unwrap().discrepancies.into_iter().map(|it| it.words).collect();
    assert!(
        words.contains(&"連携先にありません".to_owned())
            && words.contains(&"連携先と違います：自己負担上限額".to_owned())
    );

    scene.hub.tamper("K2", |_| Some(held));
    retry(&scene.house, &scene.operator(), &rows[0].id).unwrap();
    night(&scene).await;
    assert!(desk(&scene.house, &scene.operator()).unwrap().discrepancies.is_empty());
    assert!(rows.iter().all(|row| state(&scene, row) == pair("confirmed", "confirmed")));
}

#[tokio::test]
async fn the_urgent_run_sends_urgent_rows_with_what_must_go_before_them_and_no_others() {
    let scene = Scene::new();
    let before = person(&scene, 1);
    let hidden = further(&scene, &before, "hub_a", |row, registration| {
        row.urgent = true;
        registration.fields.insert("withheld".to_owned(), "true".to_owned());
    });
    let other = person(&scene, 2);
    let report = urgent(&scene.house, &plan(), &|_| ()).await.unwrap();
    assert_eq!(report.end, End::Done);
    assert_eq!(scene.hub.batches(), [["K1"], ["K-hub_a"]]);
    assert_eq!(state(&scene, &hidden).0, "confirmed");
    assert_eq!(state(&scene, &before).0, "confirmed");
    assert_eq!(state(&scene, &other).0, "pending");
}

#[tokio::test]
async fn somebody_who_must_be_hidden_is_never_shown_on_the_way() {
    let scene = Scene::new();
    let open = person(&scene, 1);
    let hidden = further(&scene, &open, "hub_a", |row, registration| {
        (row.urgent, row.history_key) = (true, "K1".to_owned());
        registration.fields.insert("withheld".to_owned(), "true".to_owned());
    });
    urgent(&scene.house, &plan(), &|_| ()).await.unwrap();
    assert_eq!(
        (state(&scene, &open).0.as_str(), state(&scene, &hidden).0.as_str()),
        ("superseded", "confirmed")
    );
    assert_eq!(scene.hub.writes(), BTreeMap::from([("K1".to_owned(), 1)]));
    assert!(scene.hub.held("K1").unwrap().withheld);
}

#[tokio::test]
async fn only_the_operator_sits_at_the_desk() {
    let scene = Scene::new();
    let row = person(&scene, 1);
    let mut clerk = scene.operator();
    clerk.actor.roles = ["reviewer".to_owned()].into();
    assert_eq!(refusal(desk(&scene.house, &clerk)), "permission.denied");
    assert_eq!(refusal(retry(&scene.house, &clerk, &row.id)), "permission.denied");
    assert_eq!(refusal(start_again(&scene.house, &clerk)), "permission.denied");
    assert_eq!(
        of_case(&scene.house, &clerk, &row.case_id).unwrap().len(),
        1,
        "a clerk sees the rows of a case"
    );
}

#[tokio::test]
async fn a_number_is_in_no_stored_problem_and_no_report() {
    let scene = Scene::new();
    let row = person(&scene, 1);
    scene.hub.reject("K1", "PMH-E3001");
    let report = night(&scene).await;
    let lines = scene.read(|conn| rows_store::lines(conn, CONNECTOR, "", "", "", 10));
    let told = format!("{report:?} {lines:?} {:?}", rows(&scene.house, &scene.operator(), "", "").unwrap());
    assert!(!told.contains(&number(1)) && told.contains(&row.id));
}

#[tokio::test]
async fn of_rows_with_one_key_the_last_one_counts() {
    let scene = Scene::new();
    let first = person(&scene, 1);
    night(&scene).await;
    assert_eq!(state(&scene, &first).0, "confirmed");
    (0..8).for_each(|_| scene.hub.fail_read_back(unreachable()));
    let same_key = |row: &mut HubRow, _: &mut Registration| row.history_key = "K1".to_owned();
    let second = further(&scene, &first, "hub_a", same_key);
    night(&scene).await;
    assert_eq!(state(&scene, &second).0, "accepted");
    let third = further(&scene, &first, "hub_b", |row, registration| {
        same_key(row, registration);
        registration.valid_to = "2026-12-31".parse().unwrap();
    });
    assert_eq!(night(&scene).await.end, End::Done);
    assert_eq!(state(&scene, &second), pair("superseded", "confirmed"));
    assert_eq!(state(&scene, &third), pair("confirmed", "confirmed"));
    assert_eq!(scene.hub.held("K1").unwrap().valid_to.to_string(), "2026-12-31");
}
