//! Doses from the right to the record: the mother's before the birth, those of the young who missed theirs, and of the
//! old.

use chrono::{Datelike, Duration, NaiveDate};
use regex_lite::Regex;

use super::vaccination::{ago, decided, file};
use crate::browser::{Browser, Page};
use crate::forms::forms;
use crate::town::Town;
use crate::typing::{Answers, answers};
use crate::{database, people};

/// What a clinic types for a dose.
type Given<'a> = [(&'a str, &'a str)];

/// Somebody who applies for themself for one vaccine.
fn own(birth: NaiveDate, more: &[(&str, &str)]) -> Answers {
    let mut all = answers(&[
        ("filer.role", "self"),
        ("person.family-name", "青空"),
        ("person.given-name", "花子"),
        ("person.family-kana", "アオゾラ"),
        ("person.given-kana", "ハナコ"),
        ("person.sex", "female"),
        ("person.postcode", "000-0101"),
        ("person.prefecture", "架空県"),
        ("person.city", "まどか市"),
        ("person.street", "けやき台2丁目2番2号"),
        ("person.phone", "090-0000-0007"),
        ("delivery.elsewhere", "false"),
        ("issue.reason", "not-arrived"),
    ]);
    all.insert("person.birth".to_owned(), birth.to_string());
    all.extend(answers(more));
    all
}

fn looked_up() -> Answers {
    answers(&[("record.resident", "yes"), ("record.agrees", "yes"), ("record.unused", "yes")])
}

/// The number of the one voucher that can be used.
fn voucher(town: &Town) -> String {
    let living = "SELECT number AS text FROM vouchers WHERE state = 'issued' ORDER BY dose";
    database::texts(&town.house().database, living).remove(0)
}

fn states(town: &Town) -> Vec<String> {
    let all = "SELECT vaccine || ' ' || dose || ' ' || state AS text FROM vouchers ORDER BY vaccine, dose";
    database::texts(&town.house().database, all)
}

/// A clinic that reads a voucher; the address of the person there.
pub async fn presented(town: &Town, number: &str, birth: &str) -> (Browser, String) {
    let mut clinic = people::staff(town, "clinic").await;
    let form = clinic.visit("/clinic").await.form("/clinic").with("number", number).with("birth", birth);
    let page = clinic.send(&form).await;
    assert_eq!(page.status, 303, "{:#?}", page.said());
    let person = page.location().to_owned();
    (clinic, person)
}

/// A clinic to which somebody without a voucher shows themself; the address of the person there.
pub async fn shown(town: &Town, kana: &str, birth: &str) -> (Browser, String) {
    let mut clinic = people::staff(town, "clinic").await;
    let form = clinic.visit("/clinic").await.form("/clinic");
    let form = form.with("kana", kana).with("birth", birth).with("consent", "yes");
    let page = clinic.send(&form).await;
    assert_eq!(page.status, 303, "{:#?}", page.said());
    let person = page.location().to_owned();
    (clinic, person)
}

/// A dose that nothing speaks against.
pub async fn given(clinic: &mut Browser, person: &str, vaccine: &str, typed: &Given<'_>) -> Page {
    let address = format!("{person}/vaccines/{vaccine}");
    let form =
        clinic.visit(&address).await.form(&address).with("outcome", "given").with("physician", "診療 七海");
    clinic.submit(&typed.iter().fold(form, |form, (name, value)| form.with(name, value))).await
}

/// 妊婦のRSウイルス: once a pregnancy, in the weeks that the expected day of delivery gives.
pub async fn before_the_birth(town: &Town) {
    let mut mother = people::citizen(town, "p01").await;
    let birth = town.house().today() - Duration::days(30 * 365);
    let mut said = own(birth, &[("wanted-row[0]/wanted.vaccine", "rsv_maternal")]);
    said.insert("facts.edd".to_owned(), ago(town, -60));
    let case = file(&mut mother, "issue", &said).await;
    decided(town, &case, &looked_up()).await;
    let number = voucher(town);
    let (mut clinic, person) = presented(town, &number, &birth.to_string()).await;
    let dose = [
        ("product", "rsv_pref"),
        ("lot", "RS-01"),
        ("amount", "0.5"),
        ("site", "left-upper-arm"),
        ("route", "intramuscular"),
        ("voucher", &number),
    ];
    let page = given(&mut clinic, &person, "rsv_maternal", &dose).await;
    assert!(page.text.contains("RS-01"), "{:#?}", page.said());
    assert_eq!(states(town), ["rsv_maternal 1 used"]);
    let id = person.rsplit('/').next().unwrap();
    let page = mother.visit(&format!("/me/vaccinations/{id}")).await;
    assert!(page.text.contains("RSウイルス"), "{:#?}", page.said());
}

