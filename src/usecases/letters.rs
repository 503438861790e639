//! Letters that follow from what happened, and how the applicant is told.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::domain::case::Origin;
use crate::domain::case::decision::Decision;
use crate::domain::case::event::{Event, Stamp};
use crate::domain::letter::compose;
use crate::domain::program::definition::LetterRule;
use crate::domain::program::vocabulary::CommandName;
use crate::store::Conn;
use crate::store::letters::{self, Delivery, LetterRow};

use super::access::Opened;
use super::error::Error;
use super::house::House;
use super::outbox::enqueue;
use super::{slots, standing};

/// Address and text of a delivery.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Told {
    /// Mail address; empty for paper.
    pub to: String,
    /// The text of the mail.
    pub text: String,
}

/// Composes the letters of a command and queues their delivery.
pub fn follow(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    command: CommandName,
    events: &[Event],
    stamp: &Stamp,
) -> Result<(), Error> {
    let case = &opened.stored.case;
    let decided = events.iter().any(|event| matches!(event, Event::Decided { .. }));
    let filed = events.iter().any(|event| matches!(event, Event::Submitted { .. }));
    let command = match (decided, filed) {
        (true, _) => CommandName::Finalise,
        // What came on paper is answered as what was filed on line.
        (_, true) => CommandName::Submit,
        _ => command,
    };
    let decision = if decided { case.decision().cloned() } else { None };
    let outcome = decision.as_ref().map(|it| it.draft.content.outcome);
    let mut stamp = stamp.clone();
    let rules = opened.program.definition.letters_on(&case.kind, command, outcome).into_iter();
    for rule in rules.filter(|rule| !rule.only_paper || case.origin == Origin::Paper) {
        let id = compose_letter(house, conn, opened, rule, decision.as_ref(), &stamp)?;
        tell(house, conn, opened, rule, &id, &stamp)?;
        // Letters are listed by their moment, and the program's order is theirs.
        stamp.at += TimeDelta::microseconds(1);
    }
    Ok(())
}

fn compose_letter(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    rule: &LetterRule,
    decision: Option<&Decision>,
    stamp: &Stamp,
) -> Result<String, Error> {
    let id = composed(house, conn, opened, &rule.code, (decision, true), stamp)?;
    enqueue(house, conn, "render", &format!("{}/{id}", opened.stored.case.id), stamp)?;
    Ok(id)
}

/// Composes a letter about a decision that tells of no decision itself, and lets it wait for the post. It
/// is drawn when it is printed. Returns its id.
///
/// # Errors
/// When it cannot be composed or stored.
pub fn on_paper(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    kind: &str,
    decision: &Decision,
    stamp: &Stamp,
) -> Result<String, Error> {
    let letter = composed(house, conn, opened, kind, (Some(decision), false), stamp)?;
    let delivery = Delivery {
        id: house.new_id("dlv")?,
        case_id: opened.stored.case.id.clone(),
        letter_id: Some(letter.clone()),
        channel: "paper".to_owned(),
        state: "queued".to_owned(),
        subject: String::new(),
        body: serde_json::to_vec(&Told { to: String::new(), text: String::new() })?,
        attempts: 0,
        problem: String::new(),
        at: stamp.at,
    };
    letters::queue(conn, &opened.stored, &delivery)?;
    Ok(letter)
}

/// Composes and stores a letter; beside the decision stands whether the letter tells it.
fn composed(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    kind: &str,
    (decision, tells): (Option<&Decision>, bool),
    stamp: &Stamp,
) -> Result<String, Error> {
    let template =
        opened.program.letters.get(kind).ok_or_else(|| Error::Fault(format!("no letter template {kind}")))?;
    let slots = slots::of_case(house, conn, opened, decision)?;
    let phrases = opened.program.phrases.for_letters();
    let letter =
        compose(template, &slots, &phrases, stamp.today).map_err(|error| Error::Fault(error.to_string()))?;
    let id = house.new_id("let")?;
    let row = LetterRow {
        id: id.clone(),
        decision_id: decision.filter(|_| tells).map(|it| it.id.clone()),
        kind: kind.to_owned(),
        body: serde_json::to_vec(&letter)?,
        file: String::new(),
        missing: String::new(),
        at: stamp.at,
    };
    letters::insert(conn, &opened.stored, &row)?;
    Ok(id)
}

/// By mail where the applicant gave an address, otherwise on paper.
fn tell(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    rule: &LetterRule,
    letter: &str,
    stamp: &Stamp,
) -> Result<(), Error> {
    let Some(mail) = &rule.mail else { return Ok(()) };
    let case = &opened.stored.case;
    let to = mail_address(conn, opened)?;
    let text = mail_text(house, opened, mail);
    let channel = if to.is_empty() || house.mailer.is_none() { "paper" } else { "mail" };
    let id = house.new_id("dlv")?;
    let delivery = Delivery {
        id: id.clone(),
        case_id: case.id.clone(),
        letter_id: Some(letter.to_owned()),
        channel: channel.to_owned(),
        state: "queued".to_owned(),
        subject: house.texts.text(case.lang, "mail.subject", &BTreeMap::new()),
        body: serde_json::to_vec(&Told { to, text })?,
        attempts: 0,
        problem: String::new(),
        at: stamp.at,
    };
    letters::queue(conn, &opened.stored, &delivery)?;
    if channel == "mail" {
        enqueue(house, conn, "mail", &id, stamp)?;
    }
    Ok(())
}

fn mail_address(conn: &mut Conn, opened: &Opened) -> Result<String, Error> {
    let definition = &opened.program.definition;
    let Some(item) = &definition.subject.email else { return Ok(String::new()) };
    let answers = standing::answers(conn, opened)?;
    Ok(slots::text(&answers, item).unwrap_or_default())
}

/// The mail says that there is something to read and where; what it is stands behind the sign-in.
fn mail_text(house: &House, opened: &Opened, key: &str) -> String {
    let said = opened.program.texts.text(opened.stored.case.lang, key, &mail_args(house, opened));
    with_footer(house, opened, &said)
}

/// What the text of a mail may name.
pub fn mail_args(house: &House, opened: &Opened) -> BTreeMap<String, String> {
    let case = &opened.stored.case;
    let office = |key: &str| house.office.get(key).cloned().unwrap_or_default();
    BTreeMap::from([
        ("reference".to_owned(), case.reference.clone().unwrap_or_default()),
        ("url".to_owned(), format!("{}/a/{}", house.public_url, case.id)),
        ("office".to_owned(), office("name")),
        ("phone".to_owned(), office("phone")),
    ])
}

/// A mail with what stands under every one: where to read on, the reference number once there is one,
/// and who writes.
pub fn with_footer(house: &House, opened: &Opened, said: &str) -> String {
    let case = &opened.stored.case;
    let args = mail_args(house, opened);
    let number = case.reference.as_ref().map(|_| "mail.reference");
    let keys = ["mail.page"].into_iter().chain(number).chain(["mail.footer"]);
    let lines: Vec<String> = keys.map(|key| house.texts.text(case.lang, key, &args)).collect();
    format!("{said}\n\n{}\n", lines.join("\n"))
}
