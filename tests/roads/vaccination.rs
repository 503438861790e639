//! Vaccination: a lost voucher is issued again, and what was paid away from home is paid back.

use chrono::Duration;
use madoguchi::domain::case::decision::Decision;
use madoguchi::store::cases;
use madoguchi::usecases::upkeep;

use super::road;
use crate::browser::Browser;
use crate::town::Town;
use crate::typing::{Answers, answers, fill_step};
use crate::{database, office, people};

const PROGRAM: &str = "/p/yobo";

/// A parent about a child who was born so many days ago.
pub fn child(town: &Town, days: i64) -> Answers {
    let mut all = answers(&[
        ("filer.role", "guardian"),
        ("filer.name", "青空 花子"),
        ("filer.relation", "母"),
        ("filer.phone", "09000000007"),
        ("person.family-name", "青空"),
        ("person.given-name", "桃子"),
        ("person.family-kana", "アオゾラ"),
        ("person.given-kana", "モモコ"),
        ("person.sex", "female"),
        ("person.postcode", "000-0101"),
        ("person.prefecture", "架空県"),
        ("person.city", "まどか市"),
        ("person.street", "けやき台2丁目2番2号"),
        ("person.phone", "090-0000-0007"),
        ("delivery.elsewhere", "false"),
    ]);
    all.insert("person.birth".to_owned(), ago(town, days));
    all
}

pub fn ago(town: &Town, days: i64) -> String {
    (town.house().today() - Duration::days(days)).to_string()
}

fn row(all: &mut Answers, row: &str, values: &[(&str, &str)]) {
    let root = row.split('-').next().unwrap();
    all.extend(values.iter().map(|(item, value)| (format!("{row}[0]/{root}.{item}"), (*value).to_owned())));
}

/// What is handed in with a kind.
fn papers(kind: &str) -> &'static [&'static str] {
    match kind {
        "reimbursement" => &["attachment.receipts", "attachment.screening"],
        "relief" => &[
            "attachment.relief-visit",
            "attachment.relief-receipts",
            "attachment.relief-dose",
            "attachment.relief-records",
        ],
        _ => &[],
    }
}

/// Begins an application of a kind, fills it page by page and files it.
pub async fn file(citizen: &mut Browser, kind: &str, answers: &Answers) -> String {
    let page = citizen.visit(PROGRAM).await;
    let page = citizen.submit(&page.form(&format!("{PROGRAM}/start")).with("kind", kind)).await;
    let case = road::id_of(&page);
    let mut page = citizen.visit(&format!("/a/{case}/s/filer")).await;
    while page.url.contains("/s/") {
        let step = page.url.split("/s/").nth(1).unwrap().split(['?', '#']).next().unwrap().to_owned();
        let action = format!("/a/{case}/s/{step}");
        if step == "attachment" {
            for paper in papers(kind) {
                page = road::attach(citizen, &page, &action, &[paper]).await;
            }
        }
        page = fill_step(citizen, page, &action, answers).await;
    }
    assert!(page.url.ends_with("/review"), "{}: {:#?}", page.url, page.said());
    let page = citizen.visit(&format!("/a/{case}/declare")).await;
    let page = citizen.submit(&page.form(&format!("/a/{case}/declare")).with("declaration", "yes")).await;
    assert!(page.url.ends_with("/done"), "{}: {:#?}", page.url, page.said());
    case
}

/// Taken up, looked at, decided as proposed and signed.
pub async fn decided(town: &Town, case: &str, check: &Answers) -> Decision {
    let mut clerk = people::staff(town, "reviewer").await;
    office::act(&mut clerk, case, "begin", &[]).await;
    office::take(&mut clerk, case).await;
    office::accept_all(&mut clerk, case).await;
    office::do_the_work(&mut clerk, case, check).await;
    office::draft(&mut clerk, case, "granted", &[]).await;
    office::approve(&mut people::staff(town, "approver").await, case).await;
    let house = town.house();
    let stored = house.database.read(|conn| cases::find(conn, &house.keys, case)).unwrap();
    stored.case.decision().cloned().unwrap()
}

fn field(decision: &Decision, key: &str) -> String {
    let value = decision.draft.content.fields.get(key);
    value.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned)).unwrap_or_default()
}

fn letters(town: &Town, case: &str) -> Vec<String> {
    let letters = format!("SELECT kind AS text FROM letters WHERE case_id = '{case}' ORDER BY at");
    database::texts(&town.house().database, &letters)
}

/// A lost voucher for a second dose; `unused` says whether the first one lies unused.
pub fn lost(town: &Town, unused: &str) -> Answers {
    let mut all = child(town, 200);
    all.extend(answers(&[("reissue.reason", "lost"), ("reissue.unused", unused)]));
    row(&mut all, "wanted-row", &[("vaccine", "hepb"), ("dose", "2")]);
    row(&mut all, "past-row", &[("vaccine", "hepb"), ("dose", "1"), ("on", &ago(town, 100))]);
    all
}

/// Where the town draws none, a voucher is issued again by rule; one that may have been used goes to a clerk.
pub async fn reissued_by_rule(town: &Town) {
    let mut citizen = people::citizen(town, "p01").await;
    let case = file(&mut citizen, "reissue", &lost(town, "true")).await;
    let doubtful = file(&mut people::citizen(town, "p02").await, "reissue", &lost(town, "false")).await;
    for decided in [1, 0] {
        assert_eq!(upkeep::run(town.house()).unwrap().decided, decided);
    }
    let page = citizen.visit(&format!("/a/{case}/decision")).await;
    assert!(page.text.contains("B型肝炎 2回目"), "{:#?}", page.said());
    assert!(letters(town, &case).contains(&"voucher-notice".to_owned()));
    let signed = "SELECT signer AS text FROM signatures";
    assert_eq!(database::texts(&town.house().database, signed), Vec::<String>::new());
    let notes = format!("SELECT side AS text FROM messages WHERE case_id = '{doubtful}'");
    assert_eq!(database::texts(&town.house().database, &notes), ["note"], "told once");
    assert!(letters(town, &doubtful).iter().all(|kind| kind == "receipt"));
}

