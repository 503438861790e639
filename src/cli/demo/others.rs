//! Cases of the programs beside the one that the demo shows in full: a few of each wait on the desks, so that nobody
//! who looks in finds one empty.

use std::collections::BTreeMap;

use anyhow::Context;
use toml::Value;

use crate::domain::program::Program;
use crate::domain::program::cases::WorkedCase;
use crate::sandbox::people::Person;
use crate::usecases::House;

use super::clock::MovedClock;
use super::road::{Road, Stop};
use super::seed::{moved_to_today, register};

/// Where each case has come, and days ago it was filed. Each follows another worked case of the program.
const PLAN: [(Stop, i64); 5] =
    [(Stop::Asked, 26), (Stop::Asked, 9), (Stop::Review, 4), (Stop::Filed, 2), (Stop::Filed, 1)];

/// Makes the cases; returns how many there are.
///
/// # Errors
/// The first case that could not be made.
pub fn cases(house: &House, clock: &MovedClock, people: &[Person], issuer: &str) -> anyhow::Result<usize> {
    let shown = super::program(house)?.definition.id.clone();
    let others = house.programs.offered().filter(|program| program.definition.id != shown).cloned();
    let mut made = 0;
    for program in others.collect::<Vec<_>>() {
        for ((stop, days), case) in PLAN.iter().zip(filed_by_citizens(&program)) {
            // Whoever files is not the last one who did, so that nobody's own list grows long.
            let person = people.iter().rev().nth(made).context("there are no people")?;
            clock.move_back(days * 86_400);
            let citizen = register(house, person, issuer)?;
            let typed =
                |form: &str| Some(named(&program, moved_to_today(house, &program, case, form)?, person));
            let kind = case.kind.clone();
            let road =
                Road { house, clock, program: &program, citizen, person, filed: *days, kind, typed: &typed };
            road.go_to(*stop)
                .with_context(|| format!("{} {} ({stop:?})", program.definition.id, case.title))?;
            made += 1;
        }
    }
    Ok(made)
}

/// The same answers under another name: worked cases share theirs, and would look like doubles of each other.
fn named(program: &Program, mut typed: BTreeMap<String, Value>, person: &Person) -> BTreeMap<String, Value> {
    let subject = &program.definition.subject;
    let items = subject.name.iter().chain(&subject.kana);
    let names = [&person.family, &person.given, &person.family_kana, &person.given_kana];
    for (item, name) in items.zip(names) {
        typed.insert(item.clone(), Value::String(name.clone()));
    }
    typed
}

/// Worked cases that begin with an application of their own, by name.
fn filed_by_citizens(program: &Program) -> impl Iterator<Item = &WorkedCase> {
    let first = program.definition.kinds.first().map(|kind| &kind.code);
    program.cases.values().filter(move |case| Some(&case.kind) == first)
}
