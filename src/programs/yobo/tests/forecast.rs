use serde_json::{Value, json};

use super::ask;

fn forecast(input: &Value) -> Value {
    ask("forecast", input).unwrap().value["vaccines"].take()
}

fn of(forecast: &Value, vaccine: &str) -> Value {
    forecast.as_array().unwrap().iter().find(|it| it["vaccine"] == vaccine).unwrap().clone()
}

fn baby(prior: &Value, on: &str) -> Value {
    forecast(&json!({ "subject": { "birth": "2026-06-15", "sex": "female" }, "prior": prior, "on": on }))
}

#[test]
fn every_routine_vaccine_is_told_and_the_law_keeps_apart_from_advice() {
    let all = baby(&json!([{ "vaccine": "dpt_ipv_hib", "date": "2026-08-17" }]), "2026-11-22");
    assert_eq!(all.as_array().unwrap().len(), 21);
    let five = of(&all, "dpt_ipv_hib");
    assert_eq!((&five["state"], &five["dose"]), (&json!("overdue"), &json!(2)));
    assert_eq!((&five["earliest"], &five["latest"]), (&json!("2026-09-07"), &json!("2033-12-14")));
    assert_eq!(five["standard"], json!({ "from": "2026-09-07", "to": "2026-10-13" }));
    assert_eq!(of(&all, "mr1")["state"], "upcoming");
    assert_eq!(
        of(&all, "hib"),
        json!({ "vaccine": "hib", "state": "replaced", "replaced_by": "dpt_ipv_hib" })
    );
    assert_eq!(of(&all, "rubella5")["state"], "not-public");
    assert_eq!(of(&all, "flu_elderly")["reason"], "NOT_YET_AGE");
}

#[test]
fn the_last_day_that_leaves_room_for_the_rest_is_told() {
    let all = baby(&json!([]), "2026-11-22");
    let hepb = of(&all, "hepb");
    assert_eq!((&hepb["latest"], &hepb["finish_by"]), (&json!("2027-06-14"), &json!("2027-01-25")));
    let rota = of(
        &baby(&json!([{ "vaccine": "rota", "product": "rota5", "date": "2026-09-01" }]), "2026-11-22"),
        "rota",
    );
    assert_eq!((&rota["latest"], &rota["finish_by"]), (&json!("2027-01-25"), &json!("2026-12-28")));
    let pcv = of(&all, "pcv_child");
    assert_eq!(pcv["finish_by"], pcv["latest"]);
}

#[test]
fn a_child_who_began_with_the_old_vaccine_may_go_on_with_either() {
    let prior =
        json!([{ "vaccine": "dpt_ipv", "date": "2026-08-17" }, { "vaccine": "hib", "date": "2026-08-17" }]);
    let all = baby(&prior, "2026-11-22");
    for vaccine in ["dpt_ipv", "dpt_ipv_hib"] {
        let one = of(&all, vaccine);
        assert_eq!((&one["dose"], &one["earliest"]), (&json!(2), &json!("2026-09-07")), "{vaccine}");
    }
    let input =
        json!({ "subject": { "birth": "2026-06-15", "sex": "male" }, "prior": prior, "on": "2026-11-22" });
    let findings = ask("forecast", &input).unwrap().findings;
    assert!(findings.iter().any(|it| it.key == "finding.total-not-set"), "{findings:?}");
}

#[test]
fn a_limited_total_ends_the_course_where_the_municipality_says_so() {
    let prior: Vec<Value> = ["2024-07-01", "2024-08-01", "2024-09-01", "2025-05-01"]
        .iter()
        .map(|it| json!({ "vaccine": "hib", "date": it }))
        .collect();
    let asked = |limited: bool| {
        let facts = json!({ "hib_total": limited });
        let subject = json!({ "birth": "2024-04-15", "sex": "male", "facts": facts });
        let input =
            json!({ "vaccine": "dpt_ipv_hib", "subject": subject, "prior": prior, "on": "2026-11-22" });
        ask("decide", &input).unwrap().value["reason"].clone()
    };
    assert_eq!((asked(true), asked(false)), (json!("DOSE_NOT_GIVEN_BY_RULE"), json!("ELIGIBLE")));
}

#[test]
fn what_is_missing_is_asked_for_and_the_others_are_told() {
    let input = json!({ "subject": { "birth": "1990-06-15" }, "prior": [], "on": "2026-11-22" });
    let all = forecast(&input);
    assert_eq!(of(&all, "hpv")["needs"], "subject.sex");
    assert_eq!(of(&all, "covid19")["state"], "upcoming");
    let woman =
        json!({ "subject": { "birth": "1990-06-15", "sex": "female" }, "prior": [], "on": "2026-11-22" });
    assert_eq!(of(&forecast(&woman), "rsv_maternal")["needs"], "subject.edd");
    let old =
        json!({ "subject": { "birth": "1950-06-15", "sex": "female" }, "prior": [], "on": "2026-11-22" });
    assert_eq!(of(&forecast(&old), "flu_elderly")["needs"], "subject.facts.season_from");
    assert_eq!(of(&forecast(&old), "covid19")["state"], "due");
}

#[test]
fn a_forecast_never_names_days_before_the_programme() {
    let child =
        json!({ "subject": { "birth": "2023-03-01", "sex": "female" }, "prior": [], "on": "2026-11-22" });
    let five = of(&forecast(&child), "dpt_ipv_hib");
    assert_eq!((&five["earliest"], &five["latest"]), (&json!("2024-04-01"), &json!("2030-08-31")));
    let grown =
        json!({ "subject": { "birth": "1990-03-01", "sex": "female" }, "prior": [], "on": "2026-11-22" });
    assert_eq!(of(&forecast(&grown), "varicella")["latest"], Value::Null);
}

#[test]
fn a_live_vaccine_of_today_holds_up_one_whose_time_is_yet_to_come_but_not_one_of_the_same_day() {
    let first = |birth: &str| {
        let prior = json!([{ "vaccine": "mumps", "date": "2026-11-22" }]);
        let input =
            json!({ "subject": { "birth": birth, "sex": "male" }, "prior": prior, "on": "2026-11-22" });
        of(&forecast(&input), "varicella")["earliest"].clone()
    };
    assert_eq!(first("2025-11-24"), "2026-12-20");
    assert_eq!(first("2025-11-23"), "2026-11-22");
}
