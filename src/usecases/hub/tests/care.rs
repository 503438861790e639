//! A second register, of files, behind the same nights: against the stand-in of the care base.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::*;
use crate::adapters::care_base::{CareBase, CareBaseConfig, Format, Version};
use crate::adapters::clock::SystemClock;
use crate::sandbox::{Sandbox, SandboxConfig};

struct Office {
    scene: Scene,
    sandbox: Sandbox,
    http: reqwest::Client,
    _dir: tempfile::TempDir,
}

impl Office {
    async fn new() -> Office {
        Office::with(Version::V2_0, Format::Csv, "2.0").await
    }

    /// An office that speaks one version with a base that speaks another, or the same.
    async fn with(version: Version, format: Format, theirs: &str) -> Office {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let dir = tempfile::tempdir().unwrap();
        let mut stand_ins = SandboxConfig::local("132012", Vec::new());
        stand_ins.care.folder = Some(dir.path().to_owned());
        stand_ins.care.version = theirs.to_owned();
        stand_ins.care.step = None;
        stand_ins.care.unknown_insured = vec!["0000009999".to_owned()];
        let sandbox = crate::sandbox::start(stand_ins).await.unwrap();
        let base_date: NaiveDate = "2026-10-31".parse().unwrap();
        let config = CareBaseConfig {
            folder: dir.path().to_owned(),
            insurer: "999999".to_owned(),
            base_date,
            version,
            format,
        };
        let base = Arc::new(CareBase::new(config, Arc::new(SystemClock)).unwrap());
        let scene = Scene::with(|house| {
            house.hubs.insert(CARE_BASE.to_owned(), base);
        });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Office { scene, sandbox, http, _dir: dir }
    }

    fn row(&self, n: u32, change: impl FnOnce(&mut HubRow, &mut Registration)) -> HubRow {
        let mut registration = certification(&format!("{n:010}"));
        let mut row = HubRow {
            id: format!("hub_c{n:04}"),
            connector: CARE_BASE.to_owned(),
            case_id: format!("case_c{n}"),
            decision_id: format!("dec_c{n}"),
            subject: format!("c{n}"),
            history_key: format!("K-{n:04}-1"),
            ..row("hub_c")
        };
        change(&mut row, &mut registration);
        self.scene.row(&row, &registration);
        row
    }

    async fn post(&self, path: &str, body: Value) {
        let address = format!("{}/_sandbox/{path}", self.sandbox.care_root.as_ref().unwrap());
        assert!(self.http.post(address).json(&body).send().await.unwrap().status().is_success(), "{path}");
    }

    async fn fault(&self, route: &str, fault: &str, times: u32) {
        self.post("faults", json!({ "route": route, "fault": fault, "times": times })).await;
    }

    async fn held(&self) -> Value {
        let address = format!("{}/_sandbox/state", self.sandbox.care_root.as_ref().unwrap());
        let state: Value = self.http.get(address).send().await.unwrap().json().await.unwrap();
        state["base"]["held"].clone()
    }

    /// A night, the base's morning, and the next night.
    async fn two_nights(&self) -> Report {
        let first = night(&self.scene).await;
        assert_eq!((first.end, first.confirmed), (End::Done, 0), "{}", first.note);
        self.post("sweep", Value::Null).await;
        night(&self.scene).await
    }

    fn state(&self, row: &HubRow) -> String {
        state(&self.scene, row).0
    }
}

fn certification(insured: &str) -> Registration {
    let fields = [
        ("level", "22"),
        ("application_kind", "1"),
        ("application_date", "2026-10-05"),
        ("decided_on", "2026-11-20"),
        ("limit_units", "19705"),
        ("committee_opinion", "転倒に気をつける。"),
        ("consent", "true"),
    ];
    Registration {
        certificate_type: "NINTEI".to_owned(),
        number: insured.to_owned(),
        fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        details: Vec::new(),
        valid_from: "2026-10-05".parse().unwrap(),
        valid_to: "2027-04-30".parse().unwrap(),
    }
}

