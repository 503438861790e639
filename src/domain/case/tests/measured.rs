//! What decided cases add to the figures of their program.

use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use serde_json::json;

use crate::domain::calendar::day_in_japan;
use crate::domain::case::Case;
use crate::domain::case::event::{Event, Stamp};
use crate::domain::case::measured::{Counted, figures};
use crate::domain::case::testing::{begun, decided, decision};
use crate::domain::program::definition::{Comparison, Definition, Measure};
use crate::domain::program::measure::Moment;
use crate::domain::program::vocabulary::{CaseKind, Outcome};

use super::bench;

fn moment(word: &str) -> Moment {
    Moment::try_from(word.to_owned()).unwrap()
}

fn measured(pairs: &[(&str, &str)]) -> Definition {
    let measure = |(from, to): &(&str, &str)| Measure {
        code: format!("{from}-{to}"),
        label: String::new(),
        from: moment(from),
        to: moment(to),
        over_days: None,
        kinds: Vec::new(),
    };
    let measures = pairs.iter().map(measure).collect();
    Definition { measures, comparisons: Vec::new(), ..bench::definition().clone() }
}

fn stamp(day: u32) -> Stamp {
    let at: DateTime<Utc> = format!("2026-04-{day:02}T01:00:00Z").parse().unwrap();
    Stamp { at, today: day_in_japan(at), by: "usr_1".to_owned(), name: String::new() }
}

fn submitted(day: u32) -> (Event, Stamp) {
    let event = Event::Submitted {
        reference: String::new(),
        received_at: stamp(day).at,
        missing: Vec::new(),
        duplicates: Vec::new(),
        receiver: None,
    };
    (event, stamp(day))
}

fn planned(item: &str, day: u32) -> (Event, Stamp) {
    let (assignee, name) = (String::new(), String::new());
    let kind = "survey".to_owned();
    (Event::WorkPlanned { item: item.to_owned(), kind, assignee, name, due_on: NaiveDate::MAX }, stamp(day))
}

fn requested(item: &str, day: u32) -> (Event, Stamp) {
    let (assignee, name) = (String::new(), String::new());
    (Event::WorkRequested { item: item.to_owned(), assignee, name, due_on: NaiveDate::MAX }, stamp(day))
}

fn handed_in(item: &str, day: u32) -> (Event, Stamp) {
    (Event::WorkReceived { item: item.to_owned(), revision: None }, stamp(day))
}

fn found(held_on: u32, day: u32) -> (Event, Stamp) {
    let event = Event::CommitteeFound {
        held_on: stamp(held_on).today,
        met: true,
        opinion: String::new(),
        criterion: None,
        session: None,
    };
    (event, stamp(day))
}

fn final_on(day: u32) -> (Event, Stamp) {
    (Event::Decided { id: String::new(), seq: 1, supersedes: None }, stamp(day))
}

fn days(definition: &Definition, case: &Case, history: &[(Event, Stamp)]) -> Vec<(String, Counted)> {
    let (_, found) = figures(definition, case, history).unwrap();
    found.into_iter().map(|figure| (figure.code, figure.counted)).collect()
}

#[test]
fn days_run_from_one_moment_to_another_without_the_first() {
    let pairs = [
        ("received", "decided"),
        ("requested(survey)", "handed_in(survey)"),
        ("handed_in(survey)", "deliberated"),
        ("received", "told_of_delay"),
    ];
    let history = [
        submitted(1),
        planned("wi_1", 2),
        requested("wi_1", 3),
        requested("wi_1", 5),
        handed_in("wi_1", 8),
        handed_in("wi_1", 10),
        found(14, 16),
        final_on(20),
    ];
    let expected = [
        ("received-decided", Counted::Days(19)),
        ("requested(survey)-handed_in(survey)", Counted::Days(7)),
        ("handed_in(survey)-deliberated", Counted::Days(4)),
    ];
    let case = begun("case_1", "new", None);
    let counted = days(&measured(&pairs), &case, &history);
    assert_eq!(counted, expected.map(|(code, counted)| (code.to_owned(), counted)));
    let (decided_on, _) = figures(&measured(&pairs), &case, &history).unwrap();
    assert_eq!(decided_on, stamp(20).today);
}

#[test]
fn the_first_decision_ends_the_days_and_nothing_is_counted_before_it() {
    let definition = measured(&[("received", "decided"), ("requested(survey)", "decided")]);
    let case = begun("case_1", "new", None);
    let open = [submitted(1), planned("wi_1", 1), requested("wi_1", 2)];
    assert_eq!(figures(&definition, &case, &open), None);
    let revised = [&open[..], &[final_on(9), requested("wi_1", 11), final_on(25)]].concat();
    let counted: Vec<Counted> = days(&definition, &case, &revised).into_iter().map(|it| it.1).collect();
    assert_eq!(counted, [Counted::Days(8), Counted::Days(7)]);
}

#[test]
fn another_item_of_a_kind_begins_anew_and_other_kinds_of_procedure_are_left_out() {
    let mut definition = measured(&[("requested(survey)", "handed_in(survey)")]);
    let case = begun("case_1", "new", None);
    let cancelled = (Event::WorkCancelled { item: "wi_1".to_owned() }, stamp(6));
    let history = [
        planned("wi_1", 1),
        requested("wi_1", 2),
        handed_in("wi_1", 4),
        cancelled,
        planned("wi_2", 7),
        requested("wi_2", 8),
        handed_in("wi_2", 11),
        final_on(12),
    ];
    assert_eq!(days(&definition, &case, &history)[0].1, Counted::Days(3));
    definition.measures[0].kinds = vec![CaseKind::read("renewal")];
    assert!(days(&definition, &case, &history).is_empty());
}

#[test]
fn what_changed_is_read_from_the_newest_decision() {
    let rule = Comparison {
        code: "changed".to_owned(),
        label: String::new(),
        first: "primary".to_owned(),
        last: "level".to_owned(),
        refused: Some("none".to_owned()),
    };
    let definition = Definition { comparisons: vec![rule], ..measured(&[]) };
    let cases = [
        (Outcome::Granted, json!("care1"), json!("care1"), Some(false)),
        (Outcome::Granted, json!("care1"), json!("care2"), Some(true)),
        (Outcome::Refused, json!("none"), json!(null), Some(false)),
        (Outcome::Refused, json!("care1"), json!(null), Some(true)),
        (Outcome::Dismissed, json!("care1"), json!(null), None),
        (Outcome::Granted, json!(null), json!("care1"), None),
    ];
    for (outcome, first, last, expected) in cases {
        let mut content = decision(1, outcome, "", "").draft.content;
        content.fields = [("primary".to_owned(), first), ("level".to_owned(), last)].into();
        let mut case = begun("case_1", "new", None);
        case.decisions.push(decided("dec_1", 1, content));
        let counted = days(&definition, &case, &[submitted(1), final_on(2)]);
        assert_eq!(counted.first().map(|it| it.1), expected.map(Counted::Changed), "{outcome:?}");
    }
}

proptest! {
    #[test]
    fn a_measure_counts_the_days_or_nothing(from in 1u32..29, to in 1u32..29) {
        let definition = measured(&[("received", "deliberated")]);
        let history = [submitted(from), found(to, 28), final_on(28)];
        let counted = days(&definition, &begun("case_1", "new", None), &history);
        let expected = to.checked_sub(from).map(Counted::Days);
        prop_assert_eq!(counted.first().map(|it| it.1), expected);
    }
}
