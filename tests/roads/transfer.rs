//! A person moves here with a certificate of another authority that is still in force.

use chrono::Duration;

use super::road::{self, id_of};
use crate::browser::{Browser, Page};
use crate::town::Town;
use crate::typing::{Answers, answers, fill_step};
use crate::{database, night, office, people, samples};

/// Starts a kind of procedure and fills its pages, with a file for each of `files` where it is asked.
pub async fn fill(
    citizen: &mut Browser,
    kind: &str,
    answers: &Answers,
    files: &[&str],
) -> (String, Vec<String>) {
    let page = citizen.visit("/p/nanbyo").await;
    let page = citizen.submit(&page.form("/p/nanbyo/start").with("kind", kind)).await;
    let case = id_of(&page);
    let mut page = citizen.visit(&format!("/a/{case}/s/filer")).await;
    let mut steps = Vec::new();
    while page.url.contains("/s/") {
        let step = page.url.split("/s/").nth(1).unwrap().split(['?', '#']).next().unwrap().to_owned();
        let action = format!("/a/{case}/s/{step}");
        page = upload(citizen, page, &action, files).await;
        page = fill_step(citizen, page, &action, answers).await;
        steps.push(step);
    }
    assert!(page.url.ends_with("/review"), "{}", page.url);
    (case, steps)
}

async fn upload(citizen: &mut Browser, page: Page, action: &str, files: &[&str]) -> Page {
    let asked = |item: &&&str| page.text.contains(&format!("name=\"upload\" value=\"{item}\""));
    let wanted: Vec<&str> = files.iter().filter(asked).copied().collect();
    if wanted.is_empty() { page } else { road::attach(citizen, &page, action, &wanted).await }
}

/// Files what is filled in, with the consents named.
pub async fn file(citizen: &mut Browser, case: &str, consents: &[&str]) {
    let action = format!("/a/{case}/declare");
    let form = citizen.visit(&action).await.form(&action).with("declaration", "yes");
    let form = consents.iter().fold(form, |form, consent| form.pressing("consent", consent));
    let page = citizen.submit(&form).await;
    assert!(page.url.ends_with("/done"), "{} {:#?}", page.url, page.said());
}

/// What is asked of somebody whose earlier certificate lasts for so many days yet.
pub fn moved(town: &Town, days: i64) -> Answers {
    let at = |days| (town.house().today() + Duration::days(days)).to_string();
    let mut all = samples::application();
    all.extend(answers(&[
        ("earlier.authority", "架空北県"),
        ("earlier.payer-number", "54996012"),
        ("earlier.recipient-number", "1234567"),
        ("earlier.valid-from", &at(-200)),
        ("earlier.valid-to", &at(days)),
        ("earlier.moved-on", &at(-5)),
        ("earlier.mild-cost", "false"),
    ]));
    all
}

pub const FILES: [&str; 3] = ["earlier.copy", "proof.insurance", "proof.tax"];
pub const CONSENTS: [&str; 2] = ["platform_pull", "information_sharing"];

/// The earlier certificate carries a grant without a physician.
pub async fn carried_by_the_certificate(town: &Town) {
    let mut citizen = people::citizen(town, "p01").await;
    let (case, steps) = fill(&mut citizen, "transfer-in", &moved(town, 100), &FILES).await;
    assert!(!steps.iter().any(|step| step == "physician" || step == "start"), "{steps:?}");
    // The number fails its check digit: a warning, not a bar.
    file(&mut citizen, &case, &CONSENTS).await;
    let clerk = &mut people::staff(town, "reviewer").await;
    office::act(clerk, &case, "begin", &[]).await;
    office::take(clerk, &case).await;
    office::accept_all(clerk, &case).await;
    office::do_the_work(clerk, &case, &samples::findings()).await;
    let work = format!("SELECT kind AS text FROM work_items WHERE case_id = '{case}' ORDER BY 1");
    assert_eq!(database::texts(&town.house().database, &work), ["identity_check", "income_check"]);
    office::draft(clerk, &case, "granted", &[]).await;
    office::approve(&mut people::staff(town, "approver").await, &case).await;

    let page = citizen.visit(&format!("/a/{case}/decision")).await;
    assert!(page.text.contains("転入前の受給者証が終わる日"), "{:#?}", page.said());
    night::letters_go_out(town).await;
    let letters = format!("SELECT kind AS text FROM letters WHERE case_id = '{case}' ORDER BY 1");
    let letters = database::texts(&town.house().database, &letters);
    assert_eq!(letters, ["certificate", "grant-notice", "ledger", "receipt"]);
    night::registers(town).await;
    road::registered(town, &case);
}
