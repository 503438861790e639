//! A form after it was read and checked.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::choice::{Choice, Text};
use super::decimal::Decimal;
use super::expr::Expression;
use crate::domain::lang::Lang;

/// Most rows or answers an item may have.
pub(super) const MAX_OCCURS: usize = 100;

/// The item types of the subset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub enum Kind {
    Group,
    Display,
    Boolean,
    Decimal,
    Integer,
    Date,
    DateTime,
    Time,
    String,
    Text,
    Url,
    Choice,
    OpenChoice,
    Attachment,
}

impl Kind {
    /// Whether the item can be answered.
    pub fn is_question(self) -> bool {
        !matches!(self, Kind::Group | Kind::Display)
    }

    /// Whether the answer is picked from choices.
    pub fn is_choice(self) -> bool {
        matches!(self, Kind::Choice | Kind::OpenChoice)
    }
}

/// How a value is typed: the product's own rendering hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are the hint's own values")]
pub enum InputHint {
    FamilyName,
    GivenName,
    Kana,
    EraDate,
    YearMonth,
    Postcode,
    Prefecture,
    City,
    Address,
    Phone,
    Email,
    MyNumber,
    InsurerNumber,
    PayerNumber,
    RecipientNumber,
    Yen,
    Multiline,
    Digits,
}

/// In which applications an item is asked, and must then be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequiredFor {
    /// Applications whose `%case.kind` is `NEW`.
    New,
    /// Applications whose `%case.kind` is `RENEW`.
    Renew,
    /// Every application.
    Both,
}

impl RequiredFor {
    /// Whether it is asked in an application of this kind. With no case at hand everything is.
    pub(super) fn covers(self, kind: Option<&str>) -> bool {
        match self {
            RequiredFor::Both => true,
            RequiredFor::New => kind.is_none_or(|kind| kind == "NEW"),
            RequiredFor::Renew => kind.is_none_or(|kind| kind == "RENEW"),
        }
    }
}

/// A limit of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// For integer and decimal items.
    Number(Decimal),
    /// For date items.
    Date(chrono::NaiveDate),
}

/// How an `enableWhen` compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub enum Comparison {
    Exists,
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
}

/// One condition of `enableWhen`.
#[derive(Clone, Debug)]
pub struct Condition {
    /// linkId of the question looked at.
    pub question: String,
    /// How it is compared.
    pub comparison: Comparison,
    /// What it is compared with.
    pub expected: Expected,
}

/// The right side of a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// `answerBoolean`, and the wanted presence of `exists`.
    Boolean(bool),
    /// `answerInteger`, `answerDecimal`
    Number(Decimal),
    /// `answerDate`
    Date(chrono::NaiveDate),
    /// `answerString` and the written form of dateTime and time
    Text(String),
    /// `answerCoding`: system where given, and code
    Code(Option<String>, String),
}

/// A named expression.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Name without the percent sign.
    pub name: String,
    /// Its expression.
    pub expression: Expression,
}

/// A rule over several fields.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// The author's key for the rule.
    pub key: String,
    /// Only a warning: filing goes on.
    pub warning: bool,
    /// Must not be false.
    pub expression: Expression,
    /// What to do, for the reader.
    pub human: Text,
    /// linkId of the item to mend; the item that carries the rule when absent.
    pub location: Option<String>,
}

/// Limits of what may be typed.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Most characters as a reader counts them.
    pub max_length: Option<usize>,
    /// Fewest characters as a reader counts them.
    pub min_length: Option<usize>,
    /// Pattern of the whole value.
    pub pattern: Option<regex_lite::Regex>,
    /// Most digits after the point.
    pub max_decimal_places: Option<u32>,
    /// Smallest value or earliest day.
    pub min: Option<Limit>,
    /// Largest value or latest day.
    pub max: Option<Limit>,
    /// Fewest answers or rows.
    pub min_occurs: Option<usize>,
    /// Most answers or rows.
    pub max_occurs: Option<usize>,
    /// Accepted media types.
    pub mime: Vec<String>,
    /// Largest file in bytes; the form states megabytes of 1,000,000.
    pub max_size: Option<u64>,
}

/// What is known before the applicant types.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// `initial[]`, as JSON values with their FHIR type name.
    pub initial: Vec<(String, Value)>,
    /// `initialExpression`
    pub expression: Option<Expression>,
    /// Name of the context variable the expression starts with, shown as the origin.
    pub source: Option<String>,
    /// `itemPopulationContext`: one row an element.
    pub rows: Option<Variable>,
}

