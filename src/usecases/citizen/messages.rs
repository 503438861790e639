//! Talk between applicant and office.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::case::command::Command;
use crate::domain::lang::Lang;
use crate::domain::refusal::Refusal;
use crate::domain::text::plain_text;
use crate::store::messages;
use crate::usecases::access::Caller;
use crate::usecases::carry_out::{Order, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::sheet::{Head, head};
use super::status::Round;

/// Side of the applicant in stored messages.
const APPLICANT: &str = "applicant";
/// Side of the office.
const OFFICE: &str = "office";
/// Most characters of a message.
const LONGEST: usize = 5000;

/// One message.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Whether the applicant wrote it.
    pub mine: bool,
    /// When.
    pub at: DateTime<Utc>,
    /// What it says.
    pub text: String,
    /// When the other side saw it.
    pub read_at: Option<DateTime<Utc>>,
}

/// The talk of a case.
#[derive(Clone, Debug, Serialize)]
pub struct Talk {
    /// Title line.
    pub head: Head,
    /// An open round of 補正, which is not answered by a message.
    pub correction: Option<Round>,
    /// Messages, newest last.
    pub lines: Vec<Line>,
}

/// The messages of a case; those of the office are read now.
///
/// # Errors
/// [`Error::NotFound`].
pub fn page(house: &House, caller: &Caller, lang: Lang, case_id: &str) -> Result<Talk, Error> {
    let talk = house.read(caller, case_id, "own", |conn, opened| {
        let all = messages::of_case(conn, &opened.granted, &opened.stored, &[APPLICANT, OFFICE])?;
        let line = |it: messages::Message| Line {
            mine: it.side == APPLICANT,
            at: it.at,
            text: it.text,
            read_at: it.read_at,
        };
        let round = opened.stored.case.open_correction();
        Ok(Talk {
            head: head(opened, lang),
            correction: round.map(|it| Round { count: it.items.len(), due_on: it.due_on }),
            lines: all.into_iter().map(line).collect(),
        })
    })?;
    if talk.lines.iter().any(|line| !line.mine && line.read_at.is_none()) {
        let now = house.now();
        house.database.write(|conn| Ok::<_, Error>(messages::mark_read(conn, case_id, OFFICE, now)?))?;
    }
    Ok(talk)
}

/// Writes to the office.
///
/// # Errors
/// `message.empty`, `message.long`, `message.control`.
pub fn write(house: &House, caller: &Caller, order: &Order, typed: &str) -> Result<(), Error> {
    let text = plain_text(typed).map_err(|_| Refusal::new("message.control").at("text"))?;
    if text.is_empty() {
        return Err(Refusal::new("message.empty").at("text").into());
    }
    if text.chars().count() > LONGEST {
        return Err(Refusal::new("message.long").at("text").with("max", LONGEST).into());
    }
    carry_out(house, caller, order, |stage| {
        let message = messages::Message {
            id: stage.house.new_id("msg")?,
            side: APPLICANT.to_owned(),
            author: stage.stamp.by.clone(),
            text,
            at: stage.stamp.at,
            read_at: None,
        };
        messages::insert(stage.conn, &stage.opened.stored, &message)?;
        Ok(Command::Say { note: false, message: message.id })
    })?;
    Ok(())
}
