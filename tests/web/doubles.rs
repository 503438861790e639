//! Two lines that may tell of one dose: found when the second comes in, merged or told apart by a clerk, never by itself.

use madoguchi::domain::immunization::{Voucher, VoucherState, voucher};
use madoguchi::store::vouchers;
use regex_lite::Regex;

use super::roads::doubles::{LIST, address, doubled, made_one, pair};
use super::roads::vaccination::ago;
use super::town::{Town, in_own_towns};
use super::{database, night, people};

fn texts(town: &Town, sql: &str) -> Vec<String> {
    database::texts(&town.house().database, sql)
}

/// Lines in the order in which they came: lot, and whether they stand.
fn lines(town: &Town) -> Vec<String> {
    let sql = "SELECT lot || CASE WHEN superseded_by IS NULL THEN ' stands' ELSE '' END AS text
               FROM immunizations ORDER BY at, id";
    texts(town, sql)
}

/// Uses a voucher for the second line.
fn used(town: &Town, person: &str) {
    let house = town.house();
    let line = texts(town, "SELECT id AS text FROM immunizations WHERE lot = 'B2'").remove(0);
    let on = ago(town, 200).parse().unwrap();
    let voucher = Voucher {
        id: "vou_1".to_owned(),
        number: voucher::number(1),
        subject: person.rsplit('/').next().unwrap().to_owned(),
        case: None,
        vaccine: "hepb".to_owned(),
        product: None,
        dose: "1".to_owned(),
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

#[test]
fn two_lines_about_one_dose_become_one_and_nothing_vanishes() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        let person = doubled(town, &mut clerk).await;
        used(town, &person);
        let page = pair(&mut clerk).await;
        for shown in ["ちがいます", "A1", "B2", "紙の予診票", "どちらの記録を元に"] {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        let form = page.form(&address(&page)).pressing("act", "merge");
        let unsaid = clerk.send(&form).await;
        assert!(
            unsaid.status == 422 && unsaid.text.contains("どちらの記録を元にするか"),
            "{:#?}",
            unsaid.said()
        );
        let first = texts(town, "SELECT lot AS text FROM immunizations ORDER BY id").remove(0);
        let (stands, lot) = if first == "A1" { ("one", "other") } else { ("other", "one") };
        let page = clerk.submit(&form.with("stands", stands).with("item-lot", lot)).await;
        assert!(page.text.contains("ありません"), "{:#?}", page.said());
        assert_eq!(lines(town), ["A1", "B2", "B2 stands"]);
        let told = "SELECT state || (SELECT lot FROM immunizations WHERE id = used_by) AS text FROM vouchers";
        assert_eq!(texts(town, told), ["usedB2"]);
        let living = "SELECT id AS text FROM immunizations WHERE superseded_by IS NULL";
        assert_eq!(texts(town, living), texts(town, "SELECT used_by AS text FROM vouchers"));
        let rows = "SELECT CASE WHEN deleted THEN 'withdrawn' ELSE 'told' END AS text FROM hub_rows
                    WHERE connector = 'pmh_vaccination' AND history_key <> 'subject' ORDER BY seq";
        assert_eq!(texts(town, rows), ["told", "told", "told", "withdrawn"]);
        night::registers(town).await;
        let page = clerk.visit(&person).await;
        assert!(
            page.text.contains("記録が二つあったため") && page.text.contains("訂正済み"),
            "{:#?}",
            page.said()
        );
        assert_ne!(clerk.get(&address_of_first(town)).await.status, 200, "it is settled");
    });
}

fn address_of_first(town: &Town) -> String {
    let pair = texts(town, "SELECT one || '/' || other AS text FROM dose_doubles").remove(0);
    format!("{LIST}/{pair}")
}

#[test]
fn two_doses_stay_two_and_nobody_is_asked_again() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        let person = doubled(town, &mut clerk).await;
        let page = pair(&mut clerk).await;
        let page = clerk.submit(&page.form(&address(&page)).pressing("act", "part")).await;
        assert!(page.text.contains("ありません"), "{:#?}", page.said());
        let mut lots = lines(town);
        lots.sort();
        assert_eq!(lots, ["A1 stands", "B2 stands"]);

        let link = Regex::new(r#"href="(/staff/immunizations/people/[^"]+/doses/[^"]+)""#).unwrap();
        let page = clerk.visit(&person).await;
        let mend = link.captures(&page.text).unwrap()[1].to_owned();
        let form = clerk.visit(&mend).await.form(&mend).with("lot", "C3").with("reason", "予診票を確かめた");
        clerk.submit(&form).await;
        assert!(clerk.visit(LIST).await.text.contains("ありません"), "asked again");
        let mut states = texts(town, "SELECT state AS text FROM dose_doubles");
        states.sort();
        assert_eq!(states, ["apart", "apart"]);

        for role in ["approver", "clinic", "operator"] {
            let mut other = people::staff(town, role).await;
            assert_eq!(other.get(LIST).await.status, 403, "{role}");
            assert!(matches!(other.get(&address_of_first(town)).await.status, 403 | 404), "{role}");
        }
        assert_ne!(people::citizen(town, "p01").await.get(LIST).await.status, 200);
    });
}

#[test]
fn two_records_of_one_dose_become_one() {
    in_own_towns(&[], made_one);
}
