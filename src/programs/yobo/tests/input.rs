use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ask, files};
use crate::domain::tables::load;
use crate::programs::yobo::check;
use crate::programs::yobo::questions::QUESTIONS;

fn asked(subject: Value, prior: Value) -> Value {
    json!({ "vaccine": "mr2", "subject": subject, "prior": prior, "on": "2026-11-28" })
}

fn with(prior: Value) -> Value {
    asked(json!({ "birth": "2020-06-10", "sex": "female" }), json!([prior]))
}

/// Code and place of the error.
fn error(question: &str, input: &Value) -> (String, String) {
    let error = ask(question, input).unwrap_err();
    (error.code().to_owned(), error.path().unwrap_or_default().to_owned())
}

#[test]
fn impossible_records_are_errors_that_name_their_place() {
    let date = |date: &str| with(json!({ "vaccine": "varicella", "date": date }));
    for (input, path) in [
        (date("2020-06-09"), "prior[0].date"),
        (date("2026-11-29"), "prior[0].date"),
        (date("2027-02-29"), "prior[0].date"),
        (date("2026-11-31"), "prior[0].date"),
        (date("2026-13"), "prior[0].date"),
        (date("26-11-01"), "prior[0].date"),
        (with(json!({ "vaccine": "rabies", "date": "2021-06-09" })), "prior[0].vaccine"),
        (with(json!({ "vaccine": "mr1", "date": "2021-06-09", "product": "je" })), "prior[0].product"),
        (with(json!({ "vaccine": "x", "date": "2021-06-09", "live": "y" })), "prior[0].live"),
        (asked(json!({ "birth": "2026-12-01" }), json!([])), "subject.birth"),
        (asked(json!({ "birth": "2020-02-30" }), json!([])), "subject.birth"),
        (asked(json!({ "birth": "2020-06-10", "sex": "f" }), json!([])), "subject.sex"),
        (asked(json!({ "birth": "2020-06-10", "edd": "2020-01-01" }), json!([])), "subject.edd"),
        (asked(json!({ "birth": "2020-06-10", "conditions": ["tall"] }), json!([])), "subject.conditions"),
        (json!({ "vaccine": "mr3", "subject": {}, "on": "2026-11-28" }), "vaccine"),
    ] {
        assert_eq!(error("decide", &input), ("invalid".to_owned(), path.to_owned()), "{input}");
    }
}

#[test]
fn what_is_needed_is_missing_and_not_assumed() {
    let rsv = json!({ "vaccine": "rsv_maternal", "subject": { "birth": "1995-01-01", "sex": "female" },
        "prior": [], "on": "2026-11-28" });
    let hpv = json!({ "vaccine": "hpv", "subject": { "birth": "2012-01-01", "sex": "female" },
        "prior": [{ "vaccine": "hpv", "date": "2026-05-01" }], "on": "2026-11-28" });
    let flu = json!({ "vaccine": "flu_elderly", "subject": { "birth": "1950-01-01" }, "prior": [], "on": "2026-11-28" });
    for (input, path) in [
        (rsv, "subject.edd"),
        (hpv, "prior[0].product"),
        (flu, "subject.facts.season_from"),
        (json!({ "vaccine": "mr2", "on": "2026-11-28" }), "subject"),
        (json!({ "vaccine": "mr2", "subject": { "birth": "2020-06-10" } }), "on"),
        (json!({ "subject": { "birth": "2020-06-10" }, "on": "2026-11-28" }), "vaccine"),
    ] {
        assert_eq!(error("decide", &input), ("missing".to_owned(), path.to_owned()), "{input}");
    }
}

#[test]
fn a_dose_of_which_the_day_is_not_known_is_enough_only_where_the_day_does_not_matter() {
    let own = with(json!({ "vaccine": "mr2", "date": "2026-05" }));
    assert_eq!(error("decide", &own), ("invalid".to_owned(), "prior[0].date".to_owned()));
    let verdict = |date: &str| ask("decide", &with(json!({ "vaccine": "varicella", "date": date }))).unwrap();
    assert_eq!(verdict("2026-09").value["reason"], "ELIGIBLE");
    let near = verdict("2026-11");
    assert_eq!(
        (&near.value["reason"], &near.value["earliest"]),
        (&json!("LIVE_INTERVAL_TOO_SHORT"), &json!("2026-12-25"))
    );
    assert_eq!(near.findings[0].key, "finding.day-unknown");
}

