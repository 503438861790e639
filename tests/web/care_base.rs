//! Care certification at the register that is told by files: from the decision to the record that is held there,
//! and what the operator sees on the way.

use std::path::Path;

use madoguchi::jobs::{Ended, JobsPlan, Kind, Runner};
use madoguchi::sandbox::{self, Sandbox, SandboxConfig};
use madoguchi::usecases::hub::End;
use serde_json::Value;

use super::roads::care;
use super::roads::committee::Committee;
use super::roads::road::Filed;
use super::town::{ORG_CODE, Town, databases, folder, in_towns};
use super::{database, people};

/// 被保険者番号 of the road's applicant.
const INSURED: &str = "0000001001";
/// The insurer in whose name files are sent.
const INSURER: &str = "999999";

/// The base on the other side of a folder.
pub struct Base {
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

    /// The base takes what lies there, and answers.
    pub async fn morning(&self) {
        self.post("sweep", Value::Null).await;
    }

    async fn post(&self, path: &str, body: Value) {
        let sent = self.http.post(self.address(path)).json(&body).send().await.unwrap();
        assert!(sent.status().is_success(), "{path}: {}", sent.status());
    }

    async fn fault(&self, route: &str, fault: &str, times: u32) {
        self.post("faults", serde_json::json!({ "route": route, "fault": fault, "times": times })).await;
    }

    async fn held(&self) -> String {
        let state: Value = self.http.get(self.address("state")).send().await.unwrap().json().await.unwrap();
        state["base"]["held"].to_string()
    }
}

/// The nightly run.
pub async fn night(town: &Town) -> Ended {
    let runner = Runner::new(town.app.house.clone(), JobsPlan::new(ORG_CODE).hurried().hub);
    runner.run_now(Kind::Nightly, &|_| {}).await.unwrap()
}

fn states(town: &Town) -> Vec<String> {
    let sql = "SELECT connector || ' ' || state AS text FROM hub_rows ORDER BY connector";
    database::texts(&town.house().database, sql)
}

/// Walks a road on each database, with a folder and a base of its own.
pub fn walk(name: &str, base_date: &str, unknown: &[&str], road: impl AsyncFn(&Town, &Base, &Path)) {
    for (number, database) in databases().into_iter().enumerate() {
        let shared = folder(&format!("{name}-{number}"));
        let shared_dir = shared.display().to_string();
        let settings = [
            ("care_base_dir", shared_dir.as_str()),
            ("care_base_insurer", INSURER),
            ("care_base_base_date", base_date),
        ];
        in_towns(&[database], &settings, async |town| {
            let base = Base::on(&shared, unknown).await;
            road(town, &base, &shared).await;
            base.sandbox.stop().await;
        });
    }
}

/// Somebody is certified.
pub async fn certified(town: &Town) -> Filed {
    let citizen = people::citizen(town, "p01").await;
    let mut board = Committee::of(town, "kaigo", &["", "", ""]).await;
    care::certified(town, &mut board, citizen).await
}

/// The page of the run that sent the first batch, with its rejected rows.
async fn rejected(operator: &mut super::browser::Browser) -> super::browser::Page {
    let runs = operator.visit("/operator/runs").await;
    // A row stands under the run that sent it, the oldest of them.
    let ids = runs.text.split("/operator/runs/").filter_map(|it| it.split('"').next());
    let run = ids.filter(|id| id.starts_with("run_")).last().unwrap();
    operator.visit(&format!("/operator/runs/{run}?state=rejected")).await
}

