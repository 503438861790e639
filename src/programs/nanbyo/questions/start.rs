//! The day from which the benefit runs.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{day, known, shown};
use crate::domain::periods::MonthEnd;
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::nanbyo::start::{Route, StartInput, start};

/// The question.
pub const QUESTION: Question = Question {
    name: "start",
    about: "the first day of the benefit, from the basis day and the day of receipt",
    example: r#"{"route":"severity","basis":"2026-02-01","received_on":"2026-05-10","reason":"illness","reason_accepted":true}"#,
    answer: Answering::Direct(answer),
};

const KEYS: [&str; 7] = ["route", "basis", "received_on", "reason", "reason_accepted", "wished", "month_end"];
const ROUTES: [(&str, Route); 2] = [("severity", Route::Severity), ("mild-cost", Route::MildCost)];
const MONTH_ENDS: [(&str, MonthEnd); 2] =
    [("last-day", MonthEnd::LastDay), ("next-first", MonthEnd::NextFirst)];

fn answer(value: &Value, tables: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &KEYS)?;
    let input = StartInput {
        route: fields.need("route", |fields, key| fields.choice(key, &ROUTES))?,
        basis: fields.day("basis")?,
        received_on: day(&fields, "received_on", on)?,
        reason: fields.text("reason")?.map(str::to_owned),
        reason_accepted: fields.flag("reason_accepted")?,
        wished: fields.day("wished")?,
        month_end: fields.choice("month_end", &MONTH_ENDS)?.unwrap_or_default(),
    };
    if let Some(reason) = &input.reason {
        let row = tables.row("delay_reasons", reason, input.received_on);
        known(&fields, "reason", "a key of the table delay_reasons", row)?;
    }
    Ok(shown(start(&input, tables)?, |start| json!({ "start_on": start })))
}
