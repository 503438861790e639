//! Consents: each given and taken back on its own, each time as an event.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::case::Case;
use crate::domain::case::command::Command;
use crate::domain::case::facts::{Items, facts};
use crate::domain::lang::Lang;
use crate::domain::program::definition::Definition;
use crate::domain::program::vocabulary::{CommandName, State};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::outbox::enqueue;

use super::renewal;
use super::sheet::{Head, head, text};

/// A consent as it stands.
#[derive(Clone, Debug, Serialize)]
pub struct Asked {
    /// Its key.
    pub code: String,
    /// What is asked.
    pub title: String,
    /// What happens with the data, who sees it, what follows from "no".
    pub text: String,
    /// Statutes.
    pub law: Vec<String>,
    /// What taking it back does and does not undo.
    pub effect: String,
    /// Whether it is given now.
    pub given: bool,
    /// Since when.
    pub since: Option<DateTime<Utc>>,
}

/// The consents of a case.
#[derive(Clone, Debug, Serialize)]
pub struct Consents {
    /// Title line.
    pub head: Head,
    /// Each of them.
    pub consents: Vec<Asked>,
    /// What it means that the draft renews a grant which has ended.
    pub late: Option<String>,
}

/// The consents of a case.
///
/// # Errors
/// [`Error::NotFound`].
pub fn page(house: &House, caller: &Caller, lang: Lang, case_id: &str) -> Result<Consents, Error> {
    house.read(caller, case_id, "own", |conn, opened| {
        let draft = opened.stored.case.state == State::Draft;
        let late = if draft { renewal::told_late(house, conn, opened, lang)? } else { None };
        Ok(Consents { head: head(opened, lang), consents: all(opened, lang), late })
    })
}

fn all(opened: &Opened, lang: Lang) -> Vec<Asked> {
    let case = &opened.stored.case;
    let say = |key: &str| text(&opened.program, lang, key);
    let asked = |consent: &crate::domain::program::definition::Consent| Asked {
        code: consent.key.clone(),
        title: say(&consent.label),
        text: say(&consent.purpose),
        law: consent.legal_basis.clone(),
        effect: say(&consent.revocation),
        given: case.consents_to(&consent.key),
        since: case
            .consents
            .get(&consent.key)
            .filter(|_| case.consents_to(&consent.key))
            .map(|it| it.given_at),
    };
    opened.program.definition.consents.iter().map(asked).collect()
}

/// Gives or takes back one consent.
///
/// # Errors
/// `consent.unknown`, and as every command.
pub fn change(house: &House, caller: &Caller, order: &Order, key: &str) -> Result<Case, Error> {
    let done = carry_out(house, caller, order, |_| {
        let key = key.to_owned();
        Ok(match order.command {
            CommandName::GiveConsent => Command::GiveConsent { key },
            _ => Command::RevokeConsent { key },
        })
    })?;
    pull_if_allowed(house, &done.case, caller)?;
    Ok(done.case)
}

/// Makes the consents of a draft those that were ticked.
///
/// # Errors
/// As [`change`].
pub fn choose(house: &House, caller: &Caller, case_id: &str, ticked: &[String]) -> Result<(), Error> {
    let (keys, case) = house.read(caller, case_id, "own", |_, opened| {
        let keys: Vec<String> = opened.program.definition.consents.iter().map(|it| it.key.clone()).collect();
        Ok((keys, opened.stored.case.clone()))
    })?;
    for key in keys {
        let wanted = ticked.contains(&key);
        if wanted != case.consents_to(&key) {
            let command = if wanted { CommandName::GiveConsent } else { CommandName::RevokeConsent };
            change(house, caller, &Order::new(case_id, command), &key)?;
        }
    }
    Ok(())
}

/// Fetches records once the program's conditions for it hold and none were fetched yet.
fn pull_if_allowed(house: &House, case: &Case, caller: &Caller) -> Result<(), Error> {
    if !matches!(case.state, State::Submitted | State::InReview | State::Correction) {
        return Ok(());
    }
    house.database.write(|conn| {
        let program = house.programs.pinned(conn, &case.definition)?;
        if may_pull(&program.definition, case, house) {
            enqueue(house, conn, "pull", &case.id, &house.stamp(&caller.actor))?;
        }
        Ok(())
    })
}

/// Whether records may be fetched: the program asks for consent, and it is given.
pub(super) fn may_pull(definition: &Definition, case: &Case, house: &House) -> bool {
    let known = facts(case, &Items::new(), house.today());
    let mut guards = definition.guards.iter().filter(|it| it.command == CommandName::PullRecords).peekable();
    case.pulled_at.is_none() && guards.peek().is_some() && guards.all(|guard| guard.require.holds(&known))
}
