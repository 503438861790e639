//! Allergies before a dose: asked of the record platform with consent, shown beside what the person said.

use serde_json::json;

use super::browser::Browser;
use super::page::Page;
use super::town::{Town, in_own_towns};
use super::{database, people};

/// The insurance and the birth of one of the invented people, whose record knows an allergy.
const INSURED: [(&str, &str); 4] =
    [("insurer", "00990010"), ("symbol", "まど"), ("number", "１０２６"), ("branch", "00")];
const BORN: &str = "1990-11-03";
const HOME: &str = "/staff/immunizations";

/// A clinic before whose desk the person stands; the address of their page.
async fn shown(town: &Town) -> (Browser, String) {
    let mut clerk = people::staff(town, "reviewer").await;
    let who = [("number", "77001"), ("kana", "シケン ハナコ"), ("birth", BORN), ("name", "試験 花子")];
    let form = clerk.visit(HOME).await.form(HOME);
    let form = who.into_iter().fold(form, |form, (name, value)| form.with(name, value));
    clerk.send(&form.pressing("act", "enter")).await;
    let mut clinic = people::staff(town, "clinic").await;
    let form = clinic.visit("/clinic").await.form("/clinic");
    let form = form.with("kana", "シケン ハナコ").with("birth", BORN).with("consent", "yes");
    let page = clinic.send(&form).await;
    (clinic, page.location().to_owned())
}

async fn asked(clinic: &mut Browser, person: &str, changed: &[(&str, &str)]) -> Page {
    let address = format!("{person}/cautions");
    let form = clinic.visit(&address).await.form(&address).with("consent", "yes");
    let form = INSURED.iter().chain(changed).fold(form, |form, (name, value)| form.with(name, value));
    clinic.send(&form).await
}

#[test]
fn an_allergy_is_asked_for_with_consent_and_shown_with_its_source() {
    in_own_towns(&[], async |town| {
        let (mut clinic, person) = shown(town).await;
        let page = asked(&mut clinic, &person, &[("consent", "")]).await;
        assert!(page.status == 422 && page.text.contains("同意を確かめて"), "{:#?}", page.said());
        let page = asked(&mut clinic, &person, &[("number", "９９９９")]).await;
        assert!(page.status == 422 && page.text.contains("見つかりません"), "{:#?}", page.said());
        let page = asked(&mut clinic, &person, &[]).await;
        assert_eq!(page.status, 303, "{:#?}", page.said());
        let page = clinic.visit(&person).await;
        assert!(page.text.contains("さば") && page.text.contains("出どころ"), "{:#?}", page.said());
        let kept = database::rows(&town.house().database, "immunization_cautions").concat();
        assert!(!kept.is_empty() && !kept.contains("さば") && !kept.contains("１０２６"), "{kept}");
    });
}

#[test]
fn somebody_elses_insurance_tells_nothing() {
    in_own_towns(&[], async |town| {
        let (mut clinic, person) = shown(town).await;
        let page = asked(&mut clinic, &person, &[("number", "１１３０")]).await;
        assert!(page.status == 422 && page.text.contains("見つかりません"), "{:#?}", page.said());
        assert!(database::rows(&town.house().database, "immunization_cautions").is_empty());
    });
}

#[test]
fn a_platform_that_is_away_holds_no_dose_back() {
    in_own_towns(&[], async |town| {
        let (mut clinic, person) = shown(town).await;
        let faults = format!("{}/_sandbox/faults", town.outside.platform_root);
        let away = json!({ "fault": "garbage", "times": 20 });
        reqwest::Client::new().post(faults).json(&away).send().await.unwrap().error_for_status().unwrap();
        let page = asked(&mut clinic, &person, &[]).await;
        assert!(
            page.status == 422 && page.text.contains("接種の記録は、このままできます"),
            "{:#?}",
            page.said()
        );
        assert_eq!(clinic.get(&format!("{person}/vaccines/zoster")).await.status, 200);
    });
}
