//! A certificate is changed on a notification of the person: the address moves, everything else stays.

use madoguchi::domain::case::decision::Decision;
use madoguchi::store::cases;

use super::browser::Browser;
use super::road::{self, Filed};
use super::town::{Town, in_own_towns};
use super::typing::{Answers, fill_step};
use super::{database, night, office, people, samples};

fn decision(town: &Town, case: &str) -> Decision {
    let house = town.house();
    let stored = house.database.read(|conn| cases::find(conn, &house.keys, case)).unwrap();
    stored.case.decision().cloned().unwrap()
}

async fn granted(town: &Town, clerk: &mut Browser, case: &str) -> Decision {
    office::accept_all(clerk, case).await;
    office::accept_certificate(clerk, case).await;
    office::do_the_work(clerk, case, &samples::findings()).await;
    office::draft(clerk, case, "granted", &[]).await;
    office::approve(&mut people::staff(town, "approver").await, case).await;
    decision(town, case)
}

fn moved(town: &Town) -> Answers {
    let today = town.house().today().to_string();
    [
        ("filer.role", "self"),
        ("change.facts", "address"),
        ("change.happened-on", &today),
        ("patient.postcode", "999-0002"),
        ("patient.prefecture", "架空県"),
        ("patient.city", "城南市"),
        ("patient.street", "西町9-8-7"),
        ("patient.building", ""),
        ("delivery.elsewhere", "false"),
    ]
    .map(|(path, value)| (path.to_owned(), value.to_owned()))
    .into()
}

/// Tells the change from the page of the certificate: only what changed is asked.
async fn notify(town: &Town, citizen: &mut Browser, case: &str) -> String {
    let page = citizen.visit(&format!("/a/{case}")).await;
    assert!(page.text.contains("この受給者証の手続"), "{:#?}", page.said());
    let form = page.form("/p/nanbyo/start").pressing("kind", &format!("notification/{case}"));
    let id = road::id_of(&citizen.submit(&form).await);
    let mut page = citizen.visit(&format!("/a/{id}/s/filer")).await;
    let mut asked = Vec::new();
    while page.url.contains("/s/") {
        let step = page.url.split("/s/").nth(1).unwrap().split(['?', '#']).next().unwrap().to_owned();
        page = fill_step(citizen, page, &format!("/a/{id}/s/{step}"), &moved(town)).await;
        asked.push(step);
    }
    assert_eq!(asked, ["filer", "amendment", "patient-address", "delivery", "attachment"]);
    let page = citizen.visit(&format!("/a/{id}/declare")).await;
    let page = citizen.submit(&page.form(&format!("/a/{id}/declare")).with("declaration", "yes")).await;
    assert!(page.url.ends_with("/done"), "{}", page.url);
    id
}

#[test]
fn a_new_address_is_told_and_the_rest_of_the_certificate_stays() {
    in_own_towns(&[], async |town| {
        let certificate = samples::certificate(town.house().today());
        let Filed { mut citizen, mut clerk, case } = road::certified(town, &certificate).await;
        let first = granted(town, &mut clerk, &case).await.draft.content;
        let told = notify(town, &mut citizen, &case).await;
        office::act(&mut clerk, &told, "begin", &[]).await;
        office::take(&mut clerk, &told).await;
        office::accept_all(&mut clerk, &told).await;
        office::do_the_work(&mut clerk, &told, &samples::findings()).await;
        office::draft(&mut clerk, &told, "granted", &[]).await;
        office::approve(&mut people::staff(town, "approver").await, &told).await;

        let second = decision(town, &told).draft.content;
        for kept in ["cap", "tier", "disease_no", "recipient_number", "valid_to"] {
            assert_eq!(second.fields[kept], first.fields[kept], "{kept}");
        }
        assert_eq!(second.effective_from, Some(town.house().today()));
        night::letters_go_out(town).await;
        night::registers(town).await;
        let house = town.house();
        let rows = "SELECT state AS text FROM hub_rows ORDER BY state";
        // An address ends nothing. The row was not sent yet: the one with the new address goes in its place.
        assert_eq!(database::texts(&house.database, rows), ["confirmed", "superseded"]);
        let page = clerk.visit(&format!("/staff/cases/{told}?section=patient")).await;
        assert!(page.text.contains("西町9-8-7") && page.text.contains("対象の認定"), "{:#?}", page.said());
    });
}
