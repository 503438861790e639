mod calendar;
mod cases;
mod evaluate;
mod forecast;
mod input;
mod ledger;
mod outlook;
mod properties;
mod propose;
mod reactions;
mod tables;
mod texts;

use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

use chrono::NaiveDate;
use serde_json::Value;

use super::law::Law;
use super::questions::QUESTIONS;
use crate::domain::proposal::Worked;
use crate::domain::tables::{Tables, load};
use crate::programs::ask::AskError;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/forms/yobo/tables");

/// The tables of the program folder itself, read once.
fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| load(&files()).unwrap_or_else(|problems| panic!("{problems:?}")))
}

fn files() -> BTreeMap<String, String> {
    let files = fs::read_dir(FOLDER).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        (format!("tables/{name}"), fs::read_to_string(&path).unwrap())
    });
    files.collect()
}

fn law() -> &'static Law<'static> {
    static LAW: OnceLock<Law<'static>> = OnceLock::new();
    LAW.get_or_init(|| Law::read(tables()).unwrap())
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn ask(question: &str, input: &Value) -> Result<Worked<Value>, AskError> {
    let question = QUESTIONS.iter().find(|it| it.name == question).unwrap();
    question.by(tables())(input, None)
}
