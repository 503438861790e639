//! 軽症高額 and 高額かつ長期 from ledgers and receipts.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{day, shown};
use crate::domain::calendar::Precision;
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::nanbyo::cost::{Cost, CostInput, Counted, CountedFrom, Source, count};

/// The question.
pub const QUESTION: Question = Question {
    name: "window",
    about: "軽症高額 or 高額かつ長期: the months above the amount in the twelve up to the application",
    example: r#"{"rule":"mild-cost","applied":"2026-05-10","onset":"2025-12-03","costs":[{"on":"2026-02","total":41000,"source":"receipt"},{"on":"2026-03","total":33330,"source":"receipt"},{"on":"2026-04-08","total":30000,"source":"receipt"},{"on":"2026-04-21","total":3331,"source":"receipt"},{"on":"2026-05-01","total":52000,"source":"receipt"}]}"#,
    answer: Answering::Direct(answer),
};

const KEYS: [&str; 8] =
    ["rule", "applied", "onset", "valid_from", "certified_on", "counted_from", "shoman_from", "costs"];
const RULES: [(&str, &str); 2] = [("mild-cost", "mild-cost"), ("long-term", "long-term")];
const COUNTED_FROM: [(&str, CountedFrom); 2] =
    [("valid-from", CountedFrom::ValidFrom), ("certified-on", CountedFrom::CertifiedOn)];

fn answer(value: &Value, tables: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &KEYS)?;
    let costs = fields.list("costs", &["on", "total", "source"], 2_000)?;
    let costs: Vec<Cost> = costs.iter().map(cost).collect::<Result<_, _>>()?;
    let input = CostInput {
        costs: &costs,
        applied: day(&fields, "applied", on)?,
        onset: fields.partial("onset")?.map(|onset| onset.earliest()),
        valid_from: fields.day("valid_from")?,
        certified_on: fields.day("certified_on")?,
        counted_from: fields.choice("counted_from", &COUNTED_FROM)?.unwrap_or_default(),
        child_from: fields.day("shoman_from")?,
    };
    let rule = fields.need("rule", |fields, key| fields.choice(key, &RULES))?;
    Ok(shown(count(rule, &input, tables)?, result))
}

fn cost(fields: &Fields) -> Result<Cost, AskError> {
    let on = fields.need("on", Fields::partial)?;
    if on.precision() == Precision::Year {
        return Err(fields.invalid("on", "a day or a month"));
    }
    let source = fields.need("source", |fields, key| fields.choice(key, &Source::CODES))?;
    Ok(Cost { on, total: fields.need("total", Fields::yen)?, source })
}

fn result(counted: &Counted) -> Value {
    let month = |day: NaiveDate| day.format("%Y-%m").to_string();
    let months = counted.months.iter();
    let months: Vec<Value> =
        months.map(|it| json!({ "month": month(it.first), "total": it.total, "above": it.above })).collect();
    json!({
        "met": counted.met,
        "count": counted.count,
        "first_month": month(counted.window.0),
        "last_month": month(counted.window.1),
        "months": months,
        "met_on": counted.met_on,
        "effective_on": counted.effective_on,
    })
}
