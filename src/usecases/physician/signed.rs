//! A signed version, for reading and printing.

use chrono::{DateTime, Utc};

use crate::domain::calendar::day_in_japan;
use crate::domain::case::Revision;
use crate::domain::forms::{Answers, SummarySection, summary};
use crate::store::answers;

use super::request::{Head, PURPOSE, head};
use super::sheet::{own_item, surroundings};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::signatures::{Standing, standing};

/// A version of the certificate as it was signed.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The patient and the request.
    pub head: Head,
    /// Its number.
    pub version: i64,
    /// Number of the newest version.
    pub newest: i64,
    /// When it was signed.
    pub at: DateTime<Utc>,
    /// SHA-256 of its content.
    pub digest: String,
    /// Code of the version of the form.
    pub form_version: String,
    /// Whether the signature holds.
    pub signature: Standing,
    /// The content.
    pub sections: Vec<SummarySection>,
    /// Whether a further version can still be made.
    pub open: bool,
}

/// A signed version of the caller's certificate; the newest when none is named.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn show(house: &House, caller: &Caller, case_id: &str, version: Option<i64>) -> Result<Signed, Error> {
    house.read(caller, case_id, PURPOSE, |conn, opened| {
        let item = own_item(opened, &caller.actor).ok_or(Error::NotFound)?;
        let shape = opened.program.definition.work_item(&item.kind);
        let name = shape.and_then(|shape| shape.form.clone()).ok_or(Error::NotFound)?;
        let form = opened.program.forms.get(&name).ok_or(Error::NotFound)?;
        let revision = revision(opened, &name, version).ok_or(Error::NotFound)?;
        let saved = answers::find(conn, &opened.granted, &opened.stored, &name, revision.number)?;
        let answers: Answers = serde_json::from_slice(&saved.ok_or(Error::NotFound)?.body)?;
        let around = surroundings(house, conn, opened, None)?.on(&opened.program, day_in_japan(revision.at));
        Ok(Signed {
            head: head(conn, opened, caller)?,
            version: revision.number,
            newest: opened.stored.case.revision(&name).map_or(revision.number, |last| last.number),
            at: revision.at,
            digest: revision.digest.clone(),
            form_version: form.version().to_owned(),
            signature: standing(house, conn, opened, &name, revision.number)?,
            sections: summary(form, &answers, &around.env()),
            open: !item.state.is_done(),
        })
    })
}

fn revision<'a>(opened: &'a Opened, form: &str, number: Option<i64>) -> Option<&'a Revision> {
    let all = opened.stored.case.revisions.get(form)?;
    match number {
        Some(number) => all.iter().find(|revision| revision.number == number),
        None => all.last(),
    }
}
