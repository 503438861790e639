use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const SOURCE: &str = include_str!("../testdata/mimai.json");

/// The item of a linkId inside the JSON.
fn find<'v>(holder: &'v mut Value, link_id: &str) -> Option<&'v mut Value> {
    let items = holder.get_mut("item")?.as_array_mut()?;
    let at = items.iter_mut().position(|item| item["linkId"] == link_id || find(item, link_id).is_some())?;
    if items[at]["linkId"] == link_id { items.get_mut(at) } else { find(&mut items[at], link_id) }
}

fn load(json: &Value) -> Vec<Problem> {
    let source = serde_json::to_string_pretty(json).unwrap();
    Form::load(&source, "questionnaires/mimai.json").err().unwrap_or_default()
}

/// The problems of the sample form after one item was changed.
fn changed(link_id: &str, change: impl Fn(&mut Value)) -> Vec<Problem> {
    let mut json: Value = serde_json::from_str(SOURCE).unwrap();
    change(find(&mut json, link_id).unwrap());
    load(&json)
}

fn own(name: &str, key: &str, value: Value) -> Value {
    json!([{"url": format!("{}{name}", profile::OWN), key: value}])
}

fn hl7(name: &str, key: &str, value: Value) -> Value {
    json!([{"url": format!("{}{name}", profile::HL7), key: value}])
}

fn sdc(name: &str, expression: &str) -> Value {
    let element = json!({"language": "text/fhirpath", "expression": expression});
    json!([{"url": format!("{}sdc-questionnaire-{name}", profile::SDC), "valueExpression": element}])
}

#[test]
fn the_sample_loads() {
    let form = Form::load(SOURCE, "mimai.json").unwrap();
    assert_eq!((form.url(), form.version()), ("https://city.example.jp/fhir/Questionnaire/mimai", "1.0.0"));
    assert_eq!(form.title(crate::domain::lang::Lang::En), "Application for a sympathy payment");
    assert_eq!(form.title(crate::domain::lang::Lang::JaSimple), "見舞金の申請", "falls back to Japanese");
    assert_eq!(form.steps().len(), 3);
    assert_eq!(form.catalogues().into_iter().collect::<Vec<_>>(), ["diseases"]);
    assert!(form.item("member.tax").is_some() && form.item("nothing").is_none());
}

#[test]
fn every_fault_of_an_item_is_told_with_its_place() {
    let translated = || json!({"extension": []});
    let changes: [(&str, &str, Value, &str); 26] = [
        ("tel", "type", json!("quantity"), "item type \"quantity\""),
        ("tel", "extension", json!([{"url": "urn:foreign"}]), "extension \"urn:foreign\""),
        ("tel", "extension", own("unknown", "valueString", json!("x")), "outside the subset here"),
        ("tel", "extension", own("input-hint", "valueCode", json!("shouting")), "no usable value"),
        ("tel", "initialx", json!(1), "element \"initialx\""),
        ("tel", "linkId", json!("birth"), "used twice"),
        ("tel", "linkId", json!("a/b"), "cannot be a field name"),
        ("tel", "linkId", json!("birth.year"), "ends in .year"),
        ("tel", "required", json!("yes"), "neither true nor false"),
        ("tel", "_text", translated(), "no translation to en"),
        ("tel", "text", json!(""), "\"text\" is missing"),
        ("tel", "maxLength", json!(0), "maxLength"),
        ("tel", "extension", hl7("regex", "valueString", json!("(")), "the pattern"),
        (
            "tel",
            "enableWhen",
            json!([{"question": "gone", "operator": "exists", "answerBoolean": true}]),
            "unknown item",
        ),
        (
            "tel",
            "enableWhen",
            json!([{"question": "birth", "operator": "=", "answerString": "x"}]),
            "cannot have",
        ),
        (
            "tel",
            "enableWhen",
            json!([{"question": "birth", "operator": "?", "answerString": "x"}]),
            "the operator",
        ),
        ("tel", "answerValueSet", json!("#relation"), "no choice"),
        ("member.relation", "answerValueSet", json!("#gone"), "not contained"),
        ("member.relation", "answerOption", json!([{"valueString": "x"}]), "outside the subset"),
        ("member.tax", "initial", json!([{"valueString": "x"}]), "another type"),
        ("member.tax", "readOnly", json!("no"), "neither true nor false"),
        ("grade", "extension", hl7("minValue", "valueDate", json!("2026-01-01")), "another type"),
        ("birth", "repeats", json!(true), "cannot repeat"),
        ("number", "extension", own("input-hint", "valueCode", json!("my-number")), "must be secret"),
        ("member.name", "extension", own("furigana-of", "valueString", json!("gone")), "furigana-of"),
        ("applicant", "repeats", json!(true), "does not repeat"),
    ];
    for (link_id, key, value, message) in changes {
        let problems = changed(link_id, |item| item[key] = value.clone());
        let found = problems
            .iter()
            .find(|problem| problem.message.contains(message) || problem.fix.contains(message));
        let found = found.unwrap_or_else(|| panic!("{link_id}.{key} = {value}: {problems:?}"));
        assert!(!found.fix.is_empty() && !found.path.is_empty(), "{found:?}");
        assert!(found.line.is_some() || key == "linkId", "{found:?}");
    }
}

