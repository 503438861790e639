//! Reading the records of a task.

use super::fields::{BASE_RECORD, Field, HISTORY, check_object};
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

/// History key of the one row of a base registration.
pub const BASE_KEY: &str = "CURRENT";

/// The two registrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 医療費助成対象者情報 (A1): one current row.
    Base,
    /// 医療費助成対象者差分履歴情報 (A2).
    History,
}

impl Kind {
    /// As a task names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Base => "MEDICAL_SUBSIDY",
            Self::History => "MEDICAL_SUBSIDY_DIFF_HISTORY",
        }
    }

    fn fields(self) -> Vec<Field> {
        match self {
            Self::Base => BASE_RECORD.to_vec(),
            Self::History => [BASE_RECORD, HISTORY].concat(),
        }
    }
}

/// What makes a row: certificate type, 個人番号, sub-key, history key.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// 機関別受給者証種別ID.
    pub type_id: String,
    /// 個人番号.
    pub my_number: String,
    /// 受給者証サブキー, empty when absent.
    pub sub_key: String,
    /// 履歴キー; `CURRENT` for the one row of a base registration.
    pub history_key: String,
}

/// A record whose form is right.
pub struct Record {
    /// Which row it concerns.
    pub identity: Identity,
    /// Date of birth among the basic five.
    pub birth: NaiveDate,
    /// First day of validity.
    pub valid_from: NaiveDate,
    /// Last day of validity.
    pub valid_to: NaiveDate,
    /// Withdraws the row.
    pub is_deleted: bool,
    /// Withheld from everybody.
    pub is_not_disclosed: bool,
    /// The record as sent, without the 個人番号.
    pub body: Map<String, Value>,
}

impl Record {
    /// A text field of the record.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }
}

/// Reads a task's body: an array of records, all of them well formed.
///
/// # Errors
/// One entry `{index, field, code, message}` a finding; values are never repeated in it.
pub fn read_all(kind: Kind, body: &Value) -> Result<Vec<Record>, Vec<Value>> {
    let Value::Array(items) = body else {
        return Err(vec![json!({ "code": "PMH-E1003", "message": "本文は配列でなければなりません" })]);
    };
    let fields = kind.fields();
    let mut findings = Vec::new();
    let mut records = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match read(kind, &fields, item) {
            Ok(record) => records.push(record),
            Err(found) => findings.extend(found.into_iter().map(|(field, code, message)| {
                json!({ "index": index, "field": field, "code": code, "message": message })
            })),
        }
    }
    if findings.is_empty() { Ok(records) } else { Err(findings) }
}

type Finding = (String, &'static str, &'static str);

fn read(kind: Kind, fields: &[Field], item: &Value) -> Result<Record, Vec<Finding>> {
    let broken = || vec![(String::new(), "PMH-E1003", "レコードはオブジェクトでなければなりません")];
    let object = item.as_object().ok_or_else(broken)?;
    let mut found = Vec::new();
    check_object(object, fields, "", &mut found);
    if found.is_empty() {
        return build(kind, object).ok_or_else(broken);
    }
    Err(found.into_iter().map(|(field, (code, message))| (field, code, message)).collect())
}

fn build(kind: Kind, object: &Map<String, Value>) -> Option<Record> {
    let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    let flag = |name: &str| object.get(name).and_then(Value::as_bool).unwrap_or_default();
    let date = |value: &Value| value.as_str()?.parse::<NaiveDate>().ok();
    let history_key = match kind {
        Kind::Base => BASE_KEY.to_owned(),
        Kind::History => text("historyKey")?,
    };
    let mut body = object.clone();
    body.shift_remove("myNumber");
    Some(Record {
        identity: Identity {
            type_id: text("orgSpecificCertificateTypeId")?,
            my_number: text("myNumber")?,
            sub_key: text("certificationSubKey").unwrap_or_default(),
            history_key,
        },
        birth: date(object.get("basicFiveInfo")?.get("dateOfBirth")?)?,
        valid_from: date(object.get("validFrom")?)?,
        valid_to: date(object.get("validTo")?)?,
        is_deleted: flag("isDeleted"),
        is_not_disclosed: flag("isNotDisclosed"),
        body,
    })
}
