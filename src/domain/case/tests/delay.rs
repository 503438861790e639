//! 延期通知: made ready in time, sent by a person, and what a missed period means.

use chrono::{Days, NaiveDate};

use super::bench::{Bench, definition, first_day, submit};
use crate::domain::case::command::Command;
use crate::domain::case::delay::{due, missed};
use crate::domain::program::definition::Definition;
use crate::domain::program::work::{Dated, Delay, Setting, SettingValue, Settings};

/// A period of thirty days whose delay is told, made ready seven days before its end.
fn rule() -> &'static Definition {
    let days = |value| Setting {
        setting: None,
        values: vec![Dated {
            value: SettingValue::Number(value),
            valid_from: NaiveDate::MIN,
            valid_to: None,
            source: "x".to_owned(),
            demo: true,
        }],
    };
    let mut changed = definition().clone();
    let engine = changed.roles.iter_mut().find(|role| role.code == "engine").unwrap();
    assert!(engine.commands.iter().any(|command| command.code() == "prepare_delay"));
    changed.clocks.truncate(1);
    let clock = changed.clocks.first_mut().unwrap();
    clock.days = days(30);
    let text = || "x".to_owned();
    clock.delay = Some(Delay {
        before_days: days(7),
        further_days: days(30),
        why: text(),
        why_at_last: text(),
        missed: text(),
    });
    Box::leak(Box::new(changed))
}

fn filed() -> Bench {
    let mut bench = Bench { definition: rule(), ..Bench::draft() };
    bench.must("cit_a", submit());
    bench
}

fn day(count: u64) -> NaiveDate {
    first_day() + Days::new(count)
}

fn prepare(until: NaiveDate) -> Command {
    Command::PrepareDelay { until, reason: "意見書が届いていない".to_owned() }
}

#[test]
fn a_notice_is_due_in_the_last_days_of_the_period_and_not_after_it() {
    let bench = filed();
    let found = |count| due(&bench.case, bench.definition, day(count), &Settings::new()).is_some();
    let days: Vec<u64> = (0..60).filter(|count| found(*count)).collect();
    assert_eq!(days, (23..=30).collect::<Vec<_>>());
}

#[test]
fn it_is_made_ready_once_and_a_person_sends_it() {
    let mut bench = filed();
    assert_eq!(bench.refused("system", prepare(day(60))), "extend.until", "too early");
    bench.day = 25;
    assert_eq!(bench.refused("system", prepare(day(30))), "extend.until", "no later than the period");
    bench.must("system", prepare(day(60)));
    assert_eq!(bench.refused("system", prepare(day(61))), "extend.until", "twice");
    assert_eq!(bench.case.delay.as_ref().map(|it| it.until), Some(day(60)));
    let send = || Command::ExtendPeriod { until: day(50), reason: "意見書を待っている".to_owned() };
    assert_eq!(bench.refused("system", send()), "permission.denied");
    bench.must("usr_r1", send());
    assert_eq!(bench.case.delay, None);
    assert_eq!(due(&bench.case, bench.definition, day(28), &Settings::new()), None, "it was told");
    assert_eq!(bench.replayed(), bench.case);
}

#[test]
fn a_period_that_passed_is_missed_and_an_extended_one_on_the_day_that_was_told() {
    let mut bench = filed();
    let after = |bench: &Bench, count| missed(&bench.case, bench.definition, day(count)).is_some();
    assert_eq!((after(&bench, 30), after(&bench, 31)), (false, true));
    bench.day = 25;
    bench.must("usr_r1", Command::ExtendPeriod { until: day(50), reason: "x".to_owned() });
    assert_eq!((after(&bench, 50), after(&bench, 51)), (false, true));
    bench.must("usr_r1", Command::Withdraw { reason: "x".to_owned() });
    assert!(!after(&bench, 51), "an ended case misses nothing");
}
