//! 人工呼吸器等装着者.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{day, shown};
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::nanbyo::ventilator::{Device, LIVING_ITEMS, qualifies};

/// The question.
pub const QUESTION: Question = Question {
    name: "ventilator",
    about: "人工呼吸器等装着者: whether a device and the help with daily living make one",
    example: r#"{"on":"2026-07-01","used":true,"mode":"all-day","weaning":"none","living":["full","full","partial","full","full","full","full","partial","full","full"],"due_to_disease":true}"#,
    answer: Answering::Direct(answer),
};

const KEYS: [&str; 7] = ["on", "used", "mode", "weaning", "living", "external_heart", "due_to_disease"];
const MODES: [(&str, &str); 4] =
    [("intermittent", "intermittent"), ("night", "night"), ("all-day", "all-day"), ("not-now", "not-now")];
const WEANING: [(&str, &str); 2] = [("expected", "expected"), ("none", "none")];

fn answer(value: &Value, tables: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &KEYS)?;
    let on = day(&fields, "on", on)?;
    let living = fields.texts("living", LIVING_ITEMS)?.unwrap_or_default();
    let device = Device {
        used: fields.flag("used")?,
        mode: fields.choice("mode", &MODES)?.map(str::to_owned),
        weaning: fields.choice("weaning", &WEANING)?.map(str::to_owned),
        living: living.into_iter().map(str::to_owned).collect(),
        external_heart: fields.flag("external_heart")?,
        due_to_disease: fields.flag("due_to_disease")?,
    };
    Ok(shown(qualifies(&device, tables, on)?, |counts| json!({ "ventilator": counts })))
}
