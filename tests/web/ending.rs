//! What comes after a grant without changing it: it is given back, revoked, or printed once more.

use chrono::{Days, NaiveDate};
use madoguchi::domain::case::decision::Decision;
use madoguchi::domain::case::entitlement::{held, rulings};
use madoguchi::domain::program::vocabulary::{Effect, Outcome};
use madoguchi::store::cases;

use super::browser::Browser;
use super::town::{Town, in_own_towns};
use super::typing::{Answers, answers, fill_step, typed};
use super::{database, night, office, people, road};

fn stored(town: &Town, case: &str) -> madoguchi::domain::case::Case {
    let house = town.house();
    house.database.read(|conn| cases::find(conn, &house.keys, case)).unwrap().case
}

fn decision(town: &Town, case: &str) -> Decision {
    stored(town, case).decision().cloned().unwrap()
}

/// The last day of the only row that the two decisions leave.
fn row_ends(town: &Town, first: &str, ending: &str) -> NaiveDate {
    let (first, ending) = (stored(town, first), stored(town, ending));
    let rulings = rulings([(&first, Effect::Opens), (&ending, Effect::Ends)]);
    let rows = held(&rulings, &[Outcome::Granted, Outcome::GrantedModified]);
    assert!(rows.len() == 1 && !rows[0].deleted);
    rows[0].valid_to
}

/// Starts a procedure on a certificate, goes through its pages, and files.
async fn file(citizen: &mut Browser, kind: &str, certificate: &str, answers: &Answers) -> String {
    let page = citizen.visit("/p/nanbyo").await;
    let form = page.form("/p/nanbyo/start").with("kind", &format!("{kind}/{certificate}"));
    let case = road::id_of(&citizen.submit(&form).await);
    let mut page = citizen.visit(&format!("/a/{case}/s/filer")).await;
    while page.url.contains("/s/") {
        let step = page.url.split("/s/").nth(1).unwrap().split(['?', '#']).next().unwrap().to_owned();
        page = fill_step(citizen, page, &format!("/a/{case}/s/{step}"), answers).await;
    }
    let page = citizen.visit(&format!("/a/{case}/declare")).await;
    let form = page.form(&format!("/a/{case}/declare")).with("declaration", "yes");
    let page = citizen.submit(&form).await;
    assert!(page.url.ends_with("/done"), "{}", page.url);
    case
}

async fn grant(town: &Town, clerk: &mut Browser, case: &str) {
    office::act(clerk, case, "begin", &[]).await;
    office::take(clerk, case).await;
    office::accept_all(clerk, case).await;
    office::do_the_work(clerk, case, &Answers::new()).await;
    office::draft(clerk, case, "granted", &[]).await;
    office::approve(&mut people::staff(town, "approver").await, case).await;
}

/// How many letters of the case can be read as files.
async fn files(reader: &mut Browser, case: &str) -> usize {
    let page = reader.visit(&format!("/a/{case}/decision")).await;
    let links = page.text.split("href=\"").skip(1).filter_map(|it| it.split('"').next());
    let letters: Vec<_> = links.filter(|href| href.contains("/letters/")).map(str::to_owned).collect();
    for letter in &letters {
        assert_eq!(reader.get(letter).await.header("content-type"), "application/pdf", "{letter}");
    }
    letters.len()
}

#[test]
fn a_certificate_that_is_given_back_ends_in_the_register_on_the_day_that_the_rules_say() {
    in_own_towns(&[], async |town| {
        let (mut citizen, mut clerk, first) = road::granted(town).await;
        night::letters_go_out(town).await;
        night::registers(town).await;
        let today = town.house().today();
        let applies = today + Days::new(10);
        let answers = answers(&[
            ("filer.role", "self"),
            ("ending.reason", "moved"),
            ("ending.happened-on", &today.to_string()),
            ("ending.new-authority", "となり県"),
            ("ending.applied-on", &applies.to_string()),
            ("ending.certificate", "post"),
            ("delivery.elsewhere", "false"),
        ]);
        let case = file(&mut citizen, "return", &first, &answers).await;
        grant(town, &mut clerk, &case).await;

        let decision = decision(town, &case);
        assert_eq!(decision.draft.content.effective_from, Some(applies), "the day after the last one");
        assert!(!decision.draft.content.fields.contains_key("cap"));
        assert_eq!(row_ends(town, &first, &case), applies - Days::new(1));
        night::letters_go_out(town).await;
        assert!(files(&mut citizen, &case).await >= 1);
        night::registers(town).await;
        let database = &town.house().database;
        let rows = "SELECT state AS text FROM hub_rows";
        assert_eq!(database::texts(database, rows), ["confirmed", "confirmed"]);
        let keys = "SELECT DISTINCT history_key AS text FROM hub_rows";
        assert_eq!(database::texts(database, keys).len(), 1, "the row that was there is sent again");
    });
}

