//! What stops the connector, and what only rejects a row.

use super::*;

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

    assert!(desk(&scene.house, &scene.operator()).unwrap().registers[0].stopped.is_some());
    start_again(&scene.house, &scene.operator(), CONNECTOR).unwrap();
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
    start_again(&scene.house, &scene.operator(), CONNECTOR).unwrap();
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
    scene.hub.tamper("K2", |row| {
        let mut other = row.clone();
        other.fields.insert("monthly_cap", "5".to_owned());
        Some(other)
    });
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
    assert_eq!(scene.hub.held("K1").unwrap().field("withheld"), "true");
}

#[tokio::test]
async fn only_the_operator_sits_at_the_desk() {
    let scene = Scene::new();
    let row = person(&scene, 1);
    let mut clerk = scene.operator();
    clerk.actor.roles = ["reviewer".to_owned()].into();
    assert_eq!(refusal(desk(&scene.house, &clerk)), "permission.denied");
    assert_eq!(refusal(retry(&scene.house, &clerk, &row.id)), "permission.denied");
    assert_eq!(refusal(start_again(&scene.house, &clerk, CONNECTOR)), "permission.denied");
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
    let lines = scene.read(|conn| crate::store::hub_lines::lines(conn, CONNECTOR, "", "", "", 10));
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
    assert_eq!(scene.hub.held("K1").unwrap().field("valid_to"), "2026-12-31");
}

#[tokio::test]
async fn what_came_unasked_is_told_and_holds_up_nothing() {
    let scene = Scene::new();
    let row = person(&scene, 1);
    scene.hub.stray("知らない結果があります");
    let report = night(&scene).await;
    assert_eq!((report.end, report.note.as_str()), (End::Failed, "知らない結果があります"));
    assert_eq!(state(&scene, &row), pair("confirmed", "confirmed"));
}
