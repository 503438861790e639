//! The desk of a clinic: a voucher that a decision issued is shown, a dose is recorded upon it once, and what
//! speaks against a dose asks for a reason.

use chrono::Duration;
use madoguchi::usecases::upkeep;
use regex_lite::Regex;

use super::browser::Browser;
use super::page::Page;
use super::roads::vaccination::{decided, file, lost};
use super::town::{Town, in_own_towns};
use super::typing::Answers;
use super::{database, night, people};

/// A child whose lost voucher was issued again.
struct Child {
    case: String,
    number: String,
    birth: String,
}

async fn child(town: &Town) -> Child {
    let mut parent = people::citizen(town, "p01").await;
    let said = lost(town, "true");
    let case = file(&mut parent, "reissue", &said).await;
    decided(town, &case, &Answers::new()).await;
    let number = one(town, "SELECT number AS text FROM vouchers");
    Child { case, number, birth: said["person.birth"].clone() }
}

fn one(town: &Town, sql: &str) -> String {
    let mut found = database::texts(&town.house().database, sql);
    assert_eq!(found.len(), 1, "{sql}: {found:?}");
    found.remove(0)
}

fn count(town: &Town, table: &str) -> String {
    one(town, &format!("SELECT CAST(count(*) AS TEXT) AS text FROM {table}"))
}

fn state(town: &Town) -> String {
    one(town, "SELECT state AS text FROM vouchers ORDER BY id")
}

async fn ask(clinic: &mut Browser, typed: &[(&str, &str)]) -> Page {
    let mut form = clinic.visit("/clinic").await.form("/clinic");
    for (name, value) in typed {
        form = form.with(name, value);
    }
    clinic.send(&form).await
}

/// A clinic to which the child was shown, and the address of their page.
async fn shown(town: &Town, child: &Child) -> (Browser, String) {
    let mut clinic = people::staff(town, "clinic").await;
    let page = ask(&mut clinic, &[("number", &child.number), ("birth", &child.birth)]).await;
    assert_eq!(page.status, 303, "{:#?}", page.said());
    let address = page.location().to_owned();
    (clinic, address)
}

const DOSE: [(&str, &str); 6] = [
    ("dose", "2"),
    ("lot", "(01)04912345678904(17)991231(10)AB-12"),
    ("amount", "0.25"),
    ("site", "left-thigh"),
    ("route", "subcutaneous"),
    ("physician", "診療 七海"),
];

/// The form of a dose, filled.
async fn filled(clinic: &mut Browser, person: &str, number: &str) -> super::forms::Form {
    let address = format!("{person}/vaccines/hepb");
    let mut form = clinic.visit(&address).await.form(&address).with("outcome", "given");
    for (name, value) in DOSE {
        form = form.with(name, value);
    }
    form.with("voucher", number)
}

