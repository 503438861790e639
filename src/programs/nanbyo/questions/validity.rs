//! The last day of a certificate.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{day, shown};
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::nanbyo::validity::{Ends, common_end, last_day};

/// The question.
pub const QUESTION: Question = Question {
    name: "validity",
    about: "the last day of a certificate, by the authority's common end and the length of a year",
    example: r#"{"start_on":"2026-04-20","decided_on":"2026-07-15","common_end":"12-31"}"#,
    answer: Answering::Direct(answer),
};

fn answer(value: &Value, tables: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &["start_on", "decided_on", "common_end", "special"])?;
    let start = fields.need("start_on", Fields::day)?;
    let written = fields.text("common_end")?;
    let common = written.and_then(common_end);
    if written.is_some() && common.is_none() {
        return Err(fields.invalid("common_end", "a day of every year, such as 12-31"));
    }
    let ends = Ends { common, special: fields.flag("special")? == Some(true) };
    let decided = day(&fields, "decided_on", on)?;
    Ok(shown(last_day(start, decided, ends, tables)?, |end| json!({ "valid_to": end })))
}
