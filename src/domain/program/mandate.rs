//! What a program says about offices that apply for a person who gave them leave.

use serde::{Deserialize, Serialize};

use super::vocabulary::CaseKind;
use super::work::Setting;

/// What such an office may begin, how its applications are filled in beforehand, and what it may read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MandateShape {
    /// Text key of what such an office is called.
    pub label: String,
    /// Kinds of procedure that it may begin.
    pub kinds: Vec<CaseKind>,
    /// Months for which the leave is given at most.
    pub longest_months: Setting,
    /// LinkIds that a renewal asks anew of an office; what else it asks a person anew, an office confirms.
    #[serde(default)]
    pub ask_again: Vec<String>,
    /// What is filled in beforehand.
    #[serde(default, rename = "fill")]
    pub fills: Vec<Fill>,
    /// Key of the consent without which nothing further is read.
    pub consent: String,
    /// Forms that may be read with it once the case is decided.
    #[serde(default, rename = "paper")]
    pub papers: Vec<Paper>,
}

/// An item that is filled in beforehand: with a fixed value, or from somewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fill {
    /// LinkId of an item outside any row.
    pub item: String,
    /// What it is filled with.
    pub with: Value,
}

/// What an item is filled with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// This, as it would be typed: the code of a choice, `true` or `false`.
    Typed(String),
    /// Something of the office.
    Office(OfficeValue),
    /// A field of the decision that a renewal follows; then also only where there is one.
    Granted(String),
    /// This, where the case follows a decision.
    Following(String),
}

/// What is known of an office and of who acts for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeValue {
    /// Its number.
    Code,
    /// Its name.
    Name,
    /// Its kind, as the program's table names it.
    Kind,
    /// Its telephone number.
    Phone,
    /// The name of who acts for it.
    Person,
}

/// A form that may be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// Name of the form.
    pub form: String,
    /// Where its author says that it must not be passed on.
    pub closed: Option<Closed>,
}

/// A choice by which the author of a form keeps it from being passed on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// LinkId of the item.
    pub item: String,
    /// The codes that say so.
    pub codes: Vec<String>,
}

impl MandateShape {
    /// The form of a name, if it may be read.
    pub fn paper(&self, form: &str) -> Option<&Paper> {
        self.papers.iter().find(|paper| paper.form == form)
    }
}
