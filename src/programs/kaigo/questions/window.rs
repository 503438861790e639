//! When to apply for a renewal, and until when to decide.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::shown;
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::kaigo::window::{Course, due, renewal};

pub const QUESTION: Question = Question {
    name: "window",
    about: "更新申請の期間と、認定までの期限 (30日, 延期通知)",
    example: r#"{"ends_on":"2026-12-31","received_on":"2026-11-10","notice_on":"2026-12-08","announced_until":"2027-01-08"}"#,
    answer: Answering::Direct(answer),
};

const KEYS: [&str; 5] = ["ends_on", "received_on", "notice_on", "announced_until", "decided_on"];

fn answer(input: &Value, tables: &Tables, _: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(input, &KEYS)?;
    let ends_on = fields.day("ends_on")?;
    let course = course(&fields)?;
    if ends_on.is_none() && course.is_none() {
        return Err(AskError::missing(vec!["ends_on".to_owned(), "received_on".to_owned()]));
    }
    let window = ends_on.map(|day| renewal(day, tables)).transpose()?;
    let window =
        window.map(|it| shown(it, |it| json!({ "opens_on": it.opens_on, "closes_on": it.closes_on })));
    let clock = course.map(|course| due(&course, tables)).transpose()?;
    let clock = clock.map(|it| {
        shown(it, |it| {
            json!({
                "due_on": it.due_on,
                "notice_valid": it.notice_valid,
                "limit_on": it.limit_on,
                "deemed_rejected_from": it.deemed_rejected_from,
            })
        })
    });
    Ok(both(window, clock))
}

/// The course of an application; what comes after its receipt needs the receipt.
fn course(fields: &Fields) -> Result<Option<Course>, AskError> {
    let [received_on, notice_on, announced_until, decided_on] =
        ["received_on", "notice_on", "announced_until", "decided_on"].map(|key| fields.day(key));
    let (received_on, notice_on, announced_until, decided_on) =
        (received_on?, notice_on?, announced_until?, decided_on?);
    let later = [notice_on, announced_until, decided_on];
    let Some(received_on) = received_on else {
        let needed = later.iter().any(Option::is_some);
        return if needed { Err(AskError::Missing { path: fields.path("received_on") }) } else { Ok(None) };
    };
    if later.iter().flatten().any(|day| *day < received_on) {
        return Err(fields.contradiction("received_on", "something else happened before it"));
    }
    if notice_on.is_some() != announced_until.is_some() {
        let key = if notice_on.is_none() { "notice_on" } else { "announced_until" };
        return Err(AskError::Missing { path: fields.path(key) });
    }
    Ok(Some(Course { received_on, notice_on, announced_until, decided_on }))
}

fn both(window: Option<Worked<Value>>, clock: Option<Worked<Value>>) -> Worked<Value> {
    let mut joined = Worked { value: json!({}), ..Worked::default() };
    for (key, part) in [("renewal", window), ("decision", clock)] {
        let Some(part) = part else { continue };
        joined.value[key] = part.value;
        joined.steps.extend(part.steps);
        joined.findings.extend(part.findings);
    }
    joined
}
