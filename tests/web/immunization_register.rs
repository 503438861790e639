//! The ledger of vaccinations at the office: a person is found, doses come in from paper, are corrected, and a stay ends;
//! lines of a file that waited become records; a granted application enters what it told.

use madoguchi::domain::immunization::{Voucher, VoucherState, voucher};
use madoguchi::store::vouchers;
use regex_lite::Regex;

use super::browser::{Browser, Page};
use super::forms::Form;
use super::roads::vaccination::{self as road, ago, decided, file, lost};
use super::town::{Town, in_own_towns};
use super::typing::{Answers, answers};
use super::{database, night, people};

const HOME: &str = "/staff/immunizations";

fn texts(town: &Town, sql: &str) -> Vec<String> {
    database::texts(&town.house().database, sql)
}

async fn ask(clerk: &mut Browser, typed: &[(&str, &str)], act: &str) -> Page {
    let mut form = clerk.visit(HOME).await.form(HOME);
    for (name, value) in typed {
        form = form.with(name, value);
    }
    clerk.send(&form.pressing("act", act)).await
}

/// The form of a dose of a vaccine.
async fn blank(clerk: &mut Browser, person: &str, vaccine: &str) -> Form {
    let address = format!("{person}/doses");
    clerk.visit(&format!("{address}?vaccine={vaccine}")).await.form(&address)
}

/// A child whom a clerk entered, and the address of their page.
async fn entered(town: &Town, clerk: &mut Browser) -> String {
    let birth = ago(town, 300);
    let who = [("number", "77001"), ("kana", "シケン モモコ"), ("birth", &birth), ("name", "試験 桃子")];
    let page = ask(clerk, &who[..3], "find").await;
    assert!(page.status == 422 && page.text.contains("台帳に見つかりません"), "{:#?}", page.said());
    let page = ask(clerk, &who, "enter").await;
    assert_eq!(page.status, 303, "{:#?}", page.said());
    page.location().to_owned()
}

#[test]
fn a_person_is_found_and_doses_come_in_from_paper_are_corrected_and_stay() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        let person = entered(town, &mut clerk).await;
        let birth = ago(town, 300);
        for typed in [vec![("number", "７７００１")], vec![("kana", "ｼｹﾝ ﾓﾓｺ"), ("birth", birth.as_str())]]
        {
            assert_eq!(ask(&mut clerk, &typed, "find").await.location(), person);
        }
        let month = ago(town, 200)[..7].to_owned();
        let form = blank(&mut clerk, &person, "hepb").await.with("dose", "1").with("on", &month);
        let page = clerk.submit(&form).await;
        for shown in ["台帳に記録しました", &month, "日は不明", "紙の予診票", "これからの予防接種", "B型肝炎"]
        {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        assert_eq!(clerk.send(&form).await.status, 303, "the same page again");
        assert_eq!(texts(town, "SELECT given_on AS text FROM immunizations"), [month.as_str()]);

        let again = blank(&mut clerk, &person, "hepb").await.with("dose", "1").with("on", &ago(town, 190));
        let page = clerk.send(&again).await;
        assert!(page.status == 422 && page.text.contains("もう記録されています"), "{:#?}", page.said());
        corrected(town, &mut clerk, &person).await;
    });
}

