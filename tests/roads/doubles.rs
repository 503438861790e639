//! Two lines of the ledger that may tell of one dose, until a clerk has settled them.

use regex_lite::Regex;

use super::vaccination::ago;
use crate::browser::Browser;
use crate::page::Page;
use crate::people;
use crate::town::Town;

const HOME: &str = "/staff/immunizations";
/// Where the pairs are listed.
pub const LIST: &str = "/staff/immunizations/doubles";
/// 青空 花子 of the stand-in.
const NUMBER: &str = "990000013277";

/// A child with two lines about the first dose of a vaccine on one day.
pub async fn doubled(town: &Town, clerk: &mut Browser) -> String {
    let birth = ago(town, 300);
    let who = [("number", "77001"), ("kana", "シケン モモコ"), ("birth", &birth), ("name", "試験 桃子")];
    let form = who.into_iter().fold(clerk.visit(HOME).await.form(HOME), |form, (at, it)| form.with(at, it));
    let person = address(&clerk.submit(&form.pressing("act", "enter")).await);
    let number = clerk.visit(&person).await.form(&person).with("my-number", NUMBER);
    clerk.submit(&number.pressing("act", "number")).await;
    dose(town, clerk, &person, "A1", "").await;
    dose(town, clerk, &person, "B2", "紙の予診票も届いた").await;
    person
}

async fn dose(town: &Town, clerk: &mut Browser, person: &str, lot: &str, reason: &str) {
    let doses = format!("{person}/doses");
    let form = clerk.visit(&format!("{doses}?vaccine=hepb")).await.form(&doses);
    let form = form.with("dose", "1").with("on", &ago(town, 200)).with("lot", lot).with("reason", reason);
    clerk.submit(&form).await;
}

/// The only pair of the list.
pub async fn pair(clerk: &mut Browser) -> Page {
    let page = clerk.visit(LIST).await;
    assert!(page.text.contains("試験 桃子") && page.text.contains("B型肝炎"), "{:#?}", page.said());
    let link = Regex::new(r#"href="(/staff/immunizations/doubles/[^"]+)""#).unwrap();
    let address = link.captures(&page.text).unwrap()[1].to_owned();
    clerk.visit(&address).await
}

pub fn address(page: &Page) -> String {
    let (_, rest) = page.url.split_once("/staff").unwrap();
    format!("/staff{}", rest.split(['?', '#']).next().unwrap())
}

/// Everything that the office has about files, doubles and lots, with a pair that is made one.
pub async fn made_one(town: &Town) {
    let mut clerk = people::staff(town, "reviewer").await;
    for page in ["import?kind=residents", "doubles", "lots"] {
        clerk.visit(&format!("{HOME}/{page}")).await;
    }
    doubled(town, &mut clerk).await;
    let page = pair(&mut clerk).await;
    let form = page.form(&address(&page)).with("stands", "one").pressing("act", "merge");
    let page = clerk.submit(&form).await;
    assert!(page.text.contains("一つの記録にまとめました"), "{:#?}", page.said());
}
