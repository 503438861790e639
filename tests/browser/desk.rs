//! What staff and physicians do in the browser.

use fantoccini::Locator;

use super::pages::{answer_all, open_rows, press, submit, tick_all};
use super::people;
use super::samples;
use super::support::browser::{Browser, Scripts};
use super::town::Town;
use super::typing::Answers;

/// A window in which somebody with a role is signed in, and their login.
pub async fn window(town: &Town, role: &str) -> (Browser, String) {
    let browser = Browser::open(Scripts::On).await.expect("it was there a moment ago");
    let login = people::hire(town, role);
    browser.goto(&format!("{}/staff/sign-in", town.url)).await;
    browser.check_accessibility().await;
    answer_all(&browser, [("login", login.as_str()), ("password", people::PASSWORD)]).await;
    submit(&browser).await;
    browser.check_accessibility().await;
    answer_all(&browser, [("code", people::code(town, &login, 0).as_str())]).await;
    submit(&browser).await;
    (browser, login)
}

async fn answer_from(browser: &Browser, answers: &Answers) {
    open_rows(browser, answers.keys().map(String::as_str)).await;
    answer_all(browser, answers.iter().map(|(path, value)| (path.as_str(), value.as_str()))).await;
}

/// Takes the first case of the queue up, and returns one item of it to the applicant.
pub async fn examine(browser: &Browser, town: &Town) -> String {
    browser.goto(&format!("{}/staff/queue", town.url)).await;
    browser.check_accessibility().await;
    browser.screenshot("queue").await;
    let link = browser.client().find(Locator::Css("main tbody a[href^=\"/staff/cases/\"]")).await.unwrap();
    let path = link.attr("href").await.unwrap().unwrap();
    let case = format!("{}{}", town.url, path.split('?').next().unwrap());
    browser.goto(&format!("{case}/act/begin")).await;
    submit(browser).await;
    case
}

/// The code by which a physician finds the request, from the applicant's page.
pub async fn request_code(phone: &Browser, mine: &str) -> String {
    phone.goto(mine).await;
    let code = phone.client().find(Locator::Css("main .reference.mono")).await.unwrap();
    code.text().await.unwrap().trim().to_owned()
}

/// Claims the request by its code, fills the certificate in beside the record, and signs it.
pub async fn certify(browser: &Browser, town: &Town, login: &str, code: &str) {
    browser.goto(&format!("{}/physician/code", town.url)).await;
    browser.check_accessibility().await;
    answer_all(browser, [("code", code)]).await;
    submit(browser).await;
    let request = browser.address().await.split('?').next().unwrap().to_owned();
    browser.check_accessibility().await;
    browser.screenshot("certificate").await;
    let answers = samples::certificate(town.house().today());
    // Twice through all steps: an answer may open a later or an earlier one.
    for _ in 0..2 {
        for step in steps(browser, &request).await {
            browser.goto(&step).await;
            answer_from(browser, &answers).await;
            press(browser, "action", "continue").await;
        }
    }
    browser.goto(&format!("{request}/sign")).await;
    browser.check_accessibility().await;
    browser.screenshot("sign").await;
    tick_all(browser).await;
    answer_all(browser, [("code", people::code(town, login, 1).as_str())]).await;
    submit(browser).await;
    browser.check_accessibility().await;
}

async fn steps(browser: &Browser, request: &str) -> Vec<String> {
    browser.goto(request).await;
    let mut found = Vec::new();
    for link in browser.client().find_all(Locator::Css("a[href*=\"?step=\"]")).await.unwrap() {
        found.push(link.prop("href").await.unwrap().unwrap());
    }
    found.dedup();
    found
}

