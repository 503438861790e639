//! 制度マスタ that are not as ours hold a batch back, and nothing that protects somebody.

use super::*;
use crate::domain::masters::Masters;

fn changed(scene: &Scene, change: impl FnOnce(&mut Masters)) {
    let mut masters = kept_masters(&scene.house, CONNECTOR).unwrap();
    change(&mut masters);
    scene.hub.hold(Some(masters));
}

#[test]
fn the_folders_keep_what_they_register() {
    let scene = Scene::new();
    let kept = kept_masters(&scene.house, CONNECTOR).unwrap();
    let codes: Vec<&str> = kept.incomes.iter().map(|it| it.code.as_str()).collect();
    assert_eq!((kept.types.len(), codes), (1, vec!["A", "B1", "B2", "C1", "C2", "D"]));
    let open_end = kept.types[0].open_to.to_string();
    assert_eq!((kept.types[0].law_number.as_str(), open_end.as_str()), ("54", "9999-12-31"));
    assert!(kept.conditions.iter().any(|it| it.item_label == "人工呼吸器等装着"));
}

#[tokio::test]
async fn rows_wait_until_the_masters_are_the_same_and_what_is_urgent_does_not() {
    let scene = Scene::new();
    let waits = person(&scene, 1);
    let hidden = HubRow { urgent: true, ..super::row("hub_0002") };
    let hidden = HubRow {
        case_id: "case_p2".to_owned(),
        decision_id: "dec_p2".to_owned(),
        subject: "s2".to_owned(),
        ..hidden
    };
    scene.row(&hidden, &Registration { number: number(2), ..registration() });
    changed(&scene, |masters| masters.incomes.retain(|it| it.code != "C1"));
    let report = night(&scene).await;
    assert_eq!(report.end, End::Failed);
    assert!(report.note.contains("制度マスタが連携先と1件違う"), "{}", report.note);
    assert_eq!([state(&scene, &waits).0, state(&scene, &hidden).0], ["pending", "confirmed"]);

    changed(&scene, |_| {});
    let report = night(&scene).await;
    assert_eq!((report.end, report.note.as_str(), report.confirmed), (End::Done, "", 1));
}

#[tokio::test]
async fn another_name_is_told_and_holds_nothing_back() {
    let scene = Scene::new();
    let row = person(&scene, 1);
    changed(&scene, |masters| masters.incomes[0].label = "生活保護等".to_owned());
    let report = night(&scene).await;
    assert_eq!((report.end, state(&scene, &row).0.as_str()), (End::Done, "confirmed"));
    assert!(report.note.contains("名前などが連携先と1件違います"), "{}", report.note);
}

#[tokio::test]
async fn a_hub_without_masters_is_told_of_and_registers_all_the_same() {
    let scene = Scene::new();
    let row = person(&scene, 1);
    scene.hub.hold(None);
    let report = night(&scene).await;
    assert_eq!((report.end, state(&scene, &row).0.as_str()), (End::Done, "confirmed"));
    assert!(report.note.contains("照会できない"), "{}", report.note);
}
