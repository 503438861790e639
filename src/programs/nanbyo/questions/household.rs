//! Whose tax counts, and who shares a cap.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{day, known};
use crate::domain::proposal::{Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::nanbyo::household::household;

/// The question.
pub const QUESTION: Question = Question {
    name: "household",
    about: "支給認定基準世帯: whose tax counts, whose 所得割 is added up, and who shares a cap",
    example: r#"{"on":"2026-07-01","insurance":"kyokai","person":"dependant"}"#,
    answer: Answering::Direct(answer),
};

fn answer(value: &Value, tables: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &["on", "insurance", "person", "guardian_latter_stage"])?;
    let on = day(&fields, "on", on)?;
    let key = read(&fields, tables, on)?;
    let row = tables.row("households", key, on)?;
    let roles = |column| -> Result<Vec<&str>, TableError> { Ok(row.text(column)?.split(' ').collect()) };
    let result = json!({
        "household": key,
        "name": row.text("name")?,
        "counted": roles("counted")?,
        "summed": roles("summed")?,
        "sharing": roles("sharing")?,
    });
    let step = WorkingStep::new("working.household").by(row).input("answers.insurance.kind", key);
    Ok(Worked::by(result, step.gives(row.text("name")?)))
}

/// The household of the insurance that the fields name.
///
/// # Errors
/// When the insurance is missing or unknown.
pub fn read(fields: &Fields, tables: &Tables, on: NaiveDate) -> Result<&'static str, AskError> {
    let insurance = fields.need("insurance", Fields::text)?;
    let row =
        known(fields, "insurance", "a key of the table insurances", tables.row("insurances", insurance, on))?;
    let dependant = fields.choice("person", &[("insured", false), ("dependant", true)])?;
    let family = row.text("family")?;
    if family == "employee" && dependant.is_none() {
        return Err(AskError::Missing { path: fields.path("person") });
    }
    let latter = fields.flag("guardian_latter_stage")? == Some(true);
    Ok(household(family, dependant == Some(true), latter))
}
