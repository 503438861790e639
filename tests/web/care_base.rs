//! A register that is told by files, beside the one that answers at once: from the decision to the record that
//! is held there, and what the operator sees on the way.

use std::path::{Path, PathBuf};

use madoguchi::jobs::{Ended, JobsPlan, Kind, Runner};
use madoguchi::sandbox::{self, Sandbox, SandboxConfig};
use madoguchi::usecases::hub::End;
use serde_json::Value;

use super::town::{ORG_CODE, Town, databases, folder, in_towns};
use super::{database, people, road};

/// What a program needs to be registered there; the numbers stand in for those of a care certification.
const CONNECTOR: &str = r#"
[[slot]]
name = "insured.number"
first_of = [["answers.insurance.insurer-number", "answers.insurance.symbol"]]

[[connector]]
id = "care_base"
on = ["finalise"]
outcomes = ["granted", "granted_modified"]
history_key = "{certificate_id}-{seq}"
number = "insured.number"

[connector.certificate_type]
setting = "care_base_kind"
values = [{ value = "NINTEI", valid_from = "2015-01-01", source = "test" }]

[connector.fields]
name_kana = "patient.kana"
birth_date = "answers.patient.birth"
level = "=22"
application_kind = "case.kind"
application_date = "case.received_on"
decided_on = "decision.decided_on"
limit_units = "=19705"
consent = "consent.information_sharing"
"#;
const TABLE: &str = "
[care_base_application_kinds]
file = \"care_base_application_kinds.csv\"
key = [\"kind\"]
columns = { kind = \"text\", segment = \"text\" }
";
const KINDS: &str = "kind,segment,valid_from,valid_to,article,source\nnew,1,2015-01-01,,test,test\n";
/// 保険者番号 and 記号 of the road's applicant, put together.
const INSURED: &str = "0101001612";

/// The first program with a second register.
fn programs(place: &Path) -> PathBuf {
    let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("forms/nanbyo"), place.join("nanbyo"));
    copy(&from, &to);
    let append = |file: &str, text: &str| {
        let path = to.join(file);
        std::fs::write(&path, std::fs::read_to_string(&path).unwrap() + text).unwrap();
    };
    append("program.toml", CONNECTOR);
    append("tables/tables.toml", TABLE);
    std::fs::write(to.join("tables/care_base_application_kinds.csv"), KINDS).unwrap();
    place.to_owned()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (entry, name) = {
            let entry = entry.unwrap();
            (entry.path(), entry.file_name())
        };
        if entry.is_dir() {
            copy(&entry, &to.join(name));
        } else {
            std::fs::copy(&entry, to.join(name)).unwrap();
        }
    }
}

/// The base on the other side of a folder.
struct Base {
    sandbox: Sandbox,
    http: reqwest::Client,
}

