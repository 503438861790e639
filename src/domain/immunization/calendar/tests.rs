use chrono::NaiveDate;
use proptest::prelude::*;

use super::feed::{About, entries};
use super::picture::{Layout, draw};
use super::{Given, Line, Next, Standing, in_order};
use crate::domain::calendar::PartialDate;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn given(number: &str, year: i32, month: u32, day: Option<u32>) -> Given {
    Given { number: number.to_owned(), date: PartialDate::new(year, Some(month), day).unwrap() }
}

fn line(vaccine: &str, standing: Standing, given: Vec<Given>, next: [&str; 4]) -> Line {
    let days = next.map(|text| text.parse().ok());
    let next = Next {
        number: "2".to_owned(),
        earliest: days[0],
        advised_from: days[1],
        advised_to: days[2],
        finish_by: None,
        latest: days[3],
    };
    Line { vaccine: vaccine.to_owned(), name: vaccine.to_owned(), standing, given, next }
}

fn hepb() -> Line {
    let given = vec![given("1", 2026, 8, Some(17))];
    line("hepb", Standing::Due, given, ["2026-09-14", "", "2027-03-14", "2027-06-14"])
}

const TODAY: &str = "2026-11-23";

#[test]
fn what_is_late_comes_first_and_what_is_for_others_is_left_out() {
    let lines = vec![
        line("later", Standing::Upcoming, vec![], ["2027-08-01", "", "", ""]),
        line("soon", Standing::Upcoming, vec![], ["2027-01-01", "", "", ""]),
        line("not-mine", Standing::NotPublic, vec![], [""; 4]),
        line("once", Standing::Replaced, vec![given("1", 2020, 1, None)], [""; 4]),
        hepb(),
        line("late", Standing::Overdue, vec![], ["2026-01-01", "", "", "2026-12-31"]),
    ];
    let order: Vec<String> = shown(lines, "2020-06-15");
    assert_eq!(order, ["late", "hepb", "soon", "later", "once"]);
}

fn shown(lines: Vec<Line>, birth: &str) -> Vec<String> {
    in_order(lines, day(birth), day(TODAY)).into_iter().map(|line| line.vaccine).collect()
}

#[test]
fn what_is_for_grown_people_is_not_told_to_a_child() {
    let lines = || {
        vec![
            line("old-age", Standing::Upcoming, vec![], ["2091-06-14", "", "", ""]),
            line("pregnancy", Standing::NeedsInformation, vec![], [""; 4]),
            line("school", Standing::Upcoming, vec![], ["2037-06-14", "", "", ""]),
            line("vague", Standing::NeedsInformation, vec![given("1", 2026, 8, None)], [""; 4]),
        ]
    };
    assert_eq!(shown(lines(), "2026-06-15"), ["school", "vague"]);
    assert_eq!(shown(lines(), "2008-11-24"), ["school", "vague"]);
    assert_eq!(shown(lines(), "2008-11-23"), ["school", "pregnancy", "vague"]);
}

#[test]
fn a_row_shows_doses_the_open_time_and_its_last_day_to_scale() {
    for layout in [Layout::Wide, Layout::Narrow] {
        let picture = draw(&[hepb()], day("2026-06-15"), day(TODAY), layout);
        let row = &picture.rows[0];
        let (open, last) = (row.open.unwrap(), row.last.unwrap());
        assert_eq!(open.x + open.width, last);
        assert!(row.marks[0].x < open.x && open.x < picture.today && picture.today < last, "{picture:?}");
        assert_eq!((row.marks[0].number.as_str(), row.marks[0].vague, row.before), ("1", false, 0));
        assert_eq!(picture.ticks[0].month, day("2026-06-01"));
    }
}

#[test]
fn what_lies_outside_the_drawing_is_said_and_not_drawn() {
    let far = line(
        "dt2",
        Standing::Upcoming,
        vec![given("1", 2015, 8, None)],
        ["2037-06-14", "", "", "2039-06-14"],
    );
    let row = &draw(&[far], day("2015-06-15"), day(TODAY), Layout::Wide).rows[0];
    assert_eq!((row.open, row.last, row.before), (None, None, 1));
    assert_eq!(row.beyond, Some(day("2037-06-14")));
    assert!(row.marks.is_empty());
}

#[test]
fn the_first_and_the_last_day_are_entries_whose_address_stays() {
    let lines = [hepb()];
    let found = entries(&lines, day(TODAY));
    let told: Vec<(About, String)> = found.iter().map(|entry| (entry.about, entry.uid("c"))).collect();
    assert_eq!(told[0], (About::Opens, "hepb-2-opens@c.madoguchi".to_owned()));
    assert_eq!(told[1], (About::Closes, "hepb-2-closes@c.madoguchi".to_owned()));
    assert_eq!((found[0].day, found[1].day), (day("2026-09-14"), day("2027-06-14")));
}

#[test]
fn a_last_day_that_is_over_is_no_entry() {
    let lines = [line("x", Standing::Due, vec![], ["2026-01-01", "", "", "2026-11-22"])];
    let found = entries(&lines, day(TODAY));
    assert_eq!(found.iter().map(|entry| entry.about).collect::<Vec<_>>(), [About::Opens]);
}

proptest! {
    #[test]
    fn nothing_is_drawn_outside(offsets in prop::array::uniform4(-9000i64..9000), age in 0i64..36_000) {
        let today = day(TODAY);
        let days = offsets.map(|offset| today + chrono::Duration::days(offset));
        let next = Next {
            number: String::new(),
            earliest: Some(days[0]),
            advised_from: Some(days[1]),
            advised_to: Some(days[2]),
            finish_by: None,
            latest: Some(days[3]),
        };
        let line = Line { vaccine: "x".into(), name: "x".into(), standing: Standing::Due, given: vec![], next };
        for layout in [Layout::Wide, Layout::Narrow] {
            let picture = draw(std::slice::from_ref(&line), today - chrono::Duration::days(age), today, layout);
            let stretches = [picture.rows[0].open, picture.rows[0].advised];
            for it in stretches.into_iter().flatten() {
                prop_assert!(it.x >= picture.left && it.x + it.width <= picture.width);
            }
            prop_assert!((picture.left..=picture.width).contains(&picture.today));
        }
    }
}