#[test]
fn a_problem_names_path_and_line() {
    let problems = changed("member.name", |item| item["type"] = json!("reference"));
    let line = serde_json::to_string_pretty(&serde_json::from_str::<Value>(SOURCE).unwrap()).unwrap();
    let line = line.lines().position(|line| line.contains("\"linkId\": \"member.name\"")).unwrap() + 1;
    let expected = format!("questionnaires/mimai.json:{line}: household/member/member.name: ");
    assert!(problems[0].to_string().starts_with(&expected), "{problems:?}");
}

#[test]
fn expressions_outside_the_subset_are_refused() {
    for (expression, message) in [
        ("%resource.repeat(item)", "repeat()"),
        ("item[0]", "cannot read"),
        ("%nobody.name", "%nobody is not declared"),
        ("%resource.descendants()", "descendants()"),
    ] {
        let problems =
            changed("household.sum", |item| item["extension"] = sdc("calculatedExpression", expression));
        assert!(problems.iter().any(|problem| problem.message.contains(message)), "{problems:?}");
    }
}

#[test]
fn circles_are_refused_however_they_close() {
    let calculated = sdc("calculatedExpression", "%resource.item.where(linkId='household.sum').answer.value");
    let problems = changed("household.sum", |item| item["extension"] = calculated.clone());
    assert!(problems.iter().any(|problem| problem.message.contains("depends on itself")), "{problems:?}");
    let on_own_child = json!([{"question": "guardian.name", "operator": "exists", "answerBoolean": true}]);
    let problems = changed("guardian", |item| item["enableWhen"] = on_own_child.clone());
    assert!(problems.iter().any(|problem| problem.path == "applicant/guardian"), "{problems:?}");
    let through_variable = sdc("enableWhenExpression", "%taxSum > 1");
    let problems = changed("member.tax", |item| item["extension"] = through_variable.clone());
    assert!(problems.iter().any(|problem| problem.message.contains("depends on itself")), "{problems:?}");
}

#[test]
fn values_that_exclude_each_other_are_refused() {
    let with = |change: fn(&mut Value)| changed("household.sum", change);
    let problems = with(|item| item["initial"] = json!([{"valueInteger": 1}]));
    assert!(
        problems.iter().any(|problem| problem.message.contains("together with an expression")),
        "{problems:?}"
    );
    let problems = with(|item| {
        item["required"] = json!(true);
        item["extension"] = json!([]);
    });
    assert!(problems.iter().any(|problem| problem.message.contains("nobody can fill it in")), "{problems:?}");
}

#[test]
fn broken_json_is_refused_with_its_line() {
    let twice = SOURCE.replacen("\"status\"", "\"status\": \"draft\",\n  \"status\"", 1);
    let problems = Form::load(&twice, "mimai.json").unwrap_err();
    assert!(problems[0].message.contains("stands twice"), "{problems:?}");
    assert!(problems[0].line.is_some_and(|line| line < 10), "{problems:?}");
    for source in ["", "{", "[]", "null", &"[".repeat(10_000)] {
        assert!(Form::load(source, "x.json").is_err());
    }
}

#[test]
fn items_nested_too_deeply_are_refused() {
    let leaf = json!({"linkId": "leaf", "type": "string", "text": "x"});
    let nested = (0..12).fold(
        leaf,
        |inner, level| json!({"linkId": format!("g{level}"), "type": "group", "text": "x", "item": [inner]}),
    );
    let json = json!({"resourceType": "Questionnaire", "url": "u", "version": "1", "title": "t", "status": "active",
        "item": [nested]});
    assert!(load(&json).iter().any(|problem| problem.message.contains("nested too deeply")));
}

proptest! {
    #[test]
    fn no_damage_makes_it_panic(at in 0..SOURCE.len(), by in "\\PC{0,3}", length in 0..40_usize) {
        let start = (0..=at).rev().find(|at| SOURCE.is_char_boundary(*at)).unwrap_or_default();
        let end = (start + length..=SOURCE.len()).find(|end| SOURCE.is_char_boundary(*end)).unwrap_or(start);
        let damaged = format!("{}{by}{}", &SOURCE[..start], &SOURCE[end..]);
        if let Err(problems) = Form::load(&damaged, "mimai.json") {
            prop_assert!(!problems.is_empty());
        }
    }
}