#[test]
fn a_leap_day_is_a_day_and_two_on_one_day_are_one() {
    let born = asked(json!({ "birth": "2020-02-29", "sex": "male" }), json!([]));
    assert_eq!(ask("decide", &born).unwrap().value["latest"], "2026-03-31");
    let twice = json!({ "vaccine": "hepb", "subject": { "birth": "2026-05-01" }, "on": "2026-11-28",
        "prior": [{ "vaccine": "hepb", "date": "2026-07-01" }, { "vaccine": "hepb", "date": "2026-07-01" }] });
    let worked = ask("decide", &twice).unwrap();
    assert_eq!(worked.value["dose"], 2);
    assert!(worked.findings.iter().any(|it| it.key == "finding.same-day"));
}

#[test]
fn a_lot_that_was_called_back_is_for_a_person_to_judge() {
    let mut files = files();
    let lots = files.get_mut("tables/withdrawn_lots.csv").unwrap();
    lots.push_str("varicella,X123,2026-01-01,,例,例\n");
    let tables = load(&files).unwrap();
    let answer = QUESTIONS[0].by(&tables);
    let keys = |lot: &str| {
        let input = with(json!({ "vaccine": "varicella", "date": "2026-01-20", "lot": lot }));
        answer(&input, None).unwrap().findings.iter().map(|it| it.key.clone()).collect::<Vec<_>>()
    };
    assert_eq!(keys("X123"), ["finding.lot-withdrawn"]);
    assert!(keys("X124").is_empty());
}

#[test]
fn a_cell_that_cannot_be_read_is_a_fault_with_its_line() {
    for (file, from, to) in [
        ("tables/windows.csv", "months 90", "moons 90"),
        ("tables/intervals.csv", ",month,6,", ",week,6,"),
        ("tables/intervals.csv", "je1,course,3,2,", "je1,course,3,9,"),
        ("tables/skips.csv", "lapsed", "collapsed"),
        ("tables/vaccines.csv", "female", "lady"),
        ("tables/seasons.csv", "10-01", "10-32"),
    ] {
        let mut files = files();
        let text = files.get_mut(file).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        *text = text.replace(from, to);
        let problems = check(&load(&files).unwrap());
        assert_eq!((problems.len(), problems[0].file.as_str()), (1, file), "{from}");
        assert!(problems[0].line.is_some(), "{from}");
    }
}

/// Any value, with the keys and words that the questions know.
fn value() -> impl Strategy<Value = Value> {
    let words = [
        "vaccine",
        "subject",
        "prior",
        "on",
        "birth",
        "sex",
        "facts",
        "date",
        "hepb",
        "hpv",
        "zoster",
        "female",
        "2026-11-22",
        "2020-02-29",
        "2026-05",
        "1900-01-01",
        "2200-12-31",
        "edd",
        "product",
        "zoster_rec",
        "special_ended",
        "had_disease",
        "conditions",
        "hiv",
        "season_from",
    ];
    let word = prop::sample::select(words.to_vec());
    let leaf = prop_oneof![
        word.clone().prop_map(|it| json!(it)),
        any::<i64>().prop_map(|it| json!(it)),
        any::<bool>().prop_map(|it| json!(it)),
        Just(Value::Null),
        ".{0,12}".prop_map(|it| json!(it)),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        let word = word.clone();
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((word, inner), 0..6)
                .prop_map(|pairs| pairs.into_iter().map(|(key, it)| (key.to_owned(), it)).collect()),
        ]
    })
}

/// An input that is nearly right, one value of it being anything.
fn nearly() -> impl Strategy<Value = Value> {
    let places = [
        "/vaccine",
        "/subject",
        "/subject/birth",
        "/subject/facts",
        "/prior",
        "/prior/0",
        "/prior/0/date",
        "/prior/0/product",
        "/on",
    ];
    (prop::sample::select(places.to_vec()), value()).prop_map(|(place, value)| {
        let mut input = json!({ "vaccine": "zoster", "subject": { "birth": "1961-08-01", "facts": {} },
            "prior": [{ "vaccine": "zoster", "date": "2026-06-01", "product": "zoster_rec" }],
            "on": "2026-11-22" });
        *input.pointer_mut(place).unwrap() = value;
        input
    })
}

proptest! {
    #[test]
    fn nothing_makes_the_questions_fail_otherwise(input in prop_oneof![value(), nearly()]) {
        for question in QUESTIONS {
            if let Err(error) = ask(question.name, &input) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}
