//! The check before sending: what the base would refuse in an entry.

use chrono::NaiveDate;

use super::profile::{Column, Kind, Look, Origin, Version, columns};
use crate::ports::hub::{Defect, Entry};

const INSURED_DIGITS: usize = 10;

/// What keeps an entry from being sent; each fault once, however many files it would show in.
pub(super) fn defects(version: Version, entry: &Entry) -> Vec<Defect> {
    let each = Kind::ALL.iter().flat_map(|kind| columns(version, *kind));
    let mut found: Vec<Defect> = Vec::new();
    for defect in each.filter_map(|column| of_column(column, entry)) {
        if !found.contains(&defect) {
            found.push(defect);
        }
    }
    if entry.valid_to < entry.valid_from {
        found.push(defect("E1005", "valid_to"));
    }
    found
}

fn of_column((_, from): &Column, entry: &Entry) -> Option<Defect> {
    match from {
        Origin::Insured => insured(&entry.number),
        Origin::Field(name, look, required) => {
            let value = entry.fields.get(*name).map_or("", |value| value.trim());
            match (value.is_empty(), required) {
                (true, true) => Some(defect("field-missing", name)),
                (true, false) => None,
                (false, _) => wrong(*look, value).map(|code| defect(code, name)),
            }
        }
        _ => None,
    }
}

fn insured(number: &str) -> Option<Defect> {
    let digits = number.len() == INSURED_DIGITS && number.bytes().all(|byte| byte.is_ascii_digit());
    match (number.trim().is_empty(), digits) {
        (true, _) => Some(defect("insured-missing", "")),
        (false, false) => Some(defect("insured-wrong", "")),
        (false, true) => None,
    }
}

fn wrong(look: Look, value: &str) -> Option<&'static str> {
    let (right, code) = match look {
        Look::Code(codes) => (codes.contains(&value), "field-wrong"),
        Look::Day => (value.parse::<NaiveDate>().is_ok(), "E1004"),
        Look::Number => (value.parse::<u32>().is_ok(), "field-wrong"),
        Look::Text(most) => (value.chars().count() <= most, "E1002"),
        Look::Flag => (matches!(value, "true" | "false"), "field-wrong"),
    };
    (!right).then_some(code)
}

fn defect(code: &str, field: &str) -> Defect {
    let field = (!field.is_empty()).then(|| field.to_owned());
    Defect { row: None, field, code: code.to_owned(), message: String::new() }
}
