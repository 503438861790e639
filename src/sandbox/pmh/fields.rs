//! The fields of a registration record and the form of each value.

use chrono::NaiveDate;
use serde_json::{Map, Value};

/// What is wrong with a value: code and wording, never the value itself.
pub type Wrong = (&'static str, &'static str);

const MISSING: Wrong = ("PMH-E1001", "必須項目がありません");
const LENGTH: Wrong = ("PMH-E1002", "文字数が範囲外です");
const KIND: Wrong = ("PMH-E1003", "文字種または型が違います");
const DATE: Wrong = ("PMH-E1004", "日付の形式が違います");
const UNKNOWN: Wrong = ("PMH-E1003", "定義されていない項目です");
const HYPHEN: Wrong = ("PMH-E1003", "wrong hyphen: 追加条件の区切りはU+002Dです");

/// Form of a value.
#[derive(Clone, Copy)]
pub enum Form {
    /// Text of 1 to `max` characters, without control characters.
    Text(usize),
    /// Half-width alphanumerics and the given others, 1 to `max`.
    Code(usize, &'static str),
    /// Exactly so many half-width digits.
    Digits(usize),
    /// Full-width katakana with full-width space, up to 100.
    Kana,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// JSON boolean.
    Bool,
    /// `YYYY-MM-DD`.
    Date,
    /// 追加条件: `item-condition`, joined by `;`.
    Conditions,
    /// Integer from 0 to 9,999,999, or null.
    Yen,
    /// Integer from 1 to 999.
    Order,
    /// Object with these fields.
    Object(&'static [Field]),
    /// Array of objects with these fields.
    List(&'static [Field]),
}

/// Name, whether required, form.
pub type Field = (&'static str, bool, Form);

/// 基本5情報.
pub const BASIC_FIVE: &[Field] = &[
    ("name", true, Form::Text(100)),
    ("nameKana", true, Form::Kana),
    ("address", true, Form::Text(200)),
    ("dateOfBirth", true, Form::Date),
    ("sex", true, Form::OneOf(&["0", "1", "2", "9"])),
];

const COPAYMENT: &[Field] = &[
    ("monthly", false, Form::Yen),
    ("monthlyInpatient", false, Form::Yen),
    ("monthlyOutpatient", false, Form::Yen),
    ("perVisit", false, Form::Yen),
    ("perDay", false, Form::Yen),
    ("hasNoLimit", false, Form::Bool),
    ("note", false, Form::Text(200)),
];

const DETAIL: &[Field] = &[
    ("itemCode", true, Form::Code(30, "_-")),
    ("itemName", true, Form::Text(50)),
    ("itemValue", true, Form::Text(500)),
    ("displayOrder", true, Form::Order),
];

/// Fields of 医療費助成対象者情報 (A1).
pub const BASE_RECORD: &[Field] = &[
    ("orgSpecificCertificateTypeId", true, Form::Code(50, "")),
    ("myNumber", true, Form::Digits(12)),
    ("basicFiveInfo", true, Form::Object(BASIC_FIVE)),
    ("isNotDisclosed", true, Form::Bool),
    ("medicalSubsidyInsurerNumber", false, Form::Digits(8)),
    ("certificationName", true, Form::Text(100)),
    ("medicalSubsidyRecipientNumber", false, Form::Text(30)),
    ("certificationSubKey", false, Form::Code(50, "-")),
    ("segment", false, Form::Text(100)),
    ("incomeSegment", false, Form::Text(50)),
    ("additionalConditions", false, Form::Conditions),
    ("designatedMedicalInstitutions", false, Form::Text(4000)),
    ("isAlwaysReimbursement", true, Form::OneOf(&["0", "1"])),
    ("maxCopaymentAmount", false, Form::Object(COPAYMENT)),
    ("validFrom", true, Form::Date),
    ("validTo", true, Form::Date),
];

/// What the difference history (A2) adds.
pub const HISTORY: &[Field] = &[
    ("historyKey", true, Form::Code(50, "_-")),
    ("isDeleted", true, Form::Bool),
    ("certificationDetails", true, Form::List(DETAIL)),
];

/// Checks an object against its fields; each finding carries the dotted name of its field.
pub fn check_object(
    object: &Map<String, Value>,
    fields: &[Field],
    at: &str,
    found: &mut Vec<(String, Wrong)>,
) {
    for (name, required, form) in fields {
        let path = join(at, name);
        match object.get(*name) {
            None if *required => found.push((path, MISSING)),
            None => {}
            Some(value) => check(value, *form, &path, found),
        }
    }
    for name in object.keys().filter(|name| fields.iter().all(|(known, ..)| known != name)) {
        let shown: String = name.chars().take(50).collect();
        found.push((join(at, &shown), UNKNOWN));
    }
}

fn join(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

fn check(value: &Value, form: Form, path: &str, found: &mut Vec<(String, Wrong)>) {
    match (form, value) {
        (Form::Object(fields), Value::Object(object)) => {
            check_object(object, fields, path, found);
            if object.contains_key("hasNoLimit") {
                found.extend(no_limit(object).map(|wrong| (path.to_owned(), wrong)));
            }
        }
        (Form::List(fields), Value::Array(items)) => check_list(items, fields, path, found),
        _ => found.extend(scalar(value, form).map(|wrong| (path.to_owned(), wrong))),
    }
}

fn check_list(items: &[Value], fields: &[Field], path: &str, found: &mut Vec<(String, Wrong)>) {
    for (number, item) in items.iter().enumerate() {
        let at = format!("{path}[{number}]");
        match item {
            Value::Object(object) => check_object(object, fields, &at, found),
            _ => found.push((at, KIND)),
        }
    }
    let mut orders: Vec<i64> = items.iter().filter_map(|i| i.get("displayOrder")?.as_i64()).collect();
    let before = orders.len();
    orders.sort_unstable();
    orders.dedup();
    if orders.len() < before {
        found.push((path.to_owned(), ("PMH-E1003", "displayOrderが重複しています")));
    }
}

/// `hasNoLimit` excludes every amount.
fn no_limit(amounts: &Map<String, Value>) -> Option<Wrong> {
    let unlimited = amounts.get("hasNoLimit") == Some(&Value::Bool(true));
    let limited = amounts.values().any(Value::is_number);
    (unlimited && limited).then_some(("PMH-E1003", "上限なしと金額が両方あります"))
}

fn scalar(value: &Value, form: Form) -> Option<Wrong> {
    match form {
        Form::Bool => (!value.is_boolean()).then_some(KIND),
        Form::Yen if value.is_null() => None,
        Form::Yen => within(value, 0, 9_999_999),
        Form::Order => within(value, 1, 999),
        _ => match value.as_str() {
            Some(text) => in_text(text, form),
            None => Some(KIND),
        },
    }
}

fn within(value: &Value, least: i64, most: i64) -> Option<Wrong> {
    match value.as_i64() {
        None => Some(KIND),
        Some(number) => (!(least..=most).contains(&number)).then_some(LENGTH),
    }
}

fn in_text(text: &str, form: Form) -> Option<Wrong> {
    let length = text.chars().count();
    match form {
        Form::Text(max) => bounded(length, 1, max, !text.chars().any(char::is_control)),
        Form::Code(max, others) => {
            bounded(length, 1, max, text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c)))
        }
        Form::Digits(exact) => bounded(length, exact, exact, text.chars().all(|c| c.is_ascii_digit())),
        Form::Kana => bounded(length, 1, 100, text.chars().all(is_kana)),
        Form::OneOf(choices) => (!choices.contains(&text)).then_some(KIND),
        Form::Date => (!is_date(text)).then_some(DATE),
        Form::Conditions => conditions(text),
        _ => Some(KIND),
    }
}

fn bounded(length: usize, least: usize, most: usize, pure: bool) -> Option<Wrong> {
    match ((least..=most).contains(&length), pure) {
        (false, _) => Some(LENGTH),
        (true, false) => Some(KIND),
        (true, true) => None,
    }
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{30A1}'..='\u{30FC}' | '\u{3000}')
}

fn is_date(text: &str) -> bool {
    text.parse::<NaiveDate>().is_ok_and(|date| date.to_string() == text)
}

fn conditions(text: &str) -> Option<Wrong> {
    if text.contains(['\u{2010}', '\u{2212}', '\u{FF0D}']) {
        return Some(HYPHEN);
    }
    let code = |c: &str| (1..=20).contains(&c.len()) && c.chars().all(|c| c.is_ascii_alphanumeric());
    let good =
        |entry: &str| entry.split_once('-').is_some_and(|(item, condition)| code(item) && code(condition));
    (!text.split(';').all(good)).then_some(KIND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn code(value: Value, form: Form) -> Option<&'static str> {
        scalar(&value, form).map(|(code, _)| code)
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert_eq!(code(json!("あ".repeat(100)), Form::Text(100)), None);
        assert_eq!(code(json!("あ".repeat(101)), Form::Text(100)), Some("PMH-E1002"));
        assert_eq!(code(json!("a".repeat(51)), Form::Code(50, "")), Some("PMH-E1002"));
    }

    #[test]
    fn kinds_of_characters() {
        assert_eq!(code(json!("A-1"), Form::Code(50, "")), Some("PMH-E1003"));
        assert_eq!(code(json!("A-1"), Form::Code(50, "-")), None);
        assert_eq!(code(json!("１２３"), Form::Digits(3)), Some("PMH-E1003"));
        assert_eq!(code(json!("12"), Form::Digits(3)), Some("PMH-E1002"));
        assert_eq!(code(json!("アオゾラ　ハナコ"), Form::Kana), None);
        assert_eq!(code(json!("ｱｵｿﾞﾗ"), Form::Kana), Some("PMH-E1003"));
        assert_eq!(code(json!("改\n行"), Form::Text(10)), Some("PMH-E1003"));
    }

    #[test]
    fn flags_and_booleans_are_not_interchangeable() {
        assert_eq!(code(json!(true), Form::OneOf(&["0", "1"])), Some("PMH-E1003"));
        assert_eq!(code(json!("2"), Form::OneOf(&["0", "1"])), Some("PMH-E1003"));
        assert_eq!(code(json!("0"), Form::Bool), Some("PMH-E1003"));
        assert_eq!(code(Value::Null, Form::Text(9)), Some("PMH-E1003"));
    }

    #[test]
    fn dates() {
        assert_eq!(code(json!("2026-02-28"), Form::Date), None);
        for bad in ["2026-02-29", "2026-2-28", "2026/02/28", "20260228", "+2026-02-2"] {
            assert_eq!(code(json!(bad), Form::Date), Some("PMH-E1004"), "{bad}");
        }
    }

    #[test]
    fn conditions_name_a_wrong_hyphen() {
        assert_eq!(code(json!("01-02;03-01"), Form::Conditions), None);
        for bad in ["01", "01-", "01-02;", "01-02-03", "01-02; 03-01"] {
            assert_eq!(code(json!(bad), Form::Conditions), Some("PMH-E1003"), "{bad}");
        }
        for hyphen in ['\u{2010}', '\u{2212}', '\u{FF0D}'] {
            let (_, why) = conditions(&format!("01{hyphen}02")).unwrap();
            assert!(why.contains("wrong hyphen"));
        }
    }

    #[test]
    fn no_limit_excludes_amounts() {
        let mut found = Vec::new();
        check(&json!({ "hasNoLimit": true, "monthly": null }), Form::Object(COPAYMENT), "m", &mut found);
        assert!(found.is_empty());
        check(&json!({ "hasNoLimit": true, "monthly": 1 }), Form::Object(COPAYMENT), "m", &mut found);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn details_are_ordered_once() {
        let detail = |n| json!({ "itemCode": "A", "itemName": "名", "itemValue": "値", "displayOrder": n });
        let mut found = Vec::new();
        check(&json!([detail(1), detail(2)]), Form::List(DETAIL), "d", &mut found);
        assert!(found.is_empty());
        check(&json!([detail(1), detail(1), detail(0)]), Form::List(DETAIL), "d", &mut found);
        assert_eq!(found.iter().map(|(p, _)| p.as_str()).collect::<Vec<_>>(), ["d[2].displayOrder", "d"]);
    }
}
