//! Nights as they should go, and nights that are cut off.

use super::*;

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
    let scene = Scene::with(|house| house.hubs.clear());
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
    assert_eq!(scene.hub.keys(), [key], "one batch, one key, until it is taken");
}

#[tokio::test]
async fn a_process_that_died_after_any_step_is_carried_on() {
    for step in 0..4 {
        let scene = Scene::new();
        let row = person(&scene, 1);
        let link = Link::all(&scene.house).remove(0);
        let picked = ledger::pick(&scene.house, &link, "131016", false, 10).unwrap().load.unwrap();
        if step >= 1 {
            let accepted = link.hub.submit(&picked.rows, picked.key).await.unwrap();
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