#[test]
fn a_certification_travels_as_files_and_is_confirmed_when_the_results_came() {
    walk("care-confirmed", "2026-01-01", &[], async |town, base, _| {
        let Filed { mut clerk, case, .. } = certified(town).await;
        let first = night(town).await;
        assert_eq!((first.end, first.confirmed), (End::Done, 0), "{}", first.note);
        assert!(first.note.contains("【介護情報基盤】1件の送信が結果を待っています"), "{}", first.note);
        assert_eq!(states(town), ["care_base sent"]);
        let mut operator = people::staff(town, "operator").await;
        let page = operator.visit("/operator/runs").await;
        for words in ["介護情報基盤", "PMH（医療費助成）", "結果を待っている送信"] {
            assert!(page.text.contains(words), "{words}: {:#?}", page.said());
        }
        base.morning().await;
        let second = night(town).await;
        assert_eq!((second.end, second.confirmed, second.note.as_str()), (End::Done, 1, ""));
        assert_eq!(states(town), ["care_base confirmed"]);
        let held = base.held().await;
        for words in
            [INSURED, "\"applicationKind\":\"1\"", "\"limitUnits\":\"19705\"", "\"isConsented\":\"1\""]
        {
            assert!(held.contains(words), "{words}: {held}");
        }
        // The same results once more change nothing.
        base.post("again", Value::Null).await;
        let third = night(town).await;
        assert_eq!((third.end, third.confirmed, third.note.as_str()), (End::Done, 0, ""));
        assert_eq!(
            (states(town).as_slice(), base.held().await),
            (["care_base confirmed".to_owned()].as_slice(), held)
        );

        let page = clerk.visit(&format!("/staff/cases/{case}/register")).await;
        for words in [
            "連携済",
            "要介護2（22）",
            "19705",
            "新規（1）",
            "この日に出るべき内容と、連携先が確認した内容は同じです",
        ] {
            assert!(page.text.contains(words), "{words}: {:#?}", page.said());
        }
        let day = town.house().today();
        let csv = clerk.get(&format!("/staff/holders/changes.csv?from={day}&to={day}")).await;
        let line = format!("新規,{INSURED},{day},990010,アオゾラ　ハナコ,1958-04-12,");
        assert!(csv.text.contains(&line), "{}", csv.text);
        let refused = operator.get(&format!("/staff/holders/changes.csv?from={day}&to={day}")).await;
        assert!(matches!(refused.status, 403 | 404), "{}", refused.status);
    });
}

#[test]
fn a_rejected_row_is_told_to_the_operator_and_waits_to_be_sent_again() {
    walk("care-rejected", "2026-01-01", &[INSURED], async |town, base, _| {
        certified(town).await;
        night(town).await;
        base.morning().await;
        let second = night(town).await;
        assert_eq!((second.end, second.progress.rejected), (End::Done, 1), "{}", second.note);
        assert_eq!(states(town), ["care_base rejected"]);
        let page = rejected(&mut people::staff(town, "operator").await).await;
        for words in ["介護情報基盤", "連携先に登録のない被保険者番号です"] {
            assert!(page.text.contains(words), "{words}: {:#?}", page.said());
        }
        assert!(!page.text.contains(INSURED), "{:#?}", page.said());
    });
}

#[test]
fn results_that_cannot_be_believed_are_shown_and_the_operator_sends_again() {
    walk("care-damaged", "2026-01-01", &[], async |town, base, _| {
        certified(town).await;
        base.fault("/NINTEI*", "damaged_result", 2).await;
        base.fault("/DOUI*", "wrong_version", 2).await;
        night(town).await;
        base.morning().await;
        let damaged = night(town).await;
        assert_eq!((damaged.end, damaged.confirmed), (End::Failed, 0));
        assert_eq!(states(town), ["care_base sent"], "nothing is half done");
        let mut operator = people::staff(town, "operator").await;
        let page = operator.visit("/operator/runs").await;
        assert!(page.text.contains("壊れています"), "{:#?}", page.said());
        let action = page.text.split("action=\"").find(|it| it.starts_with("/operator/batches/")).unwrap();
        let action = action.split('"').next().unwrap().to_owned();
        operator.send(&page.form(&action)).await;
        assert_eq!(states(town), ["care_base pending"]);
        night(town).await;
        base.fault("/NINTEI*", "fail_task", 1).await;
        base.morning().await;
        let refused = night(town).await;
        assert!(refused.note.contains("介護情報基盤が受け取りませんでした（KB-C9001"), "{}", refused.note);
    });
}
