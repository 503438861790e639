//! A season of renewals decided in bulk: how its pace and its memory bear ten times as many cases.
//!
//! `cargo bench --bench season --locked` plans, drafts and signs 20,000 renewals on a fresh SQLite file, and a
//! tenth of them in a process of its own, side by side. `SEASON_CASES=2000` makes it smaller. Nothing is
//! printed but ratios: in bulk against one by one through the same use cases, late against early in the same
//! run, and the peak of memory of the large season against that of the small one.

mod decide;
mod town;

use std::process::{Command, Stdio};

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// Cases of the large season, unless `SEASON_CASES` says otherwise.
const CASES: usize = 20_000;
/// Names the size of the season that a process of its own works through.
const PART: &str = "SEASON_PART";

/// What a season showed.
#[derive(Debug, Serialize, Deserialize)]
struct Shown {
    /// Cases a second in bulk to cases a second by hand.
    bulk: f64,
    /// The pace of the last fifth of the cases to that of the first.
    late: f64,
    /// Peak of the resident memory in MiB; none where the system does not tell.
    peak: Option<f64>,
}

fn main() -> anyhow::Result<()> {
    // Whoever comes first installs it; the house does the same before its first call.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if let Ok(size) = std::env::var(PART) {
        let shown = season(size.parse()?)?;
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

fn season(cases: usize) -> anyhow::Result<Shown> {
    let town = town::Town::with(cases)?;
    let (bulk, late) = decide::in_bulk(&town, cases)?;
    let by_hand = decide::by_hand(&town)?;
    Ok(Shown { bulk: bulk / by_hand, late, peak: peak() })
}

/// VmHWM of this process in MiB.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

fn print(small: &Shown, large: &Shown, cases: usize) {
    println!("{:<52} {:>9} {:>9}", "", "ratio", "aim");
    line("in bulk to by hand, a tenth of the season", small.bulk, "≥ 0.5", small.bulk >= 0.5);
    line("in bulk to by hand, the whole season", large.bulk, "≥ 0.5", large.bulk >= 0.5);
    line("the last fifth to the first, the whole season", large.late, "≥ 0.7", large.late >= 0.7);
    match (small.peak, large.peak) {
        (Some(small), Some(large)) => {
            let words = format!("peak of memory, {cases} cases to a tenth");
            line(&words, large / small, "≤ 1.25", large / small <= 1.25);
        }
        _ => println!("the system does not tell the peak of memory"),
    }
}

fn line(what: &str, ratio: f64, aim: &str, met: bool) {
    println!("{what:<52} {ratio:>9.2} {aim:>9}{}", if met { "" } else { "  missed" });
}
