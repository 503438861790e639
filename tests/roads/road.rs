//! The road of a first application, from its form to the signed decision.

use crate::browser::{Browser, Page};
use crate::town::Town;
use crate::typing::{Answers, fill_step};
use crate::{database, forms, office, people, samples};

const PROGRAM: &str = "/p/nanbyo";

/// The id in an address such as `/a/{id}/review`.
pub fn id_of(page: &Page) -> String {
    page.url.split("/a/").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap().to_owned()
}

/// Fills the form page by page, hands in the proofs, and files.
pub async fn file(browser: &mut Browser) -> String {
    file_as(browser, &samples::application()).await
}

/// The same with other answers.
pub async fn file_as(browser: &mut Browser, answers: &Answers) -> String {
    let page = browser.visit(PROGRAM).await;
    let page = browser.submit(&page.form(&format!("{PROGRAM}/start"))).await;
    let case = id_of(&page);
    let mut page = browser.visit(&format!("/a/{case}/s/filer")).await;
    while page.url.contains("/s/") {
        let step = page.url.split("/s/").nth(1).unwrap().split(['?', '#']).next().unwrap().to_owned();
        let action = format!("/a/{case}/s/{step}");
        if step == "proof" {
            page = attach(browser, &page, &action, &["proof.insurance", "proof.tax"]).await;
        }
        page = fill_step(browser, page, &action, answers).await;
    }
    assert!(page.url.ends_with("/review"), "{}", page.url);
    let page = browser.visit(&format!("/a/{case}/declare")).await;
    let form = page.form(&format!("/a/{case}/declare")).with("declaration", "yes");
    let form = form.pressing("consent", "platform_pull").pressing("consent", "information_sharing");
    let page = browser.submit(&form).await;
    assert!(page.url.ends_with("/done"), "{}", page.url);
    case
}

pub async fn attach(browser: &mut Browser, page: &Page, action: &str, items: &[&str]) -> Page {
    let mut form = page.form(action);
    for item in items {
        form = form.attaching(item, "proof.pdf", samples::DOCUMENT);
    }
    browser.submit(&form.pressing("upload", items[0])).await
}

/// Takes the request by its code, writes the certificate beside the pulled record, and signs it.
pub async fn certify(town: &Town, code: &str, answers: &Answers) {
    let login = &people::hire(town, "physician");
    let browser = &mut town.browser();
    people::sign_in(town, browser, login).await;
    let page = browser.visit("/physician/code").await;
    let page = browser.submit(&page.form("/physician/code").with("code", code)).await;
    let request = page.url.split("/physician/requests/").nth(1).unwrap().to_owned();
    let home = format!("/physician/requests/{request}");
    let page = browser.submit(&page.form(&format!("{home}/pull"))).await;
    assert!(page.text.contains("診療情報を取得しました"), "{:#?}", page.said());
    let mut page = page;
    while !page.url.ends_with("/sign") {
        let forms = forms::forms(&page.text);
        let step = forms.iter().find(|form| form.action.starts_with(&format!("{home}?step="))).unwrap();
        page = fill_step(browser, page, &step.action.clone(), answers).await;
    }
    let form = page.form(&format!("{home}/sign")).with("confirm", "yes");
    // The code of this step was used up by signing in; the clocks of telephones may be a step ahead.
    let page = browser.submit(&form.with("code", &people::code(town, login, 1))).await;
    assert!(page.url.ends_with("/signed"), "{}", page.url);
    assert!(page.text.contains("電子署名を確認しました"), "{:#?}", page.said());
}

/// The code that the applicant hands to their physician.
pub async fn request_code(browser: &mut Browser, case: &str) -> String {
    let page = browser.visit(&format!("/a/{case}")).await;
    let code = page.text.split("class=\"reference mono\">").nth(1).and_then(|rest| rest.split('<').next());
    code.unwrap_or_else(|| panic!("no code: {:#?}", page.said())).to_owned()
}

/// The register took the certificate and shows it as it was sent.
pub fn registered(town: &Town, case: &str) {
    let states =
        database::texts(&town.house().database, "SELECT state || ' ' || problem AS text FROM hub_rows");
    assert_eq!(states, ["confirmed "]);
    let sync = format!("SELECT sync AS text FROM cases WHERE id = '{case}'");
    assert_eq!(database::texts(&town.house().database, &sync), ["confirmed"]);
}

/// A filed application with the people at work on it.
pub struct Filed {
    pub citizen: Browser,
    pub clerk: Browser,
    pub case: String,
}

/// Filed, taken up, and certified by a physician.
pub async fn certified(town: &Town, certificate: &Answers) -> Filed {
    let mut citizen = people::citizen(town, "p01").await;
    let case = file(&mut citizen).await;
    let mut clerk = people::staff(town, "reviewer").await;
    office::act(&mut clerk, &case, "begin", &[]).await;
    office::take(&mut clerk, &case).await;
    let code = request_code(&mut citizen, &case).await;
    certify(town, &code, certificate).await;
    Filed { citizen, clerk, case }
}

/// A granted application without anything to mend: the person, the clerk, and the case.
pub async fn granted(town: &Town) -> (Browser, Browser, String) {
    let filed = certified(town, &samples::certificate(town.house().today())).await;
    let Filed { citizen, mut clerk, case } = filed;
    office::accept_all(&mut clerk, &case).await;
    office::accept_certificate(&mut clerk, &case).await;
    office::do_the_work(&mut clerk, &case, &samples::findings()).await;
    office::draft(&mut clerk, &case, "granted", &[]).await;
    office::approve(&mut people::staff(town, "approver").await, &case).await;
    (citizen, clerk, case)
}