/// 再交付: the record allows one dose more, and that is what the voucher is for.
pub async fn reissued(town: &Town) {
    let mut citizen = people::citizen(town, "p01").await;
    let case = file(&mut citizen, "reissue", &lost(town, "true")).await;
    let decision = decided(town, &case, &Answers::new()).await;
    assert_eq!(field(&decision, "verdicts"), "B型肝炎 2回目：ELIGIBLE");
    assert_eq!(field(&decision, "valid_from"), ago(town, 0), "from the day of the application");
    let page = citizen.visit(&format!("/a/{case}/decision")).await;
    assert!(page.text.contains("B型肝炎 2回目") && page.text.contains("審査請求"), "{:#?}", page.said());
    assert!(letters(town, &case).contains(&"voucher-notice".to_owned()));
}

/// 償還払い: the smaller of what was paid and the town's ceiling, which the office typed with its source.
pub async fn paid_back(town: &Town) {
    let mut all = child(town, 200);
    all.extend(answers(&[
        ("claim.request-number", "依頼第12号"),
        ("claim.paid-there", "false"),
        ("account.bank", "架空銀行"),
        ("account.branch", "まどか支店"),
        ("account.type", "ordinary"),
        ("account.number", "0001234"),
        ("account.holder", "アオゾラ　ハナコ"),
    ]));
    all.insert("claim.request-on".to_owned(), ago(town, 70));
    let dose = [("vaccine", "dpt_ipv_hib"), ("dose", "1"), ("clinic", "となり小児科"), ("yen", "21500")];
    row(&mut all, "paid-row", &dose);
    row(&mut all, "paid-row", &[("on", &ago(town, 60))]);
    let mut citizen = people::citizen(town, "p01").await;
    let case = file(&mut citizen, "reimbursement", &all).await;
    let mut check =
        answers(&[("record.resident", "yes"), ("record.agrees", "yes"), ("record.receipts", "yes")]);
    let ceiling = [("vaccine", "dpt_ipv_hib"), ("yen", "20000"), ("source", "まどか市要綱（架空）別表")];
    row(&mut check, "ceiling-row", &ceiling);
    let decision = decided(town, &case, &check).await;
    assert_eq!(
        (field(&decision, "claim_total"), field(&decision, "claim_paid")),
        ("20000".into(), "21500".into())
    );
    let page = citizen.visit(&format!("/a/{case}/decision")).await;
    assert!(page.text.contains("20,000円") && !page.text.contains("0001234"), "{:#?}", page.said());
    assert!(letters(town, &case).contains(&"claim-notice".to_owned()));
}

fn after_the_dose(town: &Town) -> Answers {
    let mut all = child(town, 500);
    all.extend(answers(&[
        ("relief.benefit", "medical"),
        ("relief.vaccine", "mr1"),
        ("relief.place", "けやき台診療所"),
        ("relief.course", "接種の7日後にけいれん、入院"),
        ("account.bank", "架空銀行"),
        ("account.branch", "まどか支店"),
        ("account.type", "ordinary"),
        ("account.number", "0001234"),
        ("account.holder", "アオゾラ　ハナコ"),
    ]));
    all.insert("relief.on".to_owned(), ago(town, 100));
    all.insert("relief.onset".to_owned(), ago(town, 93));
    let care = [("clinic", "まどか中央病院"), ("visits", "0"), ("stay", "9"), ("paid", "30000")];
    row(&mut all, "care-row", &care);
    row(&mut all, "care-row", &[("in", &ago(town, 92)), ("paid-on", &ago(town, 80))]);
    all
}

/// 健康被害救済: the town's committee looks into it, the papers go on to the Minister, who recognises it.
pub async fn relieved(town: &Town) {
    let mut citizen = people::citizen(town, "p01").await;
    let case = file(&mut citizen, "relief", &after_the_dose(town)).await;
    let mut clerk = people::staff(town, "reviewer").await;
    office::act(&mut clerk, &case, "begin", &[]).await;
    office::take(&mut clerk, &case).await;
    office::accept_all(&mut clerk, &case).await;
    let mut found = answers(&[
        ("inquiry.members", "5"),
        ("inquiry.complete", "yes"),
        ("inquiry.findings", "接種と症状の時間の関係を調べた"),
        ("sent.number", "まど健第100号"),
        ("sent.to", "架空県知事"),
        ("sent.papers", "請求書ほか一式"),
        ("state.number", "厚生労働省発健第1号"),
        ("state.result", "recognised"),
        ("state.yen", "65800"),
        ("state.basis", "令和8年度の額（架空の額）"),
    ]);
    for day in ["inquiry.held-on", "sent.on", "state.on"] {
        found.insert(day.to_owned(), ago(town, 0));
        office::do_the_work(&mut clerk, &case, &found).await;
    }
    office::draft(&mut clerk, &case, "granted", &[]).await;
    office::approve(&mut people::staff(town, "approver").await, &case).await;
    let page = citizen.visit(&format!("/a/{case}/decision")).await;
    assert!(page.text.contains("65,800円") && !page.text.contains("0001234"), "{:#?}", page.said());
    assert!(letters(town, &case).contains(&"relief-notice".to_owned()));
}
