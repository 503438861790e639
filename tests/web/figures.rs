//! 所要日数: what a decided case adds to the page of figures and its tables, and who may see them.

use super::town::in_own_towns;
use super::{people, road};

#[test]
fn a_decided_case_stands_in_the_figures_of_those_who_see_decisions() {
    in_own_towns(&[], async |town| {
        let (mut citizen, mut clerk, case) = road::granted(town).await;
        let page = clerk.visit("/staff/figures?program=nanbyo").await;
        for words in ["審査期間（受付から決定まで）", "1件", "0.0日", "<svg class=\"chart\"", "図の線は90日"]
        {
            assert!(page.text.contains(words), "{words}: {:#?}", page.said());
        }
        assert!(!page.text.contains("青空") && !page.text.contains(&case), "figures name nobody");
        let empty = clerk.visit("/staff/figures?program=nanbyo&kind=renewal").await;
        assert!(empty.text.contains("数える案件がありません"), "{:#?}", empty.said());
        let wrong = clerk.get("/staff/figures?program=nanbyo&from=2026-13&until=x").await;
        assert_eq!(wrong.status, 422);
        for words in ["value=\"2026-13\"", "value=\"x\"", "日付を読み取れません", "id=\"until-error\""]
        {
            assert!(wrong.text.contains(words), "{words}: {:#?}", wrong.said());
        }

        let table = clerk.get("/staff/figures/months.csv?program=nanbyo").await;
        assert!(
            table.text.contains("審査期間（受付から決定まで）,") && table.status == 200,
            "{}",
            table.text
        );
        let rows = clerk.get("/staff/figures/days.csv?program=nanbyo").await;
        assert_eq!((rows.status, rows.header("content-type")), (200, "text/csv; charset=utf-8"));
        assert!(rows.text.contains("新規") && !rows.text.contains(&case), "{}", rows.text);

        for table in ["months", "days"] {
            let book = clerk.get(&format!("/staff/figures/{table}.xlsx?program=nanbyo")).await;
            assert_eq!((book.status, book.text.starts_with("PK")), (200, true), "{table}");
        }
        assert_eq!(clerk.get("/staff/figures/other.xlsx?program=nanbyo").await.status, 404);

        let mut secretary = people::staff(town, "secretary").await;
        let tables = ["months.csv", "days.csv", "months.xlsx"].map(|it| format!("/staff/figures/{it}"));
        for path in tables.iter().map(String::as_str).chain(["/staff/figures"]) {
            let page = secretary.get(path).await;
            assert!([403, 404].contains(&page.status), "{path}: {}", page.status);
            assert_ne!(citizen.get(path).await.status, 200, "{path}");
        }
    });
}
