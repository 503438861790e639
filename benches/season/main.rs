//! A season of renewals done in bulk: how its pace and its memory bear ten times as many cases.
//!
//! `cargo bench --bench season --locked` invites 20,000 holders, prints their invitations, drafts and signs their
//! renewals and prints the certificates on a fresh SQLite file, and does a tenth of it in a process of its own.
//! In the middle of signing the house is closed and opened again. `SEASON_CASES=2000` makes it smaller. What is
//! aimed at are ratios of what is done in a second of work: the large season to the small one, late to early in
//! the same phase, in bulk to one by one; and of the peaks of memory. The pace on this machine stands beside them.

mod decide;
mod mould;
mod phase;
mod town;

use std::process::{Command, Stdio};

use anyhow::Context;
use chrono::Days;
use serde::{Deserialize, Serialize};

use decide::Wish;
use phase::{Phase, Watch, resident};
use town::Town;

/// Cases of the large season, unless `SEASON_CASES` says otherwise.
const CASES: usize = 20_000;
/// Names the size of the season that a process of its own works through.
const PART: &str = "SEASON_PART";
/// Least pace of the large season to that of the small one, and of late to early: as good as linear.
const LINEAR: f64 = 0.7;
/// Least pace in bulk, dry run and record included, to that by hand.
const BULK: f64 = 0.5;
/// Greatest peak of memory of the large season to that of the small one.
const FLAT: f64 = 1.3;

/// What a season showed.
#[derive(Debug, Serialize, Deserialize)]
struct Shown {
    phases: Vec<Phase>,
    /// Decided in bulk, to decided by hand.
    bulk: f64,
    /// Peak of the resident memory in MiB; none where the system does not tell.
    peak: Option<f64>,
}

fn main() -> anyhow::Result<()> {
    // Whoever comes first installs it; the house does the same before its first call.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if let Ok(size) = std::env::var(PART) {
        let shown = season(Town::new(size.parse()?)?)?;
        println!("{}", serde_json::to_string(&shown)?);
        return Ok(());
    }
    let cases = match std::env::var("SEASON_CASES") {
        Ok(size) => size.parse().context("SEASON_CASES is no number")?,
        Err(_) => CASES,
    };
    let (small, large) = (apart((cases / 10).max(1))?, apart(cases)?);
    print(&small, &large, cases);
    Ok(())
}

/// Works through a season in a process of its own, so that the peak of its memory is its own.
fn apart(cases: usize) -> anyhow::Result<Shown> {
    let mut command = Command::new(std::env::current_exe()?);
    let output = command.env(PART, cases.to_string()).stderr(Stdio::inherit()).output()?;
    anyhow::ensure!(output.status.success(), "the season of {cases} cases failed");
    serde_json::from_slice(&output.stdout).context("the season showed nothing")
}

fn season(town: Town) -> anyhow::Result<Shown> {
    let cases = town.cases;
    let mut phases = vec![town.grant()?];
    phases.extend(invited(&town)?);
    phases.push(town.renew()?);
    let wish = Wish::new(&town, &town.clerk, "draft").with("owner", "me");
    let (_, drafted) = decide::whole(&town, &wish, cases)?;
    let wish = Wish::new(&town, &town.approver, "approve");
    let (run, planned) = decide::plan(&town, &wish, cases)?;
    let mut watch = Watch::new("approve", cases);
    decide::work(&town, &run, cases / 2, &mut watch)?;
    let town = town.restart()?;
    decide::work(&town, &run, cases, &mut watch)?;
    let signed = decide::finish(&town, &run, watch, cases)?;
    let busy: f64 = drafted.iter().chain([&planned, &signed]).map(|phase| phase.busy).sum();
    phases.extend(drafted.into_iter().chain([planned, signed]));
    phases.extend(printed(&town, ("certificates", "certificate"), cases)?);
    let by_hand = decide::by_hand(&town)?;
    let bulk = cases as f64 / busy / by_hand.diligence();
    phases.push(by_hand);
    Ok(Shown { phases, bulk, peak: resident("VmHWM:") })
}

/// Everybody is invited on paper; nobody of the town has a mail address.
fn invited(town: &Town) -> anyhow::Result<Vec<Phase>> {
    let today = town.house.today();
    let all = town.by_hand().len() + town.cases;
    let wish = Wish::new(town, &town.clerk, "invite")
        .with("from", &today.to_string())
        .with("until", &(today + Days::new(90)).to_string());
    let (_, phases) = decide::whole(town, &wish, all)?;
    let renewal = town.program.definition.renewal.as_ref();
    let letter = renewal.and_then(|it| it.letter.as_deref()).context("nobody is invited on paper")?;
    Ok(phases.into_iter().chain(printed(town, ("invitations", letter), all)?).collect())
}

/// Prints today's letters of a kind, and draws some documents of them.
fn printed(town: &Town, (name, letter): (&str, &str), expected: usize) -> anyhow::Result<Vec<Phase>> {
    let today = town.house.today().to_string();
    let wish = Wish::new(town, &town.clerk, "print")
        .named(name)
        .with("letter", letter)
        .with("from", &today)
        .with("until", &today);
    let (run, phases) = decide::whole(town, &wish, expected)?;
    let drawn = decide::draw(town, &run, expected)?;
    Ok(phases.into_iter().chain([drawn]).collect())
}

fn print(small: &Shown, large: &Shown, cases: usize) {
    let head = format!("{} cases", cases / 10);
    println!("{:<20} {head:>14} {:>14} {:>9} {:>9}", "", format!("{cases} cases"), "ratio", "aim");
    for (few, many) in small.phases.iter().zip(&large.phases) {
        let beside = format!("{:>12.0}/s {:>12.0}/s", few.pace(), many.pace());
        line(&many.name, &beside, many.diligence() / few.diligence(), "≥", LINEAR);
    }
    let late = large.phases.iter().filter_map(|phase| Some((phase, phase.late?)));
    for (phase, late) in late {
        line(&phase.name, &format!("{:>29}", "last fifth to first"), late, "≥", LINEAR);
    }
    line("decided", &format!("{:>29}", "in bulk to by hand"), large.bulk, "≥", BULK);
    if let (Some(few), Some(many)) = (small.peak, large.peak) {
        line("peak of memory", &format!("{few:>10.0} MiB {many:>10.0} MiB"), many / few, "≤", FLAT);
    }
    let seconds: f64 = large.phases.iter().map(|phase| phase.seconds).sum();
    println!("the whole season of {cases}: {:.1} minutes", seconds / 60.0);
}

fn line(what: &str, beside: &str, ratio: f64, side: &str, aim: f64) {
    let met = if side == "≥" { ratio >= aim } else { ratio <= aim };
    let missed = if met { "" } else { "  missed" };
    println!("{what:<20} {beside} {ratio:>9.2} {:>9}{missed}", format!("{side} {aim}"));
}
