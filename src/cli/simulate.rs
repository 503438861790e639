//! `madoguchi program simulate`: what changed tables would change in cases already decided.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use chrono::NaiveDate;

use crate::app::App;
use crate::config::Config;
use crate::domain::program::Program;
use crate::usecases::clerk::simulation::simulate;

/// What is simulated.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The program, such as `nanbyo`.
    pub program: String,
    /// The folder with the changed program.
    #[arg(long = "with")]
    pub with: PathBuf,
    /// The first day of the decisions that are worked again, as `2026-04-01`.
    #[arg(long)]
    pub since: NaiveDate,
}

/// Prints one line for each value that would be another, with tabs between case, field, before and
/// after, and the totals at the end. Texts are withheld, so that no diagnosis is printed.
///
/// # Errors
/// When nothing is configured, the folder cannot be used or is of another program, or the database fails.
pub fn run(config: &Config, options: &Options) -> anyhow::Result<()> {
    if config.is_demo() {
        bail!("nothing is configured, and the demo keeps no cases: set database_url");
    }
    let with = changed(options)?;
    let web = super::serve::web_config(config, config.text("public_url"), None)?;
    let app = App::build(config, web, config.text("public_url"))?;
    let progress = indicatif::ProgressBar::new_spinner().with_message("cases worked");
    let done = simulate(&app.house, &with, options.since, &mut |worked, flips| {
        progress.set_position(u64::try_from(worked).unwrap_or(u64::MAX));
        for flip in flips {
            println!("{}\t{}\t{}\t{}", flip.case, flip.field, flip.before, flip.after);
        }
    })?;
    progress.finish_and_clear();
    println!("{} cases worked, {} would be decided otherwise", done.worked, done.flipped);
    Ok(())
}

fn changed(options: &Options) -> anyhow::Result<Arc<Program>> {
    let name = options.with.display();
    let program = super::program::read(&options.with).with_context(|| format!("{name} cannot be used"))?;
    if program.definition.id != options.program {
        bail!("{name} holds the program {}, not {}", program.definition.id, options.program);
    }
    Ok(Arc::new(program))
}
