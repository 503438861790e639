//! 予診票: answered at home, opened by its code at a clinic, judged by the physician, ended by the dose.

use chrono::Duration;
use madoguchi::domain::immunization::voucher::Opens;
use madoguchi::usecases::immunization::vouchers;
use madoguchi::usecases::upkeep;

use serde_json::Value;

use super::browser::Browser;
use super::forms::Form;
use super::page::Page;
use super::roads::screening::{begun, child, dose, filled, from_home_to_the_dose, judgement};
use super::town::{Town, in_own_towns};
use super::{database, night, people};

fn one(town: &Town, sql: &str) -> String {
    let mut found = database::texts(&town.house().database, sql);
    assert_eq!(found.len(), 1, "{sql}: {found:?}");
    found.remove(0)
}

fn states(town: &Town) -> Vec<String> {
    database::texts(&town.house().database, "SELECT state AS text FROM screenings ORDER BY id")
}

/// Moves a day of the form into the past.
fn backdate(town: &Town, column: &str, days: i64) {
    let day = town.house().today() - Duration::days(days);
    database::run(&town.house().database, &format!("UPDATE screenings SET {column} = '{day}'"));
}

/// A form that was handed in; its address and id.
async fn handed_in(parent: &mut Browser, subject: &str) -> (String, String) {
    let address = begun(parent, subject).await;
    let page = filled(parent, &address).await;
    let page = parent.submit(&page.form(&address)).await;
    assert!(page.text.contains("提出済み"), "{:#?}", page.said());
    let id = address.rsplit('/').next().unwrap().to_owned();
    (address, id)
}

fn code(town: &Town, id: &str) -> String {
    vouchers::code(town.house(), Opens::Screening, id).text()
}

/// A clinic at which the code of a form was scanned, and the page to which it led.
async fn scanned(town: &Town, text: &str) -> (Browser, Page) {
    let mut clinic = people::staff(town, "clinic").await;
    let form = clinic.visit("/clinic").await.form("/clinic").with("scanned", text);
    let page = clinic.send(&form).await;
    (clinic, page)
}

async fn opened(town: &Town, id: &str) -> (Browser, String) {
    let (clinic, page) = scanned(town, &code(town, id)).await;
    assert_eq!(page.status, 303, "{:#?}", page.said());
    (clinic, page.location().to_owned())
}

async fn pressed(clinic: &mut Browser, form: &str, act: &str) -> Page {
    let page = clinic.visit(form).await;
    clinic.send(&page.form(form).pressing("act", act)).await
}

#[test]
fn the_questions_are_answered_at_home_and_the_dose_is_given() {
    in_own_towns(&[], from_home_to_the_dose);
}

