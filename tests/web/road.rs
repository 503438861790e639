//! The whole road of an application: filed, certified, examined, corrected, decided, told, registered.

use super::browser::{Browser, Page};
use super::town::{Town, in_own_towns};
use super::typing::{Answers, fill_step};
use super::{database, night, office, people, samples};

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
        let forms = super::forms::forms(&page.text);
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

/// The applicant mends the one item that came back, and sends the answer.
async fn mend(citizen: &mut Browser, case: &str, path: &str, value: &str) {
    let action = format!("/a/{case}/corrections/1");
    let page = citizen.visit(&action).await;
    citizen.submit(&page.form(&action).with(path, value).with("answer", "fixed")).await;
    let page = citizen.visit(&format!("/a/{case}/corrections")).await;
    citizen.submit(&page.form(&format!("/a/{case}/corrections/send"))).await;
}

/// The decision came by mail without its content, and lies as PDF files on the page.
async fn told(town: &Town, citizen: &mut Browser, page: &Page) {
    let mails = citizen.elsewhere(&format!("{}/mails.json", town.outside.mail_page)).await;
    assert!(mails.text.contains("hanako@example.jp"), "{}", mails.text);
    assert!(!mails.text.contains("パーキンソン病"), "{}", mails.text);
    let letters: Vec<_> = page.text.split("href=\"").skip(1).filter_map(|it| it.split('"').next()).collect();
    let letters: Vec<_> = letters.into_iter().filter(|href| href.contains("/letters/")).collect();
    assert!(letters.len() >= 2, "{letters:?}");
    for letter in letters {
        let file = citizen.get(letter).await;
        assert_eq!((file.status, file.header("content-type")), (200, "application/pdf"), "{letter}");
    }
}

/// The register took the certificate and shows it as it was sent.
pub fn registered(town: &Town, case: &str) {
    let states =
        database::texts(&town.house().database, "SELECT state || ' ' || problem AS text FROM hub_rows");
    assert_eq!(states, ["confirmed "]);
    let sync = format!("SELECT sync AS text FROM cases WHERE id = '{case}'");
    assert_eq!(database::texts(&town.house().database, &sync), ["confirmed"]);
}

/// 支援措置 reaches the register without waiting for the night, under the key of the row it hides.
async fn hidden_at_once(town: &Town, case: &str) {
    let manager = &mut people::staff(town, "manager").await;
    office::act(manager, case, "protection", &[("choice", "yes")]).await;
    night::letters_go_out(town).await;
    night::registers_at_once(town).await;
    let page =
        people::staff(town, "reviewer").await.visit(&format!("/staff/cases/{case}/history?kind=sync")).await;
    assert!(page.text.contains("支援措置（出さない）"), "{:#?}", page.said());
    let database = &town.house().database;
    let urgent = "SELECT state || ' ' || problem AS text FROM hub_rows WHERE urgent";
    assert_eq!(database::texts(database, urgent), ["confirmed "]);
    let keys = "SELECT DISTINCT history_key AS text FROM hub_rows";
    assert_eq!(database::texts(database, keys).len(), 1);
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

#[test]
fn an_application_comes_to_its_end() {
    in_own_towns(&[], async |town| {
        let filed = certified(town, &samples::certificate(town.house().today())).await;
        let Filed { mut citizen, mut clerk, case } = filed;
        office::give_back(&mut clerk, &case, "patient.phone", "answers_contradict", "番号をご確認ください")
            .await;
        office::accept_all(&mut clerk, &case).await;
        office::request_correction(&mut clerk, &case).await;
        mend(&mut citizen, &case, "patient.phone", "090-0000-0014").await;
        office::accept_all(&mut clerk, &case).await;
        office::accept_certificate(&mut clerk, &case).await;
        office::do_the_work(&mut clerk, &case, &samples::findings()).await;
        office::draft(&mut clerk, &case, "granted", &[]).await;
        office::approve(&mut people::staff(town, "approver").await, &case).await;

        let page = citizen.visit(&format!("/a/{case}/decision")).await;
        assert!(page.text.contains("パーキンソン病") && page.text.contains("10,000"), "{:#?}", page.said());
        night::letters_go_out(town).await;
        told(town, &mut citizen, &page).await;
        night::registers(town).await;
        registered(town, &case);
        hidden_at_once(town, &case).await;
        assert!(night::record_is_sound(town), "the record of access is broken");
    });
}

#[test]
fn of_two_clerks_on_one_version_the_second_is_told_and_the_same_form_counts_once() {
    in_own_towns(&[], async |town| {
        let case = file(&mut people::citizen(town, "p01").await).await;
        let (mut first, mut second) =
            (people::staff(town, "reviewer").await, people::staff(town, "reviewer").await);
        let address = format!("/staff/cases/{case}/act/begin");
        let (mine, theirs) = (first.visit(&address).await, second.visit(&address).await);
        first.submit(&mine.form(&address)).await;
        let version =
            || database::texts(&town.house().database, "SELECT CAST(version AS TEXT) AS text FROM cases");
        let before = version();
        assert_eq!(second.send(&theirs.form(&address)).await.status, 409);
        assert_eq!(first.send(&mine.form(&address)).await.status, 303);
        assert_eq!(version(), before);
    });
}
