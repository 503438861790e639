//! Deciding the season: in bulk, and one by one for comparison.

use std::time::Instant;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use madoguchi::domain::program::vocabulary::{CommandName, Outcome};
use madoguchi::store::bulk;
use madoguchi::usecases::bulk::order::Typed;
use madoguchi::usecases::bulk::{begin, step};
use madoguchi::usecases::clerk::draft_content::as_proposed;
use madoguchi::usecases::clerk::verdict::Known;
use madoguchi::usecases::clerk::{approval, draft, proposal};
use madoguchi::usecases::{Caller, House};

use super::town::Town;

/// Cases that are decided by hand.
pub const BY_HAND: usize = 100;

/// Plans, drafts and signs everything; cases a second, and the pace of the last fifth to that of the first.
pub fn in_bulk(town: &Town, cases: usize) -> anyhow::Result<(f64, f64)> {
    let began = Instant::now();
    let (drafts, late) = run(town, &town.clerk, "draft", cases)?;
    let (signed, _) = run(town, &town.approver, "approve", cases)?;
    anyhow::ensure!((drafts, signed) == (cases, cases), "{drafts} drafted and {signed} signed of {cases}");
    Ok((cases as f64 / began.elapsed().as_secs_f64(), late))
}

/// One run from the first look to the last case: how many were done, and late pace to early pace.
fn run(town: &Town, caller: &Caller, action: &str, cases: usize) -> anyhow::Result<(usize, f64)> {
    let house: &House = &town.house;
    let typed = [("action", action), ("program", &town.program.definition.id), ("questions", "yes")];
    let owner = if action == "draft" { [("owner", "me")].as_slice() } else { &[] };
    let typed: Typed =
        typed.iter().chain(owner).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let id = begin::ask(house, caller, &typed)?;
    let bar = progress(cases, &format!("{action}: planned"));
    while step(house, &id)? {
        bar.set_position(count(town, &id, "planned")?);
    }
    bar.finish();
    let planned = count(town, &id, "planned")?;
    begin::start(house, caller, &id, &planned.to_string())?;
    let bar = progress(cases, &format!("{action}: done"));
    let (mut marks, began) = (Vec::new(), Instant::now());
    while step(house, &id)? {
        bar.inc(20);
        marks.push(began.elapsed().as_secs_f64());
    }
    bar.finish();
    Ok((usize::try_from(count(town, &id, "done")?)?, late_to_early(&marks)))
}

/// Time of the first fifth of the parts to that of the last.
fn late_to_early(marks: &[f64]) -> f64 {
    let fifth = (marks.len() / 5).max(1);
    let at = |place: usize| marks.get(place).copied().unwrap_or(f64::NAN);
    let first = at(fifth - 1);
    let last = at(marks.len().saturating_sub(1)) - at(marks.len().saturating_sub(1 + fifth));
    if marks.len() < 10 { 1.0 } else { first / last }
}

fn count(town: &Town, run: &str, state: &str) -> anyhow::Result<u64> {
    let counts = town.house.database.read(|conn| bulk::counts(conn, run))?;
    let sum: i64 = counts.iter().filter(|it| it.0 == state).map(|it| it.3).sum();
    Ok(u64::try_from(sum)?)
}

/// A bar that is drawn on standard error.
pub fn progress(cases: usize, what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:<20} {wide_bar} {pos}/{len} {eta}");
    let bar = ProgressBar::new(u64::try_from(cases).unwrap_or(u64::MAX)).with_message(what.to_owned());
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Drafts and signs cases one by one as the pages do: look at the proposal, draft it, look at the draft, sign
/// it. Cases a second.
pub fn by_hand(town: &Town) -> anyhow::Result<f64> {
    let bar = progress(BY_HAND, "by hand");
    let began = Instant::now();
    for case in &town.by_hand {
        decide(town, case).with_context(|| case.clone())?;
        bar.inc(1);
    }
    bar.finish();
    Ok(town.by_hand.len() as f64 / began.elapsed().as_secs_f64())
}

fn decide(town: &Town, case: &str) -> anyhow::Result<()> {
    let house: &House = &town.house;
    let proposed =
        house.read(&town.clerk, case, "draft", |conn, opened| proposal::of(house, conn, opened))?;
    let typed = as_proposed(&town.program, &proposed.context("nothing is proposed")?, Outcome::Granted);
    draft::submit(house, &town.clerk, &known(town, case)?, &typed)?;
    let hash = house.read(&town.approver, case, "approval", |_, opened| {
        Ok(opened.stored.case.draft.as_ref().map(|draft| draft.hash.clone()).unwrap_or_default())
    })?;
    approval::approve(house, &town.approver, &known(town, case)?, &hash)?;
    Ok(())
}

fn known(town: &Town, case: &str) -> anyhow::Result<Known> {
    let house = &town.house;
    let opened = house.database.read(|conn| house.open(conn, &town.clerk, case, CommandName::Read))?;
    let version = opened.stored.case.version;
    Ok(Known { case: case.to_owned(), version, request: house.new_id("req")? })
}
