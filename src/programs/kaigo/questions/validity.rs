//! How long a certification holds.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::shown;
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::kaigo::validity::{Period, Range, period, range};

pub const QUESTION: Question = Question {
    name: "validity",
    about: "認定の有効期間: months and last day of a certification",
    example: r#"{"kind":"new","applied_on":"2026-05-10","months":6}"#,
    answer: Answering::Direct(answer),
};

const KEYS: [&str; 5] = ["kind", "applied_on", "ends_on", "same_level", "months"];
const KINDS: [(&str, Kind); 3] = [("new", Kind::New), ("change", Kind::Change), ("renewal", Kind::Renewal)];
/// The longest that any law could grant, in months.
const LONGEST: i64 = 120;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    New,
    Change,
    Renewal,
}

fn answer(input: &Value, tables: &Tables, _: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(input, &KEYS)?;
    let kind = fields.need("kind", |fields, key| fields.choice(key, &KINDS))?;
    let (case, starts_on) = match kind {
        Kind::New => ("new", fields.need("applied_on", Fields::day)?),
        Kind::Change => ("change", fields.need("applied_on", Fields::day)?),
        Kind::Renewal => renewal(&fields)?,
    };
    let months = months(&fields, range(case, starts_on, tables)?)?;
    let found = period(case, starts_on, months, tables)?;
    Ok(shown(found, |period| value(starts_on, period)))
}

/// A renewal begins on the day after the period before.
fn renewal(fields: &Fields) -> Result<(&'static str, NaiveDate), AskError> {
    let same = fields.need("same_level", Fields::flag)?;
    let ends_on = fields.need("ends_on", Fields::day)?;
    let starts_on = ends_on.checked_add_days(Days::new(1)).unwrap_or(ends_on);
    Ok((if same { "renewal-same" } else { "renewal-other" }, starts_on))
}

fn months(fields: &Fields, range: Range) -> Result<Option<i64>, AskError> {
    let Some(months) = fields.integer("months", 1..=LONGEST)? else { return Ok(None) };
    if months < range.shortest || months > range.longest {
        let expected = format!("a whole number from {} to {}", range.shortest, range.longest);
        return Err(fields.invalid("months", expected));
    }
    Ok(Some(months))
}

fn value(starts_on: NaiveDate, period: &Period) -> Value {
    let Range { standard, shortest, longest } = period.range;
    json!({
        "starts_on": starts_on,
        "ends_on": period.ends_on,
        "months": period.months,
        "standard": standard,
        "shortest": shortest,
        "longest": longest,
    })
}
