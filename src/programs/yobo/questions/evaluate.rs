//! Each past dose by the rules of its day.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::decide::shown;
use super::{path, prepared, read, same_day};
use crate::domain::proposal::Worked;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::yobo::evaluate::{Evaluated, evaluate};
use crate::programs::yobo::findings::{of_doses, of_verdict};
use crate::programs::yobo::law::Law;
use crate::programs::yobo::working::steps;

/// The question.
pub const QUESTION: Question = Question {
    name: "evaluate",
    about: "each past dose: valid or not as 定期接種, why, and whether it counts in its course",
    example: r#"{"subject":{"birth":"2025-03-10","sex":"female"},"prior":[{"vaccine":"mr1","date":"2026-04-20"},{"vaccine":"varicella","date":"2026-05-10"},{"vaccine":"varicella","date":"2026-08-09"}],"on":"2026-11-22"}"#,
    answer: Answering::Prepared(|tables| prepared(tables, answer)),
};

const KEYS: [&str; 4] = ["id", "subject", "prior", "on"];

fn answer(value: &Value, law: &Law<'_>, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &KEYS)?;
    let on = fields.day("on")?.or(on).ok_or_else(|| AskError::Missing { path: "on".to_owned() })?;
    let told = read::told(&fields, law, on)?;
    let twins: Vec<usize> = same_day(&told.person).collect();
    let mut evaluated = evaluate(law, &told.person);
    evaluated.sort_by_key(|it| it.dose.place);
    let mut worked = Worked { findings: of_doses(&told.person, &told.numbers, &twins), ..Worked::default() };
    for one in &evaluated {
        let Ok(verdict) = &one.verdict else { continue };
        worked.steps.extend(steps(&one.asked, &told.person, verdict));
        worked.findings.extend(of_verdict(&one.asked, &told.person, verdict));
    }
    worked.value = json!({ "doses": evaluated.iter().map(result).collect::<Vec<_>>() });
    Ok(worked)
}

fn result(one: &Evaluated<'_>) -> Value {
    let complete = one.dose.first == one.dose.last;
    let mut result = json!({
        "prior": one.dose.place,
        "vaccine": one.asked.vaccine().key,
        "product": one.asked.product.map(|product| one.asked.law.name(product)),
        "date": complete.then_some(one.dose.first),
        "status": one.status(),
        "counts": one.counts,
    });
    if let Value::Object(map) = &mut result {
        match &one.verdict {
            Ok(verdict) => map.extend(shown(verdict)),
            Err(need) => _ = map.insert("needs".to_owned(), json!(path(*need))),
        }
    }
    result
}
