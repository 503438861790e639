//! 集団接種: chosen once, then person after person, with doubts told and records undone.

use regex_lite::Regex;
use serde_json::Value;

use super::browser::Browser;
use super::forms::Form;
use super::page::Page;
use super::roads::dose_session::{birth, chosen, comes, held, with_a_double};
use super::roads::screening::child;
use super::town::{Town, in_own_towns};
use super::{database, night, people};

#[test]
fn what_was_chosen_wrongly_is_told_and_one_page_opens_one_session() {
    in_own_towns(&[], async |town| {
        let mut clinic = people::staff(town, "clinic").await;
        let form = chosen(&mut clinic).await;
        for (name, value, said) in
            [("lot", "(01)04912345678904(17)200131(10)AB-12", "使用期限"), ("product", "", "ワクチンの種類")]
        {
            let page = clinic.send(&form.clone().with(name, value)).await;
            assert!(page.status == 422 && page.text.contains(said), "{said}: {:#?}", page.said());
        }
        let page = clinic.send(&form).await;
        assert_eq!(clinic.send(&form).await.location(), page.location());
    });
}

#[test]
fn many_are_vaccinated_with_what_was_chosen_once() {
    in_own_towns(&[], async |town| {
        let (mut clinic, session) = with_a_double(town).await;
        let page = clinic.visit(&session).await;
        undone(town, &mut clinic, &session, &page).await;
        let mut other = people::staff(town, "clinic").await;
        assert_eq!(other.get(&session).await.status, 404, "another institution's session");
        assert_eq!(people::staff(town, "reviewer").await.get(&session).await.status, 403);
        assert!(night::record_is_sound(town), "the record of access is broken");
    });
}

async fn undone(town: &Town, clinic: &mut Browser, session: &str, page: &Page) {
    let undo = page.form_for(session, "undo");
    assert_eq!(clinic.send(&undo).await.status, 422, "why is it undone?");
    let page = clinic.submit(&undo.with("reason", "入力の誤り")).await;
    for shown in ["今日の記録　1件", "取消し・訂正済み"] {
        assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
    }
    let link = Regex::new(r#"name="subject" value="([^"]+)""#).unwrap();
    let subject = link.captures(&page.text).unwrap()[1].to_owned();
    let page = clinic.visit(&format!("/clinic/people/{subject}")).await;
    assert!(page.text.contains("入力の誤り"), "{:#?}", page.said());
    let lines =
        database::texts(&town.house().database, "SELECT status AS text FROM immunizations ORDER BY at");
    assert_eq!(lines, ["completed", "completed", "entered_in_error"]);
}

/// Sends an entry as a device does that recorded it without network.
async fn handed_in(clinic: &mut Browser, session: &str, fields: &[(&str, &str)]) -> Value {
    let address = format!("{session}/apart");
    let page = clinic.visit(session).await;
    let form = Form { action: address, ..page.form(session) };
    let form = fields.iter().fold(form, |form, (name, value)| form.with(name, value));
    let answer = clinic.send(&form).await;
    assert_eq!(answer.status, 200, "{:#?}", answer.said());
    serde_json::from_str(&answer.text).unwrap()
}

#[test]
fn what_a_device_recorded_without_network_is_taken_once_with_its_doubts_told() {
    in_own_towns(&[], async |town| {
        people::citizen(town, "p01").await;
        child(town, 130);
        let birth = birth(town);
        let mut clinic = people::staff(town, "clinic").await;
        let session = held(&mut clinic).await;
        let taken = clinic.get(&format!("{session}/taken")).await;
        assert!(!taken.text.contains("モモコ"), "only who showed themself: {}", taken.text);
        comes(&mut clinic, &session, &birth).await;
        let taken = clinic.get(&format!("{session}/taken")).await;
        assert!(taken.text.contains("モモコ"), "{}", taken.text);

        let entry = |request: &'static str, reason: &'static str| {
            [
                ("kana", "アオゾラ モモコ"),
                ("consent", "yes"),
                ("outcome", "given"),
                ("request", request),
                ("reason", reason),
            ]
        };
        let born = [("birth", birth.as_str())];
        let send = async |clinic: &mut Browser, fields: &[(&str, &str)]| {
            handed_in(clinic, &session, &[fields, &born].concat()).await
        };
        for _ in 0..2 {
            let answer = send(&mut clinic, &entry("req_one", "")).await;
            assert!(answer["name"].as_str().is_some_and(|name| name.contains("桃子")), "{answer}");
        }
        let answer = send(&mut clinic, &entry("req_two", "")).await;
        assert!(answer["why"].as_str().is_some_and(|why| why.contains("間隔")), "{answer}");
        let answer = send(&mut clinic, &entry("req_two", "誤って続けて接種した")).await;
        assert!(answer["name"].is_string(), "{answer}");
        let lines =
            database::texts(&town.house().database, "SELECT id AS text FROM immunizations ORDER BY id");
        assert_eq!(lines, ["imm_one", "imm_two"]);
        let unknown =
            [("number", "1234567890"), ("birth", birth.as_str()), ("outcome", "given"), ("request", "req_x")];
        let answer = handed_in(&mut clinic, &session, &unknown).await;
        assert!(answer["why"].is_string(), "{answer}");
        let mut other = people::staff(town, "clinic").await;
        assert_eq!(other.get(&format!("{session}/apart")).await.status, 404);
    });
}
