//! The whole road of an application: filed, certified, examined, corrected, decided, told, registered.

use chrono::{Duration, NaiveDate};

use super::browser::{Browser, Page};
use super::town::{Town, in_own_towns};
use super::typing::{Answers, answers, fill_step};
use super::{office, people};

const PROGRAM: &str = "/p/nanbyo";

/// A document with one empty page.
const DOCUMENT: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n\
    xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \n\
    trailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n";

fn application() -> Answers {
    answers(&[
        ("filer.role", "self"),
        ("patient.family-name", "青空"),
        ("patient.given-name", "花子"),
        ("patient.family-kana", "アオゾラ"),
        ("patient.given-kana", "ハナコ"),
        ("patient.birth", "1958-04-12"),
        ("patient.sex", "female"),
        ("patient.postcode", "000-0101"),
        ("patient.prefecture", "架空県"),
        ("patient.city", "まどか市"),
        ("patient.street", "けやき台2丁目2番2号"),
        ("patient.phone", "090-0000-0007"),
        ("patient.email", "hanako@example.jp"),
        ("patient.my-number", "990000013277"),
        ("insurance.kind", "kyokai"),
        ("insurance.person", "insured"),
        ("insurance.insurer-number", "01010016"),
        ("insurance.insurer-name", "架空健康保険協会"),
        ("insurance.symbol", "12"),
        ("insurance.number", "345"),
        ("disease.number", "パーキンソン病"),
        ("physician.way", "online"),
        ("physician.institution", "まどか中央病院"),
        ("physician.name", "診療 七海"),
        ("institution.row[0]/institution.row.kind", "hospital"),
        ("institution.row[0]/institution.row.name", "まどか中央病院"),
        ("special.long-term", "false"),
        ("special.ventilator", "false"),
        ("special.mild-cost", "false"),
        ("other.exists", "false"),
        ("other.own-child-program", "false"),
        ("income.assistance", "false"),
        ("income.non-taxed", "no"),
        ("registration.wished", "false"),
        ("delivery.elsewhere", "false"),
    ])
}

/// What a physician writes, some days before `today`.
fn certificate(today: NaiveDate) -> Answers {
    let ago = |days| (today - Duration::days(days)).to_string();
    let (met_on, written_on) = (ago(20), ago(1));
    answers(&[
        ("disease.number", "パーキンソン病"),
        ("diagnosis.onset", "2024-03-10"),
        ("birth.municipality", "架空県まどか市"),
        ("family.history", "2"),
        ("care.certified", "3"),
        ("life.mobility", "2"),
        ("life.self-care", "2"),
        ("life.activity", "2"),
        ("life.pain", "1"),
        ("life.anxiety", "1"),
        ("parkinson.tremor", "true"),
        ("parkinson.rigidity", "true"),
        ("parkinson.akinesia", "true"),
        ("parkinson.postural", "true"),
        ("parkinson.imaging", "true"),
        ("parkinson.no-drug", "true"),
        ("parkinson.drug-response", "improved"),
        ("parkinson.hoehn-yahr", "3"),
        ("parkinson.life-disability", "2"),
        ("diagnosis.category", "definite"),
        ("diagnosis.meets-diagnosis", "true"),
        ("diagnosis.meets-severity", "true"),
        ("diagnosis.met-on", &met_on),
        ("diagnosis.course", "歩行に一部介助を要する。"),
        ("ventilator.used", "false"),
        ("ventilator.external-heart", "false"),
        ("physician.written-on", &written_on),
    ])
}

/// The id in an address such as `/a/{id}/review`.
fn id_of(page: &Page) -> String {
    page.url.split("/a/").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap().to_owned()
}

/// Fills the form page by page, hands in the proofs, and files.
pub async fn file(browser: &mut Browser) -> String {
    let page = browser.visit(PROGRAM).await;
    let page = browser.submit(&page.form(&format!("{PROGRAM}/start"))).await;
    let case = id_of(&page);
    let answers = application();
    let mut page = browser.visit(&format!("/a/{case}/s/filer")).await;
    while page.url.contains("/s/") {
        let step = page.url.split("/s/").nth(1).unwrap().split(['?', '#']).next().unwrap().to_owned();
        let action = format!("/a/{case}/s/{step}");
        if step == "proof" {
            page = attach(browser, &page, &action, &["proof.insurance", "proof.tax"]).await;
        }
        page = fill_step(browser, page, &action, &answers).await;
    }
    assert!(page.url.ends_with("/review"), "{}", page.url);
    let page = browser.visit(&format!("/a/{case}/declare")).await;
    let form = page.form(&format!("/a/{case}/declare")).with("declaration", "yes");
    let form = form.pressing("consent", "platform_pull").pressing("consent", "information_sharing");
    let page = browser.submit(&form).await;
    assert!(page.url.ends_with("/done"), "{}", page.url);
    case
}

async fn attach(browser: &mut Browser, page: &Page, action: &str, items: &[&str]) -> Page {
    let mut form = page.form(action);
    for item in items {
        form = form.attaching(item, "proof.pdf", DOCUMENT);
    }
    browser.submit(&form.pressing("upload", items[0])).await
}

/// Takes the request by its code, writes the certificate beside the pulled record, and signs it.
async fn certify(town: &Town, browser: &mut Browser, login: &str, code: &str) {
    let page = browser.visit("/physician/code").await;
    let page = browser.submit(&page.form("/physician/code").with("code", code)).await;
    let request = page.url.split("/physician/requests/").nth(1).unwrap().to_owned();
    let home = format!("/physician/requests/{request}");
    let page = browser.submit(&page.form(&format!("{home}/pull"))).await;
    assert!(page.text.contains("診療情報を取得しました"), "{:#?}", page.said());
    let answers = certificate(town.house().today());
    let mut page = page;
    while !page.url.ends_with("/sign") {
        let forms = super::forms::forms(&page.text);
        let step = forms.iter().find(|form| form.action.starts_with(&format!("{home}?step="))).unwrap();
        page = fill_step(browser, page, &step.action.clone(), &answers).await;
    }
    town.clock.pass(Duration::seconds(30));
    let form = page.form(&format!("{home}/sign")).with("confirm", "yes");
    let page = browser.submit(&form.with("code", &people::code(town, login, 0))).await;
    assert!(page.url.ends_with("/signed"), "{}", page.url);
}

/// The code that the applicant hands to their physician.
async fn request_code(browser: &mut Browser, case: &str) -> String {
    let page = browser.visit(&format!("/a/{case}")).await;
    let code = page.text.split("class=\"reference mono\">").nth(1).and_then(|rest| rest.split('<').next());
    code.unwrap_or_else(|| panic!("no code: {:#?}", page.said())).to_owned()
}

#[test]
fn an_application_comes_to_its_end() {
    in_own_towns(&[], async |town| {
        let mut citizen = people::citizen(town, "p01").await;
        let case = file(&mut citizen).await;
        let reviewer = people::hire(town, "reviewer");
        office::begin_review(town, &reviewer, &case);
        let code = request_code(&mut citizen, &case).await;
        let login = people::hire(town, "physician");
        let mut physician = town.browser();
        people::sign_in(town, &mut physician, &login).await;
        certify(town, &mut physician, &login, &code).await;
    });
}
