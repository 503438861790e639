//! Pulls a person's medical record, or takes it over from a file. Never without their consent.

use std::sync::Arc;

use serde_json::json;

use crate::domain::case::command::Command;
use crate::domain::case::decide::{Context, decide};
use crate::domain::case::facts::Codes;
use crate::domain::clinical::{self, Expected, insured, json as strict};
use crate::domain::program::vocabulary::CommandName;
use crate::ports::clinical::{ClinicalRecords, Gap, GapReason, InsuredPerson, Page, PullError, Pulled};
use crate::store::Conn;
use crate::store::pulls::{self, PulledPage};

use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, carry_out, items};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::off_thread::off_thread;
use crate::usecases::slots::text;
use crate::usecases::standing;

/// Bytes of a handed-in file at most.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Source of a record that was handed in.
pub const FILE: &str = "file";
/// Source of what we say ourselves about a pull.
const OURS: &str = "madoguchi";
/// Version of the interface.
const VERSION: &str = "FHIR R4";

/// Asks the platform for the applicant's record and keeps it as it came; the number of pages.
///
/// # Errors
/// [`Error::Unavailable`] when trying again later can help; otherwise a refusal: no consent,
/// no platform, an insurance that is no identifier, or what the platform did.
pub async fn pull(house: &Arc<House>, caller: &Caller, case_id: &str) -> Result<usize, Error> {
    let (who, id) = (caller.clone(), case_id.to_owned());
    let people = off_thread(house, move |house| allowed(house, &who, &id)).await?;
    let Some(platform) = &house.clinical else { return Err(Error::refused("pull.no-platform")) };
    let answer = ask(platform.as_ref(), &people).await;
    let (who, id) = (caller.clone(), case_id.to_owned());
    off_thread(house, move |house| match answer {
        Ok(pulled) => keep(house, &who, &id, &pages(house, &pulled)?),
        Err(error) => Err(failed(house, &who, &id, &error)?),
    })
    .await
}

/// Takes over a Bundle that somebody handed in.
///
/// # Errors
/// `record-file.too-large`, `record-file.unreadable`, or as [`pull`].
pub fn take_file(house: &House, caller: &Caller, case_id: &str, body: Vec<u8>) -> Result<usize, Error> {
    if body.len() > MOST_BYTES {
        return Err(Error::refused("record-file.too-large"));
    }
    let parsed = strict::parse(&body).map_err(|_| Error::refused("record-file.unreadable"))?;
    if parsed.get("resourceType").and_then(|kind| kind.as_str()) != Some("Bundle") {
        return Err(Error::refused("record-file.unreadable"));
    }
    let page = PulledPage {
        pull: house.new_id("pull")?,
        page: 0,
        source: FILE.to_owned(),
        resource: "Bundle".to_owned(),
        version: VERSION.to_owned(),
        at: house.now(),
        body,
    };
    keep(house, caller, case_id, &[page])
}

/// Whom to ask for, once it is certain that asking is allowed. A refusal is put on record.
fn allowed(house: &House, caller: &Caller, case_id: &str) -> Result<Vec<InsuredPerson>, Error> {
    let outcome = house.database.read(|conn| {
        let opened = house.open(conn, caller, case_id, CommandName::PullRecords)?;
        permitted(house, conn, &opened, caller)?;
        people(conn, &opened)
    });
    if let Err(Error::Refused(refusals)) = &outcome {
        let keys: Vec<&str> = refusals.iter().map(|refusal| refusal.key.as_str()).collect();
        note(house, caller, case_id, "refused", json!({ "keys": keys }))?;
    }
    outcome
}

/// Decides the command without carrying it out: the same conditions hold before anything leaves.
fn permitted(house: &House, conn: &mut Conn, opened: &Opened, caller: &Caller) -> Result<(), Error> {
    let context = Context {
        definition: &opened.program.definition,
        settings: &house.settings,
        granted: &opened.granted,
        stamp: &house.stamp(&caller.actor),
        items: &items(house, conn, opened)?,
        answers: &Codes::new(),
    };
    decide(&opened.stored.case, &Command::PullRecords, &context)?;
    Ok(())
}

