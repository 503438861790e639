//! Judgements that others have printed or worked by hand.

use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::domain::forms::Decimal;
use crate::programs::kaigo::questions::QUESTIONS;

const VECTORS: &str = include_str!("vectors.jsonl");

#[derive(Deserialize)]
struct Vector {
    id: String,
    answers: Value,
    minutes: BTreeMap<String, Value>,
    total: Option<Value>,
    level: Option<String>,
}

fn vectors() -> Vec<Vector> {
    let found: Vec<Vector> = VECTORS.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(found.len(), 7);
    found
}

fn tenths(value: &Value) -> u32 {
    Tenths::read(Decimal::from_json(value).unwrap()).unwrap().0
}

fn ask(tables: &Tables, answers: &Value) -> Value {
    let input = json!({ "answers": answers });
    QUESTIONS[0].by(tables)(&input, Some(day(TODAY))).unwrap().value
}

/// The tree of 清潔保持 as one leaf of known minutes.
fn hygiene(minutes: &Value) -> Tables {
    let text = &files()["tables/tree_hygiene.csv"];
    let leaf = text.lines().nth(1).unwrap().replacen(",,1.2,24.3,", &format!(",{minutes},,,"), 1);
    with("tree_hygiene", &format!("{}\n{leaf}\n", text.lines().next().unwrap()))
}

fn row<'a>(value: &'a Value, tree: &str) -> &'a Value {
    value["minutes"].as_array().unwrap().iter().find(|row| row["tree"] == tree).unwrap()
}

#[test]
fn every_known_tree_gives_the_minutes_of_the_vector() {
    for vector in vectors() {
        let found = ask(tables(), &vector.answers);
        for (tree, expected) in &vector.minutes {
            let (low, high) = (tenths(&row(&found, tree)["low"]), tenths(&row(&found, tree)["high"]));
            assert!((low..=high).contains(&tenths(expected)), "{} {tree}", vector.id);
            assert!(low == high || tree == "hygiene", "{} {tree}", vector.id);
        }
    }
}

#[test]
fn with_the_published_minutes_in_the_gap_the_total_is_the_published_one() {
    for vector in vectors().iter().filter(|vector| vector.total.is_some()) {
        let found = ask(&hygiene(&vector.minutes["hygiene"]), &vector.answers);
        let total = vector.total.as_ref().unwrap();
        assert_eq!(found["total"], json!({ "low": total, "high": total }), "{}", vector.id);
        let levels = found["levels"].as_array().unwrap();
        assert_eq!(levels.len(), 1, "{}", vector.id);
        assert_eq!(levels[0]["level"].as_str(), vector.level.as_deref(), "{}", vector.id);
    }
}

#[test]
fn the_healthiest_person_has_full_scores_and_the_frailest_none() {
    let vectors = vectors();
    let scores = |at: usize| {
        let found = ask(tables(), &vectors[at].answers);
        let scores = found["scores"].as_array().unwrap().iter().map(|score| tenths(&score["score"]));
        (scores.collect::<Vec<_>>(), found)
    };
    let (full, healthy) = scores(5);
    assert_eq!(full, [1000; 5]);
    assert_eq!(healthy["total"], json!({ "low": 22.8, "high": 45.9 }));
    assert_eq!(healthy["warnings"], json!([]));
    let (none, _) = scores(6);
    assert_eq!(none[0], 0);
    assert!(none.iter().all(|score| *score <= 1000));
}