/// The day becomes known, and then the whole line proves to be wrong.
async fn corrected(town: &Town, clerk: &mut Browser, person: &str) {
    let link = Regex::new(r#"href="(/staff/immunizations/people/[^"]+/doses/[^"]+)""#).unwrap();
    for (field, value, shown) in
        [("on", ago(town, 201), "訂正済み"), ("outcome", "mistaken".to_owned(), "誤りの記録")]
    {
        let page = clerk.visit(person).await;
        let address = link.captures(&page.text).unwrap()[1].to_owned();
        let form = clerk.visit(&address).await.form(&address).with(field, &value);
        let page = clerk.send(&form).await;
        assert!(page.status == 422 && page.text.contains("理由"), "{:#?}", page.said());
        let page = clerk.submit(&form.with("reason", "母子健康手帳を確かめた")).await;
        assert!(page.text.contains(shown) && page.text.contains("母子健康手帳"), "{:#?}", page.said());
    }
    let lines = texts(town, "SELECT status AS text FROM immunizations ORDER BY at, id");
    assert_eq!(lines, ["completed", "completed", "entered_in_error"]);
}

#[test]
fn who_moves_out_keeps_the_record_and_loses_the_vouchers() {
    in_own_towns(&[], async |town| {
        let mut parent = people::citizen(town, "p01").await;
        let case = file(&mut parent, "reissue", &lost(town, "true")).await;
        decided(town, &case, &Answers::new()).await;
        let number = texts(town, "SELECT number AS text FROM vouchers").remove(0);
        let mut clerk = people::staff(town, "reviewer").await;
        let person = ask(&mut clerk, &[("number", &number)], "find").await.location().to_owned();
        let why = format!("why-{number}");
        let form =
            clerk.visit(&person).await.form(&person).with("voucher", &number).pressing("act", "cancel");
        assert_eq!(clerk.send(&form).await.status, 422, "a reason is needed");
        clerk.submit(&form.clone().with(&why, "declined")).await;
        let state = || texts(town, "SELECT state || reason AS text FROM vouchers");
        assert_eq!(state(), ["cancelleddeclined"]);
        assert_eq!(clerk.send(&form.with(&why, "declined")).await.status, 422, "it ended before");

        let leave =
            clerk.visit(&person).await.form(&person).with("how", "moved_out").pressing("act", "leave");
        for wrong in ["", "2999-01-01", "1999-01-01"] {
            assert_eq!(clerk.send(&leave.clone().with("left", wrong)).await.status, 422, "{wrong}");
        }
        let page = clerk.submit(&leave.with("left", &ago(town, 1))).await;
        assert!(page.text.contains("転出しています"), "{:#?}", page.said());
        let left = || {
            texts(
                town,
                "SELECT CAST(moved_out_on AS TEXT) AS text FROM immunization_subjects WHERE moved_out_on IS NOT NULL",
            )
        };
        assert_eq!(left(), [ago(town, 1)]);
        let back = clerk.visit(&person).await.form(&person).pressing("act", "return");
        clerk.submit(&back).await;
        assert!(left().is_empty());
        assert!(night::record_is_sound(town), "the record of access is broken");
    });
}

#[test]
fn the_ledger_is_for_those_who_keep_it_and_a_head_only_reads() {
    in_own_towns(&[], async |town| {
        let person = entered(town, &mut people::staff(town, "reviewer").await).await;
        let mut head = people::staff(town, "manager").await;
        let page = head.visit(&person).await;
        assert!(page.text.contains("試験") && !page.text.contains("紙の記録から書く"), "{:#?}", page.said());
        assert_eq!(head.get(&format!("{person}/doses?vaccine=hepb")).await.status, 404);
        for role in ["approver", "clinic", "operator", "auditor"] {
            let mut browser = people::staff(town, role).await;
            assert_eq!(browser.get(HOME).await.status, 403, "{role}");
            assert!(matches!(browser.get(&person).await.status, 403 | 404), "{role}");
        }
        assert_ne!(people::citizen(town, "p01").await.get(&person).await.status, 200);
    });
}

#[test]
fn a_line_of_a_file_that_waited_becomes_a_record_and_is_settled() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        let run = waiting(town, &mut clerk).await;
        let address = format!("{run}/lines/1");
        let page = clerk.visit(&address).await;
        for shown in ["検証番号", "番号や氏名の合う方は、台帳にいません"] {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        let person = entered(town, &mut clerk).await;
        let id = person.rsplit_once('/').unwrap().1;
        let page = clerk.visit(&address).await;
        assert!(page.text.contains(id), "{:#?}", page.said());
        let doses = format!("{person}/doses");
        let query = format!("{doses}?vaccine=bcg&run={}&line=1", run.rsplit_once('/').unwrap().1);
        let form = clerk.visit(&query).await.form(&doses);
        assert_eq!(form.value("institution").unwrap(), "1312345678", "as it was written");
        assert_eq!(clerk.send(&form).await.status, 422);
        clerk.submit(&form.with("institution", "").with("place", "となり医院")).await;
        let held = "SELECT state AS text FROM dose_import_held";
        assert_eq!(texts(town, held), ["settled"]);
        assert_eq!(texts(town, "SELECT vaccine || origin AS text FROM immunizations"), ["bcgimport"]);
        assert!(clerk.visit(&address).await.text.contains("対応ずみ"));
    });
}