#[tokio::test]
async fn a_certification_travels_as_files_and_is_confirmed_by_their_results() {
    for (version, theirs) in [(Version::V1_0, "1.0"), (Version::V2_0, "2.0")] {
        for format in [Format::Csv, Format::Json] {
            let office = Office::with(version, format, theirs).await;
            let row = office.row(1, |_, _| ());
            let report = office.two_nights().await;
            assert_eq!((report.end, report.confirmed, report.note.as_str()), (End::Done, 1, ""), "{theirs}");
            assert_eq!(office.state(&row), "confirmed");
            let held = office.held().await;
            let card = if theirs == "1.0" { "" } else { "K-0001-1" };
            assert_eq!(held[format!("HIHOKENSHASHO/0000000001/{card}")]["record"]["limitUnits"], "19705");
            assert_eq!(held["NINTEI/0000000001/K-0001-1"]["record"]["careLevelCode"], "22");
            assert_eq!(held["DOUI/0000000001/K-0001-1"]["record"]["isConsented"], "1");
            assert_eq!(
                night(&office.scene).await.confirmed,
                0,
                "a result that lies there still changes nothing"
            );
        }
    }
}

#[tokio::test]
async fn both_registers_have_their_night_and_their_own_name() {
    let office = Office::new().await;
    let subsidy = person(&office.scene, 1);
    let care = office.row(2, |_, _| ());
    let report = night(&office.scene).await;
    assert_eq!(report.confirmed, 1, "one answers at once");
    assert_eq!(report.note, "【connector.care_base】1件の送信が結果を待っています");
    let seen = desk(&office.scene.house, &office.scene.operator()).unwrap();
    assert_eq!(seen.batches.iter().map(|it| it.connector.as_str()).collect::<Vec<_>>(), [CARE_BASE]);
    let names: Vec<&str> = seen.registers.iter().map(|it| it.connector.as_str()).collect();
    assert_eq!(names, [CARE_BASE, PMH]);
    office.post("sweep", Value::Null).await;
    night(&office.scene).await;
    assert_eq!([office.state(&subsidy), office.state(&care)], ["confirmed", "confirmed"]);
}

#[tokio::test]
async fn corrections_and_withdrawals_follow_in_their_order() {
    let office = Office::new().await;
    let first = office.row(1, |_, _| ());
    let corrected = office.row(1, |row, registration| {
        row.id = "hub_c0001b".to_owned();
        registration.fields.insert("level".to_owned(), "23".to_owned());
        registration.fields.insert("consent".to_owned(), "false".to_owned());
    });
    assert_eq!(office.two_nights().await.confirmed, 1, "of two that wait only the newer is sent");
    assert_eq!([office.state(&first), office.state(&corrected)], ["superseded", "confirmed"]);
    let held = office.held().await;
    assert_eq!(held["NINTEI/0000000001/K-0001-1"]["record"]["careLevelCode"], "23");
    assert_eq!(held["DOUI/0000000001/K-0001-1"]["record"]["isConsented"], "0");

    let gone = office.row(1, |row, _| (row.id, row.deleted) = ("hub_c0001c".to_owned(), true));
    office.two_nights().await;
    assert_eq!(office.state(&gone), "confirmed");
    let held = office.held().await;
    assert_eq!(held["NINTEI/0000000001/K-0001-1"]["deleted"], true);
}

#[tokio::test]
async fn a_rejected_row_lies_on_the_operators_list_in_words_and_holds_up_nobody() {
    let office = Office::new().await;
    let unknown = office.row(9999, |_, _| ());
    let good = office.row(1, |_, _| ());
    let bare = office.row(2, |_, registration| registration.number = String::new());
    let report = office.two_nights().await;
    assert_eq!((report.end, report.confirmed), (End::Done, 1));
    assert_eq!([&unknown, &good, &bare].map(|row| office.state(row)), ["rejected", "confirmed", "rejected"]);
    let listed = rows(&office.scene.house, &office.scene.operator(), "rejected", "").unwrap();
    let words: Vec<&String> = listed.iter().flat_map(|row| &row.faults).collect();
    assert!(words.iter().any(|it| it.contains("連携先に登録のない被保険者番号")), "{words:?}");
    assert!(words.iter().any(|it| it.starts_with("被保険者番号がありません")), "{words:?}");
    assert!(words.iter().all(|it| !it.contains("9999")), "{words:?}");
}

