//! What the base refuses, file by file and record by record.

use std::path::Path;

use serde_json::json;

use super::*;
use crate::sandbox::control::Planned;

const HEAD: &str = "insurerNo,insuredNo,historyNo,isDeleted,applicationNo,isConsented\r\n";

struct Bench {
    dir: tempfile::TempDir,
    base: Base,
    control: Control,
}

impl Bench {
    fn new() -> Bench {
        let dir = tempfile::tempdir().unwrap();
        let settings =
            CareSettings { unknown_insured: vec!["0000009999".to_owned()], ..CareSettings::default() };
        let folder = dir.path().to_owned();
        for place in ["inbox/999999", "result"] {
            std::fs::create_dir_all(folder.join(place)).unwrap();
        }
        let base = Base { settings, folder, core: Mutex::default() };
        let control = Control::new(&OWN_FAULTS, routes::bare);
        Bench { dir, base, control }
    }

    fn inbox(&self) -> PathBuf {
        self.dir.path().join("inbox/999999")
    }

    /// Puts a file there and gives the answer to it.
    fn told(&self, stem: &str, rows: &str, change: impl FnOnce(&mut Value)) -> Value {
        let content = format!("{HEAD}{rows}");
        let mut manifest = json!({
            "file": format!("{stem}.csv"), "interfaceVersion": "2.0", "kind": "DOUI", "insurerNo": "999999",
            "initial": false, "baseDate": null, "count": rows.lines().count(),
            "digest": intake::sha256(content.as_bytes()),
        });
        change(&mut manifest);
        std::fs::write(self.inbox().join(format!("{stem}.csv")), content).unwrap();
        std::fs::write(self.inbox().join(format!("{stem}.manifest.json")), manifest.to_string()).unwrap();
        assert_eq!(self.base.sweep(&self.control).unwrap(), 1, "{stem}");
        self.result(stem)
    }

