//! 一括処理 and 受給者台帳 page by page: a case is drafted, signed and printed in bulk, and stands in the
//! register afterwards.

use super::browser::{Browser, Page};
use super::road::{self, Filed};
use super::town::{Town, in_own_towns};
use super::{database, night, office, people, samples};

/// Asks for a run on its page, lets it be planned, and starts it.
async fn run(town: &Town, staff: &mut Browser, action: &str, typed: &[(&str, &str)]) -> Page {
    let address = format!("/staff/bulk/new/{action}");
    let form = staff.visit(&address).await.form(&address).with("program", "nanbyo");
    let form = typed.iter().fold(form, |form, (name, value)| form.with(name, value));
    let page = staff.submit(&form).await;
    let run = page.url.split_once("/staff/bulk/").unwrap().1.to_owned();
    let run = format!("/staff/bulk/{}", run.split(['?', '#']).next().unwrap());
    assert!(page.text.contains("試し計算中"), "{:#?}", page.said());
    night::letters_go_out(town).await;
    let page = staff.visit(&run).await;
    assert!(page.text.contains("1件を処理します"), "{:#?}", page.said());
    let page = staff.submit(&page.form(&run).pressing("act", "start")).await;
    assert!(page.text.contains("処理中"), "{:#?}", page.said());
    night::letters_go_out(town).await;
    let page = staff.visit(&run).await;
    assert!(page.text.contains("処理ずみ 1件、残り 0件"), "{:#?}", page.said());
    page
}

async fn examined(town: &Town) -> Filed {
    let certificate = samples::certificate(town.house().today());
    let mut filed = road::certified(town, &certificate).await;
    office::accept_all(&mut filed.clerk, &filed.case).await;
    office::accept_certificate(&mut filed.clerk, &filed.case).await;
    office::do_the_work(&mut filed.clerk, &filed.case, &samples::findings()).await;
    // Records that are still fetched would change the case under the run.
    night::letters_go_out(town).await;
    filed
}

#[test]
fn a_case_is_decided_and_printed_in_bulk_and_stands_in_the_register() {
    in_own_towns(&[], async |town| {
        let Filed { mut citizen, mut clerk, case } = examined(town).await;
        let wide = [("questions", "yes"), ("changed", "yes")];
        run(town, &mut clerk, "draft", &wide).await;
        assert_eq!(clerk.get("/staff/bulk/new/approve").await.status, 404, "drafter and signer are two");
        let mut approver = people::staff(town, "approver").await;
        let page = run(town, &mut approver, "approve", &[]).await;
        assert!(page.text.contains("認定"), "{:#?}", page.said());

        let today = town.house().today().to_string();
        let letters = [("letter", "certificate"), ("from", today.as_str()), ("until", &today)];
        let page = run(town, &mut clerk, "print", &letters).await;
        let address = page.url.split(['?', '#']).next().unwrap();
        let path = address.split_once("/staff/").unwrap().1;
        let pdf = clerk.get(&format!("/staff/{path}/letters/1.pdf")).await;
        assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
        let table = clerk.get(&format!("/staff/{path}/results.csv")).await;
        assert!(
            table.text.contains("処理ずみ,certificate") && !table.text.contains("青空"),
            "{}",
            table.text
        );
        let printed = "SELECT printed_by AS text FROM letter_prints";
        assert_eq!(database::texts(&town.house().database, printed).len(), 1);

        stands_in_the_register(&mut clerk, &case).await;
        for path in ["/staff/bulk", "/staff/holders", &format!("/staff/{path}")] {
            assert_ne!(citizen.get(path).await.status, 200, "{path}");
        }
        assert!(night::record_is_sound(town));
    });
}

async fn stands_in_the_register(clerk: &mut Browser, case: &str) {
    let page = clerk.visit("/staff/holders?program=nanbyo").await;
    assert!(page.text.contains("青空") && page.text.contains("有効"), "{:#?}", page.said());
    let before = clerk.visit("/staff/holders?program=nanbyo&on=2020-01-01").await;
    assert!(!before.text.contains("青空"), "nobody held anything then");
    let future = clerk
        .visit("/staff/holders?program=nanbyo&on=%E4%BB%A4%E5%92%8C2%E5%B9%B41%E6%9C%881%E6%97%A5&standing=future")
        .await;
    assert!(future.text.contains("これから有効") && future.text.contains("青空"), "{:#?}", future.said());
    let wrong = clerk.get("/staff/holders?on=x").await;
    assert_eq!(wrong.status, 422);
    let table = clerk.get("/staff/holders/table.csv?program=nanbyo").await;
    assert!(table.text.contains("青空") && table.text.contains("パーキンソン病"), "{}", table.text);
    let history = clerk.visit(&format!("/staff/holders/{case}")).await;
    assert!(history.text.contains("認定") && history.text.contains("決裁"), "{:#?}", history.said());
}
