//! Questions that the rules of a program answer from plain values, without a case: read strictly,
//! answered with their working.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use serde_json::{Map, Value};

pub use super::ask_error::AskError;
use crate::domain::calendar::PartialDate;
use crate::domain::forms::Decimal;
use crate::domain::money::Yen;
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;

/// The highest amount a question takes, in yen.
pub const HIGHEST_YEN: i64 = 1_000_000_000;
/// The longest text a question takes, in characters.
const LONGEST_TEXT: usize = 200;
/// Years in which a day of a question may lie.
const YEARS: RangeInclusive<i32> = 1900..=2200;

/// An answer with its working, or why there is none.
pub type Answered = Result<Worked<Value>, AskError>;

/// Gives the answer to one input; the day stands in where the input names none.
pub type Answer<'a> = Box<dyn Fn(&Value, Option<NaiveDate>) -> Answered + 'a>;

/// How a question comes from a program's tables to its answers.
#[derive(Clone, Copy, Debug)]
pub enum Answering {
    /// By looking into the tables for each input.
    Direct(fn(&Value, &Tables, Option<NaiveDate>) -> Answered),
    /// By working the tables up once, for all inputs.
    Prepared(fn(&Tables) -> Answer<'_>),
}

/// One question that a program answers.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The name by which it is asked.
    pub name: &'static str,
    /// What it answers, in a line.
    pub about: &'static str,
    /// An input that it answers, as one line of JSON.
    pub example: &'static str,
    /// How it is answered.
    pub answer: Answering,
}

impl Question {
    /// What answers inputs by these tables.
    pub fn by<'a>(&self, tables: &'a Tables) -> Answer<'a> {
        match self.answer {
            Answering::Direct(answer) => Box::new(move |input, on| answer(input, tables, on)),
            Answering::Prepared(prepare) => prepare(tables),
        }
    }
}

