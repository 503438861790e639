//! Values of an evaluation and how JSON is read as values.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use serde_json::{Map, Value};

use super::super::Decimal;
use super::ExprError;
use super::ast::{TypeName, Unit};

/// One value of a collection.
#[derive(Clone, Debug, PartialEq)]
pub enum Val<'a> {
    /// A JSON object, such as a response item or a Coding.
    Node(&'a Value),
    /// A truth value.
    Boolean(bool),
    /// A number.
    Number(Decimal),
    /// A text.
    Text(Cow<'a, str>),
    /// A day.
    Date(NaiveDate),
    /// A moment, on the clock of the office.
    DateTime(NaiveDateTime),
    /// A time of day.
    Time(NaiveTime),
    /// A length of time in calendar units.
    #[doc(hidden)]
    Duration(i64, DurationUnit),
}

/// The calendar unit of a [`Val::Duration`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DurationUnit(pub(super) Unit);

impl<'a> Val<'a> {
    /// Reads a JSON value as values: an array becomes several, null becomes none.
    pub fn from_json(value: &'a Value) -> Vec<Val<'a>> {
        let mut values = Vec::new();
        read(value, "", &mut values);
        values
    }

    /// The text of a text value.
    pub fn text(&self) -> Option<&str> {
        match self {
            Val::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is_of(&self, wanted: TypeName) -> bool {
        match (self, wanted) {
            (Val::Boolean(_), TypeName::Boolean)
            | (Val::Number(_), TypeName::Decimal)
            | (Val::Text(_), TypeName::Text)
            | (Val::Date(_), TypeName::Date)
            | (Val::DateTime(_), TypeName::DateTime)
            | (Val::Time(_), TypeName::Time) => true,
            (Val::Number(number), TypeName::Integer) => number.places() == 0,
            (Val::Node(node), TypeName::Coding) => node.get("code").is_some_and(Value::is_string),
            _ => false,
        }
    }
}

/// The children of objects under a name; `value` finds `valueDate` and every other `value[x]`.
pub(super) fn children<'a>(parents: &[Val<'a>], name: &str) -> Vec<Val<'a>> {
    let mut found = Vec::new();
    for parent in parents {
        if let Val::Node(Value::Object(fields)) = parent
            && let Some((value, kind)) = field(fields, name)
        {
            read(value, kind, &mut found);
        }
    }
    found
}

/// The field of a name; for `value` also a `valueDate`, with its type.
fn field<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<(&'a Value, &'a str)> {
    let typed = |(key, value): (&'a String, &'a Value)| {
        let kind = key.strip_prefix(name)?;
        kind.starts_with(|c: char| c.is_ascii_uppercase()).then_some((value, kind))
    };
    fields.get(name).map(|value| (value, "")).or_else(|| fields.iter().find_map(typed))
}

fn read<'a>(value: &'a Value, kind: &str, found: &mut Vec<Val<'a>>) {
    match value {
        Value::Null => {}
        Value::Bool(flag) => found.push(Val::Boolean(*flag)),
        Value::Number(_) => found.extend(Decimal::from_json(value).map(Val::Number)),
        Value::String(text) => found.push(read_text(text, kind)),
        Value::Array(values) => values.iter().for_each(|value| read(value, kind, found)),
        Value::Object(_) => found.push(Val::Node(value)),
    }
}

fn read_text<'a>(text: &'a str, kind: &str) -> Val<'a> {
    let typed = match kind {
        "Date" => date(text).map(Val::Date),
        "DateTime" => date_time(text).map(Val::DateTime),
        "Time" => time(text).map(Val::Time),
        _ => None,
    };
    typed.unwrap_or(Val::Text(Cow::Borrowed(text)))
}

/// A full ISO date; a year or a month alone is no day and stays a text.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let day = if text.contains('T') { text.split('T').next()? } else { text };
    NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()
}

/// A FHIR dateTime as clock time in Japan, which has one zone and no summer time.
pub fn date_time(text: &str) -> Option<NaiveDateTime> {
    let office = FixedOffset::east_opt(9 * 3600)?;
    match DateTime::parse_from_rfc3339(text) {
        Ok(moment) => Some(moment.with_timezone(&office).naive_local()),
        Err(_) => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").ok(),
    }
}

fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M:%S").ok()
}

/// The one value of a collection, `None` for an empty one.
pub(super) fn single<'b, 'a>(values: &'b [Val<'a>]) -> Result<Option<&'b Val<'a>>, ExprError> {
    match values {
        [] => Ok(None),
        [value] => Ok(Some(value)),
        _ => Err(ExprError::NotSingle),
    }
}

/// The truth of a collection: a lone value that is no boolean counts as true, as FHIRPath says.
pub(super) fn truth(values: &[Val<'_>]) -> Result<Option<bool>, ExprError> {
    Ok(single(values)?.map(|value| match value {
        Val::Boolean(flag) => *flag,
        _ => true,
    }))
}

/// How a value is written by `toString()` and `&`; an object has no text.
pub(super) fn written(value: &Val<'_>) -> Option<String> {
    match value {
        Val::Boolean(flag) => Some(flag.to_string()),
        Val::Number(number) => Some(number.to_string()),
        Val::Text(text) => Some(text.to_string()),
        Val::Date(day) => Some(day.to_string()),
        Val::DateTime(moment) => Some(moment.format("%Y-%m-%dT%H:%M:%S").to_string()),
        Val::Time(time) => Some(time.format("%H:%M:%S").to_string()),
        Val::Node(_) | Val::Duration(..) => None,
    }
}