impl Base {
    async fn on(shared: &Path, unknown: &[&str]) -> Base {
        let mut config = SandboxConfig::local(ORG_CODE, Vec::new());
        config.care.folder = Some(shared.to_owned());
        config.care.step = None;
        config.care.unknown_insured = unknown.iter().map(|it| (*it).to_owned()).collect();
        let sandbox = sandbox::start(config).await.unwrap();
        Base { sandbox, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    fn address(&self, path: &str) -> String {
        format!("{}/_sandbox/{path}", self.sandbox.care_root.as_ref().unwrap())
    }

    async fn morning(&self) {
        assert!(self.http.post(self.address("sweep")).send().await.unwrap().status().is_success());
    }

    async fn held(&self) -> String {
        let state: Value = self.http.get(self.address("state")).send().await.unwrap().json().await.unwrap();
        state["base"]["held"].to_string()
    }
}

async fn night(town: &Town) -> Ended {
    let runner = Runner::new(town.app.house.clone(), JobsPlan::new(ORG_CODE).hurried().hub);
    runner.run_now(Kind::Nightly, &|_| {}).await.unwrap()
}

fn states(town: &Town) -> Vec<String> {
    let sql = "SELECT connector || ' ' || state AS text FROM hub_rows ORDER BY connector";
    database::texts(&town.house().database, sql)
}

/// Walks a road on each database, with a folder and a base of its own.
fn walk(name: &str, unknown: &[&str], road: impl AsyncFn(&Town, &Base)) {
    let programs = programs(&folder(&format!("{name}-programs"))).display().to_string();
    for (number, database) in databases().into_iter().enumerate() {
        let shared = folder(&format!("{name}-{number}"));
        let shared_dir = shared.display().to_string();
        let settings = [
            ("programs_dir", programs.as_str()),
            ("care_base_dir", shared_dir.as_str()),
            ("care_base_insurer", "999999"),
            ("care_base_base_date", "2026-01-01"),
        ];
        in_towns(&[database], &settings, async |town| {
            let base = Base::on(&shared, unknown).await;
            road(town, &base).await;
            base.sandbox.stop().await;
        });
    }
}

#[test]
fn a_decision_travels_as_a_file_and_is_confirmed_when_the_result_came() {
    walk("care-confirmed", &[], async |town, base| {
        let (_, mut clerk, case) = road::granted(town).await;
        let first = night(town).await;
        assert_eq!((first.end, first.confirmed), (End::Done, 1), "{}", first.note);
        assert!(first.note.contains("【介護情報基盤】1件の送信が結果を待っています"), "{}", first.note);
        assert_eq!(states(town), ["care_base sent", "pmh confirmed"]);
        let mut operator = people::staff(town, "operator").await;
        let page = operator.visit("/operator/runs").await;
        for words in ["介護情報基盤", "PMH（医療費助成）", "結果を待っている送信"] {
            assert!(page.text.contains(words), "{words}: {:#?}", page.said());
        }
        base.morning().await;
        let second = night(town).await;
        assert_eq!((second.end, second.confirmed, second.note.as_str()), (End::Done, 1, ""));
        assert_eq!(states(town), ["care_base confirmed", "pmh confirmed"]);
        let held = base.held().await;
        for words in [INSURED, "\"applicationKind\":\"1\"", "\"limitUnits\":\"19705\"", "\"isConsented\":"] {
            assert!(held.contains(words), "{words}: {held}");
        }
        let page = clerk.visit(&format!("/staff/cases/{case}/register")).await;
        assert!(page.text.contains("連携済"), "{:#?}", page.said());
        let day = town.house().today();
        let csv = clerk.get(&format!("/staff/holders/changes.csv?from={day}&to={day}")).await;
        assert!(
            csv.text.contains(&format!("新規,{INSURED},{day},,アオゾラ　ハナコ,1958-04-12,")),
            "{}",
            csv.text
        );
        let refused = operator.get(&format!("/staff/holders/changes.csv?from={day}&to={day}")).await;
        assert!(matches!(refused.status, 403 | 404), "{}", refused.status);
    });
}

#[test]
fn a_rejected_row_is_told_to_the_operator_and_waits_to_be_sent_again() {
    walk("care-rejected", &[INSURED], async |town, base| {
        road::granted(town).await;
        night(town).await;
        base.morning().await;
        let second = night(town).await;
        assert_eq!((second.end, second.progress.rejected), (End::Done, 1), "{}", second.note);
        assert_eq!(states(town), ["care_base rejected", "pmh confirmed"]);
        let mut operator = people::staff(town, "operator").await;
        let runs = operator.visit("/operator/runs").await;
        // A row stands under the run that sent it, the older of the two.
        let ids = runs.text.split("/operator/runs/").filter_map(|it| it.split('"').next());
        let run = ids.filter(|id| id.starts_with("run_")).last();
        let page = operator.visit(&format!("/operator/runs/{}?state=rejected", run.unwrap())).await;
        for words in ["介護情報基盤", "連携先に登録のない被保険者番号です"] {
            assert!(page.text.contains(words), "{words}: {:#?}", page.said());
        }
        assert!(!page.text.contains(INSURED), "{:#?}", page.said());
    });
}

#[test]
fn a_result_that_cannot_be_believed_is_shown_and_the_operator_sends_again() {
    walk("care-damaged", &[], async |town, base| {
        road::granted(town).await;
        let fault = serde_json::json!({ "route": "/NINTEI*", "fault": "damaged_result", "times": 2 });
        assert!(
            base.http.post(base.address("faults")).json(&fault).send().await.unwrap().status().is_success()
        );
        night(town).await;
        base.morning().await;
        let damaged = night(town).await;
        assert_eq!(damaged.end, End::Failed);
        let mut operator = people::staff(town, "operator").await;
        let page = operator.visit("/operator/runs").await;
        assert!(page.text.contains("壊れています"), "{:#?}", page.said());
        let action = page.text.split("action=\"").find(|it| it.starts_with("/operator/batches/")).unwrap();
        let action = action.split('"').next().unwrap().to_owned();
        operator.send(&page.form(&action)).await;
        assert_eq!(states(town), ["care_base pending", "pmh confirmed"]);
        night(town).await;
        base.morning().await;
        let mended = night(town).await;
        assert_eq!((mended.end, mended.confirmed), (End::Done, 1), "{}", mended.note);
        assert_eq!(states(town), ["care_base confirmed", "pmh confirmed"]);
    });
}