#[test]
fn a_voucher_from_the_decision_is_used_for_one_dose() {
    in_own_towns(&[], async |town| {
        let child = child(town).await;
        let mut parent = people::citizen(town, "p01").await;
        let page = parent.visit(&format!("/a/{}/decision", child.case)).await;
        assert!(page.text.contains(&format!("/a/{}/vouchers", child.case)), "{:#?}", page.said());
        for address in [format!("/a/{}/vouchers", child.case), "/me/vouchers".to_owned()] {
            let page = parent.visit(&address).await;
            for shown in ["B型肝炎", "使えます", "二次元コード", &child.number[7..]] {
                assert!(page.text.contains(shown), "{address}: no {shown}: {:#?}", page.said());
            }
        }
        let stranger = people::citizen(town, "p02").await.get(&format!("/a/{}/vouchers", child.case)).await;
        assert_eq!(stranger.status, 404);

        let (mut clinic, person) = shown(town, &child).await;
        let page = clinic.visit(&person).await;
        for shown in ["青空", "接種できます", "根拠", "接種券があります"] {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        let form = filled(&mut clinic, &person, &child.number).await;
        let page = clinic.submit(&form).await;
        for shown in ["記録しました", "AB-12", "診療 七海", "使用済み"] {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        assert_eq!(state(town), "used");
        assert_eq!(clinic.send(&form).await.status, 303, "the same page again");
        assert_eq!(count(town, "immunizations"), "1", "records once");
        let page = parent.visit("/me/vouchers").await;
        assert!(
            page.text.contains("使用済み") && !page.text.contains("二次元コード\""),
            "{:#?}",
            page.said()
        );
        assert!(night::record_is_sound(town), "the record of access is broken");
    });
}

#[test]
fn of_two_clinics_at_once_one_records_the_dose() {
    in_own_towns(&[], async |town| {
        let child = child(town).await;
        let mut sent = Vec::new();
        for _ in 0..4 {
            let (mut clinic, person) = shown(town, &child).await;
            let form = filled(&mut clinic, &person, &child.number).await.with("reason", "同じ時刻の試験");
            sent.push(tokio::spawn(clinic.post(&form)));
        }
        let mut answers = Vec::new();
        for answer in sent {
            answers.push(answer.await.unwrap());
        }
        answers.sort_unstable();
        assert_eq!(answers, [303, 422, 422, 422]);
        assert_eq!((count(town, "immunizations").as_str(), state(town).as_str()), ("1", "used"));
    });
}

#[test]
fn what_speaks_against_a_dose_asks_for_a_reason_and_marks_the_line() {
    in_own_towns(&[], async |town| {
        let child = child(town).await;
        let (mut clinic, person) = shown(town, &child).await;
        let form = filled(&mut clinic, &person, &child.number).await;
        let page = clinic.send(&form.clone().with("outcome", "not_done")).await;
        assert_eq!(page.status, 422, "why was it not done?");
        clinic.submit(&form.clone().with("outcome", "not_done").with("reason", "38度の発熱")).await;
        assert_eq!(state(town), "issued", "a visit without a dose uses no voucher");
        let form = filled(&mut clinic, &person, &child.number).await;
        clinic.submit(&form).await;

        let again = filled(&mut clinic, &person, "").await;
        let page = clinic.send(&again).await;
        assert_eq!(page.status, 422);
        for shown in ["間隔が足りません", "もう記録されています", "AB-12"] {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        let page = clinic.submit(&again.with("reason", "誤って2回接種した")).await;
        assert!(page.text.contains("誤って2回接種した"), "{:#?}", page.said());
        let marked = "SELECT category AS text FROM immunizations ORDER BY at, id";
        assert_eq!(database::texts(&town.house().database, marked).last().unwrap(), "unknown");
        assert_eq!(count(town, "immunizations"), "3");
    });
}

#[test]
fn a_correction_takes_the_place_of_a_line_and_both_stay() {
    in_own_towns(&[], async |town| {
        let child = child(town).await;
        let (mut clinic, person) = shown(town, &child).await;
        let form = filled(&mut clinic, &person, &child.number).await;
        let page = clinic.submit(&form).await;
        let link = Regex::new(r#"href="(/clinic/people/[^"]+/lines/[^"]+)""#).unwrap();
        let address = link.captures(&page.text).unwrap()[1].to_owned();
        let form = clinic.visit(&address).await.form(&address).with("outcome", "mistaken");
        assert_eq!(clinic.send(&form).await.status, 422, "a correction needs its reason");
        let (mut other, _) = shown(town, &child).await;
        assert_eq!(other.get(&address).await.status, 404, "another institution's line");
        let page = clinic.submit(&form.clone().with("reason", "別の子の記録だった")).await;
        for shown in ["訂正済み", "取消し", "別の子の記録だった"] {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        assert_eq!((count(town, "immunizations").as_str(), state(town).as_str()), ("2", "issued"));
        let late = clinic.send(&form.with("request", "").with("reason", "もう一度")).await;
        assert_eq!(late.status, 422, "a line is corrected once");
    });
}

#[test]
fn what_is_wrong_with_a_voucher_or_a_dose_is_told_in_clear_words() {
    in_own_towns(&[], async |town| {
        let child = child(town).await;
        let mut clinic = people::staff(town, "clinic").await;
        let number = child.number.as_str();
        let elsewhere = format!("MADOGUCHI-DOSE 131016 {number} 0123456789ABCDEF");
        let forged = format!("MADOGUCHI-DOSE 000000 {number} 0123456789ABCDEF");
        let slip = format!("{}{}", &number[..9], (number[9..].parse::<u32>().unwrap() + 1) % 10);
        let wrong: [(&[(&str, &str)], &str); 6] = [
            (&[("scanned", &elsewhere)], "ほかの市区町村（団体コード131016）"),
            (&[("scanned", &forged)], "接種券の二次元コードではありません"),
            (&[("number", &slip), ("birth", &child.birth)], "10けた"),
            (&[("number", number), ("birth", "2020-01-01")], "見つかりません"),
            (&[("kana", "アオゾラ モモコ"), ("birth", &child.birth)], "同意"),
            (&[("number", number), ("birth", "いつか")], "生年月日"),
        ];
        for (typed, said) in wrong {
            let page = ask(&mut clinic, typed).await;
            assert!(page.status == 422 && page.text.contains(said), "{said}: {:#?}", page.said());
        }
        let found =
            ask(&mut clinic, &[("kana", "ｱｵｿﾞﾗ ﾓﾓｺ"), ("birth", &child.birth), ("consent", "yes")]).await;
        assert_eq!(found.status, 303, "{:#?}", found.said());
        let person = found.location().to_owned();
        let form = filled(&mut clinic, &person, number).await;
        let faults = [
            ("on", "2020-01-01", "生年月日より前"),
            ("on", "2999-01-01", "今日まで"),
            ("product", "other", "製品ではありません"),
            ("lot", "", "製造番号"),
            ("amount", "20", "10mL"),
            ("voucher", "0000000000", "接種券が見つかりません"),
        ];
        for (name, value, said) in faults {
            let page = clinic.send(&form.clone().with(name, value)).await;
            assert!(page.status == 422 && page.text.contains(said), "{said}: {:#?}", page.said());
        }
        assert_eq!(count(town, "immunizations"), "0");

        town.clock.pass(Duration::days(800));
        assert_eq!(upkeep::run(town.house()).unwrap().vouchers, 1);
        let (mut clinic, person) = shown(town, &child).await;
        let page = clinic.visit(&person).await;
        assert!(page.text.contains("期限切れ"), "{:#?}", page.said());
        let form = filled(&mut clinic, &person, number).await;
        let page = clinic.send(&form).await;
        assert!(page.status == 422 && page.text.contains("期限"), "{:#?}", page.said());
    });
}

#[test]
fn only_a_clinic_to_which_somebody_showed_themself_sees_them() {
    in_own_towns(&[], async |town| {
        let child = child(town).await;
        let (_, person) = shown(town, &child).await;
        assert_eq!(people::staff(town, "clinic").await.get(&person).await.status, 404);
        for role in ["reviewer", "physician", "institution", "operator"] {
            let mut browser = people::staff(town, role).await;
            assert_eq!(browser.get("/clinic").await.status, 403, "{role}");
            let seen = browser.get(&person).await.status;
            assert!(matches!(seen, 403 | 404), "{role}: {seen}");
        }
        let mut prober = people::staff(town, "clinic").await;
        for _ in 0..10 {
            let typed = [("number", child.number.as_str()), ("birth", "2020-01-01")];
            assert_eq!(ask(&mut prober, &typed).await.status, 422);
        }
        let typed = [("number", child.number.as_str()), ("birth", child.birth.as_str())];
        let page = ask(&mut prober, &typed).await;
        assert!(page.status == 422 && page.text.contains("60分"), "{:#?}", page.said());
    });
}
