//! The command line, one file a subcommand.

pub mod backup;
pub mod client;
pub mod demo;
pub mod doctor;
pub mod immunizations;
pub mod keys;
pub mod masters;
pub mod migrate;
pub mod office;
pub mod program;
pub mod restore;
pub mod rules;
pub mod sandbox;
pub mod serve;
pub mod simulate;
pub mod sync;
pub mod user;
pub mod verify_audit;

mod manifest;
mod pg_tools;
mod place;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;

/// 窓口: benefit applications for Japanese towns, without paper.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Arguments {
    /// A settings file (TOML).
    #[arg(long, global = true, env = "MADOGUCHI_CONFIG")]
    pub config: Option<PathBuf>,
    /// One setting, as `name=value`; may be given several times. `doctor` prints every name.
    #[arg(long = "set", global = true, value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// What to do; without it the pages are served.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages, and do the nightly work. With nothing configured, a demo.
    Serve,
    /// Do the nightly work now, with a progress bar.
    Sync,
    /// The 制度マスタ of the hub: tables to set up there, and what differs.
    #[command(subcommand)]
    Masters(masters::Command),
    /// Run only the stand-ins of the outside systems, on their own ports.
    Sandbox(sandbox::Options),
    /// Bring the database to the newest shape.
    Migrate,
    /// Print the settings with their sources, and check everything they name.
    Doctor,
    /// Look at program folders.
    #[command(subcommand)]
    Program(program::Command),
    /// Ask the rules of a program: a JSON line in, a JSON line out, with its working.
    Rules(rules::Options),
    /// Check that nothing in the record of access was altered, removed or reordered.
    VerifyAudit,
    /// Copy the whole installation into a new folder.
    Backup(backup::Options),
    /// Bring a backup back into an empty place.
    Restore(restore::Options),
    /// The key-encryption key.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Record systems of hospitals that may hand signed documents in.
    #[command(subcommand)]
    Client(client::Command),
    /// Offices that receive applications and pass them on to the body that decides.
    #[command(subcommand)]
    Office(office::Command),
    /// The ledger of vaccinations: files of doses and of residents.
    #[command(subcommand)]
    Immunizations(immunizations::Command),
    /// Accounts of staff and physicians.
    #[command(subcommand)]
    User(user::Command),
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as name=value")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// Does what was asked; tells on standard error what went wrong.
pub fn run(arguments: Arguments) -> ExitCode {
    log();
    match dispatch(arguments) {
        Ok(code) => code,
        Err(error) => {
            // The operator gets the whole chain of causes.
            eprintln!("madoguchi: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn log() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("MADOGUCHI_LOG").unwrap_or_else(|_| {
        EnvFilter::new("info,tokio_cron_scheduler=warn,actix_server=warn,tracing_actix_web=warn")
    });
    let json = std::env::var("MADOGUCHI_LOG_FORMAT").is_ok_and(|format| format == "json");
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call in one process, as in tests, keeps the first subscriber.
    let _ = if json { builder.json().try_init() } else { builder.compact().try_init() };
}

fn dispatch(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let environment: BTreeMap<String, String> = std::env::vars().collect();
    let config = Config::read(arguments.config.as_deref(), &environment, &arguments.set)?;
    let runtime = || actix_web::rt::System::new();
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => runtime().block_on(serve::run(config))?,
        Command::Sync => runtime().block_on(sync::run(&config))?,
        Command::Masters(command) => return Ok(judged(runtime().block_on(masters::run(&config, &command))?)),
        Command::Sandbox(options) => runtime().block_on(sandbox::run(&options))?,
        Command::Migrate => migrate::run(&config)?,
        Command::Doctor => return Ok(judged(runtime().block_on(doctor::run(&config))?)),
        Command::Program(program::Command::Check { dir }) => {
            return Ok(judged(program::check(&config, dir.as_deref())?));
        }
        Command::Program(program::Command::Simulate(options)) => simulate::run(&config, &options)?,
        Command::Rules(options) => return Ok(judged(rules::run(&config, &options)?)),
        Command::VerifyAudit => return Ok(judged(verify_audit::run(&config)?)),
        Command::Backup(options) => backup::run(&config, &options)?,
        Command::Restore(options) => return Ok(judged(restore::run(&config, &options)?)),
        Command::Keys(keys::Command::Rotate) => keys::rotate(&config)?,
        Command::Client(command) => client::run(&config, &command)?,
        Command::Office(command) => office::run(&config, &command)?,
        Command::Immunizations(immunizations::Command::Import(options)) => {
            immunizations::run(&config, &options)?;
        }
        Command::User(user::Command::Add(options)) => user::add(&config, &options)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The exit code of a command that looked at something.
fn judged(sound: bool) -> ExitCode {
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
