//! What a page says about paging and people.

use chrono::NaiveDate;
use reqwest::Url;
use serde_json::Value;

use crate::adapters::http::Reply;
use crate::domain::clinical::{self, Expected};
use crate::ports::clinical::{Gap, GapReason, InsuredPerson, Page, PullError};

/// Most people that one identifier may stand for: one record an institution, a few institutions.
const MOST_PEOPLE: usize = 10;

pub(super) fn garbled(detail: impl ToString) -> PullError {
    PullError::Garbled { detail: detail.to_string() }
}

/// The address of the next page, if the answer is a search result that names one.
pub(super) fn next(reply: &Reply, here: &Url) -> Result<Option<Url>, PullError> {
    let page = reply.json().map_err(garbled)?;
    let is = |name: &str, value: &str| page.get(name).and_then(Value::as_str) == Some(value);
    if !is("resourceType", "Bundle") || !is("type", "searchset") {
        return Err(garbled("the answer to a search is not a searchset Bundle"));
    }
    let Some(link) = clinical::next_link(&page) else { return Ok(None) };
    let url = here.join(link).map_err(|_| garbled("the next link is no address"))?;
    if url.origin() != here.origin() {
        return Err(garbled("the next link leads to another server"));
    }
    Ok(Some(url))
}

/// The people to follow, and those found and not followed. With several people only those with the
/// applicant's date of birth are followed: nobody else's record is fetched.
pub(super) fn people(pages: &[Page], person: &InsuredPerson) -> Result<(Vec<String>, Vec<Gap>), PullError> {
    let bytes = pages.iter().map(|page| page.bytes.as_slice());
    let found = clinical::read(bytes, &Expected::default()).patients;
    if found.len() > MOST_PEOPLE {
        return Err(PullError::TooMuch {
            detail: format!("{} people answer to one identifier", found.len()),
        });
    }
    let alone = found.len() == 1;
    let (mut followed, mut gaps) = (Vec::new(), Vec::new());
    for patient in &found {
        let id = patient
            .origin
            .id
            .clone()
            .filter(|id| is_id(id))
            .ok_or_else(|| garbled("a Patient without valid id"))?;
        if alone || same_day(patient.birth_date.as_deref(), person.birth_date) {
            followed.push(id);
        } else {
            gaps.push(Gap { what: format!("Patient/{id}"), why: GapReason::OtherPerson });
        }
    }
    Ok((followed, gaps))
}

fn same_day(found: Option<&str>, expected: Option<NaiveDate>) -> bool {
    expected.is_none_or(|day| found == Some(day.format("%Y-%m-%d").to_string().as_str()))
}

/// FHIR `id`: 1 to 64 letters, digits, `-` and `.`.
fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}
