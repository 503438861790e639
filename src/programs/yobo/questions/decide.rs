//! One dose on one day.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::{needed, prepared, read, same_day};
use crate::domain::proposal::Worked;
use crate::programs::ask::{Answering, AskError, Fields, Question};
use crate::programs::yobo::evaluate::evaluate;
use crate::programs::yobo::findings::{of_counting, of_doses, of_verdict};
use crate::programs::yobo::history::Asked;
use crate::programs::yobo::judge::Verdict;
use crate::programs::yobo::law::Law;
use crate::programs::yobo::working::steps;

/// The question.
pub const QUESTION: Question = Question {
    name: "decide",
    about: "whether the next dose of a vaccine may be given as 定期接種 on a day, on the record alone",
    example: r#"{"vaccine":"hepb","subject":{"birth":"2025-12-01","sex":"female"},"prior":[{"vaccine":"hepb","date":"2026-02-02"},{"vaccine":"hepb","date":"2026-03-02"}],"on":"2026-06-21"}"#,
    answer: Answering::Prepared(|tables| prepared(tables, answer)),
};

/// Keys of a case; those that only describe it are not read.
const KEYS: [&str; 10] =
    ["id", "rules", "vaccine", "product", "subject", "prior", "on", "expect", "confidence", "why"];

fn answer(value: &Value, law: &Law<'_>, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &KEYS)?;
    let missing = |key: &str| AskError::Missing { path: key.to_owned() };
    let on = fields.day("on")?.or(on).ok_or_else(|| missing("on"))?;
    let vaccine = read::vaccine(&fields, law)?.ok_or_else(|| missing("vaccine"))?;
    let product = read::product(&fields, law, vaccine)?;
    let told = read::told(&fields, law, on)?;
    let asked = Asked { law, vaccine, product, on, past: false };
    let verdict = asked.judge(&told.person, &told.person.doses).map_err(needed)?;
    let twins: Vec<usize> = same_day(&told.person).collect();
    let mut findings = of_verdict(&asked, &told.person, &verdict);
    findings.extend(of_doses(&told.person, &told.numbers, &twins));
    findings.extend(of_counting(&asked, &evaluate(law, &told.person)));
    Ok(Worked { value: result(&verdict), steps: steps(&asked, &told.person, &verdict), findings })
}

fn result(verdict: &Verdict<'_>) -> Value {
    let mut result = Map::new();
    result.insert("eligible".to_owned(), verdict.is_eligible().into());
    result.extend(shown(verdict));
    result.into()
}

/// The verdict in the form of the published cases.
pub fn shown(verdict: &Verdict<'_>) -> Map<String, Value> {
    let dose = verdict.dose.map(|dose| dose.parse::<u32>().map_or_else(|_| json!(dose), |it| json!(it)));
    let pairs = [
        ("reason", json!(verdict.reason.code())),
        ("dose", json!(dose)),
        ("earliest", json!(verdict.earliest)),
        ("latest", json!(verdict.latest)),
        ("warnings", json!(verdict.warnings)),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
