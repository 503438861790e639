use proptest::prelude::*;

use super::super::redetermine::{Certificate, Program, Task, Turn, shares, tasks};
use super::*;
use crate::domain::money::Yen;

fn certificate(holder: &str, program: Program, cap: i64, from: &str, to: &str) -> Certificate {
    Certificate { holder: holder.to_owned(), program, cap: Yen(cap), from: day(from), to: day(to) }
}

fn mother() -> Certificate {
    certificate("mother", Program::Disease, 10_000, "2026-01-01", "2026-12-31")
}

fn child(from: &str, to: &str) -> Certificate {
    certificate("child", Program::Child, 5_000, from, to)
}

fn rows(tasks: &[Task]) -> Vec<(String, String, String, i64, i64)> {
    let row = |task: &Task| {
        (task.holder.clone(), task.from.to_string(), task.to.to_string(), task.before.0, task.after.0)
    };
    tasks.iter().map(row).collect()
}

fn row(from: &str, to: &str, before: i64, after: i64) -> (String, String, String, i64, i64) {
    ("mother".to_owned(), from.to_owned(), to.to_owned(), before, after)
}

#[test]
fn a_certificate_that_starts_within_a_month_lowers_the_others_from_the_next() {
    let before = [mother()];
    let after = [mother(), child("2026-05-10", "2026-09-30")];
    assert_eq!(
        rows(&tasks(&before, &after, Turn::Month, 10)),
        [row("2026-06-01", "2026-09-30", 10_000, 6_660)]
    );
    assert_eq!(
        rows(&tasks(&before, &after, Turn::Day, 10)),
        [row("2026-05-10", "2026-09-30", 10_000, 6_660)]
    );
}

#[test]
fn a_certificate_that_ends_early_raises_the_others() {
    let before = [mother(), child("2026-05-01", "2026-09-30")];
    let after = [mother(), child("2026-05-01", "2026-07-15")];
    assert_eq!(
        rows(&tasks(&before, &after, Turn::Month, 10)),
        [row("2026-08-01", "2026-09-30", 6_660, 10_000)]
    );
}

#[test]
fn another_cap_of_one_changes_the_share_of_the_other() {
    let before = [mother(), child("2026-05-01", "2026-09-30")];
    let mut after = before.clone();
    after[1].cap = Yen(10_000);
    assert_eq!(
        rows(&tasks(&before, &after, Turn::Month, 10)),
        [row("2026-05-01", "2026-09-30", 6_660, 5_000)]
    );
    assert_eq!(tasks(&before, &before, Turn::Month, 10), []);
}

#[test]
fn one_person_may_hold_a_certificate_of_each_program() {
    let both = [
        certificate("a", Program::Disease, 10_000, "2026-01-01", "2026-12-31"),
        certificate("a", Program::Child, 5_000, "2026-01-01", "2026-12-31"),
    ];
    assert_eq!(shares(&both[0], &both, Turn::Month, 10)[0].cap, Yen(6_660));
    assert_eq!(shares(&both[1], &both, Turn::Month, 10)[0].cap, Yen(3_330));
}

fn any_certificate() -> impl Strategy<Value = Certificate> {
    ("[a-d]", any::<bool>(), 0i64..40_000, 0u64..800, 0u64..500).prop_map(
        |(holder, child, cap, from, length)| {
            let from = day("2025-01-01") + chrono::Days::new(from);
            let program = if child { Program::Child } else { Program::Disease };
            Certificate { holder, program, cap: Yen(cap), from, to: from + chrono::Days::new(length) }
        },
    )
}

fn household() -> impl Strategy<Value = Vec<Certificate>> {
    proptest::collection::vec(any_certificate(), 0..6).prop_map(|mut all| {
        all.sort_by(|left, right| {
            (&left.holder, left.program.code()).cmp(&(&right.holder, right.program.code()))
        });
        all.dedup_by(|left, right| left.holder == right.holder && left.program == right.program);
        all
    })
}

proptest! {
    #[test]
    fn the_stretches_of_a_certificate_cover_its_days_once(household in household(), by_day: bool) {
        let turn = if by_day { Turn::Day } else { Turn::Month };
        for own in &household {
            let stretches = shares(own, &household, turn, 10);
            prop_assert_eq!(stretches.first().unwrap().from, own.from);
            prop_assert_eq!(stretches.last().unwrap().to, own.to);
            let joined = stretches.windows(2).all(|pair| pair[0].to.succ_opt() == Some(pair[1].from));
            prop_assert!(joined && stretches.iter().all(|it| it.cap <= own.cap && it.from <= it.to));
        }
    }

    #[test]
    fn on_no_day_do_the_shares_exceed_the_highest_cap(household in household(), later in 0u64..1300) {
        let on = day("2025-01-01") + chrono::Days::new(later);
        let present = household.iter().filter(|own| own.from <= on && on <= own.to);
        let of = |own: &Certificate| {
            let stretches = shares(own, &household, Turn::Day, 10);
            (own.cap, stretches.iter().find(|it| it.from <= on && on <= it.to).unwrap().cap)
        };
        let found: Vec<(Yen, Yen)> = present.map(of).collect();
        let sum = Yen::checked_sum(found.iter().map(|(_, share)| *share)).unwrap();
        prop_assert!(sum <= found.iter().map(|(cap, _)| *cap).max().unwrap_or_default());
    }
}
