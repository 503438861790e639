//! `madoguchi client`: which record systems of hospitals may hand signed documents in.

use std::path::PathBuf;

use anyhow::Context;

use crate::app::App;
use crate::config::Config;
use crate::usecases::hospital::clients::{self, ClientView, NewClient};
use crate::usecases::{Error, House};

use super::user::{in_words, operator};

/// What can be done with clients.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Register a system with its public keys.
    Add(Options),
    /// Show every system that was ever registered.
    List,
    /// Revoke a system, at once and for good; its tokens end with it.
    Revoke {
        /// Client id.
        id: String,
    },
}

/// Flags of `client add`.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Client id: letters, digits and . _ -
    pub id: String,
    /// 10-digit code of the institution.
    #[arg(long)]
    pub institution: String,
    /// Name of the institution.
    #[arg(long)]
    pub name: String,
    /// A file with the public keys as a JSON Web Key Set; `-` reads what is pasted.
    #[arg(long)]
    pub keys: PathBuf,
}

/// Does what was asked with the clients.
///
/// # Errors
/// In words for the operator.
pub fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    let web = super::serve::web_config(config, config.text("public_url"), None)?;
    let house = App::build(config, web, config.text("public_url"))?.house;
    let lines = match command {
        Command::Add(options) => vec![line(&add_to(&house, options)?)],
        Command::List => told(&house, clients::list(&house, &operator()))?.iter().map(line).collect(),
        Command::Revoke { id } => {
            told(&house, clients::revoke(&house, &operator(), id))?;
            vec![format!("{id} is revoked")]
        }
    };
    lines.iter().for_each(|line| println!("{line}"));
    Ok(())
}

/// Registers a client in a house.
///
/// # Errors
/// As [`run`].
pub fn add_to(house: &House, options: &Options) -> anyhow::Result<ClientView> {
    let keys = match options.keys.to_str() {
        Some("-") => std::io::read_to_string(std::io::stdin())?,
        _ => std::fs::read_to_string(&options.keys)
            .with_context(|| format!("cannot read {}", options.keys.display()))?,
    };
    let (id, institution) = (options.id.clone(), options.institution.clone());
    let new = NewClient { id, institution, name: options.name.clone(), keys };
    told(house, clients::add(house, &operator(), &new))
}

fn told<T>(house: &House, outcome: Result<T, Error>) -> anyhow::Result<T> {
    outcome.map_err(|error| in_words(house, error))
}

fn line(client: &ClientView) -> String {
    let state = match client.revoked_at {
        Some(at) => format!("revoked {}", at.format("%Y-%m-%d")),
        None => "active".to_owned(),
    };
    let keys = client.keys.join(", ");
    format!("{}  {}  {}  {state}  keys: {keys}", client.id, client.institution, client.name)
}
