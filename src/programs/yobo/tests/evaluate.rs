use serde_json::{Value, json};

use super::ask;
use crate::domain::proposal::Worked;

fn evaluated(subject: &Value, prior: &Value) -> Worked<Value> {
    ask("evaluate", &json!({ "subject": subject, "prior": prior, "on": "2026-11-22" })).unwrap()
}

/// Status, reason and whether it counts, of each dose.
fn told(worked: &Worked<Value>) -> Vec<(String, String, Value)> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let doses = worked.value["doses"].as_array().unwrap().iter();
    doses.map(|it| (text(&it["status"]), text(&it["reason"]), it["counts"].clone())).collect()
}

fn one(status: &str, reason: &str, counts: impl Into<Value>) -> (String, String, Value) {
    (status.to_owned(), reason.to_owned(), counts.into())
}

fn child(birth: &str) -> Value {
    json!({ "birth": birth, "sex": "female" })
}

#[test]
fn a_dose_a_day_early_is_not_routine_and_nobody_says_whether_it_counts() {
    let prior =
        json!([{ "vaccine": "hepb", "date": "2026-02-02" }, { "vaccine": "hepb", "date": "2026-03-01" }]);
    let worked = evaluated(&child("2025-12-01"), &prior);
    let expected = [one("valid", "ELIGIBLE", true), one("invalid", "INTERVAL_TOO_SHORT", Value::Null)];
    assert_eq!(told(&worked), expected);
}

#[test]
fn varicella_doses_that_came_too_close_count_as_one() {
    let prior = json!([
        { "vaccine": "varicella", "date": "2026-02-20" },
        { "vaccine": "varicella", "date": "2026-05-10" },
        { "vaccine": "varicella", "date": "2026-08-09" },
    ]);
    let expected = [
        one("invalid", "NOT_YET_AGE", false),
        one("valid", "ELIGIBLE", true),
        one("invalid", "INTERVAL_TOO_SHORT", false),
    ];
    assert_eq!(told(&evaluated(&child("2025-03-10"), &prior)), expected);
}

#[test]
fn an_early_second_hpv_dose_counts_and_calls_for_a_third() {
    let prior = json!([
        { "vaccine": "hpv", "product": "hpv9", "date": "2026-04-10" },
        { "vaccine": "hpv", "product": "hpv9", "date": "2026-08-10" },
    ]);
    let told = told(&evaluated(&child("2012-06-01"), &prior));
    assert_eq!(told[1], one("invalid", "INTERVAL_TOO_SHORT", true));
}

#[test]
fn each_dose_is_judged_by_the_rules_of_its_own_day() {
    let prior = json!([
        { "vaccine": "hpv", "product": "hpv4", "date": "2026-03-31" },
        { "vaccine": "hpv", "product": "hpv4", "date": "2026-06-01" },
    ]);
    let expected = [one("valid", "ELIGIBLE", true), one("invalid", "PRODUCT_NOT_ALLOWED", Value::Null)];
    assert_eq!(told(&evaluated(&child("2012-06-01"), &prior)), expected);
    let zoster = json!([{ "vaccine": "zoster", "product": "zoster_rec", "date": "2025-03-31" }]);
    assert_eq!(told(&evaluated(&child("1961-08-01"), &zoster)), [one("invalid", "BEFORE_PROGRAMME", true)]);
}

#[test]
fn live_vaccines_wait_for_each_other_and_a_dose_too_many_does_not_count() {
    let prior = json!([
        { "vaccine": "mr1", "date": "2026-04-20" },
        { "vaccine": "varicella", "date": "2026-05-17" },
        { "vaccine": "mr1", "date": "2026-07-20" },
    ]);
    let expected = [
        one("valid", "ELIGIBLE", true),
        one("invalid", "LIVE_INTERVAL_TOO_SHORT", true),
        one("invalid", "SERIES_COMPLETE", false),
    ];
    assert_eq!(told(&evaluated(&child("2025-03-10"), &prior)), expected);
}

#[test]
fn rules_that_the_tables_lack_are_not_made_up() {
    let flu = json!([{ "vaccine": "flu_elderly", "date": "2025-11-01" }]);
    let subject = json!({ "birth": "1950-01-01", "sex": "male",
        "facts": { "season_from": "2026-10-01", "season_to": "2027-01-31" } });
    let worked = evaluated(&subject, &flu);
    assert_eq!(worked.value["doses"][0]["status"], "unknown");
    assert_eq!(worked.value["doses"][0]["needs"], "subject.facts.season_from");
    let catch_up = json!([{ "vaccine": "hpv", "product": "hpv9", "date": "2024-09-01" }]);
    assert_eq!(evaluated(&child("2000-06-01"), &catch_up).value["doses"][0]["needs"], "on");
    let rubella = json!([{ "vaccine": "rubella5", "date": "2022-09-01" }]);
    let man = json!({ "birth": "1970-06-01", "sex": "male" });
    assert_eq!(evaluated(&man, &rubella).value["doses"][0]["status"], "unknown");
}

#[test]
fn a_product_of_old_records_may_have_been_given_but_is_not_given_any_more() {
    let prior = json!([{ "vaccine": "pcv_child", "product": "pcv13", "date": "2023-08-01" }]);
    assert_eq!(told(&evaluated(&child("2023-05-01"), &prior)), [one("valid", "ELIGIBLE", true)]);
    let asked = json!({ "vaccine": "pcv_child", "product": "pcv13", "subject": child("2023-05-01"),
        "prior": prior, "on": "2026-11-22" });
    assert_eq!(ask("decide", &asked).unwrap().value["reason"], "PRODUCT_NOT_ALLOWED");
}

#[test]
fn what_is_doubtful_in_the_record_is_kept_for_a_person() {
    let prior = json!([
        { "vaccine": "bcg", "date": "2026-05-20" },
        { "vaccine": "bcg", "date": "2026-05-20" },
        { "vaccine": "hepb", "date": "2026-03", "dose": 1 },
        { "vaccine": "hepb", "date": "2026-05-01", "dose": 1 },
    ]);
    let worked = evaluated(&child("2026-01-10"), &prior);
    let found: Vec<(&str, Option<&str>)> =
        worked.findings.iter().map(|it| (it.key.as_str(), it.field.as_deref())).collect();
    for expected in [
        ("finding.same-day", Some("prior[1].date")),
        ("finding.day-unknown", Some("prior[2].date")),
        ("finding.same-number", Some("prior[3].date")),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
    let expected = [
        one("valid", "ELIGIBLE", true),
        one("invalid", "SERIES_COMPLETE", false),
        one("unknown", "-", Value::Null),
        one("unknown", "-", Value::Null),
    ];
    assert_eq!(told(&worked), expected);
}
