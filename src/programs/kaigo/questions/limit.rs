//! Units of home services in a month.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{day, known, shown};
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::kaigo::limit::limit;

pub const QUESTION: Question = Question {
    name: "limit",
    about: "区分支給限度基準額: units of home services in a month",
    example: r#"{"on":"2026-11-01","levels":["care1","care3"]}"#,
    answer: Answering::Direct(answer),
};

/// Most changes of level in a month.
const MOST: usize = 31;

fn answer(input: &Value, tables: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(input, &["on", "levels"])?;
    let on = day(&fields, "on", on)?;
    let levels = fields.need("levels", |fields, key| fields.texts(key, MOST))?;
    if levels.is_empty() {
        return Err(fields.invalid("levels", "a list of at least one level"));
    }
    for (place, level) in levels.iter().enumerate() {
        known(&fields, &format!("levels[{place}]"), level, ("limits", on), tables)?;
    }
    Ok(shown(limit(&levels, on, tables)?, |limit| json!({ "level": limit.level, "units": limit.units })))
}