/// Hints of how an item is shown.
#[derive(Clone, Debug, Default)]
pub struct Rendering {
    /// FHIR item controls, such as `radio-button`.
    pub controls: BTreeSet<String>,
    /// Choices stand in a row.
    pub horizontal: bool,
    /// Not shown at all; no means of secrecy.
    pub hidden: bool,
    /// `instructions`, `security` or `help` of a display item.
    pub category: Option<String>,
    /// Unit shown after the box.
    pub unit: Option<Text>,
    /// Example of how to type it.
    pub entry_format: Option<Text>,
    /// Short label for tables.
    pub short: Option<Text>,
    /// The text with Markdown.
    pub markdown: Option<Text>,
    /// Number of the item on the official paper form.
    pub paper_number: Option<String>,
    /// How it is typed.
    pub input: Option<InputHint>,
    /// Why it is asked.
    pub why: Option<Text>,
    /// linkId of the name this is the reading of.
    pub furigana_of: Option<String>,
    /// Prefix of the address fields a postcode fills, or a catalogue name.
    pub lookup: Option<String>,
    /// A prefilled answer is disputed rather than edited.
    pub disputable: bool,
}

/// One item of a form.
#[derive(Clone, Debug)]
pub struct Item {
    /// Unique name inside the form.
    pub link_id: String,
    /// Item type.
    pub kind: Kind,
    /// Label.
    pub text: Text,
    /// Must be answered while enabled.
    pub required: bool,
    /// Must be answered for some kinds of application.
    pub required_for: Option<RequiredFor>,
    /// May be missing at filing; becomes a thing to correct.
    pub soft_required: bool,
    /// Several answers or rows.
    pub repeats: bool,
    /// Posted values are ignored.
    pub read_only: bool,
    /// Kept apart and shown by its last four digits only.
    pub secret: bool,
    /// Limits of the value.
    pub limits: Limits,
    /// Choices written in the form or in a contained value set.
    pub choices: Vec<Choice>,
    /// Name of the catalogue the choices come from.
    pub catalogue: Option<String>,
    /// Conditions under which it is shown; none means always.
    pub conditions: Vec<Condition>,
    /// One condition is enough.
    pub any_condition: bool,
    /// Shown while this is not false.
    pub enabled_by: Option<Expression>,
    /// Value computed by the server.
    pub calculated: Option<Expression>,
    /// Variables seen by this item and those below it.
    pub variables: Vec<Variable>,
    /// Cross-field rules.
    pub constraints: Vec<Constraint>,
    /// Start values.
    pub start: Start,
    /// Rendering hints.
    pub rendering: Rendering,
    /// FHIR element the answer is extracted to.
    pub definition: Option<String>,
    /// Items of a group, or help texts of a question.
    pub items: Vec<Item>,
}

impl Item {
    /// Whether the item has a given FHIR item control.
    pub fn has_control(&self, control: &str) -> bool {
        self.rendering.controls.contains(control)
    }

    /// Whether it is a group of rows.
    pub fn is_rows(&self) -> bool {
        self.kind == Kind::Group && self.repeats
    }

    /// Whether the user can type into it.
    pub fn is_open(&self) -> bool {
        self.kind.is_question() && !self.read_only && self.calculated.is_none() && !self.rendering.hidden
    }
}

/// A checked FHIR R4 Questionnaire in the closed subset.
#[derive(Clone, Debug)]
pub struct Form {
    pub(super) url: String,
    pub(super) version: String,
    pub(super) title: Text,
    pub(super) items: Vec<Item>,
    pub(super) variables: Vec<Variable>,
    pub(super) constraints: Vec<Constraint>,
    pub(super) places: BTreeMap<String, Vec<usize>>,
    pub(super) json: Value,
}

impl Form {
    /// Canonical address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Business version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Title in a language.
    pub fn title(&self, lang: Lang) -> &str {
        self.title.get(lang)
    }

    /// The top-level groups: each is one step.
    pub fn steps(&self) -> &[Item] {
        &self.items
    }

    /// The item of a linkId.
    pub fn item(&self, link_id: &str) -> Option<&Item> {
        self.lineage(link_id).last().copied()
    }

    /// The Questionnaire as it was loaded.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Names of the catalogues the form needs from outside.
    pub fn catalogues(&self) -> BTreeSet<&str> {
        self.places.keys().filter_map(|link_id| super::typed::catalogue(self.item(link_id)?)).collect()
    }

    /// The item with its ancestors, outermost first; empty for an unknown linkId.
    pub(super) fn lineage(&self, link_id: &str) -> Vec<&Item> {
        let mut found = Vec::new();
        let mut level = &self.items;
        for index in self.places.get(link_id).into_iter().flatten() {
            let Some(item) = level.get(*index) else { break };
            found.push(item);
            level = &item.items;
        }
        found
    }

    /// Whether anything in the form is computed by an expression.
    pub(super) fn has_expressions(&self) -> bool {
        let computed = |item: &Item| item.calculated.is_some() || item.enabled_by.is_some();
        self.places.keys().any(|link_id| self.item(link_id).is_some_and(computed))
    }
}
