mod corrected;
mod faults;
mod gaps;
mod judge;
mod limits;
mod properties;
mod propose;
mod questions;
mod vectors;

use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::compile;
use super::model::Model;
use super::sheet::Sheet;
use super::tenths::Tenths;
use crate::domain::tables::{Tables, load};

/// A day on which every table holds.
const TODAY: &str = "2026-11-22";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The files of the program folder's tables.
fn files() -> BTreeMap<String, String> {
    let entries = fs::read_dir("forms/kaigo/tables").unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &std::path::Path| format!("tables/{}", path.file_name().unwrap().to_string_lossy());
    entries.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect()
}

/// The tables of the program folder itself, read once.
fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| load(&files()).unwrap())
}

/// The judgement as it is shipped.
fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| compile::model(tables(), day(TODAY)).unwrap())
}

/// The tables with the text of one file replaced.
fn with(file: &str, text: &str) -> Tables {
    let mut files = files();
    files.insert(format!("tables/{file}.csv"), text.to_owned());
    load(&files).unwrap()
}

/// The tables after replacing a piece of one file, which must be in it.
fn changed(file: &str, from: &str, to: &str) -> Tables {
    let text = &files()[&format!("tables/{file}.csv")];
    assert!(text.contains(from), "{file} has no {from}");
    with(file, &text.replacen(from, to, 1))
}

fn minutes(tenths: u32) -> Tenths {
    Tenths(tenths)
}

/// Any answers to the survey, with any treatment and any grades or none.
fn sheets() -> impl Strategy<Value = Sheet> {
    let items = model().survey.items.iter().map(|item| (item.multi, item.options.len()));
    let marks: Vec<_> = items.map(|(multi, options)| marks(multi, options)).collect();
    (marks, any::<[Option<bool>; 2]>(), 0_u16..1 << 12).prop_map(|(marks, addition, treatments)| {
        let mut sheet = Sheet { treatments, addition, ..Sheet::default() };
        sheet.marks[..marks.len()].copy_from_slice(&marks);
        sheet
    })
}

/// The options chosen for one question: one bit, or several of which the first excludes the others.
fn marks(multi: bool, options: usize) -> BoxedStrategy<u8> {
    if multi {
        let none = Just(1_u8);
        let some = (1_u8..1 << (options - 1)).prop_map(|bits| bits << 1);
        prop_oneof![none, some].boxed()
    } else {
        (0..options).prop_map(|option| 1 << option).boxed()
    }
}