    fn result(&self, stem: &str) -> Value {
        let path = self.dir.path().join(format!("result/{stem}.result.json"));
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    fn baseline(&self) {
        let initial = |it: &mut Value| (it["initial"], it["baseDate"]) = (json!(true), json!("2026-04-01"));
        assert_eq!(self.told("DOUI_0000", "", initial)["accepted"], true);
    }

    /// The results of the records of a file.
    fn results(&self, stem: &str, rows: &str) -> Vec<String> {
        let answer = self.told(stem, rows, |_| ());
        let word = |record: &Value| match record["errors"][0]["code"].as_str() {
            Some(code) => code.to_owned(),
            None => record["result"].as_str().unwrap().to_owned(),
        };
        answer["records"].as_array().unwrap().iter().map(word).collect()
    }
}

fn refused(answer: &Value) -> &str {
    assert_eq!((&answer["accepted"], &answer["records"]), (&json!(false), &Value::Null));
    answer["errors"][0]["code"].as_str().unwrap()
}

#[test]
fn differences_come_after_a_baseline_and_a_baseline_has_one_day() {
    let bench = Bench::new();
    assert_eq!(refused(&bench.told("DOUI_1", "", |_| ())), "KB-C2001");
    bench.baseline();
    let another = |it: &mut Value| (it["initial"], it["baseDate"]) = (json!(true), json!("2026-05-01"));
    assert_eq!(refused(&bench.told("DOUI_2", "", another)), "KB-C2002");
    assert_eq!(bench.told("DOUI_3", "", |_| ())["accepted"], true);
}

#[test]
fn a_file_is_refused_as_a_whole_for_what_stands_beside_it() {
    let bench = Bench::new();
    bench.baseline();
    let row = "999999,0000000011,1,0,K-1,1\r\n";
    type Change = fn(&mut Value);
    let changes: [(Change, &str); 6] = [
        (|it| it["interfaceVersion"] = json!("1.0"), "KB-C1001"),
        (|it| it["digest"] = json!("00"), "KB-C1002"),
        (|it| it["count"] = json!(2), "KB-C1003"),
        (|it| it["kind"] = json!("NINTEI"), "KB-C1004"),
        (|it| it["insurerNo"] = json!("111111"), "KB-C1005"),
        (|it| it["kind"] = json!("FUTANWARIAI"), "KB-C1006"),
    ];
    for (number, (change, code)) in changes.into_iter().enumerate() {
        assert_eq!(refused(&bench.told(&format!("DOUI_{}", number + 1), row, change)), code);
    }
    assert_eq!(bench.results("DOUI_9", row), ["REGISTERED"], "none of them left anything");
}

#[test]
fn history_numbers_grow_and_what_was_withdrawn_stays_so() {
    let bench = Bench::new();
    bench.baseline();
    let row = |number: u32, deleted: u32, consent: u32| {
        format!("999999,0000000011,{number},{deleted},K-1,{consent}\r\n")
    };
    let steps = [
        (row(1, 1, 1), "KB-E3004"),
        (row(2, 0, 1), "REGISTERED"),
        (row(2, 0, 1), "UNCHANGED"),
        (row(2, 0, 0), "KB-E3005"),
        (row(1, 0, 0), "KB-E3005"),
        (row(3, 0, 0), "UPDATED"),
        (row(4, 1, 0), "DELETED"),
        (row(5, 1, 0), "UNCHANGED"),
        (row(6, 0, 1), "KB-E3002"),
    ];
    for (number, (row, expected)) in steps.into_iter().enumerate() {
        assert_eq!(bench.results(&format!("DOUI_{}", number + 1), &row), [expected], "{row}");
    }
}

#[test]
fn each_record_is_judged_by_itself() {
    let bench = Bench::new();
    bench.baseline();
    let rows = "999999,0000000011,1,0,K-1,1\r\n999999,11,1,0,K-1,1\r\n999999,0000000012,1,0,,1\r\n\
        999999,0000000013,1,2,K-1,1\r\n999999,0000009999,1,0,K-1,1\r\n999999,0000000014,x,0,K 1,1\r\n";
    let expected = ["REGISTERED", "KB-E1003", "KB-E1001", "KB-E1003", "KB-E3006", "KB-E1003"];
    assert_eq!(bench.results("DOUI_1", rows), expected);
}

#[test]
fn a_file_of_the_same_name_is_answered_once_and_an_unfinished_one_not_at_all() {
    let bench = Bench::new();
    bench.baseline();
    bench.told("DOUI_1", "999999,0000000011,1,0,K-1,1\r\n", |_| ());
    std::fs::write(bench.inbox().join("DOUI_2.csv"), HEAD).unwrap();
    assert_eq!(bench.base.sweep(&bench.control).unwrap(), 0);
}

#[test]
fn planned_faults_spoil_one_answer_and_a_second_writing_mends_it() {
    let bench = Bench::new();
    bench.baseline();
    let plan = |fault| {
        let planned = Planned { route: "*".to_owned(), fault, times: Some(1), seconds: None, ratio: None };
        assert!(bench.control.plan(planned));
    };
    let sound = |stem: &str| {
        let read =
            |name: String| std::fs::read(Path::new(bench.dir.path()).join("result").join(name)).unwrap();
        let seal: Value = serde_json::from_slice(&read(format!("{stem}.result.manifest.json"))).unwrap();
        seal["digest"] == intake::sha256(&read(format!("{stem}.result.json")))
    };
    plan(Fault::WrongVersion);
    assert_eq!(bench.told("DOUI_1", "", |_| ())["interfaceVersion"], "1.0");
    plan(Fault::RejectRatio);
    assert_eq!(bench.results("DOUI_2", "999999,0000000011,1,0,K-1,1\r\n"), ["KB-E9001"]);
    plan(Fault::ForeignResult);
    bench.told("DOUI_3", "", |_| ());
    assert!(sound("DOUI_39"));
    bench.base.again().unwrap();
    assert_eq!(bench.result("DOUI_1")["interfaceVersion"], "2.0");
    assert!(["DOUI_1", "DOUI_2", "DOUI_3"].into_iter().all(sound));
}
