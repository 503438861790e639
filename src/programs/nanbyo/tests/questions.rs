use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::questions::QUESTIONS;
use super::*;
use crate::domain::proposal::Worked;
use crate::programs::ask::{AskError, Question};

fn question(name: &str) -> &'static Question {
    QUESTIONS.iter().find(|question| question.name == name).unwrap()
}

fn ask(name: &str, input: &Value) -> Result<Worked<Value>, AskError> {
    question(name).by(tables())(input, None)
}

fn result(name: &str, input: Value) -> Value {
    ask(name, &input).unwrap().value
}

fn example(name: &str) -> Value {
    serde_json::from_str(question(name).example).unwrap()
}

/// The example of a question with one value put in its place.
fn changed(name: &str, pointer: &str, value: Value) -> Value {
    let mut input = example(name);
    match input.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => input[pointer.trim_start_matches('/')] = value,
    }
    input
}

#[test]
fn every_example_is_answered_with_its_working() {
    for question in QUESTIONS {
        let worked = ask(question.name, &example(question.name)).unwrap();
        assert!(worked.value.is_object(), "{}", question.name);
        assert!(worked.steps.iter().any(|step| step.article.is_some()), "{}", question.name);
        assert!(!question.example.contains('\n') && !question.about.is_empty());
    }
}

#[test]
fn an_unknown_key_is_refused_by_name_in_every_question() {
    for question in QUESTIONS {
        let error = ask(question.name, &changed(question.name, "/shoe_size", json!(42))).unwrap_err();
        assert_eq!((error.code(), error.path()), ("unknown_key", Some("shoe_size")), "{}", question.name);
    }
    let inside = changed("tier", "/persons/0", json!({ "role": "patient", "taxed": true }));
    assert_eq!(ask("tier", &inside).unwrap_err().path(), Some("persons[0].taxed"));
}

#[test]
fn the_day_may_stand_beside_the_input() {
    let input = json!({ "tier": "low-1" });
    assert_eq!(ask("cap", &input).unwrap_err().path(), Some("on"));
    let found = question("cap").by(tables())(&input, Some(day("2026-07-01"))).unwrap();
    assert_eq!(found.value, json!({ "cap": 2_500, "basis": "general" }));
}

#[test]
fn a_code_that_is_none_says_where() {
    let path = |name: &str, input: Value| ask(name, &input).unwrap_err().path().unwrap().to_owned();
    assert_eq!(path("cap", changed("cap", "/tier", json!("middle"))), "tier");
    assert_eq!(path("start", changed("start", "/reason", json!("lazy"))), "reason");
    assert_eq!(path("household", changed("household", "/insurance", json!("none"))), "insurance");
    assert_eq!(path("household", json!({ "on": "2026-07-01", "insurance": "kyokai" })), "person");
    assert_eq!(path("ledger", changed("ledger", "/lines/2/on", json!("2026-06-01"))), "lines[2].on");
    assert_eq!(path("severity", changed("severity", "/disease", json!(999))), "disease");
    assert_eq!(path("validity", changed("validity", "/common_end", json!("02-29"))), "common_end");
    assert_eq!(path("window", changed("window", "/costs/1/on", json!("2026"))), "costs[1].on");
    let twice =
        json!({ "holder": "a", "program": "nanbyo", "cap": 1, "from": "2026-01-01", "to": "2026-01-31" });
    assert_eq!(path("share", changed("share", "/after/1", twice)), "after");
}

#[test]
fn a_day_before_the_tables_has_no_row() {
    let error = ask("start", &changed("start", "/received_on", json!("2023-09-30"))).unwrap_err();
    assert_eq!(error.path(), Some("reason"));
    let error = ask("cap", &changed("cap", "/on", json!("2014-12-31"))).unwrap_err();
    assert!(["no_row", "invalid"].contains(&error.code()));
}

#[test]
fn a_border_case_goes_down_as_far_as_protection_would_be_needed() {
    let of = |needed: &[&str]| result("tier", changed("tier", "/needed_at", json!(needed)));
    assert_eq!(of(&[])["tier"], "general-1");
    assert_eq!(of(&["top"])["tier"], "general-1");
    let lowered = of(&["general-1", "low-2"]);
    assert_eq!(
        (&lowered["tier"], &lowered["basis"], &lowered["border_reason"]),
        (&json!("low-1"), &json!("border-case"), &json!("low-2"))
    );
    assert_eq!(of(&["general-1", "low-2", "low-1"])["tier"], "public-assistance");
    let granted = result("tier", json!({ "service": "2026-07-01", "border_tier": "low-2" }));
    assert_eq!((&granted["basis"], &granted["border_reason"]), (&json!("border-case"), &json!("general-1")));
}

