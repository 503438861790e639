//! What a citizen does in the browser.

use fantoccini::Locator;

use super::pages::{answer_all, press, submit, tick_all};
use super::support::browser::Browser;
use super::town::Town;

/// Answers to the application by instance path; dates and names as a person writes them.
const ANSWERS: [(&str, &str); 37] = [
    ("filer.role", "self"),
    ("patient.family-name", "青空"),
    ("patient.given-name", "花子"),
    ("patient.family-kana", "あおぞら"),
    ("patient.given-kana", "ハナコ"),
    ("patient.birth", "1958-04-12"),
    ("patient.sex", "female"),
    ("patient.postcode", "０００－０１０１"),
    ("patient.prefecture", "架空県"),
    ("patient.city", "まどか市"),
    ("patient.street", "けやき台2丁目2番2号"),
    ("patient.phone", "０９０－００００－０００７"),
    ("patient.email", "hanako@example.jp"),
    ("patient.my-number", "990000013277"),
    ("insurance.kind", "kokuho"),
    ("insurance.person", "insured"),
    ("insurance.insurer-number", "00990010"),
    ("insurance.insurer-name", "まどか市"),
    ("insurance.symbol", "まど"),
    ("insurance.number", "１０１３"),
    ("insurance.branch", "00"),
    ("insurance.guardian-latter-stage", "false"),
    ("insurance.insured-name", "青空 花子"),
    ("household.exists", "false"),
    ("disease.number", "6"),
    ("physician.way", "online"),
    ("physician.institution", "まどか中央病院"),
    ("physician.name", "診療 七海"),
    ("special.long-term", "false"),
    ("special.ventilator", "false"),
    ("special.mild-cost", "false"),
    ("other.exists", "false"),
    ("other.own-child-program", "false"),
    ("income.assistance", "false"),
    ("income.non-taxed", "no"),
    ("registration.wished", "false"),
    ("delivery.elsewhere", "false"),
];

/// Signs in as the first of the provider's invented people.
pub async fn sign_in(browser: &Browser, town: &Town) {
    browser.goto(&format!("{}/sign-in", town.url)).await;
    browser.check_accessibility().await;
    submit(browser).await;
    for place in ["#p01", "#sign-in"] {
        browser.client().find(Locator::Css(place)).await.unwrap().click().await.unwrap();
    }
    browser.see("マイページ").await;
}

/// Fills the whole application in and files it; gives the address of the case.
pub async fn file(browser: &Browser, town: &Town) -> String {
    browser.goto(&town.url).await;
    browser.check_accessibility().await;
    browser.screenshot("catalogue").await;
    browser.goto(&format!("{}/p/nanbyo", town.url)).await;
    browser.check_accessibility().await;
    browser.click("申請をはじめる").await;
    let case = browser.address().await;
    browser.check_accessibility().await;
    browser.screenshot("tasks").await;
    browser.click("申請する人").await;
    fill_steps(browser).await;
    browser.check_accessibility().await;
    browser.screenshot("review").await;
    browser.goto(&format!("{case}/declare")).await;
    browser.check_accessibility().await;
    tick_all(browser).await;
    submit(browser).await;
    browser.see("申請を受け付けました").await;
    browser.check_accessibility().await;
    browser.screenshot("done").await;
    case
}

async fn fill_steps(browser: &Browser) {
    // More rounds than steps: an answer may open a question on the same page.
    for _ in 0..60 {
        if !browser.address().await.contains("/s/") {
            return;
        }
        answer_all(browser, ANSWERS).await;
        browser.check_accessibility().await;
        browser.check_no_sideways_scroll().await;
        press(browser, "action", "continue").await;
    }
    panic!("the form does not end: {}", browser.text().await);
}

/// Answers the open correction: the telephone number is mended, and nothing else can be.
pub async fn mend(browser: &Browser, case: &str) {
    browser.goto(&format!("{case}/corrections")).await;
    browser.check_accessibility().await;
    browser.screenshot("corrections").await;
    browser.goto(&format!("{case}/corrections/1")).await;
    answer_all(browser, [("patient.phone", "090-0000-0008"), ("answer", "fixed")]).await;
    browser.check_accessibility().await;
    submit(browser).await;
    browser.goto(&format!("{case}/corrections")).await;
    submit(browser).await;
}

/// Looks at every page of a decided case.
pub async fn look(browser: &Browser, case: &str) {
    for page in ["", "/filed", "/messages", "/consents", "/log", "/decision"] {
        browser.goto(&format!("{case}{page}")).await;
        browser.check_accessibility().await;
        browser.check_no_sideways_scroll().await;
    }
    browser.screenshot("decision").await;
}
