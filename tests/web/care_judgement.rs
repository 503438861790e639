//! Files that go out about a case and come back: to the ministry's software for the primary judgement, and to the
//! desk that keeps the insurance for the share of costs.

use regex_lite::Regex;

use super::browser::{Browser, Page};
use super::roads::care::{deliberated, granted, surveyed};
use super::roads::committee::Committee;
use super::roads::road::Filed;
use super::town::in_own_towns;
use super::{care, forms, office, people, samples};

const LIST: &str = "/staff/enquiries";

/// The file of one kind of enquiry, as the clerk downloads it.
async fn file_of(clerk: &mut Browser, kind: &str) -> String {
    let page = clerk.visit(LIST).await;
    let all = forms::forms(&page.text).into_iter();
    let mut own = all.filter(|form| form.value("kind") == Some(kind) && form.action.ends_with("/export"));
    clerk.send(&own.next().unwrap_or_else(|| panic!("{kind}: {:#?}", page.said()))).await.text
}

/// Brings a file with answers, as a trial or to be kept.
async fn bring(clerk: &mut Browser, kind: &str, act: &str, file: &str) -> Page {
    let page = clerk.visit(LIST).await;
    let all = forms::forms(&page.text).into_iter();
    let mut own = all.filter(|form| form.value("kind") == Some(kind) && form.offers("act", "trial"));
    let form = own.next().unwrap().attaching("file", "answers.csv", file.as_bytes());
    clerk.send(&form.pressing("act", act)).await
}

fn number(file: &str) -> String {
    let found = Regex::new("enq_[0-9a-f]+").unwrap().find(file);
    found.unwrap_or_else(|| panic!("{file}")).as_str().to_owned()
}

/// The value under a heading of a file with one line.
fn cell(file: &str, heading: &str) -> String {
    let mut lines = file.trim_start_matches('\u{feff}').lines();
    let (headings, line) = (lines.next().unwrap(), lines.next().unwrap());
    let place = headings.split(',').position(|it| it == heading).unwrap_or_else(|| panic!("{headings}"));
    line.split(',').nth(place).unwrap().to_owned()
}

#[test]
fn the_judgement_and_the_share_of_costs_come_back_as_files() {
    in_own_towns(&[], async |town| {
        let mut board = Committee::of(town, "kaigo", &["", "", "9910000019"]).await;
        let citizen = people::citizen(town, "p01").await;
        let Filed { mut clerk, case, .. } = surveyed(town, citizen, &samples::care_application()).await;
        let home = format!("/staff/cases/{case}/household");
        let page = clerk.visit(&home).await;
        clerk.submit(&page.form(&format!("{home}/enquiries"))).await;

        let sent = file_of(&mut clerk, "kaigo/judgement").await;
        assert_eq!(cell(&sent, "1-3 寝返り"), "2", "{sent}");
        assert_eq!(cell(&sent, "8-5 認知症高齢者の日常生活自立度"), "Ⅰ", "{sent}");
        assert!(!sent.contains("青空"), "the software needs no name: {sent}");
        let id = number(&sent);
        let headings = "照会番号,様式の版,判定日,一次判定,要介護認定等基準時間,状態の安定性,認定ソフトの版";
        let without = format!("照会番号,様式の版,判定日,一次判定\n{id},2026-11,2026-11-16,要支援2\n");
        let page = bring(&mut clerk, "kaigo/judgement", "trial", &without).await;
        assert!(page.status == 422 && page.text.contains("要介護認定等基準時間"), "{:#?}", page.said());
        let other = format!("{headings}\n{id},2024-04,2026-11-16,要支援2,37.6,安定,1.0\n");
        let page = bring(&mut clerk, "kaigo/judgement", "store", &other).await;
        assert!(page.status == 422 && page.text.contains("様式の版が違います"), "{:#?}", page.said());
        let unknown = format!("{headings}\n{id},2026-11,2026-11-16,要支援9,37.6,安定,1.0\n");
        let page = bring(&mut clerk, "kaigo/judgement", "trial", &unknown).await;
        assert!(page.text.contains("誤り 1件"), "{:#?}", page.said());
        let sound = format!("{headings}\n{id},2026-11,2026-11-16,要支援2,37.6,安定,架空の版 1.0\n");
        bring(&mut clerk, "kaigo/judgement", "store", &sound).await;
        let page = bring(&mut clerk, "kaigo/judgement", "store", &sound).await;
        assert!(page.text.contains("同じ回答 1件"), "twice is once: {:#?}", page.said());
        let page = clerk.visit(&home).await;
        clerk.submit(&page.form(&format!("{home}/enquiries/{id}/take"))).await;

        let sent = file_of(&mut clerk, "kaigo/copay").await;
        assert_eq!(cell(&sent, "氏名"), "青空　花子", "{sent}");
        let id = number(&sent);
        let answer =
            format!("照会番号,負担割合,適用開始日,適用終了日\n{id},2割,令和8年11月5日,令和9年7月31日\n");
        bring(&mut clerk, "kaigo/copay", "store", &answer).await;
        let page = clerk.visit(&home).await;
        let page = clerk.submit(&page.form(&format!("{home}/enquiries/{id}/take"))).await;
        assert_eq!(page.text.matches("反映済み").count(), 2, "{:#?}", page.said());

        office::do_the_work(&mut clerk, &case, &care::judgement()).await;
        office::act(&mut clerk, &case, "refer", &[("reason", "二次判定をお願いします")]).await;
        deliberated(town, &mut board, &case, &care::result("care2")).await;
        let decision = granted(town, &mut clerk, &case).await;
        let fields = &decision.draft.content.fields;
        assert_eq!(fields["copay"], "2", "{fields:?}");
        assert_eq!(fields["copay_to"], "2027-07-31", "{fields:?}");
    });
}
