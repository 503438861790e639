//! Messages to the applicant, and notes among colleagues.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::calendar::{DateStyle, show};
use crate::domain::case::command::Command;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::store::messages::{self, Message};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Done, Order, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::names::Names;
use super::shell::{Shell, Tab, shell};
use super::typed::{bounded, day};
use super::verdict::Known;

/// A message as shown.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    mine: bool,
    sender: String,
    at: DateTime<Utc>,
    text: String,
    read_at: Option<DateTime<Utc>>,
}

/// A phrase to copy from.
#[derive(Clone, Debug, Serialize)]
pub struct Phrase {
    label: String,
    text: String,
}

/// The tab やりとり.
#[derive(Clone, Debug, Serialize)]
pub struct Conversation {
    /// What stands around it.
    #[serde(flatten)]
    pub shell: Shell,
    messages: Vec<Shown>,
    phrases: Vec<Phrase>,
}

/// A note as shown.
#[derive(Clone, Debug, Serialize)]
pub struct Note {
    at: DateTime<Utc>,
    who: String,
    text: String,
}

/// The tab メモ.
#[derive(Clone, Debug, Serialize)]
pub struct Notes {
    /// What stands around it.
    #[serde(flatten)]
    pub shell: Shell,
    notes: Vec<Note>,
}

/// The conversation with the applicant; to open it is to have seen what they wrote.
///
/// # Errors
/// [`Error::NotFound`].
pub fn conversation(house: &House, caller: &Caller, case: &str) -> Result<Conversation, Error> {
    house.read(caller, case, "messages", |conn, opened| {
        messages::mark_read(conn, case, "applicant", house.now())?;
        let found = messages::of_case(conn, &opened.granted, &opened.stored, &["applicant", "office"])?;
        let lang = opened.stored.case.lang;
        let phrases = opened.program.phrases.returns.iter();
        Ok(Conversation {
            shell: shell(house, conn, opened, Tab::Messages)?,
            messages: shown(house, conn, found)?,
            phrases: phrases
                .map(|it| Phrase { label: it.label.clone(), text: it.text.of(lang).to_owned() })
                .collect(),
        })
    })
}

fn shown(house: &House, conn: &mut Conn, found: Vec<Message>) -> Result<Vec<Shown>, Error> {
    let mut names = Names::default();
    let mut all = Vec::new();
    for message in found {
        let mine = message.side == "office";
        let sender = names.of(house, conn, &message.author)?;
        let sender = if mine { format!("担当課（{sender}）") } else { sender };
        all.push(Shown { mine, sender, at: message.at, text: message.text, read_at: message.read_at });
    }
    Ok(all)
}

/// The notes of a case.
///
/// # Errors
/// [`Error::NotFound`] as well for a reader who must not see notes.
pub fn notes(house: &House, caller: &Caller, case: &str) -> Result<Notes, Error> {
    house.read(caller, case, "notes", |conn, opened| {
        let shell = shell(house, conn, opened, Tab::Notes)?;
        Ok(Notes { shell, notes: note_lines(house, conn, opened)? })
    })
}

fn note_lines(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<Note>, Error> {
    let mut names = Names::default();
    let found = messages::of_case(conn, &opened.granted, &opened.stored, &["note"])?;
    let line =
        |note: Message| Ok(Note { at: note.at, who: names.of(house, conn, &note.author)?, text: note.text });
    found.into_iter().map(line).collect()
}

/// Sends a message to the applicant.
///
/// # Errors
/// `clerk.empty`, `clerk.note-long`, or as [`carry_out`].
pub fn send(house: &House, caller: &Caller, known: &Known, text: &str) -> Result<Done, Error> {
    say(house, caller, known, CommandName::SendMessage, written(text)?)
}

/// Writes a note; with a day on which somebody looks again, the note says so.
///
/// # Errors
/// As [`send`], and for a day that cannot be read.
pub fn note(
    house: &House,
    caller: &Caller,
    known: &Known,
    text: &str,
    follow_up: &str,
) -> Result<Done, Error> {
    let mut text = written(text)?;
    if !follow_up.trim().is_empty() {
        let day = day(follow_up, "follow_up")?;
        text.push_str(&format!("\n確認する日：{}", show(day, DateStyle::WarekiFirst)));
    }
    say(house, caller, known, CommandName::AddNote, text)
}

fn written(text: &str) -> Result<String, Refusal> {
    let text = bounded(text, "text")?;
    if text.is_empty() { Err(Refusal::new("clerk.empty").at("text")) } else { Ok(text) }
}

fn say(
    house: &House,
    caller: &Caller,
    known: &Known,
    name: CommandName,
    text: String,
) -> Result<Done, Error> {
    let note = name == CommandName::AddNote;
    // What was said was said, whatever else happened meanwhile.
    let order = Order::new(&known.case, name).once(&known.request);
    carry_out(house, caller, &order, |stage| {
        let message = Message {
            id: stage.house.new_id("msg")?,
            side: if note { "note" } else { "office" }.to_owned(),
            author: stage.stamp.by.clone(),
            text,
            at: stage.stamp.at,
            read_at: None,
        };
        messages::insert(stage.conn, &stage.opened.stored, &message)?;
        Ok(Command::Say { note, message: message.id })
    })
}
