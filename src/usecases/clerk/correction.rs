//! The request to the applicant to mend what was returned.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::calendar::OfficeCalendar;
use crate::domain::case::command::Command;
use crate::domain::case::facts::returned;
use crate::domain::case::verdict::{Ruling, item_key};
use crate::domain::forms::summary;
use crate::domain::lang::Lang;
use crate::domain::periods::period_end;
use crate::domain::program::vocabulary::CommandName;
use crate::store::Conn;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Done, Order, carry_out, fixed_answers};
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::slots;

use super::head::{Head, head};
use super::typed::{bounded, day};
use super::verdict::Known;

/// One returned item.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    /// Its number on the page.
    pub n: usize,
    /// Its path.
    pub path: String,
    label: String,
    value: String,
    reason: String,
    example: Option<String>,
    /// What the applicant reads besides the reason.
    pub text: String,
}

/// The page on which a correction is asked for.
#[derive(Clone, Debug, Serialize)]
pub struct Composer {
    /// The case.
    pub case: Head,
    /// The returned items.
    pub items: Vec<Item>,
    /// The proposed day.
    pub due_on: String,
    due_hint: String,
    channel: &'static str,
    preview: String,
}

/// What goes out when nothing is changed.
///
/// # Errors
/// [`Error::NotFound`].
pub fn composer(house: &House, caller: &Caller, case: &str) -> Result<Composer, Error> {
    house.read(caller, case, "correction", |conn, opened| {
        let days = answer_days(house, opened);
        let hint = format!("きょうから{days}日後の開庁日を入れてあります（行政手続法7条の「相当の期間」）。");
        Ok(Composer {
            case: head(house, conn, opened)?,
            items: returned_items(house, conn, opened)?,
            due_on: proposed(house, opened).to_string(),
            due_hint: hint,
            channel: channel(house, conn, opened)?,
            preview: format!("/staff/cases/{case}/letters/preview/correction"),
        })
    })
}

fn answer_days(house: &House, opened: &Opened) -> u32 {
    let correction = opened.program.definition.correction.as_ref();
    correction.and_then(|it| it.answer_days.number(house.today(), &house.settings)).unwrap_or(0)
}

/// The day by which an answer is asked: so many days on, moved to a day on which the office is open.
pub fn proposed(house: &House, opened: &Opened) -> NaiveDate {
    OfficeCalendar::default().next_business_day(period_end(house.today(), answer_days(house, opened)))
}

fn channel(house: &House, conn: &mut Conn, opened: &Opened) -> Result<&'static str, Error> {
    let definition = &opened.program.definition;
    let answers = fixed_answers(conn, opened, &definition.forms.application)?.unwrap_or_default();
    let address = definition.subject.email.as_ref().and_then(|item| slots::text(&answers, item));
    let mail = address.is_some_and(|it| !it.is_empty()) && house.mailer.is_some();
    Ok(if mail { "申請ページとメール" } else { "申請ページと郵送" })
}

fn returned_items(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<Item>, Error> {
    let name = &opened.program.definition.forms.application;
    let answers = fixed_answers(conn, opened, name)?.unwrap_or_default();
    let around = Surroundings::of_case(house, conn, opened)?.in_language(Lang::Ja);
    let sections = opened.program.application().map(|form| summary(form, &answers, &around.env()));
    let rows: BTreeMap<String, (String, String)> = sections
        .into_iter()
        .flatten()
        .flat_map(|section| section.rows)
        .map(|row| (item_key(name, &row.path), (row.label, row.value)))
        .collect();
    let keys: Vec<&str> = returned(&opened.stored.case).collect();
    let items = (1..).zip(keys).map(|(n, key)| item(opened, n, key, rows.get(key)));
    Ok(items.collect())
}

fn item(opened: &Opened, n: usize, key: &str, row: Option<&(String, String)>) -> Item {
    let path = key.split_once(':').map_or(key, |(_, path)| path).to_owned();
    let (code, note) = match opened.stored.case.verdicts.get(key).map(|verdict| &verdict.ruling) {
        Some(Ruling::Returned { reason, note, .. }) => (reason.as_str(), note.clone()),
        _ => ("", String::new()),
    };
    let phrase = opened.program.phrases.returned(code);
    let (label, value) = row.cloned().unwrap_or_else(|| (path.clone(), String::new()));
    Item {
        n,
        path,
        label,
        value,
        reason: phrase.map(|it| it.label.clone()).unwrap_or_default(),
        example: phrase.map(|it| it.text.of(opened.stored.case.lang).to_owned()),
        text: note,
    }
}

/// Sends the request. Words that were changed on this page are stored with the verdicts first.
///
/// # Errors
/// `correction.nothing`, `correction.due`, what was typed wrong, or as [`carry_out`].
pub fn request(
    house: &House,
    caller: &Caller,
    known: &Known,
    due_on: &str,
    texts: &BTreeMap<String, String>,
) -> Result<Done, Error> {
    let due_on = day(due_on, "due_on")?;
    let mut version = known.version;
    for (n, (path, text)) in changed(house, caller, known, texts)?.into_iter().enumerate() {
        let key = if known.request.is_empty() { String::new() } else { format!("{}-{n}", known.request) };
        let order = Order::new(&known.case, CommandName::SetVerdict).at(version).once(&key);
        version = reword(house, caller, &order, path, text)?.case.version;
    }
    let order = Order::new(&known.case, CommandName::RequestCorrection).at(version).once(&known.request);
    carry_out(house, caller, &order, |_| Ok(Command::RequestCorrection { due_on }))
}

/// The items whose words are no longer those of their verdict.
fn changed<'a>(
    house: &House,
    caller: &Caller,
    known: &Known,
    texts: &'a BTreeMap<String, String>,
) -> Result<Vec<(&'a String, &'a String)>, Error> {
    house.database.read(|conn| {
        let opened = house.open(conn, caller, &known.case, CommandName::RequestCorrection)?;
        let items = returned_items(house, conn, &opened)?;
        let differs = |path: &String, text: &String| {
            items.iter().any(|item| item.path == *path && item.text != text.trim())
        };
        Ok(texts.iter().filter(|(path, text)| differs(path, text)).collect())
    })
}

/// The same ruling with other words.
fn reword(house: &House, caller: &Caller, order: &Order, path: &str, text: &str) -> Result<Done, Error> {
    let text = bounded(text, "text")?;
    carry_out(house, caller, order, |stage| {
        let key = item_key(&stage.opened.program.definition.forms.application, path);
        let verdict = stage.case().verdicts.get(&key).cloned().ok_or(Error::NotFound)?;
        let Ruling::Returned { reason, effect, .. } = verdict.ruling else { return Err(Error::NotFound) };
        let ruling = Ruling::Returned { reason, effect, note: text };
        Ok(Command::SetVerdict { items: vec![(key, verdict.content)], ruling: Some(ruling) })
    })
}
