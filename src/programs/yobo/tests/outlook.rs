//! What lists and figures of the whole town are told of a person.

use std::collections::BTreeMap;

use super::{day, tables};
use crate::domain::immunization::outlook::{Cohort, ComingState, Outlook};
use crate::domain::immunization::{Given, Known, Sex};
use crate::programs::yobo::immunization::RULES;

fn outlook(birth: &str, doses: &[(&str, &str)], on: &str) -> Outlook {
    let given = |(vaccine, on): &(&str, &str)| Given {
        id: format!("{vaccine}/{on}"),
        vaccine: (*vaccine).to_owned(),
        product: None,
        lot: String::new(),
        dose: String::new(),
        on: on.parse().unwrap(),
    };
    let known = Known {
        birth: day(birth),
        sex: Some(Sex::Male),
        due: None,
        conditions: Vec::new(),
        special_ended: None,
        diseases: Vec::new(),
        settings: BTreeMap::new(),
        doses: doses.iter().map(given).collect(),
    };
    (RULES.outlooks)(&[known], tables(), day(on)).remove(0)
}

/// Dose, whether it was given, and whether it was valid, for each right to a vaccine.
fn rights(found: &Outlook, vaccine: &str) -> Vec<(String, bool, bool)> {
    let own = found.rights.iter().filter(|it| it.vaccine == vaccine);
    own.map(|it| (it.dose.clone(), it.given_on.is_some(), it.valid)).collect()
}

#[test]
fn what_comes_next_is_what_the_forecast_says() {
    let found = outlook("2025-12-01", &[("hepb", "2026-02-02"), ("hepb", "2026-03-02")], "2026-06-22");
    let hepb = found.coming.iter().find(|it| it.vaccine == "hepb").unwrap();
    assert_eq!((hepb.dose.as_str(), hepb.state), ("3", ComingState::Due));
    assert_eq!((hepb.earliest, hepb.latest), (Some(day("2026-06-22")), Some(day("2026-11-30"))));
    assert!(found.coming.iter().all(|it| it.vaccine != "dpt_ipv"), "nobody begins what was replaced");
}

#[test]
fn a_right_is_to_each_dose_and_an_invalid_dose_does_not_fulfil_it() {
    let found = outlook("2025-12-01", &[("hepb", "2026-02-02"), ("hepb", "2026-02-10")], "2026-06-22");
    let expected = [("1", true, true), ("2", true, false), ("3", false, false)];
    assert_eq!(rights(&found, "hepb"), expected.map(|(dose, given, valid)| (dose.to_owned(), given, valid)));
    let first = found.rights.iter().find(|it| it.vaccine == "hepb").unwrap();
    assert_eq!((first.from, first.to), (day("2025-12-01"), Some(day("2026-11-30"))));
}

#[test]
fn who_never_began_keeps_the_right_to_the_whole_course_when_the_window_is_over() {
    let found = outlook("2018-06-01", &[], "2026-06-22");
    let doses: Vec<String> = rights(&found, "pcv_child").into_iter().map(|it| it.0).collect();
    assert_eq!(doses, ["1", "2", "3", "B"]);
    assert!(found.coming.iter().all(|it| it.vaccine != "pcv_child"));
    assert_eq!(rights(&found, "hpv"), [], "the vaccine is for girls only");
}

#[test]
fn a_course_that_was_begun_with_what_was_replaced_is_counted_once() {
    let found = outlook("2023-06-01", &[("dpt_ipv", "2023-09-01"), ("dpt_ipv", "2023-10-02")], "2026-06-22");
    assert_eq!((rights(&found, "dpt_ipv").len(), rights(&found, "dpt_ipv_hib").len()), (4, 0));
    let found = outlook("2024-06-01", &[("dpt_ipv_hib", "2024-09-01")], "2026-06-22");
    assert_eq!((rights(&found, "dpt_ipv").len(), rights(&found, "dpt_ipv_hib").len()), (0, 4));
}

#[test]
fn a_record_without_its_day_fulfils_nothing_and_takes_no_right_away() {
    let found = outlook("2024-06-01", &[("bcg", "2024-11")], "2026-06-22");
    assert_eq!(rights(&found, "bcg"), [("1".to_owned(), false, false)]);
}

#[test]
fn where_school_opens_the_window_those_who_go_to_school_together_are_one_cohort() {
    let vaccines = (RULES.vaccines)(tables(), day("2026-06-22"));
    let cohort = |key: &str| vaccines.iter().find(|it| it.key == key).unwrap().cohort;
    assert_eq!((cohort("mr2"), cohort("hpv")), (Cohort::School, Cohort::School));
    assert_eq!((cohort("mr1"), cohort("bcg")), (Cohort::Fiscal, Cohort::Fiscal));
}