#[test]
fn missing_tax_data_give_the_highest_tier_until_they_come() {
    let of = |filed: Value| {
        let input = json!({ "service": "2026-07-01", "insurance": "kokuho", "decided_on": "2026-07-15",
            "start_on": "2026-05-01", "filed_on": filed });
        result("tier", input)
    };
    let open = of(Value::Null);
    assert_eq!((&open["tier"], &open["basis"]), (&json!("top"), &json!("unknown-default-top")));
    assert_eq!((&open["correctable_until"], &open["corrected_from"]), (&json!("2026-08-15"), &Value::Null));
    assert_eq!(of(json!("2026-08-15"))["corrected_from"], "2026-05-01");
    assert_eq!(of(json!("2026-08-16"))["corrected_from"], "2026-09-01");
}

#[test]
fn tax_and_income_years_turn_with_july() {
    let years = |service: &str| {
        let found = result("tier", changed("tier", "/service", json!(service)));
        (found["tax_year"].as_i64().unwrap(), found["income_year"].as_i64().unwrap())
    };
    assert_eq!((years("2026-06-30"), years("2026-07-01")), ((2025, 2024), (2026, 2025)));
}

#[test]
fn a_claim_is_split_between_the_payers() {
    let parts = |share: i64, limit: Value| {
        let input = json!({ "on": "2026-05-07", "total": 50_000, "insurance_share": share, "limit": limit,
            "cap": 2_500 });
        let found = result("claim", input);
        ["insurer", "high_cost", "public", "patient"].map(|part| found[part].as_i64().unwrap())
    };
    assert_eq!(parts(3, Value::Null), [35_000, 0, 12_500, 2_500]);
    assert_eq!(parts(1, Value::Null), [45_000, 0, 2_500, 2_500]);
    assert_eq!(parts(2, json!(8_000)), [40_000, 2_000, 5_500, 2_500]);
    let full = changed("claim", "/paid", json!(2_500));
    assert_eq!(result("claim", full)["patient"], 0);
}

#[test]
fn the_ledger_of_the_example_reaches_its_cap_and_goes_on() {
    let found = result("ledger", example("ledger"));
    let pays: Vec<i64> =
        found["entries"].as_array().unwrap().iter().map(|entry| entry["pay"].as_i64().unwrap()).collect();
    assert_eq!(pays, [4_000, 3_000, 1_700, 1_300, 0]);
    assert_eq!(found["reached"], json!({ "on": "2026-05-21", "institution": "A病院" }));
    assert_eq!((&found["paid"], &found["total"]), (&json!(10_000), &json!(64_500)));
}

#[test]
fn the_severity_question_knows_the_items_of_the_certificate() {
    use super::super::questions::severity_items;
    let source = fs::read_to_string("forms/nanbyo/questionnaires/certificate.json").unwrap();
    let form: Value = serde_json::from_str(&source).unwrap();
    let parts = ["parkinson", "colitis", "als", "sle", "sledai", "dcm", "sarcoidosis", "crohn", "ioibd"];
    let mut open = vec![&form];
    let mut found: BTreeMap<&str, std::collections::BTreeSet<String>> = BTreeMap::new();
    while let Some(item) = open.pop() {
        let (id, kind) = (item["linkId"].as_str().unwrap_or(""), item["type"].as_str().unwrap_or(""));
        if id.split_once('.').is_some_and(|(part, _)| parts.contains(&part)) {
            let kind = if kind == "decimal" { "integer" } else { kind };
            found.entry(kind).or_default().insert(id.to_owned());
        }
        open.extend(item["item"].as_array().into_iter().flatten());
    }
    for (kind, items) in ["boolean", "integer", "choice"].into_iter().zip(severity_items()) {
        let asked = items.split_whitespace().filter(|id| parts.contains(&id.split_once('.').unwrap().0));
        assert_eq!(
            asked.map(str::to_owned).collect::<std::collections::BTreeSet<_>>(),
            found[kind],
            "{kind}"
        );
    }
}

#[test]
fn a_renewal_may_rest_on_an_earlier_certification() {
    let of = |kind: &str| {
        let answers = json!({ "diagnosis.course": "認定済" });
        let input = json!({ "on": "2026-05-10", "disease": 49, "kind": kind, "written_on": "2026-05-01",
            "answers": answers });
        result("severity", input)["diagnosis_met"].clone()
    };
    assert_eq!((of("renewal"), of("new")), (json!(true), Value::Null));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z0-9:.-]{0,12}".prop_map(Value::from),
        Just(json!("2026-02-30")),
        Just(json!("9999-12-31")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,12}", inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_that_is_json_makes_a_question_panic(input in any_json(), place in 0usize..11) {
        let question = &QUESTIONS[place % QUESTIONS.len()];
        _ = question.by(tables())(&input, None);
        let mut example: Value = serde_json::from_str(question.example).unwrap();
        let keys: Vec<String> = example.as_object().unwrap().keys().cloned().collect();
        for key in keys {
            let kept = std::mem::replace(&mut example[&key], input.clone());
            _ = question.by(tables())(&example, NaiveDate::from_ymd_opt(2026, 7, 1));
            example[&key] = kept;
        }
    }
}
