//! Rows kept for subjects, and what a record does to them.

use super::Hub;
use super::masters::{CertificateType, Masters};
use super::record::{BASE_KEY, Identity, Record};
use crate::sandbox::digits;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A stored row.
pub struct Row {
    /// First day of validity.
    pub valid_from: NaiveDate,
    /// Last day of validity.
    pub valid_to: NaiveDate,
    /// Withdrawn: kept only so that its key is not used again.
    pub is_deleted: bool,
    /// Withheld from everybody.
    pub is_not_disclosed: bool,
    /// The record without the 個人番号.
    pub body: Map<String, Value>,
    /// The task that wrote it last.
    pub task_id: String,
}

/// Every row by its identity.
pub type Rows = BTreeMap<Identity, Row>;

/// A code, the field it concerns, its wording.
pub type RecordError = (&'static str, &'static str, &'static str);

/// Applies a record and returns what became of it, or why it was refused.
///
/// # Errors
/// Every rule the record breaks.
pub fn apply(
    hub: &Hub,
    masters: &Masters,
    rows: &mut Rows,
    task_id: &str,
    record: Record,
) -> Result<&'static str, Vec<RecordError>> {
    let mut errors = check(hub, masters, &record);
    errors.extend(against_rows(hub, rows, &record));
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(write(rows, task_id, record))
}

fn write(rows: &mut Rows, task_id: &str, record: Record) -> &'static str {
    let old = rows.get(&record.identity);
    let result = match (old, record.is_deleted) {
        (None, true) => return "UNCHANGED",
        (Some(_), true) => "DELETED",
        (Some(old), false) if old.body == record.body => return "UNCHANGED",
        (Some(_), false) => "UPDATED",
        (None, false) => "REGISTERED",
    };
    let row = Row {
        valid_from: record.valid_from,
        valid_to: record.valid_to,
        is_deleted: record.is_deleted,
        is_not_disclosed: record.is_not_disclosed,
        body: record.body,
        task_id: task_id.to_owned(),
    };
    rows.insert(record.identity, row);
    result
}

/// Rules of one record against the masters and the register of persons.
fn check(hub: &Hub, masters: &Masters, record: &Record) -> Vec<RecordError> {
    let mut errors = Vec::new();
    if record.valid_to < record.valid_from {
        errors.push(("PMH-E1005", "validTo", "終了日が開始日より前です"));
    }
    match masters.certificate(&record.identity.type_id) {
        None => errors.push(("PMH-E2001", "orgSpecificCertificateTypeId", "制度マスタに存在しない種別")),
        Some(kind) => errors.extend(against_master(masters, kind, record)),
    }
    if hub.births.get(&record.identity.my_number) != Some(&record.birth) {
        errors.push(("PMH-E3001", "myNumber", "対象者を特定できないか、基本5情報が一致しません"));
    }
    if hub.settings.strict_check_digits {
        errors.extend(wrong_digits(record));
    }
    errors
}

fn against_master(masters: &Masters, kind: &CertificateType, record: &Record) -> Vec<RecordError> {
    let (id, from) = (&record.identity.type_id, record.valid_from);
    let mut errors = Vec::new();
    if !(kind.open_from..=kind.open_to).contains(&from) {
        errors.push(("PMH-E2002", "validFrom", "この日に受け付けていない種別"));
    }
    let income = record.text("incomeSegment");
    let known = income.map_or(!kind.uses_income_segment, |code| masters.has_income(id, code, from));
    if !known {
        errors.push(("PMH-E2003", "incomeSegment", "制度マスタに存在しない所得区分"));
    }
    if record.text("additionalConditions").is_some_and(|entries| !masters.has_conditions(id, entries)) {
        errors.push(("PMH-E2004", "additionalConditions", "制度マスタに存在しない追加条件"));
    }
    if kind.required_detail_items.iter().any(|item| !has_detail(record, item)) {
        errors.push(("PMH-E1001", "certificationDetails", "必須の券面項目がありません"));
    }
    errors
}

fn has_detail(record: &Record, item: &str) -> bool {
    let details = record.body.get("certificationDetails").and_then(Value::as_array);
    details.into_iter().flatten().any(|d| d.get("itemCode").and_then(Value::as_str) == Some(item))
}

fn wrong_digits(record: &Record) -> Vec<RecordError> {
    let wrong = |field: &'static str| ("PMH-E4001", field, "検証番号が違います");
    let mut errors = Vec::new();
    if !digits::my_number_passes(&record.identity.my_number) {
        errors.push(wrong("myNumber"));
    }
    for field in ["medicalSubsidyInsurerNumber", "medicalSubsidyRecipientNumber"] {
        let checked = record.text(field).filter(|n| field.contains("Insurer") || n.len() == 7);
        if checked.is_some_and(|number| !digits::medical_number_passes(number)) {
            errors.push(wrong(field));
        }
    }
    errors
}

/// Rules of one record against what is stored.
fn against_rows(hub: &Hub, rows: &Rows, record: &Record) -> Option<RecordError> {
    let stored = rows.get(&record.identity);
    if stored.is_some_and(|row| row.is_deleted) {
        return Some(("PMH-E3002", "historyKey", "削除済みの履歴キー"));
    }
    if record.is_deleted {
        let absent = stored.is_none() && !hub.settings.lenient_delete;
        return absent.then_some(("PMH-E3004", "isDeleted", "存在しない履歴の削除"));
    }
    let overlaps = overlaps(rows, record);
    overlaps.then_some(("PMH-E3003", "validFrom", "同じ種別・サブキーの有効期間が重なっています"))
}

/// Whether another live history row of the same certificate has a period meeting the record's. The one row
/// of a base registration stands beside the history.
fn overlaps(rows: &Rows, record: &Record) -> bool {
    let own = &record.identity;
    let certificate = |i: &Identity| (i.type_id.clone(), i.my_number.clone(), i.sub_key.clone());
    let first = Identity { history_key: String::new(), ..own.clone() };
    own.history_key != BASE_KEY
        && rows
            .range(first..)
            .take_while(|(identity, _)| certificate(identity) == certificate(own))
            .filter(|(identity, row)| !row.is_deleted && identity.history_key != BASE_KEY)
            .filter(|(identity, _)| identity.history_key != own.history_key)
            .any(|(_, row)| row.valid_from <= record.valid_to && record.valid_from <= row.valid_to)
}

/// A row for reading back, without the 個人番号.
#[must_use]
pub fn shown(row: &Row) -> Value {
    let mut body = row.body.clone();
    body.insert("taskId".to_owned(), json!(row.task_id));
    Value::Object(body)
}
