//! 負担上限月額 of a tier.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{day, known, shown};
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::nanbyo::cap::{CapInput, cap};

/// The question.
pub const QUESTION: Question = Question {
    name: "cap",
    about: "負担上限月額 of a tier, with 高額かつ長期 and 人工呼吸器等装着",
    example: r#"{"on":"2026-07-01","tier":"general-2","long_term":true}"#,
    answer: Answering::Direct(answer),
};

fn answer(value: &Value, tables: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &["on", "tier", "ventilator", "long_term"])?;
    let on = day(&fields, "on", on)?;
    let tier = fields.need("tier", Fields::text)?.to_owned();
    known(&fields, "tier", "a key of the table tiers", tables.row("tiers", &tier, on))?;
    let (ventilator, long_term) = (fields.flag("ventilator")?, fields.flag("long_term")?);
    let input = CapInput { tier, ventilator: ventilator == Some(true), long_term: long_term == Some(true) };
    Ok(shown(cap(&input, tables, on)?, |cap| json!({ "cap": cap.yen, "basis": cap.basis })))
}
