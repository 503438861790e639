//! What the register should show on a day beside what it confirmed, and the masters that both sides keep.

use madoguchi::jobs::{JobsPlan, Kind, Runner};
use madoguchi::usecases::hub::End;

use super::town::{ORG_CODE, Town, in_own_towns};
use super::{database, night, people, road};

fn recorded(town: &Town, what: &str) -> usize {
    let sql = "SELECT action || ' ' || detail AS text FROM audit";
    database::texts(&town.house().database, sql).iter().filter(|row| row.contains(what)).count()
}

#[test]
fn a_clerk_sees_for_any_day_what_should_show_and_what_is_confirmed() {
    in_own_towns(&[], async |town| {
        let (_, mut clerk, case) = road::granted(town).await;
        let address = format!("/staff/cases/{case}/register");
        let page = clerk.visit(&address).await;
        for words in ["まだ確認できていない", "連携待ち", "連携先の確認と違います"] {
            assert!(page.text.contains(words), "{words}: {:#?}", page.said());
        }
        night::letters_go_out(town).await;
        night::registers(town).await;
        let page = clerk.visit(&address).await;
        for words in ["この日に出るべき内容と、連携先が確認した内容は同じです", "連携済", "10,000円"]
        {
            assert!(page.text.contains(words), "{words}: {:#?}", page.said());
        }
        assert!(!page.text.contains("違います"), "{:#?}", page.said());
        let page = clerk.visit(&format!("{address}?on=2020-04-01")).await;
        assert!(page.text.contains("期間の外なので出ない"), "{:#?}", page.said());
        let page = clerk.get(&format!("{address}?on=never")).await;
        assert_eq!(page.status, 422);
        for words in ["value=\"never\"", "id=\"on-error\"", "年月日"] {
            assert!(page.text.contains(words), "{words}: {:#?}", page.said());
        }
        assert_eq!(recorded(town, "\"purpose\":\"register\""), 4);
        for role in ["operator", "physician"] {
            let stranger = people::staff(town, role).await.get(&address).await;
            assert!(matches!(stranger.status, 403 | 404), "{role}: {}", stranger.status);
        }
    });
}

#[test]
fn an_operator_compares_the_masters_and_takes_them_along() {
    in_own_towns(&[], async |town| {
        let mut operator = people::staff(town, "operator").await;
        let page = operator.visit("/operator/masters?compare=1").await;
        assert!(page.text.contains("連携先の制度マスタと同じです"), "{:#?}", page.said());
        let json = operator.get("/operator/masters/income-segments.json").await;
        assert!(json.text.contains("\"defaultMonthlyCap\": 2500"), "{}", json.text);
        let csv = operator.get("/operator/masters/certificate-types.csv").await;
        assert!(csv.text.contains(&format!("{ORG_CODE},54NANBYO,")), "{}", csv.text);
        assert_eq!(operator.get("/operator/masters/others.csv").await.status, 404);
        assert_eq!(recorded(town, "export_masters"), 2);
        let refused = people::staff(town, "reviewer").await.get("/operator/masters").await;
        assert!(matches!(refused.status, 403 | 404), "{}", refused.status);
    });
}

#[test]
fn nothing_goes_out_while_the_register_does_not_know_the_certificate() {
    in_own_towns(&[("settings.nanbyo_pmh_certificate_type", "54OTHER")], async |town| {
        road::granted(town).await;
        let runner = Runner::new(town.app.house.clone(), JobsPlan::new(ORG_CODE).hurried().hub);
        let ended = runner.run_now(Kind::Nightly, &|_| {}).await.unwrap();
        assert_eq!(ended.end, End::Failed);
        let rows = "SELECT state AS text FROM hub_rows";
        assert_eq!(database::texts(&town.house().database, rows), ["pending"]);
        let mut operator = people::staff(town, "operator").await;
        let runs = operator.visit("/operator/runs").await;
        assert!(runs.text.contains("制度マスタが連携先と"), "{:#?}", runs.said());
        let page = operator.visit("/operator/masters?compare=1").await;
        for words in ["54OTHER", "連携先にありません", "連携を止める", "違いがあるとき"]
        {
            assert!(page.text.contains(words), "{words}: {:#?}", page.said());
        }
    });
}
