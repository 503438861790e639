//! The ladder of reminders: steps by the day, and what only a person ends.

use super::bench::{Bench, start_certificate};
use crate::domain::case::command::Command;
use crate::domain::case::reminding::{due, left_to_a_person};
use crate::domain::case::work::WorkItem;
use crate::domain::program::vocabulary::Channel;

fn item(bench: &Bench) -> &WorkItem {
    bench.case.work_of("medical_certificate").unwrap()
}

fn step(bench: &Bench) -> Option<Channel> {
    let shape = bench.definition.work_item("medical_certificate").unwrap();
    due(shape, item(bench), super::bench::stamp(bench.day, "system").today)
}

fn remind(bench: &Bench, via: Channel, note: &str) -> Command {
    Command::RemindItem { item: item(bench).id.clone(), via, note: note.to_owned() }
}

/// Asked for on day 0.
fn asked() -> Bench {
    let mut bench = Bench::in_review();
    bench.must("usr_r1", start_certificate());
    bench
}

#[test]
fn each_step_comes_on_its_day_and_once() {
    let mut bench = asked();
    for (day, via) in [(14, Channel::Inbox), (21, Channel::Mail), (30, Channel::CallList)] {
        bench.day = day - 1;
        assert_eq!(step(&bench), None, "the day before {day}");
        let early = remind(&bench, via, "");
        assert_eq!(bench.refused("system", early), "work.not-due");
        bench.day = day;
        assert_eq!(step(&bench), Some(via));
        let command = remind(&bench, via, "");
        bench.must("system", command);
        assert_eq!(step(&bench), None, "once");
    }
    bench.day = 400;
    assert_eq!(step(&bench), None, "the ladder has an end");
}

#[test]
fn what_is_left_to_a_person_ends_with_their_words() {
    let mut bench = asked();
    bench.day = 30;
    while let Some(via) = step(&bench) {
        let command = remind(&bench, via, "");
        bench.must("system", command);
    }
    assert_eq!(left_to_a_person(item(&bench)).map(|it| it.via), Some(Channel::CallList));
    let wordless = remind(&bench, Channel::CallList, " ");
    assert_eq!(bench.refused("usr_r1", wordless), "work.reminded");
    let by_hand = remind(&bench, Channel::CallList, "事務の方に電話。来週になるとのこと");
    bench.must("usr_r1", by_hand);
    assert_eq!(left_to_a_person(item(&bench)), None);
    let stranger = remind(&bench, Channel::CallList, "x");
    assert_eq!(bench.refused("usr_doctor", stranger), "permission.denied");
}

#[test]
fn a_result_that_came_is_not_reminded_of_and_one_given_back_begins_anew() {
    let mut bench = asked();
    bench.day = 14;
    let first = remind(&bench, Channel::Inbox, "");
    bench.must("system", first);
    let id = item(&bench).id.clone();
    bench.must("usr_doctor", Command::CompleteItem { item: id.clone(), digest: "c".to_owned() });
    bench.day = 60;
    assert_eq!(step(&bench), None);
    let late = remind(&bench, Channel::CallList, "x");
    assert_eq!(bench.refused("usr_r1", late), "work.closed");
    bench.must("usr_r1", Command::ReturnItem { item: id, reason: "日付".to_owned() });
    assert_eq!(step(&bench), None, "it was given back today");
    bench.day = 74;
    assert_eq!(step(&bench), Some(Channel::Inbox));
    assert_eq!(bench.replayed(), bench.case);
}