/// An object of the input. A key that is `null` counts as not there.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    path: String,
    map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// The whole input, which may have the `known` keys only.
    ///
    /// # Errors
    /// When it is no object or has another key.
    pub fn new(value: &'a Value, known: &[&str]) -> Result<Fields<'a>, AskError> {
        Fields::at(String::new(), value, known)
    }

    fn at(path: String, value: &'a Value, known: &[&str]) -> Result<Fields<'a>, AskError> {
        let Some(map) = value.as_object() else {
            let path = if path.is_empty() { "the input".to_owned() } else { path };
            return Err(AskError::Invalid { path, expected: "an object".to_owned() });
        };
        let fields = Fields { path, map };
        match map.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => {
                let key: String = key.chars().take(LONGEST_TEXT).collect();
                Err(AskError::UnknownKey { path: fields.path(&key), known: known.join(", ") })
            }
            None => Ok(fields),
        }
    }

    /// The path of a key.
    pub fn path(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The path of the object itself, empty for the whole input.
    pub fn place(&self) -> &str {
        &self.path
    }

    /// The error of a value that is not what its key takes.
    pub fn invalid(&self, key: &str, expected: impl Into<String>) -> AskError {
        AskError::Invalid { path: self.path(key), expected: expected.into() }
    }

    /// The error of a value that speaks against itself or another.
    pub fn contradiction(&self, key: &str, reason: impl Into<String>) -> AskError {
        AskError::Contradiction { path: self.path(key), reason: reason.into() }
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    fn read<T>(
        &self,
        key: &str,
        expected: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, AskError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| self.invalid(key, expected))
    }

    /// What `read` finds at a key that has to be there: `fields.need("cap", Fields::yen)`.
    ///
    /// # Errors
    /// When it is not there, or those of `read`.
    pub fn need<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Fields<'a>, &str) -> Result<Option<T>, AskError>,
    ) -> Result<T, AskError> {
        read(self, key)?.ok_or_else(|| AskError::Missing { path: self.path(key) })
    }

    /// A yes or no.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn flag(&self, key: &str) -> Result<Option<bool>, AskError> {
        self.read(key, "true or false", Value::as_bool)
    }

    /// A text or code.
    ///
    /// # Errors
    /// When it is no text or longer than 200 characters.
    pub fn text(&self, key: &str) -> Result<Option<&'a str>, AskError> {
        let read = |value: &'a Value| value.as_str().filter(|text| text.chars().count() <= LONGEST_TEXT);
        self.read(key, "a text of at most 200 characters", read)
    }

    /// One of several codes.
    ///
    /// # Errors
    /// When it is another.
    pub fn choice<T: Clone>(&self, key: &str, choices: &[(&str, T)]) -> Result<Option<T>, AskError> {
        let codes: Vec<&str> = choices.iter().map(|(code, _)| *code).collect();
        let read = |value: &'a Value| {
            let text = value.as_str()?;
            choices.iter().find(|(code, _)| *code == text).map(|(_, choice)| choice.clone())
        };
        self.read(key, &format!("one of {}", codes.join(", ")), read)
    }

    /// A whole number in a range.
    ///
    /// # Errors
    /// When it is none or lies outside.
    pub fn integer(&self, key: &str, range: RangeInclusive<i64>) -> Result<Option<i64>, AskError> {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        self.read(key, &expected, |value| value.as_i64().filter(|number| range.contains(number)))
    }

    /// An amount of 0 to [`HIGHEST_YEN`].
    ///
    /// # Errors
    /// When it is no such amount.
    pub fn yen(&self, key: &str) -> Result<Option<Yen>, AskError> {
        Ok(self.integer(key, 0..=HIGHEST_YEN)?.map(Yen))
    }

    /// A number, whole or decimal, of at most fifteen digits.
    ///
    /// # Errors
    /// When it is none.
    pub fn decimal(&self, key: &str) -> Result<Option<Decimal>, AskError> {
        self.read(key, "a number of at most 15 digits", |value| {
            value.is_number().then(|| Decimal::from_json(value)).flatten()
        })
    }

    /// A day, written `2026-05-10`.
    ///
    /// # Errors
    /// When it is none, or not between 1900 and 2200.
    pub fn day(&self, key: &str) -> Result<Option<NaiveDate>, AskError> {
        let read = |value: &'a Value| written(value)?.day();
        self.read(key, "a day such as 2026-05-10, from 1900 to 2200", read)
    }

    /// A day, month or year, written `2026-05-10`, `2026-05` or `2026`.
    ///
    /// # Errors
    /// When it is none, or not between 1900 and 2200.
    pub fn partial(&self, key: &str) -> Result<Option<PartialDate>, AskError> {
        self.read(key, "a day or month such as 2026-05-10 or 2026-05, from 1900 to 2200", written)
    }

    /// The value itself, to be read by somebody else.
    pub fn value(&self, key: &str) -> Option<&'a Value> {
        self.get(key)
    }

    /// An object inside.
    ///
    /// # Errors
    /// When it is no object or has a key that is not `known`.
    pub fn object(&self, key: &str, known: &[&str]) -> Result<Option<Fields<'a>>, AskError> {
        self.get(key).map(|value| Fields::at(self.path(key), value, known)).transpose()
    }

    /// A list of codes.
    ///
    /// # Errors
    /// When it is no list, holds anything but texts, or more than `most` of them.
    pub fn texts(&self, key: &str, most: usize) -> Result<Option<Vec<&'a str>>, AskError> {
        self.read(key, &format!("a list of at most {most} texts"), |value| {
            let items = value.as_array().filter(|items| items.len() <= most)?;
            items.iter().map(Value::as_str).collect()
        })
    }

    /// A list of objects; none there is an empty one.
    ///
    /// # Errors
    /// When it is no list, is longer than `most`, or an object has a key that is not `known`.
    pub fn list(&self, key: &str, known: &[&str], most: usize) -> Result<Vec<Fields<'a>>, AskError> {
        let expected = format!("a list of at most {most} objects");
        let items =
            self.read(key, &expected, |value| value.as_array().filter(|items| items.len() <= most))?;
        let at = |place: usize| format!("{}[{place}]", self.path(key));
        let items = items.map(Vec::as_slice).unwrap_or_default().iter().enumerate();
        items.map(|(place, value)| Fields::at(at(place), value, known)).collect()
    }
}