/// 帯状疱疹: somebody who turns 65 in this fiscal year; the second dose two months after the first.
pub async fn of_an_elder(town: &Town) {
    let mut elder = people::citizen(town, "p01").await;
    let today = town.house().today();
    let fiscal = if today.month() >= 4 { today.year() } else { today.year() - 1 };
    let birth = NaiveDate::from_ymd_opt(fiscal - 65, 8, 15).unwrap();
    let wanted = [
        ("wanted-row[0]/wanted.vaccine", "zoster"),
        ("wanted-row[0]/wanted.dose", "1"),
        ("wanted-row[0]/wanted.product", "zoster_rec"),
    ];
    let case = file(&mut elder, "issue", &own(birth, &wanted)).await;
    decided(town, &case, &looked_up()).await;
    let number = voucher(town);
    let (mut clinic, person) = presented(town, &number, &birth.to_string()).await;
    let dose = |number: &'static str, lot: &'static str| {
        [
            ("dose", number),
            ("product", "zoster_rec"),
            ("lot", lot),
            ("amount", "0.5"),
            ("site", "left-upper-arm"),
            ("route", "intramuscular"),
        ]
    };
    given(&mut clinic, &person, "zoster", &dose("1", "ZO-01")).await;
    assert_eq!(states(town), ["zoster 1 used"]);
    town.clock.pass(Duration::days(62));
    let mut clinic = shown(town, "アオゾラ ハナコ", &birth.to_string()).await.0;
    let page = given(&mut clinic, &person, "zoster", &dose("2", "ZO-02")).await;
    assert!(page.text.contains("ZO-01") && page.text.contains("ZO-02"), "{:#?}", page.said());
}

/// HPVの経過措置, in the last weeks in which it held: what was begun in time is finished.
pub async fn caught_up(town: &Town) {
    let mut woman = people::citizen(town, "p01").await;
    let held = NaiveDate::from_ymd_opt(2026, 1, 20).unwrap();
    town.clock.pass(held - town.house().today());
    let birth = NaiveDate::from_ymd_opt(2002, 6, 1).unwrap();
    let mut said = own(
        birth,
        &[("catch-up.scheme", "hpv-catch-up"), ("catch-up.circumstances", "案内を見ていなかった")],
    );
    let past = [
        ("past-row[0]/past.vaccine", "hpv"),
        ("past-row[0]/past.dose", "1"),
        ("past-row[0]/past.on", "2025-03-10"),
        ("past-row[0]/past.product", "hpv9"),
    ];
    said.extend(answers(&past));
    let case = file(&mut woman, "catch-up", &said).await;
    decided(town, &case, &looked_up()).await;
    assert_eq!(states(town), ["hpv 2 issued"]);
}

/// The clock of the town, so many days ago.
fn back(town: &Town, days: i64) {
    town.clock.come_back();
    town.clock.pass(-Duration::days(days));
}

/// 出生の届から追加接種まで: the office enters the child, a clinic gives three doses and is kept from one too early, and
/// the parent whom the office lets in sees the booster come and be given.
pub async fn of_an_infant(town: &Town) {
    let mut parent = people::citizen(town, "p01").await;
    let birth = ago(town, 430);
    back(town, 420);
    let mut clerk = people::staff(town, "reviewer").await;
    let form = clerk.visit("/staff/immunizations").await.form("/staff/immunizations");
    let who = [("number", "77002"), ("kana", "アオゾラ モモコ"), ("birth", &birth), ("name", "青空 桃子")];
    let form = who.iter().fold(form, |form, (name, value)| form.with(name, value));
    let record = clerk.submit(&form.pressing("act", "enter")).await.url;
    for (days, lot) in [(365, "DP-01"), (337, "DP-02"), (309, "DP-03")] {
        back(town, days);
        let (mut clinic, person) = shown(town, "アオゾラ モモコ", &birth).await;
        given(&mut clinic, &person, "dpt_ipv_hib", &[&FIVE[..], &[("lot", lot)]].concat()).await;
    }
    back(town, 289);
    let (mut clinic, person) = shown(town, "アオゾラ モモコ", &birth).await;
    let page = clinic.visit(&person).await;
    assert!(page.text.contains("まだ早い"), "{:#?}", page.said());
    town.clock.come_back();
    let calendar = joined(town, &mut parent, &record, &birth).await;
    let page = parent.visit(&calendar).await;
    let booster = "5種混合 (DPT-IPV-Hib) 第1期\u{3000}4回目";
    assert!(page.said().iter().any(|it| it == booster), "{:#?}", page.said());
    let (mut clinic, person) = shown(town, "アオゾラ モモコ", &birth).await;
    let page = given(&mut clinic, &person, "dpt_ipv_hib", &[&FIVE[..], &[("lot", "DP-B")]].concat()).await;
    assert!(page.text.contains("DP-B"), "{:#?}", page.said());
    let doses = "SELECT dose AS text FROM immunizations ORDER BY first_day";
    assert_eq!(database::texts(&town.house().database, doses), ["1", "2", "3", "4"]);
    let page = parent.visit(&calendar).await;
    assert!(!page.said().iter().any(|it| it == booster), "{:#?}", page.said());
}

/// 5種混合, as it is given to an infant.
const FIVE: [(&str, &str); 3] = [("amount", "0.5"), ("site", "left-upper-arm"), ("route", "subcutaneous")];

/// A parent whom the office lets in by a code; the address of the child's calendar.
async fn joined(town: &Town, parent: &mut Browser, record: &str, birth: &str) -> String {
    let mut clerk = people::staff(town, "reviewer").await;
    let page = clerk.visit(&format!("{record}/guardians")).await;
    let form = forms(&page.text).into_iter().find(|form| form.offers("act", "invite")).unwrap();
    let page = clerk.send(&form.with("papers", "family_register").pressing("act", "invite")).await;
    let code = Regex::new(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}").unwrap();
    let code = code.find(&page.text).unwrap_or_else(|| panic!("{:#?}", page.said())).as_str();
    let form = parent.visit("/me/vaccinations/join").await.form("/me/vaccinations/join");
    parent.submit(&form.with("code", code).with("birth", birth)).await;
    format!("/me/vaccinations/{}", record.rsplit('/').next().unwrap())
}
