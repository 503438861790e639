//! 按分 in a household, and whose cap has to be determined anew.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::domain::proposal::{Worked, WorkingStep};
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::nanbyo::redetermine::{Certificate, Program, Task, Turn, shares, tasks};

/// The question.
pub const QUESTION: Question = Question {
    name: "share",
    about: "按分 over the 指定難病 and 小慢 certificates of a household, and what a change of one does to the others",
    example: r#"{"certificates":[{"holder":"a","program":"nanbyo","cap":10000,"from":"2026-01-01","to":"2026-12-31"}],"after":[{"holder":"a","program":"nanbyo","cap":10000,"from":"2026-01-01","to":"2026-12-31"},{"holder":"b","program":"shoman","cap":5000,"from":"2026-05-10","to":"2026-09-30"}]}"#,
    answer: Answering::Direct(answer),
};

const CERTIFICATE: [&str; 5] = ["holder", "program", "cap", "from", "to"];
const MOST: usize = 20;

fn answer(value: &Value, tables: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &["on", "certificates", "after", "turn"])?;
    let before = certificates(&fields, "certificates")?;
    let after =
        if fields.value("after").is_some() { certificates(&fields, "after")? } else { before.clone() };
    let turn = fields.choice("turn", &[("month", Turn::Month), ("day", Turn::Day)])?.unwrap_or_default();
    let first = before.iter().chain(&after).map(|certificate| certificate.from).min();
    let on = fields.day("on")?.or(first).or(on);
    let on = on.ok_or_else(|| AskError::Missing { path: fields.path("certificates") })?;
    let row = tables.row("apportionment", "household", on)?;
    let unit = u32::try_from(row.integer("round_down_to")?).unwrap_or(0);
    let result = json!({
        "shares": after.iter().map(|own| share(own, &after, turn, unit)).collect::<Vec<_>>(),
        "tasks": tasks(&before, &after, turn, unit).iter().map(task).collect::<Vec<_>>(),
    });
    let step = after.iter().fold(WorkingStep::new("working.apportionment").by(row), |step, own| {
        step.input(&format!("{} {}", own.holder, own.program.code()), own.cap)
    });
    let highest = after.iter().map(|own| own.cap).max().unwrap_or_default();
    Ok(Worked::by(result, step.gives(highest)))
}

fn certificates(fields: &Fields, key: &str) -> Result<Vec<Certificate>, AskError> {
    let rows = fields.list(key, &CERTIFICATE, MOST)?;
    let read: Vec<Certificate> = rows.iter().map(certificate).collect::<Result<_, _>>()?;
    let twice = read.iter().enumerate().any(|(place, own)| {
        read.iter().skip(place + 1).any(|other| other.holder == own.holder && other.program == own.program)
    });
    if twice { Err(fields.invalid(key, "one certificate a holder and program")) } else { Ok(read) }
}

fn certificate(fields: &Fields) -> Result<Certificate, AskError> {
    let (from, to) = (fields.need("from", Fields::day)?, fields.need("to", Fields::day)?);
    if to < from {
        return Err(fields.invalid("to", "not before from"));
    }
    Ok(Certificate {
        holder: fields.need("holder", Fields::text)?.to_owned(),
        program: fields.need("program", |fields, key| fields.choice(key, &Program::CODES))?,
        cap: fields.need("cap", Fields::yen)?,
        from,
        to,
    })
}

fn share(own: &Certificate, household: &[Certificate], turn: Turn, unit: u32) -> Value {
    let stretches = shares(own, household, turn, unit);
    let periods: Vec<Value> =
        stretches.iter().map(|it| json!({ "from": it.from, "to": it.to, "cap": it.cap })).collect();
    json!({ "holder": own.holder, "program": own.program.code(), "periods": periods })
}

fn task(task: &Task) -> Value {
    json!({
        "holder": task.holder,
        "program": task.program.code(),
        "from": task.from,
        "to": task.to,
        "before": task.before,
        "after": task.after,
    })
}
