//! A row as the JSON record of the hub.

use serde_json::{Map, Value, json};

use super::convert::subsidy_row;
use super::profile::Profile;
use super::row::{BasicFive, Cap, Condition, PrintedItem, Sex, SubsidyRow};
use crate::ports::hub::Entry;

/// The record of an entry; `None` for one that cannot be sent.
pub fn record_of(entry: &Entry, profile: &Profile) -> Option<Value> {
    subsidy_row(entry).ok().map(|row| record(&row, profile))
}

/// The record. Fields without a value are left out, never `null` or empty.
pub(super) fn record(row: &SubsidyRow, profile: &Profile) -> Value {
    let mut record = Map::new();
    let mut put = |name: &str, value: Value| record.insert(name.to_owned(), value);
    put("orgSpecificCertificateTypeId", json!(row.certificate_type));
    put("myNumber", json!(row.number.expose()));
    put("basicFiveInfo", basic_five(&row.person));
    put("isNotDisclosed", json!(row.withheld));
    put("certificationName", json!(row.certificate_name));
    put("isAlwaysReimbursement", json!(if row.always_reimbursed { "1" } else { "0" }));
    put("validFrom", json!(row.valid_from));
    put("validTo", json!(row.valid_to));
    put("historyKey", json!(row.history_key));
    put("isDeleted", json!(row.deleted));
    put(&profile.printed_items, row.printed.iter().enumerate().map(printed_item).collect());
    for (name, value) in optional(row) {
        if let Some(value) = value {
            put(name, value);
        }
    }
    Value::Object(record)
}

fn optional(row: &SubsidyRow) -> [(&'static str, Option<Value>); 8] {
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    [
        ("medicalSubsidyInsurerNumber", row.payer_number.as_ref().map(|number| json!(number.as_str()))),
        ("medicalSubsidyRecipientNumber", text(&row.recipient_number)),
        ("certificationSubKey", text(&row.sub_key)),
        ("segment", text(&row.segment)),
        ("incomeSegment", text(&row.income_segment)),
        ("additionalConditions", conditions(&row.conditions).map(Value::String)),
        ("designatedMedicalInstitutions", text(&row.institutions)),
        ("maxCopaymentAmount", row.cap.as_ref().map(cap)),
    ]
}

/// The hub wants full-width blanks in 氏名カナ.
pub(super) fn kana(person: &BasicFive) -> String {
    person.kana.replace(' ', "\u{3000}")
}

pub(super) fn basic_five(person: &BasicFive) -> Value {
    json!({
        "name": person.name,
        "nameKana": kana(person),
        "address": person.address,
        "dateOfBirth": person.birth_date,
        "sex": sex(person.sex),
    })
}

fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Unknown => "0",
        Sex::Male => "1",
        Sex::Female => "2",
        Sex::NotApplicable => "9",
    }
}

/// `01-02;03-01`, with the ASCII hyphen.
fn conditions(conditions: &[Condition]) -> Option<String> {
    let entries: Vec<String> =
        conditions.iter().map(|entry| format!("{}-{}", entry.item, entry.code)).collect();
    (!entries.is_empty()).then(|| entries.join(";"))
}

fn cap(cap: &Cap) -> Value {
    match &cap.note {
        None => json!({ "monthly": cap.monthly, "hasNoLimit": false }),
        Some(note) => json!({ "monthly": cap.monthly, "hasNoLimit": false, "note": note }),
    }
}

fn printed_item((index, item): (usize, &PrintedItem)) -> Value {
    json!({ "itemCode": item.code, "itemName": item.name, "itemValue": item.value, "displayOrder": index + 1 })
}
