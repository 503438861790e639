//! The whole road of an application: filed, certified, examined, corrected, decided, told, registered.

use super::browser::{Browser, Page};
use super::road::{Filed, certified, file, registered};
use super::town::{Town, in_own_towns};
use super::{database, night, office, people, samples};

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

/// 支援措置 reaches the register without waiting for the night, under the key of the row it hides.
async fn hidden_at_once(town: &Town, case: &str) {
    let manager = &mut people::staff(town, "manager").await;
    office::act(manager, case, "protection", &[("choice", "yes")]).await;
    night::letters_go_out(town).await;
    night::registers_at_once(town).await;
    let page = people::staff(town, "reviewer").await.visit(&format!("/staff/cases/{case}/register")).await;
    assert!(page.text.contains("支援措置（出さない）"), "{:#?}", page.said());
    let database = &town.house().database;
    let urgent = "SELECT state || ' ' || problem AS text FROM hub_rows WHERE urgent";
    assert_eq!(database::texts(database, urgent), ["confirmed "]);
    let keys = "SELECT DISTINCT history_key AS text FROM hub_rows";
    assert_eq!(database::texts(database, keys).len(), 1);
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