fn people(conn: &mut Conn, opened: &Opened) -> Result<Vec<InsuredPerson>, Error> {
    let definition = &opened.program.definition;
    let answers = standing::answers(conn, opened)?;
    let Some(parts) = &definition.subject.insured_identifier else {
        return Err(Error::refused("pull.no-identifier"));
    };
    let [insurer, symbol, number, branch] =
        parts.each_ref().map(|item| text(&answers, item).unwrap_or_default());
    let birth_date = text(&answers, &definition.subject.birth).and_then(|day| day.parse().ok());
    let spellings = insured::spellings(&insurer, &symbol, &number, &branch);
    if spellings.is_empty() {
        return Err(Error::refused("pull.no-identifier"));
    }
    Ok(spellings.into_iter().map(|identifier| InsuredPerson { identifier, birth_date }).collect())
}

/// Asks in each spelling until somebody is found; the last answer counts when nobody is.
async fn ask(platform: &dyn ClinicalRecords, people: &[InsuredPerson]) -> Result<Pulled, PullError> {
    let mut last = None;
    for person in people {
        let pulled = platform.pull(person).await?;
        let pages = pulled.pages.iter().map(|page| page.bytes.as_slice());
        if !clinical::read(pages, &Expected::default()).patients.is_empty() {
            return Ok(pulled);
        }
        last = Some(pulled);
    }
    last.ok_or_else(|| PullError::Garbled { detail: "nobody to ask for".to_owned() })
}

fn pages(house: &House, pulled: &Pulled) -> Result<Vec<PulledPage>, Error> {
    let pull = house.new_id("pull")?;
    let kept = |(number, page): (i64, &Page)| PulledPage {
        pull: pull.clone(),
        page: number,
        source: pulled.source.clone(),
        resource: page.resource_type.clone(),
        version: [Some(VERSION), page.version.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" "),
        at: page.fetched_at,
        body: page.bytes.clone(),
    };
    let mut pages: Vec<PulledPage> = (0..).zip(&pulled.pages).map(kept).collect();
    if let (false, Some(last)) = (pulled.gaps.is_empty(), pages.last().cloned()) {
        let body = serde_json::to_vec(&outcome(&pulled.gaps))?;
        let resource = "OperationOutcome".to_owned();
        pages.push(PulledPage { page: last.page + 1, source: OURS.to_owned(), resource, body, ..last });
    }
    Ok(pages)
}

/// What is missing, in the platform's own form, so that it is shown with the rest.
fn outcome(gaps: &[Gap]) -> serde_json::Value {
    let words = |gap: &Gap| match &gap.why {
        GapReason::Refused { status, .. } => format!("{}は取得できませんでした（HTTP {status}）", gap.what),
        GapReason::OtherPerson => format!("{}は生年月日が違うため取得していません", gap.what),
    };
    let issue =
        |gap| json!({ "severity": "warning", "code": "incomplete", "details": { "text": words(gap) } });
    json!({ "resourceType": "OperationOutcome", "issue": gaps.iter().map(issue).collect::<Vec<_>>() })
}

/// Stores the pages in the command's transaction, which asks for the consent once more.
fn keep(house: &House, caller: &Caller, case_id: &str, pages: &[PulledPage]) -> Result<usize, Error> {
    carry_out(house, caller, &Order::new(case_id, CommandName::PullRecords), |stage| {
        pulls::insert(stage.conn, &stage.opened.stored, pages)?;
        Ok(Command::PullRecords)
    })?;
    Ok(pages.len())
}

fn failed(house: &House, caller: &Caller, case_id: &str, error: &PullError) -> Result<Error, Error> {
    tracing::warn!(%error, "a record was not pulled");
    let key = match error {
        PullError::Unavailable { .. } => "pull.unavailable",
        PullError::Unauthorised { .. } => "pull.unauthorised",
        PullError::Refused { .. } => "pull.refused",
        PullError::Garbled { .. } => "pull.garbled",
        PullError::TooMuch { .. } => "pull.too-much",
    };
    note(house, caller, case_id, "failed", json!({ "reason": key }))?;
    Ok(if error.passes() { Error::Unavailable(error.to_string()) } else { Error::refused(key) })
}

fn note(
    house: &House,
    caller: &Caller,
    case_id: &str,
    outcome: &str,
    detail: serde_json::Value,
) -> Result<(), Error> {
    let action = CommandName::PullRecords.code();
    house.database.write(|conn| house.record(conn, caller, action, case_id, outcome, detail))
}
