//! Figures of decided cases, from the decision to the page, the tables and the forecast.

use chrono::{Days, NaiveDate, TimeDelta};
use serde_json::{Value, json};

use crate::domain::case::measured::{Counted, Figure};
use crate::store::measures;
use crate::usecases::clerk::approval::approve;
use crate::usecases::clerk::draft::submit;
use crate::usecases::clerk::papers;
use crate::usecases::figures::{page, table};

use super::*;

const DECIDED: &str = "decision_days";

fn asked(pairs: &[(&str, &str)]) -> page::Asked {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

impl World {
    fn figures(&self, pairs: &[(&str, &str)]) -> Value {
        serde_json::to_value(page::figures(self.house(), &reviewer(), &asked(pairs)).unwrap()).unwrap()
    }

    fn finally(&self, case: &str) {
        submit(self.house(), &reviewer(), &self.known(case), &self.typed_draft(case, "granted")).unwrap();
        let hash = self.case(case).draft.unwrap().hash;
        approve(self.house(), &approver(), &self.known(case), &hash).unwrap();
    }

    /// Cases decided on a day, of which each took one day longer than the one before.
    fn decided_before(&self, count: u32, first: u32, on: NaiveDate) {
        for number in 0..count {
            let id = format!("case_{on}_{number}");
            self.scene.filed(&id, &id, State::Decided, |_| {});
            let figure = Figure { code: DECIDED.to_owned(), counted: Counted::Days(first + number) };
            let case = self.case(&id);
            self.scene.write(|_, conn| measures::replace(conn, &case, on, &[figure]));
        }
    }

    fn forecast(&self, case: &str) -> Value {
        let page = papers::papers(self.house(), &reviewer(), case).unwrap();
        serde_json::to_value(page).unwrap()["forecast"].clone()
    }
}

fn measure<'a>(page: &'a Value, code: &str) -> &'a Value {
    page["measures"].as_array().unwrap().iter().find(|it| it["code"] == code).unwrap()
}

#[test]
fn a_decided_case_counts_once_and_up_to_its_first_decision() {
    let world = world();
    let case = world.ready();
    assert_eq!(world.figures(&[])["empty"], true);
    world.scene.pass(TimeDelta::days(12));
    world.finally(&case);
    let all = measure(&world.figures(&[]), DECIDED)["all"].clone();
    assert_eq!((&all["count"], &all["mean"], &all["longest"]), (&json!(1), &json!("12.0"), &json!(12)));
    assert_eq!((&all["limit"], &all["over"]), (&json!(90), &json!(0)));
    world.act(&case, Act::Revise, &typed("誤りがあった", "", "")).unwrap();
    world.scene.pass(TimeDelta::days(40));
    world.finally(&case);
    let again = measure(&world.figures(&[]), DECIDED)["all"].clone();
    assert_eq!(again, all);
}

#[test]
fn months_kinds_and_limits_are_counted_apart() {
    let world = world();
    let today = world.house().today();
    world.decided_before(3, 89, today);
    world.decided_before(1, 10, today - Days::new(60));
    let page = world.figures(&[]);
    let decided = measure(&page, DECIDED);
    let all = &decided["all"];
    assert_eq!((&all["count"], &all["median"], &all["over"]), (&json!(4), &json!("89.5"), &json!(1)));
    assert_eq!((&all["share"], decided["months"].as_array().unwrap().len()), (&json!("25.0"), 2));
    let buckets: u64 =
        decided["buckets"].as_array().unwrap().iter().map(|row| row["cases"].as_u64().unwrap()).sum();
    assert_eq!(buckets, 4);
    let this = world.figures(&[("from", "2026-11"), ("until", "令和8年11月")]);
    assert_eq!(measure(&this, DECIDED)["all"]["count"], 3);
    assert_eq!(world.figures(&[("kind", "renewal")])["empty"], true);
}

#[test]
fn months_that_cannot_be_shown_are_told_at_their_field() {
    let world = world();
    for (from, until, key) in [
        ("2026-11", "2026-10", "figures.order"),
        ("2020-01", "2026-11", "figures.long"),
        ("x", "2026-11", "date.unreadable"),
    ] {
        let asked = asked(&[("from", from), ("until", until)]);
        assert_eq!(keys(page::figures(world.house(), &reviewer(), &asked)), [key]);
    }
    let secretary = staff("usr_secretary", &["secretary"]);
    assert_eq!(keys(page::figures(world.house(), &secretary, &asked(&[]))), ["permission.denied"]);
    assert_eq!(keys(table::by_days(world.house(), &secretary, &asked(&[]), 0)), ["permission.denied"]);
}

#[test]
fn the_tables_hold_each_month_and_nothing_that_names_a_case() {
    let world = world();
    world.decided_before(2, 20, world.house().today());
    let year = asked(&[("from", "2026-10")]);
    let (first, next) = table::by_month(world.house(), &reviewer(), &year, 0).unwrap();
    assert_eq!((first.len(), next), (1, Some(1)), "October has a head and no line");
    let (last, next) = table::by_month(world.house(), &reviewer(), &year, 1).unwrap();
    assert_eq!(last[0][1..], ["2026-11", "2", "20.5", "20.5", "21", "90", "0", "0.0", "", ""]);
    assert_eq!(next, None);
    let (rows, _) = table::by_days(world.house(), &reviewer(), &year, 1).unwrap();
    assert!(rows.iter().any(|row| row[2..] == ["2026-11", "20", "", "1"]), "{rows:?}");
    assert!(!rows.iter().flatten().any(|cell| cell.contains("case_")), "{rows:?}");
}

#[test]
fn a_forecast_rests_on_the_newest_decisions_of_the_kind() {
    let world = world();
    let (case, today) = (world.filed(), world.house().today());
    world.decided_before(9, 30, today);
    world.decided_before(5, 900, today - Days::new(200));
    assert_eq!(world.forecast(&case), Value::Null);
    world.decided_before(1, 30, today - Days::new(1));
    let forecast = world.forecast(&case);
    let expected = (today + Days::new(34)).to_string();
    assert_eq!((&forecast["expected_on"], &forecast["cases"]), (&json!(expected), &json!(10)));
    assert_eq!((&forecast["median"], &forecast["passed"]), (&json!("33.5"), &json!(false)));
}
