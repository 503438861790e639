//! The work of the season: in bulk, and one by one for comparison.

use anyhow::Context;
use madoguchi::domain::program::vocabulary::{CommandName, Outcome};
use madoguchi::store::bulk::{self, BulkRun};
use madoguchi::usecases::bulk::order::Typed;
use madoguchi::usecases::bulk::{begin, bundle, step};
use madoguchi::usecases::clerk::draft_content::as_proposed;
use madoguchi::usecases::clerk::verdict::Known;
use madoguchi::usecases::clerk::{approval, draft, proposal};
use madoguchi::usecases::{Caller, House};

use super::phase::{Phase, Watch};
use super::town::Town;

/// Documents of letters that are drawn.
const DOCUMENTS: usize = 5;

/// A run that is asked for: by whom, and what was typed.
pub struct Wish<'a> {
    pub name: &'a str,
    pub caller: &'a Caller,
    pub typed: Vec<(&'a str, String)>,
}

impl<'a> Wish<'a> {
    /// An action on the program of the town.
    pub fn new(town: &'a Town, caller: &'a Caller, action: &'a str) -> Wish<'a> {
        let program = town.program.definition.id.clone();
        let typed =
            vec![("action", action.to_owned()), ("program", program), ("questions", "yes".to_owned())];
        Wish { name: action, caller, typed }
    }

    /// Under another name.
    pub fn named(mut self, name: &'a str) -> Wish<'a> {
        self.name = name;
        self
    }

    /// Narrowed by a field of the form.
    pub fn with(mut self, field: &'a str, value: &str) -> Wish<'a> {
        self.typed.push((field, value.to_owned()));
        self
    }
}

/// The dry run of a wish: the run, and what the phase showed.
pub fn plan(town: &Town, wish: &Wish, expected: usize) -> anyhow::Result<(String, Phase)> {
    let typed: Typed = wish.typed.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let id = begin::ask(&town.house, wish.caller, &typed)?;
    let mut watch = Watch::new(&format!("{}, dry run", wish.name), expected);
    while step(&town.house, &id)? {
        watch.reach(usize::try_from(found(town, &id)?.looked)?);
    }
    let run = found(town, &id)?;
    anyhow::ensure!(run.planned == i64::try_from(expected)?, "{} of {expected} planned", run.planned);
    begin::start(&town.house, wish.caller, &id, &run.planned.to_string())?;
    Ok((id, watch.done(usize::try_from(run.looked)?)))
}

/// Carries a planned run out, as far as `until` of its items.
pub fn work(town: &Town, id: &str, until: usize, watch: &mut Watch) -> anyhow::Result<()> {
    while watch_place(town, id, watch)? < until && step(&town.house, id)? {}
    Ok(())
}

fn watch_place(town: &Town, id: &str, watch: &mut Watch) -> anyhow::Result<usize> {
    let settled = usize::try_from(found(town, id)?.settled)?;
    if settled > 0 {
        watch.reach(settled);
    }
    Ok(settled)
}

/// Ends a run, and sees that every item was done.
pub fn finish(town: &Town, id: &str, watch: Watch, expected: usize) -> anyhow::Result<Phase> {
    while step(&town.house, id)? {}
    let counts = town.house.database.read(|conn| bulk::counts(conn, id))?;
    let done: i64 = counts.iter().filter(|it| it.0 == "done").map(|it| it.3).sum();
    anyhow::ensure!(done == i64::try_from(expected)?, "{done} of {expected} done: {counts:?}");
    Ok(watch.done(expected))
}

/// A wish from the first look to the last item.
pub fn whole(town: &Town, wish: &Wish, expected: usize) -> anyhow::Result<(String, [Phase; 2])> {
    let (id, planned) = plan(town, wish, expected)?;
    let mut watch = Watch::new(wish.name, expected);
    work(town, &id, expected, &mut watch)?;
    let done = finish(town, &id, watch, expected)?;
    Ok((id, [planned, done]))
}

/// Draws the first documents of a run that printed.
pub fn draw(town: &Town, run: &str, letters: usize) -> anyhow::Result<Phase> {
    let documents = letters.div_ceil(100).min(DOCUMENTS);
    let mut watch = Watch::new("drawn", documents * 100);
    for number in 1..=documents {
        bundle::pdf(&town.house, &town.clerk, run, i64::try_from(number)?)?;
        watch.reach(number * 100);
    }
    Ok(watch.done((documents * 100).min(letters)))
}

fn found(town: &Town, run: &str) -> anyhow::Result<BulkRun> {
    Ok(town.house.database.read(|conn| bulk::find(conn, &town.house.keys, run))?)
}

/// Drafts and signs cases one by one as the pages do: look at the proposal, draft it, look at the draft, sign
/// it.
pub fn by_hand(town: &Town) -> anyhow::Result<Phase> {
    let cases = town.by_hand();
    let mut watch = Watch::new("by hand", cases.len());
    for (number, case) in (1..).zip(&cases) {
        decide(town, case).with_context(|| case.clone())?;
        watch.reach(number);
    }
    Ok(watch.done(cases.len()))
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
