mod attest;
mod change;
mod cost;
mod ending;
mod forms;
mod late;
mod ledger;
mod matching;
mod medical;
mod money;
mod partners;
mod parts;
mod propose;
mod questions;
mod redetermine;
mod refund;
mod reissue;
mod renewal;
mod tables;
mod time;
mod transfer;

use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

use chrono::NaiveDate;

use crate::domain::calendar::EnteredDate;
use crate::domain::forms::{Answer, Answers, Coding, Decimal};
use crate::domain::proposal::Finding;
use crate::domain::tables::{Tables, load};

/// The tables of the program folder itself, read once.
fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(read_tables)
}

fn read_tables() -> Tables {
    let files = fs::read_dir("forms/nanbyo/tables").unwrap().map(|entry| {
        let path = entry.unwrap().path();
        (
            format!("tables/{}", path.file_name().unwrap().to_string_lossy()),
            fs::read_to_string(&path).unwrap(),
        )
    });
    load(&files.collect::<BTreeMap<_, _>>()).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn number(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

/// Answers from lines `path = value`: `yes`/`no`, a date, a whole or decimal number, `:code`, text.
fn answers(lines: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::new();
    for (path, value) in lines {
        answers.set(path, answer(value));
    }
    answers
}

fn answer(value: &str) -> Answer {
    if let Some(code) = value.strip_prefix(':') {
        return Answer::Choice(Coding { system: None, code: code.to_owned(), display: code.to_owned() });
    }
    if let Ok(day) = value.parse::<NaiveDate>() {
        return Answer::Date(EnteredDate::parse(&day.format("%Y/%m/%d").to_string()).unwrap());
    }
    match (value, value.parse(), Decimal::parse(value)) {
        ("yes", ..) => Answer::Boolean(true),
        ("no", ..) => Answer::Boolean(false),
        (_, Ok(whole), _) => Answer::Integer(whole),
        (_, _, Some(decimal)) => Answer::Decimal(decimal),
        _ => Answer::Text(value.to_owned()),
    }
}

fn keys(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.key.as_str()).collect()
}
