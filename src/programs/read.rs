//! Reading answers by slot path, whatever form they stand in.

use chrono::NaiveDate;

use crate::domain::calendar::PartialDate;
use crate::domain::forms::{Answer, Answers, Coding, Decimal};
use crate::domain::money::Yen;

/// The answers of one form and the name under which slots address it.
#[derive(Clone, Copy, Debug)]
pub struct Slots<'a> {
    name: &'static str,
    answers: Option<&'a Answers>,
}

impl<'a> Slots<'a> {
    /// The answers of the form that slots call `name`; without answers everything is unknown.
    pub fn new(name: &'static str, answers: Option<&'a Answers>) -> Slots<'a> {
        Slots { name, answers }
    }

    /// Whether there are answers at all.
    pub fn exist(&self) -> bool {
        self.answers.is_some()
    }

    /// The slot path of an instance path.
    pub fn slot(&self, path: &str) -> String {
        format!("{}.{path}", self.name)
    }

    /// The instance paths of the rows in which `link_id` is answered, without the last part:
    /// `tax.person[0]`.
    pub fn rows(&self, link_id: &str) -> Vec<String> {
        let paths = self.answers.map(|answers| answers.all(link_id)).unwrap_or_default();
        paths.iter().filter_map(|(path, _)| path.rsplit_once('/')).map(|(row, _)| row.to_owned()).collect()
    }

    /// The choice made: code and display.
    pub fn choice(&self, path: &str) -> Option<&'a Coding> {
        match self.get(path)? {
            Answer::Choice(coding) => Some(coding),
            _ => None,
        }
    }

    /// The code chosen.
    pub fn code(&self, path: &str) -> Option<&'a str> {
        self.choice(path).map(|coding| coding.code.as_str())
    }

    /// The codes chosen where several can be.
    pub fn codes(&self, link_id: &str) -> Vec<&'a str> {
        self.answers.map(|answers| answers.codes(link_id)).unwrap_or_default()
    }

    /// A yes or no, asked as a boolean or as a choice of `yes` and `no`.
    pub fn yes(&self, path: &str) -> Option<bool> {
        match self.get(path)? {
            Answer::Boolean(answer) => Some(*answer),
            Answer::Choice(coding) => [("yes", true), ("no", false)]
                .into_iter()
                .find_map(|(code, answer)| (coding.code == code).then_some(answer)),
            _ => None,
        }
    }

    /// A whole number, typed or chosen.
    pub fn integer(&self, path: &str) -> Option<i64> {
        match self.get(path)? {
            Answer::Integer(number) => Some(*number),
            Answer::Choice(coding) => coding.code.parse().ok(),
            _ => None,
        }
    }

    /// An amount of money.
    pub fn yen(&self, path: &str) -> Option<Yen> {
        self.integer(path).map(Yen)
    }

    /// A number, whole or decimal, typed or chosen.
    pub fn decimal(&self, path: &str) -> Option<Decimal> {
        match self.get(path)? {
            Answer::Decimal(number) => Some(*number),
            _ => self.integer(path).map(Decimal::from),
        }
    }

    /// A day; of a date known only in part, its first day.
    pub fn day(&self, path: &str) -> Option<NaiveDate> {
        match self.get(path)? {
            Answer::Date(entered) => Some(entered.date.earliest()),
            _ => None,
        }
    }

    /// A day as far as it is known.
    pub fn partial(&self, path: &str) -> Option<PartialDate> {
        match self.get(path)? {
            Answer::Date(entered) => Some(entered.date),
            _ => None,
        }
    }

    /// The display text of a chosen code.
    pub fn shown(&self, path: &str) -> Option<&'a str> {
        self.choice(path).map(|coding| coding.display.as_str())
    }

    /// The answer as a person reads it: a choice by its words, a number or text as it stands.
    pub fn written(&self, path: &str) -> Option<String> {
        match self.get(path)? {
            Answer::Choice(coding) => Some(coding.display.clone()),
            Answer::Integer(number) => Some(number.to_string()),
            Answer::Decimal(number) => Some(number.to_string()),
            Answer::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn get(&self, path: &str) -> Option<&'a Answer> {
        self.answers?.get(path)
    }
}
