//! `madoguchi user add`: an account for somebody, such as the first operator of an installation.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::process;

use anyhow::{Context, bail};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::config::Config;
use crate::domain::lang::Lang;
use crate::domain::permission::{Actor, OPERATOR};
use crate::usecases::operator::accounts::{self, NewAccount, SecondFactor};
use crate::usecases::{Caller, Error, House};

/// What can be done with accounts.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Add an account; the password is asked for, or read from standard input.
    Add(Options),
}

/// Flags of `user add`.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Login name.
    pub login: String,
    /// Name as it is shown to colleagues and on the record of access.
    #[arg(long)]
    pub name: String,
    /// A role: operator, auditor, receiver, reviewer, approver and so on; may be given several times.
    #[arg(long, required = true)]
    pub role: Vec<String>,
    /// A TOML file with a physician's designation: kind, number, valid_from, valid_to,
    /// institution_code, institution, institution_address, institution_phone.
    #[arg(long)]
    pub designation: Option<PathBuf>,
    /// A TOML file with the institution at whose counter the person works, or whose physicians they assist:
    /// code (10 digits), name, and for a counter the kind of care that it usually gives, as the program names it.
    #[arg(long)]
    pub institution: Option<PathBuf>,
    /// Code of the receiving office for which the person works; without it, the body that decides.
    #[arg(long)]
    pub office: Option<String>,
}

/// Adds an account and prints what goes into the person's authenticator app, once. The password is
/// read from the terminal, or from a line of standard input.
///
/// # Errors
/// When the account cannot be added, in words.
pub fn add(config: &Config, options: &Options) -> anyhow::Result<()> {
    let web = super::serve::web_config(config, config.text("public_url"), None)?;
    let app = App::build(config, web, config.text("public_url"))?;
    let factor = add_to(&app.house, options, &password()?)?;
    show(&factor)
}

/// Adds an account to a house.
///
/// # Errors
/// As [`add`].
pub fn add_to(house: &House, options: &Options, password: &str) -> anyhow::Result<SecondFactor> {
    let new = NewAccount {
        login: options.login.clone(),
        name: options.name.clone(),
        roles: options.role.clone(),
        designation: options.designation.as_deref().map(from_file).transpose()?,
        institution: options.institution.as_deref().map(from_file).transpose()?,
        office: options.office.clone(),
        password: password.to_owned(),
    };
    accounts::add(house, &operator(), &new).map_err(|error| in_words(house, error))
}

/// Whoever has the command line is the operator.
pub(super) fn operator() -> Caller {
    Caller { actor: Actor::with_roles("cli", "cli", [OPERATOR]), source: "cli".to_owned() }
}

/// What a refusal says, for the terminal.
pub(super) fn in_words(house: &House, error: Error) -> anyhow::Error {
    match error {
        Error::Refused(refusals) => {
            let words = refusals.iter().map(|it| house.texts.text(Lang::En, &it.key, &it.args));
            anyhow::Error::msg(words.collect::<Vec<_>>().join(" "))
        }
        other => other.into(),
    }
}

fn from_file<T: DeserializeOwned>(path: &std::path::Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} does not say what is needed", path.display()))
}

fn show(factor: &SecondFactor) -> anyhow::Result<()> {
    let code = QrCode::new(&factor.url)?;
    println!("{}", code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build());
    println!("{}", factor.url);
    println!("Read this with {}'s authenticator app now; it is not shown again.", factor.login);
    Ok(())
}

fn password() -> anyhow::Result<String> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return line();
    }
    let first = hidden("Password: ")?;
    if hidden("Again: ")? != first {
        bail!("the two are not the same");
    }
    Ok(first)
}

/// A line that the terminal does not show.
fn hidden(prompt: &str) -> anyhow::Result<String> {
    print!("{prompt}");
    std::io::stdout().flush()?;
    let echo = |on: &str| process::Command::new("stty").arg(on).status();
    echo("-echo").context("stty is needed to hide the password; or give it on standard input")?;
    let typed = line();
    echo("echo")?;
    println!();
    typed
}

fn line() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().lock().read_line(&mut text)?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}
