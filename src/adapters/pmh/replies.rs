//! What the hub answers, read so that nothing unclear passes for a success.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;

use super::profile::Profile;
use super::row::SubsidyRow;
use crate::adapters::http::{HttpFault, Reply};
use crate::adapters::token::TokenError;
use crate::ports::hub::{Defect, HeldRow, HubError, ResultPage, RowOutcome, RowResult, TaskState};

const LONGEST_MESSAGE: usize = 200;

/// A fault while a batch was handed over.
pub(super) fn submit_fault(fault: &HttpFault) -> HubError {
    let detail = fault.to_string();
    match fault {
        HttpFault::NotSent { .. } | HttpFault::Paused { .. } => HubError::Unavailable { detail },
        HttpFault::Lost { .. } | HttpFault::TooLarge { .. } => HubError::OutcomeUnknown { detail },
    }
}

/// A fault while something was read.
pub(super) fn read_fault(fault: &HttpFault) -> HubError {
    HubError::Unavailable { detail: fault.to_string() }
}

pub(super) fn token_fault(error: &TokenError) -> HubError {
    let detail = error.to_string();
    match error {
        TokenError::Unavailable { retry_after: Some(wait), .. } => {
            HubError::Throttled { retry_after: Some(wait.as_secs()) }
        }
        TokenError::Unavailable { .. } | TokenError::Garbled => HubError::Unavailable { detail },
        TokenError::Refused { .. } => HubError::Unauthorised { detail },
    }
}

/// An answer that was not understood.
pub(super) fn unreadable(what: &str) -> HubError {
    HubError::Unavailable { detail: format!("{what} could not be read") }
}

/// The error an answer stands for, or `None` for a success. 5xx other than 503 leaves open whether
/// the hub acted.
pub(super) fn refusal(reply: &Reply) -> Option<HubError> {
    let detail = format!("status {}", reply.status);
    let retry_after = reply.retry_after.map(|wait| wait.as_secs());
    match reply.status {
        200..=299 => None,
        400 | 413 | 415 | 422 => Some(HubError::Defect(refused_rows(reply))),
        401 => Some(HubError::Unauthorised { detail }),
        403 => Some(HubError::Forbidden { detail }),
        404 => Some(HubError::NotFound),
        409 => Some(HubError::Conflict),
        429 => Some(HubError::Throttled { retry_after }),
        503 if retry_after.is_some() => Some(HubError::Throttled { retry_after }),
        503 => Some(HubError::Unavailable { detail }),
        500.. => Some(HubError::OutcomeUnknown { detail }),
        _ => Some(HubError::Unavailable { detail }),
    }
}

fn refused_rows(reply: &Reply) -> Vec<Defect> {
    let body = reply.json().unwrap_or_default();
    let defects = defects(&body, None);
    if defects.is_empty() {
        vec![whole_batch(&format!("HTTP-{}", reply.status), "the whole batch was refused")]
    } else {
        defects
    }
}

/// A defect of the batch as such.
pub(super) fn whole_batch(code: &str, message: &str) -> Defect {
    Defect { row: None, field: None, code: code.to_owned(), message: message.to_owned() }
}

fn defects(holder: &Value, row: Option<usize>) -> Vec<Defect> {
    let errors = holder.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    errors.iter().map(|error| defect(error, row)).collect()
}

fn defect(error: &Value, row: Option<usize>) -> Defect {
    Defect {
        row: row.or_else(|| index(error)),
        field: words(error, "field"),
        code: words(error, "code").unwrap_or_else(|| "unknown".to_owned()),
        message: words(error, "message").unwrap_or_default(),
    }
}

pub(super) fn task_id(body: &Value) -> Option<String> {
    let id = body.get("taskId")?.as_str()?;
    let fits = (1..=100).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    fits.then(|| id.to_owned())
}

/// The state of `task`; an answer about another task is none.
pub(super) fn task_state(body: &Value, task: &str) -> Option<TaskState> {
    if task_id(body)? != task {
        return None;
    }
    match body.get("status")?.as_str()? {
        "ACCEPTED" => Some(TaskState::Waiting),
        "RUNNING" => Some(TaskState::Running),
        "COMPLETED" => Some(TaskState::Completed),
        "COMPLETED_WITH_ERRORS" => Some(TaskState::CompletedWithErrors),
        "FAILED" => Some(TaskState::Failed),
        _ => None,
    }
}