/// A file with one line that waits, taken in.
async fn waiting(town: &Town, clerk: &mut Browser) -> String {
    let text = format!(
        "宛名番号,氏名,氏名カナ,生年月日,性別,予防接種,回数,接種日,医療機関コード\r\n77001,試験 桃子,シケン モモコ,{},2,bcg,1,{},1312345678\r\n",
        ago(town, 300),
        ago(town, 100)
    );
    let form = clerk.visit(&format!("{HOME}/import")).await.form(&format!("{HOME}/import"));
    let page = clerk.submit(&form.attaching("file", "台帳.csv", text.as_bytes())).await;
    let run = page.url.split_once("/staff").map(|(_, rest)| format!("/staff{rest}")).unwrap();
    let run = run.split(['?', '#']).next().unwrap().to_owned();
    night::letters_go_out(town).await;
    let page = clerk.visit(&run).await;
    clerk.submit(&page.form(&run).pressing("act", "start")).await;
    night::letters_go_out(town).await;
    run
}

#[test]
fn what_a_granted_application_tells_is_in_the_ledger_once() {
    in_own_towns(&[], async |town| {
        let mut parent = people::citizen(town, "p01").await;
        let mut told = road::child(town, 300);
        told.extend(answers(&[("history.reason", "moved-in"), ("history.previous", "となり市")]));
        told.insert("history.enquire".to_owned(), "true".to_owned());
        told.extend(dose(town, 0, "1", 200));
        told.extend(dose(town, 1, "2", 160));
        let case = file(&mut parent, "history", &told).await;
        let check = answers(&[("record.resident", "yes"), ("record.agrees", "yes")]);
        decided(town, &case, &check).await;
        let ledger = "SELECT vaccine || dose || ':' || given_on || origin AS text FROM immunizations ORDER BY given_on";
        let line = |number, days| format!("hepb{number}:{}document", ago(town, days));
        assert_eq!(texts(town, ledger), [line("1", 200), line("2", 160)]);

        // The same once more is nothing new; a correction takes the place of a line.
        let case = file(&mut parent, "history", &told).await;
        decided(town, &case, &check).await;
        assert_eq!(texts(town, ledger).len(), 2);
        used(town, &ago(town, 160));
        let mut mended = road::child(town, 300);
        mended.extend(answers(&[("mend.wrong", "2回目の日"), ("mend.right", "母子健康手帳のとおり")]));
        mended.extend(dose(town, 0, "2", 155));
        let case = file(&mut parent, "record-correction", &mended).await;
        decided(town, &case, &check).await;
        let living =
            "SELECT given_on AS text FROM immunizations WHERE superseded_by IS NULL ORDER BY given_on";
        assert_eq!(texts(town, living), [ago(town, 200), ago(town, 155)]);
        assert_eq!(texts(town, ledger).len(), 3);
        let on =
            "SELECT state || ' ' || given_on AS text FROM vouchers JOIN immunizations i ON i.id = used_by";
        assert_eq!(texts(town, on), [format!("used {}", ago(town, 155))], "the voucher goes with the line");
        let page = parent.visit("/me/vaccinations").await;
        assert!(page.text.contains("青空 桃子") || page.text.contains("青空　桃子"), "{:#?}", page.said());
    });
}

/// Uses a voucher for the dose of a day.
fn used(town: &Town, on: &str) {
    let house = town.house();
    let line = format!("SELECT id AS text FROM immunizations WHERE given_on = '{on}'");
    let line = texts(town, &line).remove(0);
    let on = on.parse().unwrap();
    let voucher = Voucher {
        id: "vou_1".to_owned(),
        number: voucher::number(1),
        subject: texts(town, "SELECT id AS text FROM immunization_subjects").remove(0),
        case: None,
        vaccine: "hepb".to_owned(),
        product: None,
        dose: "2".to_owned(),
        valid_from: on,
        valid_to: None,
        state: VoucherState::Issued,
        used_by: None,
        reason: String::new(),
    };
    let use_it = |conn: &mut _| {
        vouchers::insert(conn, &voucher, house.now())?;
        vouchers::use_up(conn, "vou_1", &line, on, house.now())
    };
    house.database.write(use_it).unwrap();
}

fn dose(town: &Town, row: usize, number: &str, days: i64) -> Answers {
    let at = |item: &str| format!("past-row[{row}]/past.{item}");
    let values = [("vaccine", "hepb".to_owned()), ("dose", number.to_owned()), ("on", ago(town, days))];
    values.into_iter().map(|(item, value)| (at(item), value)).collect()
}
