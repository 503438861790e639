//! Reminders by mail: an address that is confirmed, each thing told once, and the end of it without a sign-in.

use chrono::Duration;
use madoguchi::usecases::upkeep;
use regex_lite::Regex;
use serde_json::Value;

use super::browser::{Browser, Page};
use super::town::{Town, in_own_towns};
use super::vaccination_calendar::child;
use super::{database, forms, night, people};

const HOME: &str = "/me/vaccinations/reminders";
const ADDRESS: &str = "parent@example.jp";

fn form_with(page: &Page, act: &str) -> forms::Form {
    let mut all = forms::forms(&page.text).into_iter();
    all.find(|form| form.offers("act", act)).unwrap_or_else(|| panic!("{act}: {:#?}", page.said()))
}

/// Everything that was mailed, the newest last: the subject, and below it the text.
async fn mails(town: &Town) -> Vec<String> {
    let page = town.browser().elsewhere(&format!("{}/mails.json", town.outside.mail_page)).await;
    let mut all: Vec<Value> = serde_json::from_str(&page.text).unwrap();
    all.sort_by_key(|mail| mail["number"].as_u64());
    let text = |mail: &Value, name: &str| mail[name].as_str().unwrap_or_default().to_owned();
    all.iter().map(|mail| format!("{}\n{}", text(mail, "subject"), text(mail, "text"))).collect()
}

/// A parent of a child, whose address is confirmed, and what is written in the newest mail.
async fn confirmed(town: &Town, lang: &str) -> (Browser, String) {
    let mut parent = people::citizen(town, "p01").await;
    let id = child(town).await;
    let page = parent.visit(HOME).await;
    let form = form_with(&page, "keep").pressing("act", "keep");
    let page = parent.send(&form.clone().with("address", "nobody")).await;
    assert_eq!(page.status, 422, "{:#?}", page.said());
    let page = parent.submit(&form.with("address", ADDRESS).with("lang", lang)).await;
    assert_eq!(upkeep::run(town.house()).unwrap().dose_mails, 0, "nothing goes to what is not confirmed");
    night::letters_go_out(town).await;
    let code = Regex::new(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}").unwrap();
    let mail = mails(town).await.pop().unwrap();
    let code = code.find(&mail).unwrap_or_else(|| panic!("{mail}")).as_str().to_owned();
    let confirm = form_with(&page, "confirm").pressing("act", "confirm");
    let page = parent.send(&confirm.clone().with("code", "2222-2222-2222")).await;
    assert_eq!(page.status, 422, "{:#?}", page.said());
    parent.submit(&confirm.with("code", &code)).await;
    (parent, id)
}

#[test]
fn a_parent_is_told_of_each_thing_once() {
    in_own_towns(&[], async |town| {
        let (mut parent, _) = confirmed(town, "ja").await;
        assert_eq!(upkeep::run(town.house()).unwrap().dose_mails, 1);
        assert_eq!(upkeep::run(town.house()).unwrap().dose_mails, 0, "never twice");
        night::letters_go_out(town).await;
        let mail = mails(town).await.pop().unwrap();
        let subject = mail.lines().next().unwrap();
        assert!(!subject.contains("桃子") && !subject.contains("接種"), "{subject}");
        assert!(mail.contains("桃子") && mail.contains("B型肝炎") && mail.contains("2回目"), "{mail}");
        for table in ["dose_mails", "dose_reminder_settings", "audit"] {
            let rows = database::rows(&town.house().database, table);
            assert!(!rows.iter().any(|row| row.contains("桃子") || row.contains(ADDRESS)), "{table}");
        }

        let stop = Regex::new(r"/reminders/stop/\S+").unwrap();
        let stop = stop.find(&mail).unwrap_or_else(|| panic!("{mail}")).as_str().to_owned();
        let mut anybody = town.browser();
        for (address, after) in [("/reminders/stop/none", "on"), (stop.as_str(), "off")] {
            let page = anybody.visit(address).await;
            assert!(!page.text.contains("桃子"), "{:#?}", page.said());
            let page = anybody.send(&page.form(address)).await;
            assert!(page.status == 200 && page.text.contains("止めました"), "{:#?}", page.said());
            let shown = parent.visit(HOME).await;
            let word = if after == "on" { "送っています" } else { "止まっています" };
            assert!(shown.text.contains(word), "{address}: {:#?}", shown.said());
        }
        town.clock.pass(Duration::days(40));
        assert_eq!(upkeep::run(town.house()).unwrap().dose_mails, 0);
    });
}

#[test]
fn a_mail_speaks_the_chosen_language_and_of_the_chosen_child_only() {
    in_own_towns(&[], async |town| {
        let (mut parent, id) = confirmed(town, "en").await;
        let page = parent.visit(HOME).await;
        let form = form_with(&page, "keep").without("people").pressing("act", "keep");
        parent.submit(&form.clone()).await;
        assert_eq!(upkeep::run(town.house()).unwrap().dose_mails, 0, "of nobody");
        parent.submit(&form.with("people", &id)).await;
        assert_eq!(upkeep::run(town.house()).unwrap().dose_mails, 1);
        night::letters_go_out(town).await;
        let mail = mails(town).await.pop().unwrap();
        assert!(mail.contains("Hepatitis B") && mail.contains("Stop these mails"), "{mail}");
    });
}

#[test]
fn who_lost_sight_of_a_child_or_whose_child_moved_out_is_told_nothing() {
    in_own_towns(&[], async |town| {
        let (_parent, id) = confirmed(town, "ja").await;
        let database = &town.house().database;
        database::run(database, "UPDATE immunization_subjects SET moved_out_on = '2026-01-01'");
        assert_eq!(upkeep::run(town.house()).unwrap().dose_mails, 0);
        database::run(database, "UPDATE immunization_subjects SET moved_out_on = NULL");
        assert_eq!(upkeep::run(town.house()).unwrap().dose_mails, 1);
        database::run(
            database,
            &format!("UPDATE immunization_guardians SET ended_at = since WHERE subject = '{id}'"),
        );
        let before = mails(town).await.len();
        night::letters_go_out(town).await;
        assert_eq!(mails(town).await.len(), before, "asked once more at the last moment");
        let states =
            database::texts(database, "SELECT state AS text FROM dose_mails WHERE kind = 'reminder'");
        assert_eq!(states, ["dropped"]);
    });
}