/// A page of results; a next page that does not lie ahead makes the whole page unreadable.
pub(super) fn results(body: &Value, page: u32, profile: &Profile) -> Option<ResultPage> {
    let rows = list(body, &profile.results_list)?.iter().map(result).collect();
    let next = match body.get(&profile.next_page) {
        None | Some(Value::Null) => None,
        Some(next) => Some(u32::try_from(next.as_u64()?).ok().filter(|next| *next > page)?),
    };
    Some(ResultPage { rows, next })
}

fn result(row: &Value) -> RowResult {
    let position = index(row);
    let outcome = match row.get("result").and_then(Value::as_str) {
        Some("REGISTERED") => RowOutcome::Registered,
        Some("UPDATED") => RowOutcome::Updated,
        Some("UNCHANGED") => RowOutcome::Unchanged,
        Some("DELETED") => RowOutcome::Deleted,
        Some("SUPERSEDED") => RowOutcome::Superseded,
        Some("REJECTED") => RowOutcome::Rejected(defects(row, position)),
        _ => RowOutcome::NotUnderstood,
    };
    RowResult { row: position, history_key: text(row, "historyKey"), outcome }
}

/// Everything held, or `None` when a single row cannot be read: half a comparison would mislead.
pub(super) fn held(body: &Value, profile: &Profile) -> Option<Vec<HeldRow>> {
    list(body, &profile.held_list)?.iter().map(held_row).collect()
}

fn held_row(row: &Value) -> Option<HeldRow> {
    let flag = |name: &str| row.get(name).and_then(Value::as_bool);
    let date = |name: &str| NaiveDate::parse_from_str(row.get(name)?.as_str()?, "%Y-%m-%d").ok();
    let yen = row.get("maxCopaymentAmount").and_then(|cap| cap.get("monthly")).and_then(Value::as_u64);
    let said = |name: &str| text(row, name).unwrap_or_default();
    let fields = [
        ("certificate_type", text(row, "orgSpecificCertificateTypeId")?),
        ("sub_key", said("certificationSubKey")),
        ("withheld", flag("isNotDisclosed")?.to_string()),
        ("valid_from", date("validFrom")?.to_string()),
        ("valid_to", date("validTo")?.to_string()),
        ("payer_number", said("medicalSubsidyInsurerNumber")),
        ("recipient_number", said("medicalSubsidyRecipientNumber")),
        ("income_segment", said("incomeSegment")),
        ("monthly_cap", yen.map(|yen| yen.to_string()).unwrap_or_default()),
    ];
    Some(HeldRow {
        history_key: text(row, "historyKey")?,
        deleted: flag("isDeleted")?,
        fields: fields.into(),
    })
}

/// A row as the hub would show it, if it holds it as it was sent.
pub(super) fn as_held(row: &SubsidyRow) -> HeldRow {
    let payer = row.payer_number.as_ref().map(|number| number.as_str().to_owned());
    let fields: BTreeMap<&'static str, String> = [
        ("certificate_type", row.certificate_type.clone()),
        ("sub_key", row.sub_key.clone().unwrap_or_default()),
        ("withheld", row.withheld.to_string()),
        ("valid_from", row.valid_from.to_string()),
        ("valid_to", row.valid_to.to_string()),
        ("payer_number", payer.unwrap_or_default()),
        ("recipient_number", row.recipient_number.clone().unwrap_or_default()),
        ("income_segment", row.income_segment.clone().unwrap_or_default()),
        ("monthly_cap", row.cap.as_ref().map(|cap| cap.monthly.to_string()).unwrap_or_default()),
    ]
    .into();
    HeldRow { history_key: row.history_key.clone(), deleted: row.deleted, fields }
}

fn list<'a>(body: &'a Value, name: &str) -> Option<&'a Vec<Value>> {
    body.get(name)?.as_array()
}

fn index(value: &Value) -> Option<usize> {
    value.get("index").and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok())
}

fn text(holder: &Value, name: &str) -> Option<String> {
    holder.get(name)?.as_str().map(str::to_owned)
}

/// The hub's own words: bounded, on one line, and with any run of 12 digits hidden. It should not
/// repeat a 個人番号; if it does, the number goes no further.
fn words(holder: &Value, name: &str) -> Option<String> {
    let text = holder.get(name)?.as_str()?;
    let line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_MESSAGE).collect();
    Some(line.split_inclusive(|c: char| !c.is_numeric()).map(hide_long_number).collect())
}

fn hide_long_number(part: &str) -> String {
    let digits = part.chars().filter(|c| c.is_numeric()).count();
    if digits >= 12 { part.replace(char::is_numeric, "*") } else { part.to_owned() }
}
