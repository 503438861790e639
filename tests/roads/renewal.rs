//! A grant is renewed in its last months, with one document sent back on the way.

use chrono::NaiveDate;
use madoguchi::domain::case::decision::Decision;
use madoguchi::store::cases;
use serde_json::Value;

use super::road::{self, Filed};
use crate::browser::{Browser, Page};
use crate::town::Town;
use crate::typing::{Answers, fill_step};
use crate::{database, night, office, people, samples};

/// The newest decision of a case, as it is kept.
pub fn decision(town: &Town, case: &str) -> Decision {
    let house = town.house();
    let stored = house.database.read(|conn| cases::find(conn, &house.keys, case)).unwrap();
    stored.case.decision().cloned().unwrap()
}

pub fn field(decision: &Decision, key: &str) -> Value {
    decision.draft.content.fields[key].clone()
}

/// Accepts everything, drafts what the rules propose, and signs.
async fn grant(town: &Town, clerk: &mut Browser, case: &str) -> Decision {
    office::accept_all(clerk, case).await;
    office::accept_certificate(clerk, case).await;
    office::do_the_work(clerk, case, &samples::findings()).await;
    office::draft(clerk, case, "granted", &[]).await;
    office::approve(&mut people::staff(town, "approver").await, case).await;
    decision(town, case)
}

/// What a renewal asks again.
fn asked_again() -> Answers {
    let again = ["insurance.kind", "insurance.person", "special.", "other.", "income."];
    let all = samples::application().into_iter();
    all.filter(|(path, _)| again.iter().any(|start| path.starts_with(start))).collect()
}

/// Starts the renewal that the page before an application offers first.
async fn begin(citizen: &mut Browser, case: &str) -> String {
    let mine = citizen.visit("/me").await;
    assert!(mine.text.contains("更新の時期が近いもの"), "{:#?}", mine.said());
    let page = citizen.visit("/p/nanbyo").await;
    let form = page.form("/p/nanbyo/start").with("kind", &format!("renewal/{case}"));
    road::id_of(&citizen.submit(&form).await)
}

/// Goes through the pages with nothing typed but what is asked again.
pub async fn file(citizen: &mut Browser, case: &str) {
    let answers = asked_again();
    let mut page = citizen.visit(&format!("/a/{case}/s/filer")).await;
    while page.url.contains("/s/") {
        let step = page.url.split("/s/").nth(1).unwrap().split(['?', '#']).next().unwrap().to_owned();
        assert_ne!(step, "start", "the day on which a renewal begins is not a question");
        let action = format!("/a/{case}/s/{step}");
        if step == "proof" {
            page = road::attach(citizen, &page, &action, &["proof.insurance", "proof.tax"]).await;
        }
        page = fill_step(citizen, page, &action, &answers).await;
    }
    let page = citizen.visit(&format!("/a/{case}/declare")).await;
    let form = page.form(&format!("/a/{case}/declare")).with("declaration", "yes");
    let form = form.pressing("consent", "platform_pull").pressing("consent", "information_sharing");
    let page = citizen.submit(&form).await;
    assert!(page.url.ends_with("/done"), "{}", page.url);
}

/// Hands in the one document that came back.
async fn hand_in_again(citizen: &mut Browser, case: &str, item: &str) {
    let action = format!("/a/{case}/corrections/1");
    let page = citizen.visit(&action).await;
    let form = page.form(&action).attaching(item, "again.pdf", samples::DOCUMENT);
    let page = citizen.submit(&form.pressing("upload", item)).await;
    answer(citizen, &page, &action).await;
    let page = citizen.visit(&format!("/a/{case}/corrections")).await;
    citizen.submit(&page.form(&format!("/a/{case}/corrections/send"))).await;
}

async fn answer(citizen: &mut Browser, page: &Page, action: &str) {
    citizen.submit(&page.form(action).with("answer", "fixed")).await;
}

fn end(decision: &Decision) -> NaiveDate {
    decision.draft.content.valid_to.unwrap()
}

/// A setting under which the window opens more than a year before the end, so that it is open at once.
pub const OPEN_AT_ONCE: (&str, &str) = ("settings.nanbyo_renewal_days", "400");

/// A grant is renewed without a gap and keeps its number.
pub async fn without_a_gap(town: &Town) {
    let certificate = samples::certificate(town.house().today());
    let Filed { mut citizen, mut clerk, case } = road::certified(town, &certificate).await;
    let first = grant(town, &mut clerk, &case).await;
    let renewal = begin(&mut citizen, &case).await;
    file(&mut citizen, &renewal).await;
    office::act(&mut clerk, &renewal, "begin", &[]).await;
    office::take(&mut clerk, &renewal).await;
    let code = road::request_code(&mut citizen, &renewal).await;
    road::certify(town, &code, &samples::certificate(town.house().today())).await;
    office::give_back(&mut clerk, &renewal, "proof.tax", "illegible", "読めません").await;
    office::accept_all(&mut clerk, &renewal).await;
    office::request_correction(&mut clerk, &renewal).await;
    hand_in_again(&mut citizen, &renewal, "proof.tax").await;
    let second = grant(town, &mut clerk, &renewal).await;

    assert_eq!(field(&second, "recipient_number"), field(&first, "recipient_number"));
    assert_eq!(second.draft.content.effective_from, end(&first).succ_opt());
    assert!(!citizen.visit("/me").await.text.contains("更新の時期が近いもの"), "it is renewed already");
    night::letters_go_out(town).await;
    night::registers(town).await;
    let rows = "SELECT state AS text FROM hub_rows";
    assert_eq!(database::texts(&town.house().database, rows), ["confirmed", "confirmed"]);
}
