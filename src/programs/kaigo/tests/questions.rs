//! What all questions have in common, and the sentences they name.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::programs::kaigo::questions::QUESTIONS;

/// The sections of the texts from which rules speak.
const SAID: [&str; 3] = ["finding", "working", "reading"];

fn keys() -> BTreeSet<String> {
    let text: toml::Table = fs::read_to_string("forms/kaigo/texts/ja.toml").unwrap().parse().unwrap();
    let own = text.iter().filter(|(table, _)| SAID.contains(&table.as_str()));
    let tables = own
        .flat_map(|(table, keys)| keys.as_table().unwrap().keys().map(move |key| format!("{table}.{key}")));
    tables.collect()
}

/// The names of findings and steps in the sources of the room.
fn named() -> BTreeSet<String> {
    let folders = ["src/programs/kaigo"];
    let files =
        folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    let texts = files.filter(|path| path.is_file()).map(|path| fs::read_to_string(path).unwrap());
    let literals = |text: String| {
        let parts: Vec<String> = text.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        let said = |part: &String| part.split_once('.').is_some_and(|(table, _)| SAID.contains(&table));
        parts.into_iter().filter(said)
    };
    texts.flat_map(literals).collect()
}

#[test]
fn every_sentence_that_is_named_is_there_and_no_other() {
    assert_eq!(named(), keys());
}

#[test]
fn every_example_is_answered_with_its_working() {
    for question in QUESTIONS {
        let input: Value = serde_json::from_str(question.example).unwrap();
        let worked = question.by(tables())(&input, None).unwrap();
        assert!(worked.value.is_object(), "{}", question.name);
        assert!(worked.steps.iter().any(|step| step.article.is_some()), "{}", question.name);
        assert!(!question.example.contains('\n') && !question.about.is_empty());
    }
}

#[test]
fn an_unknown_key_is_refused_by_name_in_every_question() {
    for question in QUESTIONS {
        let mut input: Value = serde_json::from_str(question.example).unwrap();
        input["shoe_size"] = json!(42);
        let error = question.by(tables())(&input, None).unwrap_err();
        assert_eq!((error.code(), error.path()), ("unknown_key", Some("shoe_size")), "{}", question.name);
    }
}

/// Any JSON of a few levels, with keys and values that the questions know among them.
fn values() -> impl Strategy<Value = Value> {
    let known = [
        "on",
        "answers",
        "1-1",
        "2-4",
        "scale_7_1",
        "special_medical",
        "levels",
        "kind",
        "months",
        "minutes",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,9}".prop_map(Value::from),
        Just(json!(TODAY)),
    ];
    leaf.prop_recursive(3, 32, 6, move |inner| {
        let key = prop_oneof![proptest::sample::select(known.to_vec()).prop_map(str::to_owned), "\\PC{0,5}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(key, inner, 0..6)
                .prop_map(|map| Value::from(map.into_iter().collect::<serde_json::Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn no_input_makes_a_question_panic(input in values(), key in 0_usize..8, value in values()) {
        for question in QUESTIONS {
            let answer = question.by(tables());
            _ = answer(&input, Some(day(TODAY)));
            let mut example: Value = serde_json::from_str(question.example).unwrap();
            let keys: Vec<String> = example.as_object().unwrap().keys().cloned().collect();
            example[&keys[key % keys.len()]] = value.clone();
            _ = answer(&example, Some(day(TODAY)));
        }
    }
}
