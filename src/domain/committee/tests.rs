use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::domain::program::committee::Field;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn member() -> Appointment {
    Appointment {
        id: "mem_1".to_owned(),
        user: "usr_1".to_owned(),
        name: "委員 一".to_owned(),
        profession: "神経内科".to_owned(),
        designated: true,
        institution_code: "9910000019".to_owned(),
        institution: "まどか中央病院".to_owned(),
        starts_on: day("2026-04-01"),
        ends_on: day("2028-03-31"),
        panel: String::new(),
        field: String::new(),
        chair: false,
        panel_chair: false,
        before: 0,
    }
}

fn tied(people: &[&str], institutions: &[&str]) -> Ties {
    let set = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Ties { people: set(people), institutions: set(institutions) }
}

#[test]
fn a_term_runs_from_its_first_to_its_last_day() {
    let member = member();
    for (on, runs) in
        [("2026-03-31", false), ("2026-04-01", true), ("2028-03-31", true), ("2028-04-01", false)]
    {
        assert_eq!(member.runs_on(day(on)), runs, "{on}");
    }
}

#[test]
fn a_term_ends_on_the_eve_of_its_anniversary() {
    assert_eq!(term_end(day("2026-04-01"), 24), day("2028-03-31"));
    assert_eq!(term_end(day("2026-11-22"), 24), day("2028-11-21"));
    assert_eq!(term_end(day("2028-02-29"), 12), day("2029-02-27"));
}

#[test]
fn the_signer_and_colleagues_of_the_signer_are_excluded() {
    let member = member();
    assert_eq!(exclusion(&member, &tied(&["usr_1"], &["9910000019"])), Some(Exclusion::Signer));
    assert_eq!(exclusion(&member, &tied(&["usr_2"], &["9910000019"])), Some(Exclusion::Institution));
    assert_eq!(exclusion(&member, &tied(&[], &["まどか中央病院"])), Some(Exclusion::Institution));
    assert_eq!(exclusion(&member, &tied(&["usr_2"], &["9940000020", "けやき台診療所"])), None);
}

#[test]
fn who_works_at_no_institution_is_not_tied_by_its_absence() {
    let mut member = member();
    (member.institution_code, member.institution) = (String::new(), String::new());
    assert_eq!(exclusion(&member, &tied(&[], &[""])), None);
}

#[test]
fn more_than_half_is_more_than_half() {
    let half = Quorum { more_than_percent: 50 };
    for (present, members, holds) in
        [(0, 0, false), (0, 1, false), (1, 1, true), (1, 2, false), (2, 3, true), (2, 4, false), (3, 5, true)]
    {
        assert_eq!(half.holds(present, members), holds, "{present} of {members}");
    }
}

proptest! {
    #[test]
    fn the_least_number_is_enough_and_one_fewer_is_not(members in 1_u32..500, percent in 0_u32..100) {
        let quorum = Quorum { more_than_percent: percent };
        let least = quorum.least(members);
        prop_assert!(quorum.holds(least, members));
        prop_assert!(least <= members);
        prop_assert!(!quorum.holds(least - 1, members));
    }
}

#[test]
fn a_field_lacks_while_nobody_sits_for_it() {
    let field = |code: &str| Field { code: code.to_owned(), label: code.to_owned() };
    let fields = [field("medical"), field("health"), field("welfare")];
    let of = |code: &str| Appointment { field: code.to_owned(), ..member() };
    let (physician, nurse) = (of("medical"), of("health"));
    let codes = |members: &[&Appointment]| {
        lacking(&fields, members).into_iter().map(|field| field.code.clone()).collect::<Vec<_>>()
    };
    assert_eq!(codes(&[]), ["medical", "health", "welfare"]);
    assert_eq!(codes(&[&physician, &nurse, &physician]), ["welfare"]);
}

#[test]
fn the_chair_of_a_panel_heads_no_other_and_not_the_whole() {
    let mut member = member();
    (member.panel, member.panel_chair) = ("第1合議体".to_owned(), true);
    assert_eq!(["第1合議体", "第2合議体", ""].map(|panel| member.heads(panel)), [true, false, false]);
    (member.chair, member.panel_chair) = (true, false);
    assert_eq!(["第1合議体", ""].map(|panel| member.heads(panel)), [false, true]);
}
