//! The columns of each kind of file in each version of the interface, as the stand-in reads it. Version 2.0
//! gave the 被保険者証 a key and a 履歴番号; the rest is proposed.

use chrono::NaiveDate;

/// What a value must be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// So many digits.
    Digits(usize),
    /// A number from 0.
    Number,
    /// 0 or 1; in JSON false or true.
    Flag,
    /// `YYYY-MM-DD`.
    Date,
    /// Text of at most 1,000 characters.
    Text,
    /// The key of a record: letters, digits, `-` and `_`, at most 50.
    Key,
    /// One of a list.
    OneOf(&'static [&'static str]),
}

/// A column: name, what its value must be, whether there must be one.
pub type Column = (&'static str, Look, bool);

const LEVELS: &[&str] = &["12", "13", "21", "22", "23", "24", "25"];

const NINTEI: &[Column] = &[
    ("insurerNo", Look::Digits(6), true),
    ("insuredNo", Look::Digits(10), true),
    ("historyNo", Look::Number, true),
    ("isDeleted", Look::Flag, true),
    ("applicationNo", Look::Key, true),
    ("applicationKind", Look::OneOf(&["1", "2", "3", "4", "5"]), true),
    ("applicationDate", Look::Date, true),
    ("surveyDate", Look::Date, false),
    ("opinionReceivedDate", Look::Date, false),
    ("primaryResult", Look::Text, false),
    ("reviewDate", Look::Date, false),
    ("careLevelCode", Look::OneOf(LEVELS), true),
    ("decisionDate", Look::Date, true),
    ("validFrom", Look::Date, true),
    ("validTo", Look::Date, true),
    ("serviceDesignation", Look::Text, false),
    ("committeeComment", Look::Text, false),
    ("status", Look::OneOf(&["DECIDED"]), true),
];

const CARD_KEY: &[Column] = &[("cardKey", Look::Key, true), ("historyNo", Look::Number, true)];

const CARD: &[Column] = &[
    ("isDeleted", Look::Flag, true),
    ("careLevelCode", Look::OneOf(LEVELS), true),
    ("decisionDate", Look::Date, true),
    ("validFrom", Look::Date, true),
    ("validTo", Look::Date, true),
    ("limitUnits", Look::Number, true),
    ("committeeComment", Look::Text, false),
    ("serviceDesignation", Look::Text, false),
];

const WHOSE: &[Column] = &[("insurerNo", Look::Digits(6), true), ("insuredNo", Look::Digits(10), true)];

const DOUI: &[Column] = &[
    ("insurerNo", Look::Digits(6), true),
    ("insuredNo", Look::Digits(10), true),
    ("historyNo", Look::Number, true),
    ("isDeleted", Look::Flag, true),
    ("applicationNo", Look::Key, true),
    ("isConsented", Look::Flag, true),
];

/// The columns of a kind, or none for a kind that is not known.
pub fn columns(kind: &str, version: &str) -> Option<Vec<Column>> {
    match (kind, version) {
        ("NINTEI", _) => Some(NINTEI.to_vec()),
        ("DOUI", _) => Some(DOUI.to_vec()),
        ("HIHOKENSHASHO", "1.0") => Some([WHOSE, CARD].concat()),
        ("HIHOKENSHASHO", _) => Some([WHOSE, CARD_KEY, CARD].concat()),
        _ => None,
    }
}

/// The code of the first fault of a value; none for a good one.
pub fn fault((_, look, required): &Column, value: &str) -> Option<&'static str> {
    if value.is_empty() {
        return required.then_some("KB-E1001");
    }
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let (good, code) = match look {
        Look::Digits(count) => (digits && value.len() == *count, "KB-E1003"),
        Look::Number => (digits && value.len() <= 9, "KB-E1003"),
        Look::Flag => (matches!(value, "0" | "1"), "KB-E1003"),
        Look::Date => (NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok(), "KB-E1004"),
        Look::Text => (value.chars().count() <= 1_000, "KB-E1002"),
        Look::Key => (value.len() <= 50 && value.chars().all(key), "KB-E1003"),
        Look::OneOf(list) => (list.contains(&value), "KB-E2005"),
    };
    (!good).then_some(code)
}
