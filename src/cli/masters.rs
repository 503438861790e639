//! `madoguchi masters`: the 制度マスタ as files for whoever sets it up at the hub, and how the hub's own differs.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::app::App;
use crate::config::Config;
use crate::domain::masters::{Difference, What};
use crate::usecases::hub::{self, Comparison, MasterForm};

/// What to do with the masters.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Write each table into a folder, in the form that the hub takes.
    Export(Export),
    /// Ask the hub for its own and print what differs; fails when something would stop a batch.
    Compare,
}

/// Where to, and how.
#[derive(Debug, clap::Args)]
pub struct Export {
    /// The folder; it is made if it is not there.
    folder: PathBuf,
    /// For a spreadsheet instead of as JSON.
    #[arg(long)]
    csv: bool,
}

/// Does it; whether nothing stands against the next batch.
///
/// # Errors
/// When no hub is configured, it gives no answer, or a file cannot be written.
pub async fn run(config: &Config, command: &Command) -> anyhow::Result<bool> {
    if config.is_demo() {
        anyhow::bail!("nothing is configured: set database_url and hub_url");
    }
    let web = super::serve::web_config(config, config.text("public_url"), None)?;
    let app = App::build(config, web, config.text("public_url"))?;
    match command {
        Command::Export(to) => export(&app, to).map(|()| true),
        Command::Compare => compare(&app).await,
    }
}

fn export(app: &App, to: &Export) -> anyhow::Result<()> {
    let (form, ending) = if to.csv { (MasterForm::Csv, "csv") } else { (MasterForm::Json, "json") };
    std::fs::create_dir_all(&to.folder).with_context(|| to.folder.display().to_string())?;
    for table in hub::master_tables(&app.house)? {
        let path = to.folder.join(Path::new(&table.name).with_extension(ending));
        std::fs::write(&path, hub::master_written(&table, form))
            .with_context(|| path.display().to_string())?;
        println!("{}: {} rows", path.display(), table.rows.len());
    }
    Ok(())
}

async fn compare(app: &App) -> anyhow::Result<bool> {
    match hub::ask_masters(&app.house).await? {
        Comparison::NotOffered => println!("the hub does not let its masters be asked for"),
        Comparison::Compared(found) if found.is_empty() => println!("the same"),
        compared @ Comparison::Compared(_) => {
            print(&compared);
            return Ok(compared.stops() == 0);
        }
    }
    Ok(true)
}

fn print(compared: &Comparison) {
    let Comparison::Compared(found) = compared else { return };
    for Difference { table, entry, what, stops } in found {
        let effect = if *stops { "stops" } else { "warns" };
        let what = match what {
            What::MissingThere => "the hub lacks it".to_owned(),
            What::MissingHere => "only the hub has it".to_owned(),
            What::Columns(columns) => format!("differs in {}", columns.join(", ")),
        };
        println!("{effect}  {table:?}  {entry}: {what}");
    }
}
