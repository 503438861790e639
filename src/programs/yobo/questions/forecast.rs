//! What comes next, for every routine vaccine.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::decide::shown;
use super::{path, prepared, read, same_day};
use crate::domain::proposal::Worked;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::yobo::evaluate::evaluate;
use crate::programs::yobo::findings::{of_counting, of_doses, of_verdict};
use crate::programs::yobo::forecast::{Forecast, State, forecast};
use crate::programs::yobo::law::Law;
use crate::programs::yobo::working::steps;

/// The question.
pub const QUESTION: Question = Question {
    name: "forecast",
    about: "every routine vaccine for a person: earliest, advised, latest, overdue",
    example: r#"{"subject":{"birth":"2026-06-15","sex":"female"},"prior":[{"vaccine":"dpt_ipv_hib","date":"2026-08-17"},{"vaccine":"pcv_child","product":"pcv20","date":"2026-08-17"},{"vaccine":"rota","product":"rota1","date":"2026-08-17"}],"on":"2026-11-22"}"#,
    answer: Answering::Prepared(|tables| prepared(tables, answer)),
};

const KEYS: [&str; 4] = ["id", "subject", "prior", "on"];

fn answer(value: &Value, law: &Law<'_>, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &KEYS)?;
    let on = fields.day("on")?.or(on).ok_or_else(|| AskError::Missing { path: "on".to_owned() })?;
    let told = read::told(&fields, law, on)?;
    let twins: Vec<usize> = same_day(&told.person).collect();
    let evaluated = evaluate(law, &told.person);
    let mut worked = Worked { findings: of_doses(&told.person, &told.numbers, &twins), ..Worked::default() };
    let mut vaccines = Vec::new();
    for one in forecast(law, &told.person, on) {
        vaccines.push(result(&one));
        if one.state == State::Replaced {
            continue;
        }
        worked.findings.extend(of_counting(&one.asked, &evaluated));
        let Ok(verdict) = &one.verdict else { continue };
        worked.steps.extend(steps(&one.asked, &told.person, verdict));
        worked.findings.extend(of_verdict(&one.asked, &told.person, verdict));
    }
    worked.value = json!({ "on": on, "vaccines": vaccines });
    Ok(worked)
}

fn result(one: &Forecast<'_>) -> Value {
    let mut result = json!({ "vaccine": one.asked.vaccine().key, "state": one.state.code() });
    let Value::Object(map) = &mut result else { return result };
    match &one.verdict {
        _ if one.state == State::Replaced => {
            map.insert("replaced_by".to_owned(), json!(one.asked.vaccine().replaced_by));
        }
        Ok(verdict) => {
            map.extend(shown(verdict));
            let (from, to) = one.standard;
            map.insert("standard".to_owned(), json!({ "from": from, "to": to }));
            map.insert("finish_by".to_owned(), json!(one.finish_by));
            map.insert("overdue".to_owned(), json!(one.state == State::Overdue));
        }
        Err(need) => _ = map.insert("needs".to_owned(), json!(path(*need))),
    }
    result
}