#[tokio::test]
async fn an_answer_that_is_late_is_waited_for_and_no_row_is_sent_twice() {
    let office = Office::new().await;
    let row = office.row(1, |_, _| ());
    // The baseline and what follows it.
    office.fault("/NINTEI*", "stuck", 2).await;
    let report = office.two_nights().await;
    assert_eq!((report.end, report.confirmed), (End::Done, 0));
    assert!(report.note.contains("結果を待っています"), "{}", report.note);
    assert_eq!(office.state(&row), "sent");
    office.post("sweep", Value::Null).await;
    assert_eq!(night(&office.scene).await.confirmed, 1);
}

#[tokio::test]
async fn an_answer_that_is_spoilt_is_refused_told_and_taken_when_it_comes_whole() {
    for (fault, words) in [
        ("damaged_result", "壊れています"),
        ("missing_results", "件数が合いません"),
        ("wrong_version", "仕様書1.0版です。2.0版の送信の結果としては取り込めません"),
    ] {
        let office = Office::new().await;
        let row = office.row(1, |_, _| ());
        office.fault("/HIHOKENSHASHO*", fault, 2).await;
        let report = office.two_nights().await;
        assert_eq!((report.end, report.confirmed), (End::Failed, 0), "{fault}");
        assert!(report.note.contains(words), "{}", report.note);
        assert_eq!(office.state(&row), "sent", "nothing is half done");
        office.post("again", Value::Null).await;
        let report = night(&office.scene).await;
        assert_eq!((report.end, report.confirmed, report.note.as_str()), (End::Done, 1, ""), "{fault}");
    }
}

#[tokio::test]
async fn an_answer_to_nothing_we_sent_is_told_and_the_others_are_taken() {
    let office = Office::new().await;
    let row = office.row(1, |_, _| ());
    office.fault("/DOUI*", "foreign_result", 1).await;
    let report = office.two_nights().await;
    assert_eq!((report.end, report.confirmed), (End::Failed, 1));
    assert!(report.note.contains("送っていないファイルの結果が1件あります"), "{}", report.note);
    assert_eq!(office.state(&row), "confirmed");
}

#[tokio::test]
async fn versions_do_not_mix_and_the_rows_go_once_the_setting_is_mended() {
    let office = Office::with(Version::V1_0, Format::Csv, "2.0").await;
    let row = office.row(1, |_, _| ());
    let report = office.two_nights().await;
    assert_eq!((report.end, report.confirmed), (End::Failed, 0));
    assert!(report.note.contains("仕様書2.0版"), "{}", report.note);
    assert_eq!((office.state(&row).as_str(), office.held().await), ("sent", json!({})));
}

#[tokio::test]
async fn a_file_that_is_refused_as_a_whole_goes_again_when_an_operator_says_so() {
    let office = Office::new().await;
    let row = office.row(1, |_, _| ());
    office.fault("/NINTEI*", "fail_task", 1).await;
    let report = office.two_nights().await;
    assert!(report.note.contains("受け取りませんでした（KB-C9001"), "{}", report.note);
    let operator = office.scene.operator();
    let waiting = desk(&office.scene.house, &operator).unwrap().batches;
    release(&office.scene.house, &operator, &waiting[0].id).unwrap();
    office.two_nights().await;
    assert_eq!(office.state(&row), "confirmed");
}

#[tokio::test]
async fn decisions_up_to_the_base_date_are_the_baseline() {
    let office = Office::new().await;
    office.row(1, |_, registration| {
        registration.fields.insert("decided_on".to_owned(), "2026-10-31".to_owned());
    });
    office.row(2, |_, _| ());
    assert_eq!(office.two_nights().await.confirmed, 2);
}
