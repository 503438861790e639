//! A month of 自己負担上限額管理票.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{day, known, line_error};
use crate::domain::ledger::{Ledger, Line, Rounding, run};
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::nanbyo::ledger::percent;

/// The question.
pub const QUESTION: Question = Question {
    name: "ledger",
    about: "what is paid line by line in one month until the cap is reached; totals go on",
    example: r#"{"cap":10000,"insurance_share":3,"lines":[{"on":"2026-05-07","institution":"A病院","total":20000},{"on":"2026-05-07","institution":"B薬局","total":15000},{"on":"2026-05-14","institution":"C訪問看護","total":8500},{"on":"2026-05-21","institution":"A病院","total":12000},{"on":"2026-05-21","institution":"B薬局","total":9000}]}"#,
    answer: Answering::Direct(answer),
};

/// How a share is rounded, by code.
pub const ROUNDINGS: [(&str, Rounding); 2] =
    [("whole-yen", Rounding::WholeYen), ("ten-yen", Rounding::TenYen)];

fn answer(value: &Value, tables: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &["on", "cap", "insurance_share", "rounding", "lines"])?;
    let lines = fields.list("lines", &["on", "institution", "total", "percent"], 1_000)?;
    let lines: Vec<Line> = lines.iter().map(line).collect::<Result<_, _>>()?;
    let on = day(&fields, "on", lines.first().map(|line| line.on).or(on))?;
    let percent = share(&fields, tables, on)?;
    let cap = fields.need("cap", Fields::yen)?;
    let rounding = fields.choice("rounding", &ROUNDINGS)?.unwrap_or_default();
    let rate = u32::try_from(percent.value).unwrap_or(0);
    let ledger = run(&lines, cap, rate, rounding).map_err(|error| line_error(&fields, error))?;
    Ok(Worked { value: result(&ledger, &lines), steps: percent.steps, findings: percent.findings })
}

/// The share in percent that goes with the insurance's share.
///
/// # Errors
/// When it is missing or unknown.
pub fn share(fields: &Fields, tables: &Tables, on: NaiveDate) -> Result<Worked<i64>, AskError> {
    let share = fields.need("insurance_share", |fields, key| fields.integer(key, 1..=3))?;
    known(fields, "insurance_share", "a key of the table shares", percent(share, tables, on))
}

fn line(fields: &Fields) -> Result<Line, AskError> {
    let percent = fields.integer("percent", 0..=100)?;
    Ok(Line {
        on: fields.need("on", Fields::day)?,
        institution: fields.need("institution", Fields::text)?.to_owned(),
        total: fields.need("total", Fields::yen)?,
        percent: percent.and_then(|percent| u32::try_from(percent).ok()),
    })
}

fn result(ledger: &Ledger, lines: &[Line]) -> Value {
    let entries: Vec<Value> = ledger
        .entries
        .iter()
        .filter_map(|entry| lines.get(entry.line).map(|line| (entry, line)))
        .map(|(entry, line)| {
            json!({
                "on": line.on,
                "institution": line.institution,
                "total": line.total,
                "share": entry.share,
                "pay": entry.pay,
                "cumulative": entry.cumulative,
                "struck": entry.struck,
            })
        })
        .collect();
    let reached = ledger.reached.and_then(|line| lines.get(line));
    let reached = reached.map(|line| json!({ "on": line.on, "institution": line.institution }));
    json!({ "entries": entries, "reached": reached, "paid": ledger.paid, "total": ledger.total })
}
