//! `madoguchi immunizations import`: what the page of the office does with a file, with a progress bar.

use std::fs::{self, File};
use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use crate::app::App;
use crate::config::Config;
use crate::domain::immunization::import::Kind;
use crate::usecases::House;
use crate::usecases::access::Caller;
use crate::usecases::immunization::import::shown::{self, Run};
use crate::usecases::immunization::import::{begin, receive, terminal};

use super::user::in_words;

/// What can be done with the ledger.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Take a CSV file in (UTF-8 or Shift_JIS): tried first, then written; the same file a second time changes nothing.
    Import(Options),
}

/// Of what the lines of a file tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lines {
    /// A dose a line.
    Doses,
    /// A person a line: births, moves, deaths, new names and addresses.
    Residents,
}

/// Flags of `immunizations import`.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The file.
    pub file: PathBuf,
    /// Of what its lines tell.
    #[arg(long)]
    pub kind: Lines,
    /// Login of the account in whose name it is done; it needs the right to keep the ledger.
    #[arg(long = "as", value_name = "LOGIN")]
    pub login: String,
    /// Which columns the file has (TOML); by default those of the last file of the kind.
    #[arg(long)]
    pub map: Option<PathBuf>,
    /// Only try it: nothing is written.
    #[arg(long)]
    pub dry_run: bool,
}

/// Takes a file in.
///
/// # Errors
/// In words for the operator.
pub fn run(config: &Config, options: &Options) -> anyhow::Result<()> {
    let web = super::serve::web_config(config, config.text("public_url"), None)?;
    let house = App::build(config, web, config.text("public_url"))?.house;
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len}");
    let bar = ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let told = import(&house, options, &|run| {
        bar.set_message(run.state.clone());
        bar.set_length(u64::try_from(run.lines).unwrap_or(0));
        bar.set_position(u64::try_from(run.looked).unwrap_or(0));
    })?;
    bar.finish_and_clear();
    print!("{told}");
    Ok(())
}

/// Takes a file into a house, and gives what became of it: the counts, and the lines that wait with their reasons. They
/// name nobody.
///
/// # Errors
/// As [`run`].
pub fn import(house: &House, options: &Options, tell: &dyn Fn(&Run)) -> anyhow::Result<String> {
    let said = |error| in_words(house, error);
    let (caller, program) =
        terminal::clerk(house, &options.login).map_err(said).context("the account of --as")?;
    let kind = match options.kind {
        Lines::Doses => Kind::Doses,
        Lines::Residents => Kind::Residents,
    };
    let map = options.map.as_ref().map(fs::read_to_string).transpose().context("cannot read the map")?;
    let file =
        File::open(&options.file).with_context(|| format!("cannot read {}", options.file.display()))?;
    let name = options.file.file_name().unwrap_or_default().to_string_lossy();
    let map = map.unwrap_or_default();
    let id = receive::receive(house, &caller, (&program, kind), (&name, &map), file).map_err(said)?;
    let tried = terminal::work(house, &caller, &id, tell).map_err(said)?;
    if options.dry_run {
        let told = report(house, &caller, &tried)?;
        begin::cancel(house, &caller, &id).map_err(said)?;
        return Ok(told);
    }
    begin::start(house, &caller, &id).map_err(said)?;
    let done = terminal::work(house, &caller, &id, tell).map_err(said)?;
    report(house, &caller, &done)
}

fn report(house: &House, caller: &Caller, run: &Run) -> anyhow::Result<String> {
    let mut told = format!(
        "{} lines: {} new, {} changed, {} known, {} held\n",
        run.lines, run.fresh, run.changed, run.same, run.held
    );
    let mut after = 0;
    loop {
        let (lines, next) =
            shown::table(house, caller, &run.id, after).map_err(|error| in_words(house, error))?;
        told.push_str(&lines);
        match next {
            Some(line) => after = line,
            None => return Ok(told),
        }
    }
}
