//! A day at the counters of two institutions, and what the person sees of it.

use chrono::NaiveDate;
use regex_lite::Regex;

use super::road;
use crate::browser::{Browser, Page};
use crate::forms::Form;
use crate::town::Town;
use crate::{database, night, people};

pub const BIRTH: &str = "昭和33年4月12日";

/// A granted case, whose certificate began some weeks ago.
pub struct Granted {
    pub case: String,
    pub number: String,
    pub today: NaiveDate,
}

pub async fn granted(town: &Town) -> Granted {
    let (mut citizen, _, case) = road::granted(town).await;
    let page = citizen.visit(&format!("/a/{case}/decision")).await;
    let digits = Regex::new(r">\s*(\d{7})\s*<").unwrap();
    let number = digits.captures(&page.text).unwrap_or_else(|| panic!("{:#?}", page.said()))[1].to_owned();
    Granted { case, number, today: town.house().today() }
}

/// Asks for a certificate, however it ends.
pub async fn ask(browser: &mut Browser, number: &str, birth: &str) -> Page {
    let form = browser.visit("/institution").await.form("/institution");
    browser.send(&form.with("number", number).with("birth", birth)).await
}

/// A counter that has opened the ledger, and its login.
pub async fn counter(town: &Town, granted: &Granted) -> (Browser, String) {
    let login = people::hire(town, "institution");
    let mut browser = town.browser();
    people::sign_in(town, &mut browser, &login).await;
    let page = ask(&mut browser, &granted.number, BIRTH).await;
    assert_eq!(page.location(), format!("/institution/ledgers/{}", granted.case), "{:#?}", page.said());
    (browser, login)
}

/// The form for a line of today.
pub async fn line(browser: &mut Browser, granted: &Granted, total: &str) -> Form {
    let home = format!("/institution/ledgers/{}", granted.case);
    let form = browser.visit(&home).await.form(&home);
    form.with("care_on", &granted.today.to_string()).with("total", total)
}

/// Posts a line of today and gives the page that says what to collect.
pub async fn post(browser: &mut Browser, granted: &Granted, total: &str) -> Page {
    let form = line(browser, granted, total).await;
    browser.submit(&form).await
}

/// What a page says is to be collected or given back, in yen.
pub fn asked(page: &Page) -> i64 {
    let amount = Regex::new(r#"class="reference num">([0-9,]+)円"#).unwrap();
    let found = amount.captures(&page.text).unwrap_or_else(|| panic!("{:#?}", page.said()));
    found[1].replace(',', "").parse().unwrap()
}

/// Two counters share one cap, and neither sees the other.
pub async fn two_counters(town: &Town) {
    let granted = granted(town).await;
    let (mut hospital, hospital_login) = counter(town, &granted).await;
    let (mut pharmacy, pharmacy_login) = counter(town, &granted).await;
    assert_eq!(asked(&post(&mut hospital, &granted, "20,000円").await), 4_000);
    assert_eq!(asked(&post(&mut pharmacy, &granted, "15000").await), 3_000);
    let page = post(&mut hospital, &granted, "30000").await;
    assert_eq!(asked(&page), 3_000);
    assert!(page.text.contains("上限額に達しています"), "{:#?}", page.said());
    assert_eq!(asked(&post(&mut pharmacy, &granted, "9000").await), 0);
    let page = pharmacy.visit(&format!("/institution/ledgers/{}", granted.case)).await;
    assert!(page.text.contains("青空") && page.text.contains("10,000円"), "{:#?}", page.said());
    let theirs = people::institution(&hospital_login).name;
    for hidden in [theirs.as_str(), "20,000円", "30,000円", "けやき台2丁目", "パーキンソン病"]
    {
        assert!(!page.text.contains(hidden), "{hidden} is shown");
    }
    seen_by_the_person(town, &granted, &[&theirs, &people::institution(&pharmacy_login).name]).await;
    sealed(town, &granted);
    assert!(night::record_is_sound(town), "the record of access is broken");
}

async fn seen_by_the_person(town: &Town, granted: &Granted, institutions: &[&str]) {
    let mut citizen = people::citizen(town, "p01").await;
    let page = citizen.visit(&format!("/a/{}", granted.case)).await;
    assert!(page.text.contains("いままでに 10,000円"), "{:#?}", page.said());
    let page = citizen.visit(&format!("/a/{}/ledger", granted.case)).await;
    for shown in institutions.iter().copied().chain(["74,000円", "<svg", "で上限額に達しました"]) {
        assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
    }
    let page = citizen.visit(&format!("/a/{}/log", granted.case)).await;
    assert!(page.text.contains("管理票に記入した"), "{:#?}", page.said());
}

/// Neither the number nor the names of institutions stand in the ledger's tables or on record.
fn sealed(town: &Town, granted: &Granted) {
    let database = &town.house().database;
    let tables = database::tables(database).into_iter();
    let tables: Vec<String> =
        tables.filter(|table| table.starts_with("ledger_") || table == "audit").collect();
    assert_eq!(tables.len(), 6, "{tables:?}");
    for table in &tables {
        let rows = database::rows(database, table);
        for secret in ["架空薬局", granted.number.as_str()] {
            assert!(!rows.iter().any(|row| row.contains(secret)), "{table} shows {secret}");
        }
    }
}
