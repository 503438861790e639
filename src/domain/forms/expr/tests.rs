use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn patient() -> Value {
    json!({"resourceType": "Patient", "birthDate": "1990-02-28", "name": [
        {"text": "窓口 花子", "extension": [{"url": "urn:kind", "valueCode": "IDE"}]},
        {"text": "マドグチ ハナコ", "extension": [{"url": "urn:kind", "valueCode": "SYL"}]}],
        "multipleBirthInteger": 2})
}

fn run(source: &str) -> Result<String, ExprError> {
    let patient = patient();
    let expression = Expression::parse(source)?;
    let scope = Scope {
        today: NaiveDate::from_ymd_opt(2026, 4, 1).unwrap(),
        context: vec![Val::Node(&patient)],
        variables: BTreeMap::from([("patient".to_owned(), vec![Val::Node(&patient)])]),
    };
    let values = expression.evaluate(&scope)?;
    Ok(values
        .iter()
        .map(|value| value::written(value).unwrap_or("{…}".to_owned()))
        .collect::<Vec<_>>()
        .join(","))
}

#[test]
fn paths_and_filters() {
    for (source, expected) in [
        ("%patient.name.where(extension.where(url='urn:kind').value='IDE').text", "窓口 花子"),
        ("name.text.last()", "マドグチ ハナコ"),
        ("name.tail().text.first()", "マドグチ ハナコ"),
        ("name.count()", "2"),
        ("name.extension('urn:kind').value", "IDE,SYL"),
        ("multipleBirth + 1", "3"),
        ("name.select(text.length())", "5,8"),
        ("name.all(text.exists())", "true"),
        ("nothing.here.exists()", "false"),
        ("%unknownYet.empty()", "true"),
        ("name.where($this.text.contains('花')).exists()", "true"),
    ] {
        assert_eq!(run(source).as_deref(), Ok(expected), "{source}");
    }
}

#[test]
fn operators_follow_precedence_and_three_valued_logic() {
    for (source, expected) in [
        ("1 + 2 * 3 = 7 and false.not() or {}", "true"),
        ("(1 + 2) * 3", "9"),
        ("7 div 2", "3"),
        ("7 mod 4", "3"),
        ("1 / 0", ""),
        ("0.1 + 0.2 = 0.3", "true"),
        ("-2 + 5", "3"),
        ("{} = 1", ""),
        ("{} and false", "false"),
        ("{} or true", "true"),
        ("false implies {}", "true"),
        ("true xor true", "false"),
        ("'a' & {} & 'b'", "ab"),
        ("'A b' ~ 'a B'", "true"),
        ("{} in name.text", ""),
        ("name.text contains '窓口 花子'", "true"),
        ("1 != 2", "true"),
        ("iif(birthDate > @2000-01-01, 'young', 'old')", "old"),
        ("5 is Integer", "true"),
        ("(5 as String).empty()", "true"),
    ] {
        assert_eq!(run(source).as_deref(), Ok(expected), "{source}");
    }
}

#[test]
fn dates_move_by_calendar_units() {
    for (source, expected) in [
        ("today() - 18 years", "2008-04-01"),
        ("@2024-02-29 + 1 year", "2025-02-28"),
        ("@2026-01-31 + 1 month", "2026-02-28"),
        ("@2026-01-01 + 2 weeks", "2026-01-15"),
        ("@2026-03-01 - 1 day", "2026-02-28"),
        ("birthDate <= today() - 36 years", "true"),
        ("birthDate = @1990-02-28", "true"),
        ("'2026-04' > today()", ""),
        ("'2026-04-02'.toDate() > now()", "true"),
    ] {
        assert_eq!(run(source).as_deref(), Ok(expected), "{source}");
    }
}

#[test]
fn text_functions() {
    for (source, expected) in [
        ("'abc'.startsWith('ab') and 'abc'.endsWith('bc')", "true"),
        ("'窓口'.substring(1)", "口"),
        ("'abcd'.substring(1, 2)", "bc"),
        ("'a-b'.replace('-', '')", "ab"),
        ("'12'.toInteger() + '1.5'.toDecimal()", "13.5"),
        ("'12a'.matches('^[0-9]+$')", "false"),
        ("12.toString().upper()", "12"),
    ] {
        assert_eq!(run(source).as_deref(), Ok(expected), "{source}");
    }
    assert_eq!(run("name.text & 'x'"), Err(ExprError::NotSingle));
}

#[test]
fn refuses_what_is_outside_the_subset() {
    assert_eq!(run("name.repeat(item)"), Err(ExprError::UnknownFunction("repeat".to_owned())));
    assert_eq!(run("name.ofType(Patient)"), Err(ExprError::UnknownType("Patient".to_owned())));
    assert_eq!(run("name.first(1)"), Err(ExprError::Arguments("first".to_owned())));
    for source in ["name[0]", "a | b", "'open", "1 +", "", "$index", "a..b", "@2026-13-01", "% 1", "a b"] {
        assert!(matches!(run(source), Err(ExprError::Syntax { .. })), "{source}");
    }
    assert_eq!(run(&"(".repeat(200)), Err(ExprError::TooDeep));
    assert_eq!(run(&"-".repeat(200)), Err(ExprError::TooDeep));
    assert_eq!(run(&"1+".repeat(300)), Err(ExprError::TooLong));
}

#[test]
fn a_greedy_expression_runs_out_of_budget() {
    let rows: Vec<Value> = (0..400).map(|n| json!({"n": n})).collect();
    let data = json!({ "row": rows });
    let expression = Expression::parse("row.select(%all.row.select(%all.row.n)).count()").unwrap();
    let scope = Scope {
        today: NaiveDate::from_ymd_opt(2026, 4, 1).unwrap(),
        context: vec![Val::Node(&data)],
        variables: BTreeMap::from([("all".to_owned(), vec![Val::Node(&data)])]),
    };
    assert_eq!(expression.evaluate(&scope), Err(ExprError::Budget));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(source in "\\PC{0,80}") {
        let _ = run(&source);
    }

    #[test]
    fn no_arrangement_of_its_own_words_makes_it_panic(
        words in prop::collection::vec(
            prop::sample::select(vec!["name", ".", "text", "where", "(", ")", "=", "'a'", "1", "+", "-", "years",
                "today()", "%patient", "sum()", "iif", ",", "and", "{}", "is", "String", "@2026-04-01", "$this", "/"]),
            0..20),
    ) {
        let _ = run(&words.join(" "));
    }
}
