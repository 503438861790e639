//! Everything that a person has under way.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::{CommandName, State};
use crate::store::{Conn, cases};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::filer::Filer;
use super::renewal::{Renewal, due};
use super::sheet::{Head, head};
use super::status::{standing, unread};
use super::tasks::{expires_on, saved_at};

/// A draft.
#[derive(Clone, Debug, Serialize)]
pub struct Draft {
    /// Title line.
    pub head: Head,
    /// When it was last saved.
    pub saved_at: DateTime<Utc>,
    /// The day on which it is deleted.
    pub expires_on: NaiveDate,
}

/// A filed case.
#[derive(Clone, Debug, Serialize)]
pub struct Filed {
    /// Title line.
    pub head: Head,
    /// Where it stands, in words.
    pub stage: String,
    /// What the person is asked for: returned items and unread messages.
    pub todo: usize,
}

/// Everything that a person has.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Mine {
    /// Drafts, newest first.
    pub drafts: Vec<Draft>,
    /// Filed cases, newest first.
    pub cases: Vec<Filed>,
    /// Grants that can be renewed.
    pub renewals: Vec<Renewal>,
}

/// Everything that the caller has.
///
/// # Errors
/// When the database fails.
pub fn page(house: &House, caller: &Caller, lang: Lang) -> Result<Mine, Error> {
    house.database.read(|conn| {
        let renewals = due(house, conn, &Filer::themself(caller), lang, None)?;
        let mut mine = Mine { renewals, ..Mine::default() };
        for stored in cases::of_applicant(conn, &house.keys, &caller.actor.id)? {
            let opened = house.open(conn, caller, &stored.case.id, CommandName::Read)?;
            if opened.stored.case.state == State::Draft {
                mine.drafts.push(draft(house, conn, &opened, lang)?);
            } else {
                mine.cases.push(filed(house, conn, &opened, lang)?);
            }
        }
        Ok(mine)
    })
}

fn draft(house: &House, conn: &mut Conn, opened: &Opened, lang: Lang) -> Result<Draft, Error> {
    let (saved_at, expires_on) = (saved_at(conn, opened)?, expires_on(house, conn, opened)?);
    Ok(Draft { head: head(opened, lang), saved_at, expires_on })
}

fn filed(house: &House, conn: &mut Conn, opened: &Opened, lang: Lang) -> Result<Filed, Error> {
    let returned = opened.stored.case.open_correction().map_or(0, |round| round.items.len());
    let stage = standing(house, conn, opened, lang)?.now;
    Ok(Filed { head: head(opened, lang), stage, todo: returned + unread(conn, opened)? })
}
