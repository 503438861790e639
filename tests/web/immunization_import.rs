//! The ledger of another system taken in from a file, and the calendar that a parent then sees.

use super::browser::{Browser, Page};
use super::town::{Town, in_own_towns};
use super::{database, night, people};

const HOME: &str = "/staff/immunizations/import";
const HEAD: &str =
    "宛名番号,氏名,氏名カナ,生年月日,性別,地区,予防接種,回数,接種日,製品,ロット番号,医療機関コード";

/// A file of a town's system: sound lines first, then everything that can be wrong.
fn file(town: &Town) -> String {
    let today = town.house().today();
    let ago = |days: u64| (today - chrono::Days::new(days)).to_string();
    let child = |rest: String| format!("1001,試験 桃子,シケン モモコ,{},2,けやき台,{rest}", ago(300));
    let lines = [
        child(format!("hepb,1,{},hepb,A1,", ago(240))),
        child(format!("hepb,2,{},hepb,A2,", ago(210))),
        child(format!("dpt_ipv_hib,1,{}00,,,", ago(240).replace('-', "").split_at(6).0)),
        format!("1002,試験 柿男,シケン カキオ,{},1,みどり町,hepb,1,{},,,", ago(200), ago(100)),
        // Before the birth, in the future, unknown vaccine, unknown product, wrong clinic.
        child(format!("bcg,1,{},,,", ago(400))),
        child(format!("bcg,1,{},,,", (today + chrono::Days::new(3)))),
        child(format!("unheard,1,{},,,", ago(100))),
        child(format!("hepb,3,{},rota1,,", ago(100))),
        child(format!("bcg,1,{},,,1312345678", ago(100))),
        // The same number on another day, the same day with another lot, another birth.
        child(format!("hepb,2,{},hepb,A2,", ago(180))),
        child(format!("hepb,1,{},hepb,ZZ,", ago(240))),
        format!("1001,試験 桃子,シケン モモコ,{},2,けやき台,bcg,1,{},,,", ago(299), ago(100)),
    ];
    format!("{HEAD}\r\n{}\r\n", lines.join("\r\n"))
}

const FRESH: usize = 4;
const HELD: usize = 8;

async fn send(clerk: &mut Browser, bytes: &[u8]) -> Page {
    let form = clerk.visit(HOME).await.form(HOME).attaching("file", "台帳.csv", bytes);
    clerk.submit(&form).await
}

fn run_of(page: &Page) -> String {
    let (_, run) = page.url.split_once(&format!("{HOME}/")).unwrap();
    format!("{HOME}/{}", run.split(['?', '#']).next().unwrap())
}

async fn told(clerk: &mut Browser, run: &str, fresh: usize, same: usize, held: usize) -> Page {
    let page = clerk.visit(run).await;
    for (what, count) in [("新しい記録", fresh), ("台帳にあるもの", same), ("確認が要るもの", held)]
    {
        let words = format!("<dt>{what}</dt><dd>{count}行</dd>");
        assert!(page.text.contains(&words), "{words}: {:#?}", page.said());
    }
    page
}

/// Takes a file in: received, tried, started.
async fn import(town: &Town, clerk: &mut Browser, bytes: &[u8], counts: (usize, usize, usize)) -> String {
    let run = run_of(&send(clerk, bytes).await);
    night::letters_go_out(town).await;
    let before = ledger(town);
    let page = told(clerk, &run, counts.0, counts.1, counts.2).await;
    assert!(page.text.contains("試しました"), "{:#?}", page.said());
    assert_eq!(ledger(town), before, "a trial changes nothing");
    clerk.submit(&page.form(&run).pressing("act", "start")).await;
    night::letters_go_out(town).await;
    let page = told(clerk, &run, counts.0, counts.1, counts.2).await;
    assert!(page.text.contains("取り込みました"), "{:#?}", page.said());
    run
}

fn ledger(town: &Town) -> Vec<String> {
    database::texts(&town.house().database, "SELECT vaccine || dose || given_on AS text FROM immunizations")
}

#[test]
fn a_ledger_is_taken_in_once_and_what_cannot_be_waits_for_a_person() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        let text = file(town);
        let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
        let run = import(town, &mut clerk, &shift_jis, (FRESH, 0, HELD)).await;
        assert_eq!(ledger(town).len(), FRESH);
        let month = town.house().today() - chrono::Days::new(240);
        let month = format!("dpt_ipv_hib1{}", &month.to_string()[..7]);
        assert!(ledger(town).contains(&month), "what is not known of a day stays unknown");
        let waiting =
            || database::texts(&town.house().database, "SELECT state AS text FROM dose_import_held");
        assert_eq!(waiting().len(), HELD);
        assert!(
            database::texts(&town.house().database, "SELECT body AS text FROM dose_import_parts").is_empty()
        );

        settles(&mut clerk, &run).await;
        assert_eq!(waiting().iter().filter(|state| *state == "settled").count(), 1);
        // The same in the other encoding changes nothing, and nothing waits twice.
        import(town, &mut clerk, file(town).as_bytes(), (0, FRESH, HELD)).await;
        assert_eq!((ledger(town).len(), waiting().len()), (FRESH, HELD));
    });
}

async fn settles(clerk: &mut Browser, run: &str) {
    let page = clerk.visit(run).await;
    for words in [
        "6行目",
        "同じ回数の記録が、別の日",
        "製品・ロット・医療機関がちがいます",
        "生年月日がちがいます",
        "予防接種「unheard」を知りません",
        "検証番号",
        "BCGの接種の日",
    ] {
        assert!(page.text.contains(words), "{words}: {:#?}", page.said());
    }
    let form = page.form(run);
    let line = form.value("line").unwrap().to_owned();
    let empty = clerk.send(&form.clone().pressing("act", "settle")).await;
    assert!(empty.text.contains("どうしたかを"), "{:#?}", empty.said());
    let note = form.with(&format!("note-{line}"), "母子健康手帳を確かめた").pressing("act", "settle");
    let page = clerk.submit(&note).await;
    assert!(page.text.contains("母子健康手帳を確かめた"), "{:#?}", page.said());
    let table = clerk.get(&format!("{run}/waiting.csv")).await;
    assert!(table.text.contains("settled") && !table.text.contains("試験"), "{}", table.text);
}

#[test]
fn a_file_that_is_none_is_refused_with_words_and_the_map_stays_as_typed() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        let form = clerk.visit(HOME).await.form(HOME);
        let none = clerk.send(&form.clone()).await;
        assert!(none.text.contains("CSVファイルを選んでください"), "{:#?}", none.said());
        let other = clerk.send(&form.clone().attaching("file", "a.csv", b"a,b\r\n1,2\r\n")).await;
        assert!(other.text.contains("の列がありません"), "{:#?}", other.said());
        let mine =
            form.with("map", "[columns]\nresident = \"mine\"").attaching("file", "a.csv", b"mine\r\n1\r\n");
        let short = clerk.send(&mine).await;
        assert!(short.text.contains("列の対応に「生年月日」がありません"), "{:#?}", short.said());
        assert!(short.text.contains("resident = &quot;mine&quot;"), "{:#?}", short.said());
        let mut approver = people::staff(town, "approver").await;
        assert_ne!(approver.get(HOME).await.status, 200);
        let mut citizen = people::citizen(town, "p01").await;
        assert_ne!(citizen.get(HOME).await.status, 200);
    });
}
