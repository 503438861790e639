//! What was paid before the certificate arrived is paid back beyond the cap, and the certificate stays as it is.

use chrono::Duration;
use madoguchi::store::cases;
use serde_json::json;

use super::road;
use crate::browser::Browser;
use crate::town::Town;
use crate::typing::{Answers, answers, fill_step};
use crate::{database, night, office, people, samples};

/// Two payments of one day after the first day of the certificate, and one long before it.
fn claim(town: &Town) -> Answers {
    let ago = |days| (town.house().today() - Duration::days(days)).to_string();
    let (covered, early) = (ago(5), ago(500));
    let mut all = answers(&[
        ("filer.role", "self"),
        ("refund.reason", "before-arrival"),
        ("account.bank", "架空銀行"),
        ("account.branch", "まどか支店"),
        ("account.type", "ordinary"),
        ("account.number", "0001234"),
        ("account.holder", "アオゾラ　ハナコ"),
        ("delivery.elsewhere", "false"),
    ]);
    let rows = [(&covered, "まどか中央病院", "60000", "18000"), (&covered, "まどか薬局", "10000", "3000")];
    for (place, (on, name, total, paid)) in
        rows.into_iter().chain([(&early, "まどか中央病院", "20000", "6000")]).enumerate()
    {
        let values = [("on", on.as_str()), ("institution", name), ("kind", "outpatient"), ("share", "3")];
        for (item, value) in values.into_iter().chain([("total", total), ("paid", paid)]) {
            all.insert(format!("refund-row[{place}]/refund-row.{item}"), value.to_owned());
        }
    }
    all
}

async fn begin(citizen: &mut Browser, case: &str) -> String {
    let page = citizen.visit(&format!("/a/{case}")).await;
    let form = page.form("/p/nanbyo/start").pressing("kind", &format!("refund/{case}"));
    road::id_of(&citizen.submit(&form).await)
}

async fn file(citizen: &mut Browser, case: &str, answers: &Answers) {
    let mut page = citizen.visit(&format!("/a/{case}/s/filer")).await;
    while page.url.contains("/s/") {
        let step = page.url.split("/s/").nth(1).unwrap().split(['?', '#']).next().unwrap().to_owned();
        assert_ne!(step, "disease", "what holds of the person is not asked again");
        let action = format!("/a/{case}/s/{step}");
        if step == "refund-proof" {
            page = road::attach(citizen, &page, &action, &["refund-proof.receipts"]).await;
        }
        page = fill_step(citizen, page, &action, answers).await;
    }
    let page = citizen.visit(&format!("/a/{case}/declare")).await;
    let page = citizen.submit(&page.form(&format!("/a/{case}/declare")).with("declaration", "yes")).await;
    assert!(page.url.ends_with("/done"), "{}", page.url);
}

/// What stands in the file for all to see does not hold the number of the account; who has to pay sees it for a
/// purpose, and that stands on record.
async fn account_is_shown_for_a_purpose(town: &Town, clerk: &mut Browser, case: &str) {
    let page = clerk.visit(&format!("/staff/cases/{case}?section=account")).await;
    assert!(page.text.contains("架空銀行") && !page.text.contains("0001234"), "{:#?}", page.said());
    let home = format!("/staff/cases/{case}/secrets");
    let form = clerk.visit(&home).await.form(&home);
    assert_eq!(clerk.send(&form.clone().with("purpose", "")).await.status, 422);
    let page = clerk.send(&form.with("purpose", "payment")).await;
    assert!(page.status == 200 && page.text.contains("0001234"), "{:#?}", page.said());
    let shown = "SELECT outcome AS text FROM audit WHERE action = 'show_secret'";
    assert_eq!(database::texts(&town.house().database, shown), ["done"]);
    assert_eq!(people::staff(town, "approver").await.get(&home).await.status, 403);
}

/// What was paid above the cap comes back.
pub async fn back_above_the_cap(town: &Town) {
    let (mut citizen, mut clerk, case) = road::granted(town).await;
    let refund = begin(&mut citizen, &case).await;
    file(&mut citizen, &refund, &claim(town)).await;
    office::act(&mut clerk, &refund, "begin", &[]).await;
    office::take(&mut clerk, &refund).await;
    account_is_shown_for_a_purpose(town, &mut clerk, &refund).await;
    office::accept_all(&mut clerk, &refund).await;
    let page = clerk.visit(&format!("/staff/cases/{refund}/judgement")).await;
    assert!(page.text.contains("有効期間の開始日より前のため"), "{:#?}", page.said());
    office::do_the_work(&mut clerk, &refund, &samples::findings()).await;
    office::draft(&mut clerk, &refund, "granted", &[]).await;
    office::approve(&mut people::staff(town, "approver").await, &refund).await;

    let house = town.house();
    let stored = house.database.read(|conn| cases::find(conn, &house.keys, &refund)).unwrap();
    let fields = &stored.case.decision().unwrap().draft.content.fields;
    assert_eq!(fields["refund_total"], json!(11_000));
    assert!(!fields.contains_key("cap") && !fields.contains_key("recipient_number"));
    let page = citizen.visit(&format!("/a/{refund}/decision")).await;
    assert!(page.text.contains("11,000"), "{:#?}", page.said());

    night::letters_go_out(town).await;
    let letters = format!("SELECT kind AS text FROM letters WHERE case_id = '{refund}' ORDER BY kind");
    assert_eq!(database::texts(&house.database, &letters), ["receipt", "refund-notice"]);
    night::registers(town).await;
    let rows = "SELECT state AS text FROM hub_rows";
    assert_eq!(database::texts(&house.database, rows), ["confirmed"], "the certificate stays as it is");
}
