//! What was filed, as filed, and the letters of a case.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::forms::{SummarySection, summary};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::store::{Conn, StoreError, cases, letters};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::fixed_answers;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::render;

use super::sheet::{Head, head, text};

/// What was filed.
#[derive(Clone, Debug, Serialize)]
pub struct Filed {
    /// Title line.
    pub head: Head,
    /// The legal time of arrival.
    pub received_at: DateTime<Utc>,
    /// Every answer of the newest revision.
    pub sections: Vec<SummarySection>,
}

/// What was filed, under the definition to which the case is pinned.
///
/// # Errors
/// [`Error::NotFound`] for a draft.
pub fn page(house: &House, caller: &Caller, lang: Lang, case_id: &str) -> Result<Filed, Error> {
    house.read(caller, case_id, "own", |conn, opened| {
        let received_at = opened.stored.case.received_at.ok_or(Error::NotFound)?;
        let name = &opened.program.definition.forms.application;
        let form = opened.program.application().ok_or(Error::NotFound)?;
        let answers = fixed_answers(conn, opened, name)?.ok_or(Error::NotFound)?;
        let around = Surroundings::of_case(house, conn, opened)?.in_language(lang);
        let mut sections = summary(form, &answers, &around.env());
        let rows = sections.iter_mut().flat_map(|section| section.rows.iter_mut());
        rows.for_each(|row| row.errors.clear());
        Ok(Filed { head: head(opened, lang), received_at, sections })
    })
}

/// A letter of a case.
#[derive(Clone, Debug, Serialize)]
pub struct LetterLine {
    /// Id.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// When it was written.
    pub at: DateTime<Utc>,
}

/// The letters of a case, or of one decision, oldest first.
pub(super) fn letters_of(
    conn: &mut Conn,
    opened: &Opened,
    decision: Option<&str>,
    lang: Lang,
) -> Result<Vec<LetterLine>, Error> {
    let rules = &opened.program.definition.letters;
    let label = |kind: &str| {
        let rule = rules.iter().find(|rule| rule.code == kind);
        rule.map_or(kind.to_owned(), |rule| text(&opened.program, lang, &rule.label))
    };
    let rows = letters::of_case(conn, &opened.stored)?.into_iter();
    let wanted = rows.filter(|row| decision.is_none() || row.decision_id.as_deref() == decision);
    Ok(wanted.map(|row| LetterLine { label: label(&row.kind), id: row.id, at: row.at }).collect())
}

/// The letter that proves the filing.
pub(super) fn proof_of(conn: &mut Conn, opened: &Opened) -> Result<Option<String>, Error> {
    let rules = opened.program.definition.letters_on(&opened.stored.case.kind, CommandName::Submit, None);
    let rows = letters::of_case(conn, &opened.stored)?;
    let found = rows.into_iter().find(|row| rules.iter().any(|rule| rule.code == row.kind));
    Ok(found.map(|row| row.id))
}

/// A letter of a case as PDF, with the name under which it is saved.
///
/// # Errors
/// [`Error::NotFound`].
pub fn letter(
    house: &House,
    caller: &Caller,
    lang: Lang,
    case_id: &str,
    letter: &str,
) -> Result<(String, Vec<u8>), Error> {
    let name = house.read(caller, case_id, "letter", |conn, opened| {
        let lines = letters_of(conn, opened, None, lang)?;
        let line = lines.into_iter().find(|line| line.id == letter).ok_or(Error::NotFound)?;
        Ok(format!("{}_{}.pdf", opened.stored.case.reference.clone().unwrap_or_default(), line.label))
    })?;
    Ok((name, render::pdf(house, caller, case_id, letter)?))
}

/// The case of a reference number, if the caller may read it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn by_reference(house: &House, caller: &Caller, reference: &str) -> Result<String, Error> {
    let id = house.database.read(|conn| {
        cases::id_of(conn, reference).map_err(|error| match error {
            StoreError::NotFound => Error::NotFound,
            other => other.into(),
        })
    })?;
    house.read(caller, &id, "reference", |_, _| Ok(()))?;
    Ok(id)
}