#[test]
fn a_form_goes_from_home_over_the_judgement_to_the_dose() {
    in_own_towns(&[], async |town| {
        let mut parent = people::citizen(town, "p01").await;
        let subject = child(town, 130);
        let address = begun(&mut parent, &subject).await;
        assert_eq!(begun(&mut parent, &subject).await, address, "one form lives for a dose");
        let calendar = format!("/me/vaccinations/{subject}");
        let early = parent.visit(&calendar).await.form(&format!("{calendar}/calendar"));
        let early = Form { action: address.clone(), ..early };
        assert_eq!(parent.send(&early).await.status, 422, "nothing is answered yet");
        let page = filled(&mut parent, &address).await;
        assert!(page.text.contains("たまごで発しん"), "{:#?}", page.said());
        let page = parent.submit(&page.form(&address)).await;
        assert!(page.text.contains("この予診票を開く二次元コード"), "{:#?}", page.said());
        let paper = parent.get(&format!("{address}/paper")).await;
        assert_eq!((paper.status, paper.header("content-type")), (200, "application/pdf"));

        let id = address.rsplit('/').next().unwrap().to_owned();
        let (mut clinic, form) = opened(town, &id).await;
        let page = clinic.visit(&form).await;
        assert!(page.text.contains("接種できます") && !page.text.contains("たまご"), "{:#?}", page.said());
        let early = clinic.get(&format!("/api/fhir/QuestionnaireResponse/{}", id.replace('_', "-"))).await;
        assert_eq!(early.status, 404, "not before the clinic judges by it");
        assert_eq!(pressed(&mut clinic, &form, "lock").await.status, 303);
        let page = clinic.visit(&form).await;
        for shown in ["先に見る答え　1件", "たまごで発しん", "ラテックス"] {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        judged_and_given(town, &mut clinic, &form).await;
        read_by_programs(&mut parent, &mut clinic, &subject, &id).await;
        let page = parent.visit(&address).await;
        assert!(page.text.contains("接種しました"), "{:#?}", page.said());
        let kept = database::rows(&town.house().database, "screenings").concat();
        assert!(!kept.contains("たまご") && !kept.contains("診療"), "{kept}");
        assert!(night::record_is_sound(town), "the record of access is broken");
    });
}

/// The parent and the clinic that judged read the answers as FHIR; another institution finds nothing.
async fn read_by_programs(parent: &mut Browser, clinic: &mut Browser, subject: &str, id: &str) {
    let (person, id) = (subject.replace('_', "-"), id.replace('_', "-"));
    let one = format!("/api/fhir/QuestionnaireResponse/{id}");
    for reader in [parent, clinic] {
        let found = reader.get(&format!("/api/fhir/QuestionnaireResponse?patient=Patient/{person}")).await;
        let found: Value = serde_json::from_str(&found.text).unwrap();
        let form = &found["entry"][0]["resource"];
        assert_eq!(
            (&form["resourceType"], &form["status"]),
            (&"QuestionnaireResponse".into(), &"completed".into())
        );
        assert_eq!(form["subject"]["reference"], format!("Patient/{person}"));
        assert!(form["item"].to_string().contains("たまご"), "{form:#}");
        assert!(form["extension"].to_string().contains("Immunization/imm-"), "{form:#}");
        let same: Value = serde_json::from_str(&reader.get(&one).await.text).unwrap();
        assert_eq!(&same, form);
    }
}

async fn judged_and_given(town: &Town, clinic: &mut Browser, form: &str) {
    let judged = judgement(clinic, form).await;
    for (name, value) in [("temperature", "368"), ("consent", ""), ("explained", ""), ("relation", "")] {
        let page = clinic.send(&judged.clone().with(name, value)).await;
        assert_eq!(page.status, 422, "{name}: {:#?}", page.said());
    }
    let fever = clinic.send(&judged.clone().with("temperature", "37.5")).await;
    assert!(fever.status == 422 && fever.text.contains("熱があります"), "{:#?}", fever.said());
    let given = dose(clinic, &judged).await;
    let other = clinic.send(&given.clone().with("dose", "3").with("reason", "試験")).await;
    assert!(other.status == 422 && other.text.contains("別の回"), "{:#?}", other.said());
    let page = clinic.submit(&given).await;
    assert!(page.text.contains("AB-12") && page.text.contains("診療 七海"), "{:#?}", page.said());
    assert_eq!(states(town), ["given"]);
    let line = "SELECT dose AS text FROM immunizations";
    assert_eq!(one(town, line), "1");
}

#[test]
fn of_clinics_at_once_one_holds_the_form_until_it_gives_it_back() {
    in_own_towns(&[], async |town| {
        let mut parent = people::citizen(town, "p01").await;
        let subject = child(town, 130);
        let (address, id) = handed_in(&mut parent, &subject).await;
        let mut ready = Vec::new();
        for _ in 0..3 {
            let (mut clinic, form) = opened(town, &id).await;
            let lock = clinic.visit(&form).await.form(&form).pressing("act", "lock");
            ready.push((clinic, form, lock));
        }
        let sent: Vec<_> = ready.iter().map(|(clinic, _, lock)| tokio::spawn(clinic.post(lock))).collect();
        let mut held = Vec::new();
        for (answer, (clinic, form, _)) in sent.into_iter().zip(ready) {
            held.push((answer.await.unwrap(), (clinic, form)));
        }
        held.sort_by_key(|(status, _)| *status);
        assert_eq!(held.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [303, 422, 422]);
        let (_, (mut other, theirs)) = held.remove(1);
        let page = other.visit(&theirs).await;
        assert!(
            page.text.contains("ほかの医療機関で予診中") && !page.text.contains("たまご"),
            "{:#?}",
            page.said()
        );
        let step = format!("{address}/s/today");
        let form = parent.visit(&step).await.form(&step).with("today.unwell", "true");
        let page = parent.send(&form).await;
        assert!(page.status == 422 && page.text.contains("もう変えられません"), "{:#?}", page.said());

        let (_, (mut first, mine)) = held.remove(0);
        assert_eq!(pressed(&mut first, &mine, "release").await.status, 303);
        assert_eq!(pressed(&mut other, &theirs, "lock").await.status, 303);
        town.clock.pass(Duration::hours(13));
        upkeep::run(town.house()).unwrap();
        assert_eq!(states(town), ["answered"], "a clinic forgot it");
    });
}

#[test]
fn old_answers_are_confirmed_again_and_a_visit_without_a_dose_is_recorded() {
    in_own_towns(&[], async |town| {
        let mut parent = people::citizen(town, "p01").await;
        let subject = child(town, 130);
        let (address, id) = handed_in(&mut parent, &subject).await;
        backdate(town, "answered_on", 3);
        let (mut clinic, form) = opened(town, &id).await;
        let page = pressed(&mut clinic, &form, "lock").await;
        assert!(page.status == 422 && page.text.contains("1日より前"), "{:#?}", page.said());
        let page = parent.visit(&address).await;
        assert!(page.text.contains("当日の確認が必要"), "{:#?}", page.said());
        parent.submit(&page.form(&address)).await;
        assert_eq!(pressed(&mut clinic, &form, "lock").await.status, 303);

        let off = judgement(&mut clinic, &form).await.with("fit", "no");
        assert_eq!(clinic.send(&off).await.status, 422, "why is it put off?");
        let page = clinic.submit(&off.with("reason", "38度の発熱")).await;
        assert!(page.text.contains("予診のみ") && page.text.contains("38度の発熱"), "{:#?}", page.said());
        assert_eq!(states(town), ["not_given"]);
        assert_ne!(begun(&mut parent, &subject).await, address, "another visit begins another form");
        assert_eq!(states(town), ["not_given", "draft"]);
    });
}

#[test]
fn what_is_wrong_with_a_form_is_told_in_clear_words() {
    in_own_towns(&[], async |town| {
        let mut parent = people::citizen(town, "p01").await;
        let subject = child(town, 130);
        let address = begun(&mut parent, &subject).await;
        let id = address.rsplit('/').next().unwrap().to_owned();
        let own = code(town, &id);
        let wrong = [
            (own.replacen(" 000000 ", " 131016 ", 1), "ほかの市区町村（団体コード131016）"),
            (own.replace(&id, "scr_0"), "二次元コードではありません"),
            (code(town, "scr_0"), "見つかりません"),
        ];
        for (text, said) in wrong {
            let (_, page) = scanned(town, &text).await;
            assert!(page.status == 422 && page.text.contains(said), "{said}: {:#?}", page.said());
        }
        let (mut clinic, form) = opened(town, &id).await;
        let page = clinic.visit(&form).await;
        assert!(page.text.contains("まだ提出されていません"), "{:#?}", page.said());
        let mut stranger = people::citizen(town, "p02").await;
        for path in [address.clone(), format!("{address}/s/today"), format!("{address}/paper")] {
            assert_eq!(stranger.get(&path).await.status, 404, "{path}");
        }
        assert_eq!(
            people::staff(town, "clinic").await.get(&form).await.status,
            404,
            "nobody showed it there"
        );

        backdate(town, "valid_to", 1);
        assert!(parent.visit(&address).await.text.contains("使えません"));
        assert_eq!(upkeep::run(town.house()).unwrap().screenings, 1);
        assert_eq!(states(town), ["expired"]);
        let (mut clinic, form) = opened(town, &id).await;
        let page = clinic.visit(&form).await;
        assert!(page.text.contains("この予診票は使えません"), "{:#?}", page.said());
    });
}