/// The day at a key, or the one given beside the input.
///
/// # Errors
/// When neither is there, or it is no day.
pub fn day(fields: &Fields<'_>, key: &str, on: Option<NaiveDate>) -> Result<NaiveDate, AskError> {
    match (fields.day(key)?, on) {
        (Some(day), _) | (None, Some(day)) => Ok(day),
        (None, None) => Err(AskError::Missing { path: fields.path(key) }),
    }
}

/// The same answer, its value as JSON.
pub fn shown<T>(worked: Worked<T>, value: impl FnOnce(&T) -> Value) -> Worked<Value> {
    let Worked { value: found, steps, findings } = worked;
    Worked { value: value(&found), steps, findings }
}

fn written(value: &Value) -> Option<PartialDate> {
    let date: PartialDate = value.as_str()?.parse().ok()?;
    YEARS.contains(&date.earliest().year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: &Value) -> Fields<'_> {
        Fields::new(value, &["a", "b"]).unwrap()
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_name_and_the_known_ones() {
        let error = Fields::new(&json!({ "a": 1, "c": 2 }), &["a", "b"]).unwrap_err();
        assert_eq!((error.code(), error.path()), ("unknown_key", Some("c")));
        assert_eq!(error.to_string(), "c is not known here; known are a, b");
        let inside = json!({ "a": [{ "x": 1 }, { "y": 1 }] });
        let error = fields(&inside).list("a", &["x"], 9).unwrap_err();
        assert_eq!(error.path(), Some("a[1].y"));
    }

    #[test]
    fn what_is_missing_null_or_of_another_kind_is_told_apart() {
        let value = json!({ "a": null, "b": "x" });
        let fields = fields(&value);
        assert_eq!(fields.flag("a"), Ok(None));
        assert_eq!(fields.need("a", Fields::flag).unwrap_err().code(), "missing");
        assert_eq!(fields.flag("b").unwrap_err().to_string(), "b must be true or false");
        assert_eq!(Fields::new(&json!([1]), &[]).unwrap_err().code(), "invalid");
    }

    #[test]
    fn values_are_bounded() {
        let value = json!({ "a": HIGHEST_YEN + 1, "b": "x".repeat(201) });
        assert!(fields(&value).yen("a").is_err() && fields(&value).text("b").is_err());
        let value = json!({ "a": -1, "b": 1.5 });
        assert!(fields(&value).yen("a").is_err() && fields(&value).yen("b").is_err());
        let value = json!({ "a": "0026-05-10", "b": "2026-02-30" });
        assert!(fields(&value).day("a").is_err() && fields(&value).day("b").is_err());
        let value = json!({ "a": [{}, {}], "b": ["x", 1] });
        assert!(fields(&value).list("a", &[], 1).is_err() && fields(&value).texts("b", 9).is_err());
        let value = json!({ "a": 1e300, "b": "1" });
        assert!(fields(&value).decimal("a").is_err() && fields(&value).decimal("b").is_err());
    }

    #[test]
    fn good_values_are_read() {
        let value = json!({ "a": "2026-05", "b": 37.5 });
        assert_eq!(fields(&value).partial("a").unwrap().unwrap().to_string(), "2026-05");
        assert!(fields(&value).day("a").is_err());
        assert_eq!(fields(&value).decimal("b").unwrap().unwrap().to_string(), "37.5");
        let value = json!({ "a": ["x", "y"], "b": "two" });
        assert_eq!(fields(&value).texts("a", 2).unwrap().unwrap(), ["x", "y"]);
        assert_eq!(fields(&value).choice("b", &[("one", 1), ("two", 2)]), Ok(Some(2)));
        assert!(fields(&value).choice("b", &[("one", 1)]).is_err());
    }
}
