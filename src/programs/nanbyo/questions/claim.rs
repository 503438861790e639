//! How a claim is split between insurance, 特定医療費 and patient.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{day, ledger, line_error};
use crate::domain::ledger::{Claim, Line, run, split};
use crate::domain::money::Yen;
use crate::domain::proposal::{Worked, WorkingStep};
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, Question};

/// The question.
pub const QUESTION: Question = Question {
    name: "claim",
    about: "who pays which part of a claim: insurance, 高額療養費, 特定医療費, patient",
    example: r#"{"on":"2026-05-07","total":50000,"insurance_share":2,"limit":8000,"cap":2500,"paid":0}"#,
    answer: Answering::Direct(answer),
};

const KEYS: [&str; 7] = ["on", "total", "insurance_share", "limit", "cap", "paid", "rounding"];

fn answer(value: &Value, tables: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &KEYS)?;
    let on = day(&fields, "on", on)?;
    let total = fields.need("total", Fields::yen)?;
    let Worked { value: percent, mut steps, findings } = ledger::share(&fields, tables, on)?;
    let insurance_share = fields.need("insurance_share", |fields, key| fields.integer(key, 1..=3))?;
    let room = fields.need("cap", Fields::yen)?.0 - fields.yen("paid")?.unwrap_or_default().0;
    let rounding = fields.choice("rounding", &ledger::ROUNDINGS)?.unwrap_or_default();
    let line = Line { on, institution: String::new(), total, percent: None };
    let rate = u32::try_from(percent).unwrap_or(0);
    let fault = |error| line_error(&fields, error);
    let pay = run(&[line], Yen(room.max(0)), rate, rounding).map_err(fault)?.paid;
    let insurance_percent = u32::try_from(insurance_share * 10).unwrap_or(0);
    let claim = Claim { total, insurance_percent, limit: fields.yen("limit")?, pay };
    let parts = split(&claim).map_err(fault)?;
    let step = WorkingStep::new("working.claim").under("難病法5条2項・12条").input("total", total);
    steps.push(step.input("pay", pay).gives(parts.public));
    let value = json!({
        "insurer": parts.insurer,
        "high_cost": parts.high_cost,
        "public": parts.public,
        "patient": parts.person,
    });
    Ok(Worked { value, steps, findings })
}