/// Registers a revocation as a clerk of the deciding body.
async fn revoke(town: &Town, clerk: &mut Browser, first: &str) -> String {
    let reference = stored(town, first).reference.unwrap();
    let address = format!("/staff/paper?kind=nanbyo/revocation&follows={reference}");
    let today = town.house().today().to_string();
    let answers = answers(&[
        ("cancellation.ground", "not-met"),
        ("cancellation.facts", "主治医の報告で確かめた。"),
        ("cancellation.happened-on", &today),
    ]);
    let page = clerk.visit(&address).await;
    let form = typed(&page, page.form("/staff/paper"), &answers).with("arrived_on", &today);
    let form = form.with("follows", &reference).with("kind", "nanbyo/revocation");
    let page = clerk.submit(&form.pressing("action", "file")).await;
    let id = page.url.split("/staff/cases/").nth(1).unwrap_or_else(|| panic!("{:#?}", page.said()));
    id.split(['/', '?', '#']).next().unwrap().to_owned()
}

#[test]
fn a_revocation_has_reasons_two_signatures_and_a_day_by_which_the_certificate_comes_back() {
    in_own_towns(&[], async |town| {
        let (_, mut clerk, first) = road::granted(town).await;
        let case = revoke(town, &mut clerk, &first).await;
        office::act(&mut clerk, &case, "begin", &[]).await;
        office::take(&mut clerk, &case).await;
        office::accept_all(&mut clerk, &case).await;
        let bare = office::try_draft(&mut clerk, &case, "granted", &[]).await;
        assert_eq!(bare.status, 422, "a revocation without reasons");
        let grounds = [
            ("reason", "no_longer_met"),
            ("criterion:no_longer_met", "重症度"),
            ("required:no_longer_met", "重症度の基準を満たすこと"),
            ("observed:no_longer_met", "基準に届かない"),
            ("source:no_longer_met", "主治医の報告"),
        ];
        office::draft(&mut clerk, &case, "granted", &grounds).await;
        office::approve(&mut people::staff(town, "approver").await, &case).await;
        assert!(stored(town, &case).decision().is_none(), "one signature decides");
        office::approve(&mut people::staff(town, "manager").await, &case).await;

        let today = town.house().today();
        assert!(decision(town, &case).draft.content.fields["return_by"].is_string());
        assert_eq!(decision(town, &case).draft.content.effective_from, today.succ_opt());
        night::letters_go_out(town).await;
        let letters = format!("SELECT kind AS text FROM letters WHERE case_id = '{case}'");
        assert_eq!(database::texts(&town.house().database, &letters), ["revocation-notice"]);
    });
}

#[test]
fn a_lost_certificate_is_printed_once_more_and_the_register_hears_nothing() {
    in_own_towns(&[], async |town| {
        let (mut citizen, mut clerk, first) = road::granted(town).await;
        let lost =
            answers(&[("filer.role", "self"), ("reprint.reason", "lost"), ("delivery.elsewhere", "false")]);
        let case = file(&mut citizen, "reissue", &first, &lost).await;
        grant(town, &mut clerk, &case).await;

        let (before, again) = (decision(town, &first), decision(town, &case));
        assert_eq!(again.draft.content.fields, before.draft.content.fields);
        night::letters_go_out(town).await;
        assert!(files(&mut citizen, &case).await >= 1);
        let letters = format!("SELECT kind AS text FROM letters WHERE case_id = '{case}' ORDER BY kind");
        assert_eq!(database::texts(&town.house().database, &letters), ["certificate-again", "received"]);
        let rows = database::texts(&town.house().database, "SELECT id AS text FROM hub_rows");
        assert_eq!(rows.len(), 1, "a print changes no entitlement");
    });
}
