//! Records byte by byte, and the folder without anybody on its other side.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::profile::Kind;
use super::record::{Shape, content};
use super::*;
use crate::ports::clock::Clock;
use crate::ports::hub::{Entry, Hub, HubError, RowOutcome, TaskState};

struct Noon;

impl Clock for Noon {
    fn now(&self) -> DateTime<Utc> {
        "2026-11-23T03:00:00Z".parse().unwrap()
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn entry(number: &str, key: &str, history_number: i64, decided_on: &str) -> Entry {
    let fields = [
        ("level", "22"),
        ("application_kind", "1"),
        ("application_date", "2026-10-05"),
        ("decided_on", decided_on),
        ("review_date", "2026-11-19"),
        ("limit_units", "19705"),
        ("committee_opinion", "転倒に気をつけ、\"移動\"を見守る。\n通所リハビリが望ましい。"),
        ("consent", "true"),
    ];
    Entry {
        number: number.to_owned(),
        certificate_type: "NINTEI".to_owned(),
        fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        details: Vec::new(),
        valid_from: day("2026-10-05"),
        valid_to: day("2027-04-30"),
        history_key: key.to_owned(),
        history_number,
        deleted: false,
    }
}

fn entries() -> Vec<Entry> {
    let first = entry("0000000011", "K-0001-1", 1, "2026-11-20");
    let mut second = entry("0000000022", "K-0002-1", 4, "2026-11-21");
    second.deleted = true;
    for name in ["review_date", "committee_opinion"] {
        second.fields.remove(name);
    }
    second.fields.insert("consent".to_owned(), "false".to_owned());
    vec![first, second]
}

/// `MADOGUCHI_WRITE_GOLDEN=1 cargo test --lib care_base` writes the files anew; read what changed.
#[test]
fn records_look_as_in_the_files_of_each_version_and_form() {
    let entries = entries();
    let entries: Vec<&Entry> = entries.iter().collect();
    for version in [Version::V1_0, Version::V2_0] {
        for format in [Format::Csv, Format::Json] {
            for kind in Kind::ALL {
                let shape = Shape { version, format, insurer: "999999", kind };
                let made = String::from_utf8(content(shape, &entries).unwrap()).unwrap();
                let name = format!("{}_{}.{}", kind.code(), version.code(), format.code());
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/care_base").join(&name);
                if std::env::var_os("MADOGUCHI_WRITE_GOLDEN").is_some() {
                    std::fs::write(&path, &made).unwrap();
                }
                assert_eq!(made, std::fs::read_to_string(&path).unwrap_or_default(), "{name}");
            }
        }
    }
}

#[test]
fn the_card_has_a_key_and_a_history_number_from_version_2_on() {
    let has = |version, kind| profile::key_column(version, kind);
    assert_eq!((has(Version::V1_0, Kind::Card), has(Version::V2_0, Kind::Card)), (None, Some("cardKey")));
    assert_eq!(has(Version::V1_0, Kind::Certification), Some("applicationNo"));
}

#[test]
fn what_the_base_would_refuse_is_told_before_with_every_field_once() {
    let mut wrong = entry("12345", "K-1", 1, "2026-11-20");
    for (name, value) in
        [("level", "care-2"), ("decided_on", "きのう"), ("limit_units", ""), ("consent", "?")]
    {
        wrong.fields.insert(name.to_owned(), value.to_owned());
    }
    wrong.valid_to = day("2026-01-01");
    let told = super::defects::defects(Version::V2_0, &wrong);
    let told: Vec<(&str, &str)> =
        told.iter().map(|it| (it.code.as_str(), it.field.as_deref().unwrap_or_default())).collect();
    let expected = [
        ("insured-wrong", ""),
        ("field-wrong", "level"),
        ("E1004", "decided_on"),
        ("field-missing", "limit_units"),
        ("field-wrong", "consent"),
        ("E1005", "valid_to"),
    ];
    assert_eq!(told, expected);
    assert!(super::defects::defects(Version::V1_0, &entry("0000000011", "K-1", 1, "2026-11-20")).is_empty());
}

struct Shared {
    dir: tempfile::TempDir,
    base: CareBase,
}

fn on(dir: &Path, version: Version) -> CareBase {
    let config = CareBaseConfig {
        folder: dir.to_owned(),
        insurer: "999999".to_owned(),
        base_date: day("2026-10-31"),
        version,
        format: Format::Csv,
    };
    CareBase::new(config, Arc::new(Noon)).unwrap()
}

fn shared() -> Shared {
    let dir = tempfile::tempdir().unwrap();
    let base = on(dir.path(), Version::V2_0);
    Shared { dir, base }
}

impl Shared {
    fn inbox(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.dir.path().join("inbox/999999")).unwrap();
        let mut names: Vec<String> =
            entries.map(|it| it.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn manifest(&self, stem: &str) -> Value {
        let path = self.dir.path().join(format!("inbox/999999/{stem}.manifest.json"));
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    /// Answers a file with what is given for each of its lines.
    fn answer(&self, stem: &str, change: impl FnOnce(&mut Value)) {
        let manifest = self.manifest(stem);
        let records: Vec<Value> = (1..=manifest["count"].as_u64().unwrap())
            .map(|line| json!({ "line": line, "key": "K-0001-1", "historyNo": 1, "result": "REGISTERED" }))
            .collect();
        let mut answer = json!({
            "interfaceVersion": manifest["interfaceVersion"], "kind": manifest["kind"],
            "insurerNo": "999999", "digest": manifest["digest"], "accepted": true,
            "count": records.len(), "records": records,
        });
        change(&mut answer);
        self.put(stem, &serde_json::to_vec(&answer).unwrap(), None);
    }

    fn put(&self, stem: &str, bytes: &[u8], digest: Option<&str>) {
        let results = self.dir.path().join("result");
        std::fs::write(results.join(format!("{stem}.result.json")), bytes).unwrap();
        let digest = digest.map_or_else(|| super::files::digest(bytes), str::to_owned);
        let seal = json!({ "digest": digest }).to_string();
        std::fs::write(results.join(format!("{stem}.result.manifest.json")), seal).unwrap();
    }
}

const KEY: Uuid = Uuid::from_u128(7);

fn one() -> Vec<Entry> {
    entries().into_iter().take(1).collect()
}

fn stems() -> [String; 6] {
    let stem = |kind: Kind, number: u32| format!("{}_999999_20261123_{number:04}", kind.code());
    let [certification, card, consent] = Kind::ALL;
    [
        stem(certification, 1),
        stem(card, 1),
        stem(consent, 1),
        stem(certification, 2),
        stem(card, 2),
        stem(consent, 2),
    ]
}

#[tokio::test]
async fn the_first_batch_brings_the_baseline_and_each_file_its_manifest() {
    let shared = shared();
    let old = entry("0000000033", "K-0003-1", 1, "2026-10-31");
    let batch = [one(), vec![old]].concat();
    shared.base.submit(&batch, KEY).await.unwrap();
    assert_eq!(shared.inbox().len(), 12);
    let (baseline, difference) = (shared.manifest(&stems()[0]), shared.manifest(&stems()[3]));
    assert_eq!((&baseline["initial"], &baseline["baseDate"]), (&json!(true), &json!("2026-10-31")));
    assert_eq!((&baseline["count"], &difference["count"]), (&json!(1), &json!(1)));
    assert_eq!((&difference["initial"], &difference["baseDate"]), (&json!(false), &Value::Null));
    assert_eq!(difference["interfaceVersion"], "2.0");
    shared.base.submit(&one(), Uuid::from_u128(8)).await.unwrap();
    assert_eq!(shared.inbox().len(), 24, "until the baseline is taken each batch brings it");
}

#[tokio::test]
async fn a_batch_sent_twice_lies_there_once_and_its_key_serves_no_other() {
    let shared = shared();
    let first = shared.base.submit(&one(), KEY).await.unwrap();
    let names = shared.inbox();
    assert_eq!(shared.base.submit(&one(), KEY).await.unwrap(), first);
    assert_eq!(shared.inbox(), names);
    assert_eq!(shared.base.submit(&entries(), KEY).await, Err(HubError::Conflict));
    assert_eq!(shared.inbox(), names);
    assert!(names.iter().all(|name| !name.starts_with('.')), "{names:?}");
}

#[tokio::test]
async fn the_folders_group_reads_what_is_sent_and_nobody_else_what_is_remembered() {
    let shared = shared();
    shared.base.submit(&one(), KEY).await.unwrap();
    let mode =
        |path: &str| std::fs::metadata(shared.dir.path().join(path)).unwrap().permissions().mode() & 0o777;
    for name in shared.inbox() {
        assert_eq!(mode(&format!("inbox/999999/{name}")), 0o640, "{name}");
    }
    assert_eq!(mode(&format!("sent/{KEY}.json")), 0o600);
}

#[tokio::test]
async fn a_batch_is_answered_when_every_file_is() {
    let shared = shared();
    let task = shared.base.submit(&one(), KEY).await.unwrap().task;
    assert_eq!(shared.base.task(&task).await, Ok(TaskState::Running));
    for stem in &stems()[..5] {
        shared.answer(stem, |_| ());
        assert_eq!(shared.base.task(&task).await, Ok(TaskState::Running));
    }
    shared.answer(&stems()[5], |_| ());
    assert_eq!(shared.base.task(&task).await, Ok(TaskState::Completed));
    let rows = shared.base.results(&task, 1).await.unwrap().rows;
    assert_eq!((rows.len(), &rows[0].outcome), (1, &RowOutcome::Registered));
    assert_eq!((rows[0].row, rows[0].history_key.as_deref()), (Some(0), Some("K-0001-1")));
    assert_eq!(shared.base.strays().await, Ok(Vec::new()));
    let before = shared.inbox().len();
    shared.base.submit(&one(), Uuid::from_u128(8)).await.unwrap();
    assert_eq!(shared.inbox().len(), before + 6, "the baseline was taken");
}

#[tokio::test]
async fn a_row_is_taken_only_when_every_file_took_it() {
    let shared = shared();
    let task = shared.base.submit(&one(), KEY).await.unwrap().task;
    stems().iter().for_each(|stem| shared.answer(stem, |_| ()));
    shared.answer(&stems()[4], |answer| {
        answer["records"][0]["result"] = json!("REJECTED");
        answer["records"][0]["errors"] =
            json!([{ "code": "KB-E2005", "field": "limitUnits", "message": "0000000011 の値\nが違う" }]);
    });
    assert_eq!(shared.base.task(&task).await, Ok(TaskState::CompletedWithErrors));
    let rows = shared.base.results(&task, 1).await.unwrap().rows;
    let RowOutcome::Rejected(defects) = &rows[0].outcome else { panic!("{:?}", rows[0].outcome) };
    assert_eq!(defects[0].message, "********** の値 が違う", "a number of a person goes no further");
}

#[tokio::test]
async fn a_result_that_names_another_record_is_no_success() {
    for change in [("key", json!("K-0009-1")), ("historyNo", json!(9)), ("result", json!("TAKEN"))] {
        let shared = shared();
        let task = shared.base.submit(&one(), KEY).await.unwrap().task;
        stems().iter().for_each(|stem| shared.answer(stem, |_| ()));
        shared.answer(&stems()[3], |answer| answer["records"][0][change.0] = change.1.clone());
        let rows = shared.base.results(&task, 1).await.unwrap().rows;
        assert_eq!(rows[0].outcome, RowOutcome::NotUnderstood, "{}", change.0);
    }
}

#[tokio::test]
async fn a_result_that_must_not_be_believed_is_refused_with_words() {
    type Change = fn(&mut Value);
    let changes: [(Change, &str); 6] = [
        (|it| it["interfaceVersion"] = json!("1.0"), "仕様書1.0版"),
        (|it| it["digest"] = json!("00"), "別の送信の結果"),
        (|it| it["kind"] = json!("DOUI"), "別の送信の結果"),
        (|it| it["records"] = json!([]), "件数が合いません"),
        (|it| it["records"][0]["key"] = Value::Null, "2.0版の形ではありません"),
        (
            |it| (it["accepted"], it["errors"]) = (json!(false), json!([{ "code": "KB-C1001" }])),
            "受け取りませんでした（KB-C1001",
        ),
    ];
    for (change, expected) in changes {
        let shared = shared();
        let task = shared.base.submit(&one(), KEY).await.unwrap().task;
        stems().iter().for_each(|stem| shared.answer(stem, |_| ()));
        shared.answer(&stems()[3], change);
        let Err(HubError::Distrusted { words }) = shared.base.task(&task).await else { panic!("{expected}") };
        assert!(words.contains(expected), "{words}");
        assert!(shared.base.results(&task, 1).await.is_err(), "nothing is half done");
        shared.answer(&stems()[3], |_| ());
        assert_eq!(shared.base.task(&task).await, Ok(TaskState::Completed), "a mended one is taken");
    }
}

#[tokio::test]
async fn a_damaged_result_and_one_for_nothing_we_sent_are_told() {
    let shared = shared();
    let task = shared.base.submit(&one(), KEY).await.unwrap().task;
    stems().iter().for_each(|stem| shared.answer(stem, |_| ()));
    shared.put(&stems()[3], b"{}", Some("00"));
    let Err(HubError::Distrusted { words }) = shared.base.task(&task).await else { panic!("believed") };
    assert!(words.contains("壊れています"), "{words}");
    shared.put("NINTEI_999999_20200101_0001", b"{}", None);
    let strays = shared.base.strays().await.unwrap();
    assert!(strays[0].contains("1件") && strays[0].contains("取り込んでいません"), "{strays:?}");
    assert_eq!(shared.base.task("../../x").await, Err(HubError::NotFound));
}

#[tokio::test]
async fn version_1_takes_no_keys_of_version_2() {
    let dir = tempfile::tempdir().unwrap();
    let shared = Shared { base: on(dir.path(), Version::V1_0), dir };
    let task = shared.base.submit(&one(), KEY).await.unwrap().task;
    stems().iter().for_each(|stem| shared.answer(stem, |_| ()));
    let Err(HubError::Distrusted { words }) = shared.base.task(&task).await else { panic!("believed") };
    assert!(words.contains("HIHOKENSHASHO") && words.contains("1.0版の形ではありません"), "{words}");
    shared.answer(&stems()[4], |it| it["records"] = json!([{ "line": 1, "result": "REGISTERED" }]));
    assert_eq!(shared.base.task(&task).await, Ok(TaskState::Completed));
}

#[tokio::test]
async fn a_shared_disk_that_is_not_there_is_an_outage_and_nothing_is_made_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let base = on(&dir.path().join("mount"), Version::V2_0);
    assert!(matches!(base.submit(&one(), KEY).await, Err(HubError::Unavailable { .. })));
    assert!(base.check().await.is_err());
    assert!(std::fs::read_dir(dir.path()).unwrap().next().is_none());
}