/// Returns the telephone number to the applicant, with a coded reason.
pub async fn return_phone(browser: &Browser, case: &str) {
    browser.goto(case).await;
    browser.check_accessibility().await;
    browser.screenshot("dossier").await;
    let script = "const form = document.querySelector('form.verdicts input[value=\"patient.phone\"]').form; \
                  form.querySelector('details').open = true; \
                  const reason = form.elements.reason; reason.value = reason.options[1].value; \
                  form.elements.note.value = '番号が1けた足りないようです。'; \
                  form.requestSubmit(form.querySelector('button[value=return]'));";
    browser.client().execute(script, Vec::new()).await.unwrap();
    browser.see("差戻し").await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    browser.goto(&format!("{case}/correction")).await;
    browser.check_accessibility().await;
    submit(browser).await;
}

/// Accepts the certificate, does the other work, and accepts every item.
pub async fn finish(browser: &Browser, case: &str) {
    browser.goto(&format!("{case}/certificate")).await;
    press(browser, "act", "accept").await;
    let findings = samples::findings();
    for item in work_items(browser, case).await {
        work(browser, &item, &findings).await;
    }
    for _ in 0..12 {
        browser.goto(case).await;
        if !accept_sections(browser, case).await {
            return;
        }
    }
    panic!("items stay open: {}", browser.text().await);
}

/// Fills the form of a work item, also what an answer brings up, and hands it in.
async fn work(browser: &Browser, item: &str, findings: &Answers) {
    browser.goto(item).await;
    browser.check_accessibility().await;
    for _ in 0..6 {
        if !offers(browser, "finish").await {
            break;
        }
        answer_from(browser, findings).await;
        press(browser, "act", "finish").await;
    }
    assert!(!offers(browser, "finish").await, "the work stays open: {}", browser.text().await);
    browser.goto(item).await;
    if offers(browser, "accept").await {
        press(browser, "act", "accept").await;
    }
}

async fn offers(browser: &Browser, act: &str) -> bool {
    let button = format!("main button[name=act][value={act}]");
    browser.client().find(Locator::Css(&button)).await.is_ok()
}

async fn work_items(browser: &Browser, case: &str) -> Vec<String> {
    browser.goto(&format!("{case}/judgement")).await;
    browser.check_accessibility().await;
    browser.screenshot("judgement").await;
    let mut found = Vec::new();
    for link in browser.client().find_all(Locator::Css("main a[href*=\"/work/\"]")).await.unwrap() {
        found.push(link.prop("href").await.unwrap().unwrap());
    }
    found.dedup();
    found
}

/// Accepts what is open, and says whether anything was.
async fn accept_sections(browser: &Browser, case: &str) -> bool {
    let links = browser.client().find_all(Locator::Css("main a[href*=\"section=\"]")).await.unwrap();
    let mut sections = Vec::new();
    for link in links {
        sections.push(link.prop("href").await.unwrap().unwrap());
    }
    if sections.is_empty() {
        sections.push(case.to_owned());
    }
    let mut found = false;
    for section in sections {
        browser.goto(&section).await;
        for css in ["main button[value=accept_section]", "main form.verdicts button[value=accept]"] {
            while let Ok(button) = browser.client().find(Locator::Css(css)).await {
                found = true;
                button.click().await.unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(400)).await;
            }
        }
    }
    found
}

/// 起案: granted as the rules propose.
pub async fn draft(browser: &Browser, case: &str) {
    browser.goto(&format!("{case}/draft")).await;
    browser.check_accessibility().await;
    answer_all(browser, [("outcome", "granted")]).await;
    browser.screenshot("draft").await;
    press(browser, "act", "submit").await;
    browser.check_accessibility().await;
}

/// 決裁 by another person.
pub async fn approve(browser: &Browser, case: &str) {
    browser.goto(&format!("{case}/approval")).await;
    browser.check_accessibility().await;
    browser.screenshot("approval").await;
    press(browser, "act", "approve").await;
}

/// Looks at pages of a desk.
pub async fn look(browser: &Browser, base: &str, pages: &[&str]) {
    for page in pages {
        browser.goto(&format!("{base}{page}")).await;
        browser.check_accessibility().await;
    }
}
