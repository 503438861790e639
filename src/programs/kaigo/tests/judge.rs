//! One person's judgement as a person reads it.

use serde_json::{Value, json};

use super::*;
use crate::domain::proposal::Worked;
use crate::programs::ask::AskError;
use crate::programs::kaigo::questions::QUESTIONS;

fn example() -> Value {
    serde_json::from_str(QUESTIONS[0].example).unwrap()
}

fn ask(input: &Value) -> Result<Worked<Value>, AskError> {
    QUESTIONS[0].by(tables())(input, None)
}

/// The example with one answer put in its place.
fn answered(item: &str, answer: Value) -> Value {
    let mut input = example();
    input["answers"][item] = answer;
    input
}

fn refused(input: &Value) -> (&'static str, String) {
    let error = ask(input).unwrap_err();
    (error.code(), error.path().unwrap().to_owned())
}

#[test]
fn it_never_passes_for_the_official_result() {
    let found = ask(&example()).unwrap();
    assert_eq!(found.value["official"], false);
    assert_eq!(found.findings[0].key, "finding.not-official");
    assert!(
        found.findings.iter().any(|it| it.key == "finding.minutes-open" && it.args["tree"] == "清潔保持")
    );
}

#[test]
fn the_way_says_which_answer_led_where() {
    let found = ask(&example()).unwrap();
    let meal = found.steps.iter().find(|step| step.table.as_deref() == Some("tree_meal")).unwrap();
    let way: Vec<(&str, &str)> =
        meal.inputs.iter().map(|input| (input.path.as_str(), input.value.as_str())).collect();
    assert_eq!(way[1], ("2-4", "1 介助されていない（1・2か）→はい"));
    assert!(way[2].0 == "score.2" && way[2].1.ends_with("（31.2点以下か）→いいえ"), "{way:?}");
    assert_eq!((meal.row.as_deref(), meal.result.as_str()), (Some("0YNYY@2024-04-01"), "3.4分"));
    let points: Vec<&str> = found.steps[0].inputs.iter().map(|input| input.value.as_str()).collect();
    assert!(points.contains(&"両下肢のみ：3.9点") && points.contains(&"膝関節 あり：0.0点"), "{points:?}");
}

#[test]
fn bad_answers_say_what_is_wrong_and_where() {
    let at = |path: &str| path.to_owned();
    assert_eq!(refused(&answered("9-9", json!(1))), ("unknown_key", at("answers.9-9")));
    for wrong in [json!(4), json!(0), json!(-1), json!("2"), json!([1]), json!(1.5), json!(true)] {
        assert_eq!(refused(&answered("1-3", wrong)), ("invalid", at("answers.1-3")));
    }
    for wrong in [json!([]), json!(1), json!([7]), json!(["2"]), json!({})] {
        assert_eq!(refused(&answered("1-1", wrong)), ("invalid", at("answers.1-1")));
    }
    for wrong in [json!([1, 4]), json!([4, 4])] {
        assert_eq!(refused(&answered("1-1", wrong)), ("contradiction", at("answers.1-1")));
    }
    assert_eq!(refused(&answered("1-3", Value::Null)), ("missing", at("answers.1-3")));
    let none = json!({ "on": TODAY, "answers": {} });
    assert!(ask(&none).unwrap_err().to_string().contains("answers.5-6"));
    assert_eq!(refused(&json!({ "on": TODAY })), ("missing", at("answers")));
    let mut input = example();
    input["special_medical"] = json!([13]);
    assert_eq!(refused(&input), ("invalid", at("special_medical")));
    input["special_medical"] = json!([5, 5]);
    assert_eq!(refused(&input), ("contradiction", at("special_medical")));
    let mut input = example();
    input["scale_7_2"] = json!("Ⅱ");
    assert_eq!(refused(&input), ("invalid", at("scale_7_2")));
}

#[test]
fn before_the_tables_there_is_no_judgement() {
    let mut input = example();
    input["on"] = json!("2024-03-31");
    assert_eq!(ask(&input).unwrap_err().code(), "no_row");
    input["on"] = Value::Null;
    assert_eq!(refused(&input), ("missing", "on".to_owned()));
}

#[test]
fn a_lost_limb_and_a_rare_combination_are_pointed_out() {
    let found = ask(&answered("1-1", json!([6]))).unwrap();
    assert!(found.findings.iter().any(|it| it.key == "finding.limb-loss"));
    assert!(found.value["scores"][0]["score"]["low"].is_number());
    let rare = answered("1-3", json!(3));
    let rare = ask(&{
        let mut rare = rare;
        rare["answers"]["1-10"] = json!(1);
        rare
    });
    assert_eq!(rare.unwrap().value["warnings"], json!(["01"]));
}

#[test]
fn the_addition_is_told_as_possible_impossible_or_unknown() {
    let addition = |first: Value, second: Value| {
        let mut input = example();
        input["scale_7_1"] = first;
        input["scale_7_2"] = second;
        let value = ask(&input).unwrap().value;
        (value["dementia_addition"].clone(), value.get("with_addition").cloned())
    };
    let (told, with) = addition(json!("A1"), json!("Ⅲa"));
    assert_eq!(told, "possible");
    assert!(with.unwrap()["total"]["high"].is_number());
    assert_eq!(addition(json!("A1"), json!("Ⅱb")), (json!("no"), None));
    assert_eq!(addition(json!("B1"), json!("M")), (json!("no"), None));
    assert_eq!(addition(Value::Null, json!("M")).0, "unknown");
    assert_eq!(addition(Value::Null, json!("Ⅰ")).0, "no");
}

#[test]
fn sources_that_differ_are_named_on_the_way() {
    let mut input = example();
    for (item, answer) in [("1-2", json!([2])), ("2-5", json!(3))] {
        input["answers"][item] = answer;
    }
    let found = ask(&input).unwrap();
    let disputed = found.findings.iter().find(|it| it.key == "finding.minutes-disputed").unwrap();
    assert_eq!(
        (disputed.args["tree"].as_str(), disputed.args["minutes"].as_str()),
        ("機能訓練関連行為", "6.0")
    );
}
