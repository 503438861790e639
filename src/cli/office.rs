//! `madoguchi office`: which offices receive applications and pass them on to the body that decides.

use crate::app::App;
use crate::config::Config;
use crate::store::offices::ReceivingOffice;
use crate::usecases::offices::{self, NewOffice};
use crate::usecases::{Error, House};

use super::user::{in_words, operator};

/// What can be done with receiving offices.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Register an office that receives and does not decide.
    Add(Options),
    /// Show every office that was ever registered.
    List,
    /// Close an office: it receives nothing new, and can pass on what it has.
    Close {
        /// 全国地方公共団体コード.
        code: String,
    },
}

/// Flags of `office add`.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// 全国地方公共団体コード, six digits with check digit.
    pub code: String,
    /// Name, as applicants read it.
    #[arg(long)]
    pub name: String,
    /// How the addresses begin for which it receives what is filed on line, such as 架空県みどり市.
    #[arg(long, default_value = "")]
    pub covers: String,
}

/// Does what was asked with the offices.
///
/// # Errors
/// In words for the operator.
pub fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    let web = super::serve::web_config(config, config.text("public_url"), None)?;
    let house = App::build(config, web, config.text("public_url"))?.house;
    let lines = match command {
        Command::Add(options) => vec![line(&add_to(&house, options)?)],
        Command::List => told(&house, offices::list(&house, &operator()))?.iter().map(line).collect(),
        Command::Close { code } => {
            told(&house, offices::close(&house, &operator(), code))?;
            vec![format!("{code} is closed")]
        }
    };
    lines.iter().for_each(|line| println!("{line}"));
    Ok(())
}

/// Registers an office in a house.
///
/// # Errors
/// As [`run`].
pub fn add_to(house: &House, options: &Options) -> anyhow::Result<ReceivingOffice> {
    let (code, name, covers) = (options.code.clone(), options.name.clone(), options.covers.clone());
    told(house, offices::add(house, &operator(), &NewOffice { code, name, covers }))
}

fn told<T>(house: &House, outcome: Result<T, Error>) -> anyhow::Result<T> {
    outcome.map_err(|error| in_words(house, error))
}

fn line(office: &ReceivingOffice) -> String {
    let state = match office.closed_at {
        Some(at) => format!("closed {}", at.format("%Y-%m-%d")),
        None => "open".to_owned(),
    };
    format!("{}  {}  {state}  covers: {}", office.code, office.name, office.covers)
}
