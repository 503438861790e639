//! The calendar of one person: what is next, the drawing, the table, and the addresses for a telephone's calendar.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::immunization::calendar::picture::{Layout, Picture, draw};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::store::dose_calendars;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access;
use crate::usecases::immunization::screening::shown::{Line, to_answer};

use super::lines;
use super::mine::aged;
use super::words::{Shown, Speaker};

/// Lines told in sentences at most; the table has all.
const NEXT: usize = 5;

/// An address that works.
#[derive(Clone, Debug, Serialize)]
pub struct Feed {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Calendar {
    /// Id of the person.
    pub id: String,
    /// Name.
    pub name: String,
    /// Age in words.
    pub age: String,
    /// What is next.
    pub next: Vec<Shown>,
    /// Everything.
    pub lines: Vec<Shown>,
    /// The drawing, for each width.
    pub pictures: [Picture; 2],
    /// All of a line in words, by vaccine.
    pub titles: BTreeMap<String, String>,
    /// Forms to be answered before a dose.
    pub forms: Vec<Line>,
    /// Addresses that the caller made.
    pub feeds: Vec<Feed>,
}

/// The calendar of a person for whom the caller acts.
///
/// # Errors
/// [`Error::NotFound`] for anybody else.
pub fn of(house: &House, caller: &Caller, lang: Lang, subject: &str) -> Result<Calendar, Error> {
    house.database.write(|conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::ReadImmunizations)?;
        let lines = lines::of(house, conn, &ledger, lang)?;
        let (person, speaker) = (ledger.subject(), Speaker { house, lang });
        let shown: Vec<Shown> = lines.iter().map(|line| speaker.shown(line)).collect();
        let feeds = dose_calendars::living(conn, &caller.actor.id, subject)?;
        let picture = |layout| draw(&lines, person.birth, house.today(), layout);
        Ok(Calendar {
            id: person.id.clone(),
            name: person.person.name.clone(),
            age: aged(&speaker, person),
            next: shown.iter().filter(|it| it.standing.has_next()).take(NEXT).cloned().collect(),
            lines: shown,
            pictures: [picture(Layout::Wide), picture(Layout::Narrow)],
            titles: lines.iter().map(|line| (line.vaccine.clone(), speaker.title(line))).collect(),
            forms: to_answer(house, conn, &ledger, lang)?,
            feeds: feeds.into_iter().map(|it| Feed { id: it.id, made_at: it.at.and_utc() }).collect(),
        })
    })
}
