//! Whether the committee may be gone through in the simplified way.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::{day, known, shown};
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::kaigo::simplified::{Condition, Renewal, all, conditions};
use crate::programs::kaigo::tenths::Tenths;

pub const QUESTION: Question = Question {
    name: "simplified",
    about: "審査会の簡素化: the six conditions; an insurer may have more",
    example: r#"{"on":"2026-11-01","insured":"first","kind":"renewal","level":"care2","previous_level":"care2","previous_months":24,"minutes":61.4}"#,
    answer: Answering::Direct(answer),
};

const KEYS: [&str; 8] =
    ["on", "insured", "kind", "level", "previous_level", "previous_months", "stable", "minutes"];
/// The kinds of application, with whether each is a renewal.
const KINDS: [(&str, bool); 3] = [("new", false), ("change", false), ("renewal", true)];
/// The longest that any law could have granted, in months.
const LONGEST: i64 = 120;

fn answer(input: &Value, tables: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(input, &KEYS)?;
    let on = day(&fields, "on", on)?;
    let renewal = Renewal {
        first_insured: fields
            .need("insured", |it, key| it.choice(key, &[("first", true), ("second", false)]))?,
        renewal: fields.need("kind", |it, key| it.choice(key, &KINDS))?,
        level: level(&fields, "level", on, tables)?,
        previous_level: level(&fields, "previous_level", on, tables)?,
        previous_months: fields.need("previous_months", |it, key| it.integer(key, 1..=LONGEST))?,
        stable: fields.flag("stable")?,
        minutes: minutes(&fields)?,
    };
    Ok(shown(conditions(&renewal, on, tables)?, |conditions| value(conditions)))
}

fn level<'a>(fields: &Fields<'a>, key: &str, on: NaiveDate, tables: &Tables) -> Result<&'a str, AskError> {
    let level = fields.need(key, Fields::text)?;
    known(fields, key, level, ("limits", on), tables)?;
    Ok(level)
}

fn minutes(fields: &Fields) -> Result<Tenths, AskError> {
    let minutes = fields.need("minutes", Fields::decimal)?;
    let expected = "minutes from 0 to 1440 with at most one decimal";
    Tenths::read(minutes).ok_or_else(|| fields.invalid("minutes", expected))
}

fn value(conditions: &[Condition]) -> Value {
    let each: Map<String, Value> =
        conditions.iter().map(|(name, met)| ((*name).to_owned(), json!(met))).collect();
    json!({ "simplified": all(conditions), "conditions": each })
}
