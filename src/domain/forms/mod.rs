//! Forms: FHIR R4 Questionnaires in a closed part of Structured Data Capture.
//!
//! A form is loaded and checked once ([`Form::load`]); answers are filled in ([`populate`]), read
//! from posted fields ([`read_step`]), checked ([`check`]), shown ([`step_view`], [`summary`]) and
//! kept as a QuestionnaireResponse ([`Answers::to_response`]). Nothing here knows a clock or a
//! store: the date and the records around the applicant come in [`Env`].

mod answers;
mod apart;
mod carry_over;
mod changes;
mod check;
mod choice;
mod decimal;
mod enable;
mod expr;
mod fill;
mod instance;
mod load;
mod model;
mod overlay;
mod path;
mod populate;
pub mod profile;
mod read;
mod response;
mod rules;
mod scope;
mod settle;
mod shown;
mod summary;
pub mod typed;
mod typed_date;
mod view;
mod view_field;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;

use crate::domain::lang::Lang;

pub use answers::{Answer, Answers, FileState, Origin, Secret};
pub use apart::{Dependence, Wanted};
pub use carry_over::{EARLIER, carry_over, see_through};
pub use changes::{Change, changes};
pub use check::{StepStatus, check, check_for_filing, check_step, step_status, step_statuses};
pub use choice::{Catalogues, Choice, Coding, Text, search_choices};
pub use decimal::Decimal;
pub use expr::{ExprError, Expression};
pub use fill::{fill, free_row, rows_with};
pub use model::{Form, InputHint, Item, Kind, Limits, Rendering, RequiredFor};
pub use overlay::{overlay, without};
pub use populate::{give_again, populate, take_back};
pub use read::{Posted, read_step};
pub use response::Status;
pub use summary::{FileView, SummaryRow, SummarySection, summary};
pub use view::{DateView, FieldView, OptionView, StepView, Widget, enabled_steps, step_view};

/// What surrounds a form while it is filled in.
#[derive(Clone, Copy, Debug)]
pub struct Env<'a> {
    /// Today, as the office counts it.
    pub today: NaiveDate,
    /// Records by the name expressions use: `patient`, `coverage`, `case` and so on.
    pub context: &'a BTreeMap<String, Value>,
    /// Choices kept outside the form, by catalogue name.
    pub catalogues: &'a Catalogues,
    /// Language of labels and of the rules' sentences.
    pub lang: Lang,
}

impl<'a> Env<'a> {
    /// The kind of procedure, `NEW` or `RENEW`, where a case is at hand.
    fn kind(&self) -> Option<&'a str> {
        self.context.get("case").and_then(|case| case.get("kind")).and_then(Value::as_str)
    }
}

/// Something to mend in one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Instance path: the field's name and anchor.
    pub path: String,
    /// Key of the sentence in the text catalogue.
    pub key: String,
    /// Values for the sentence's slots; `label` is always among them.
    pub args: BTreeMap<String, String>,
    /// Only a warning: filing goes on, the office asks later.
    pub soft: bool,
}
