//! `madoguchi backup`: a picture of the whole installation, taken while it runs.
//!
//! The database first, then the files: a file is stored before a row names it, so every row of the
//! picture finds its file, and files that came later do no harm.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::adapters::clock::SystemClock;
use crate::app::key_path;
use crate::config::Config;
use crate::ports::clock::Clock;
use crate::store::{Address, Database, copy};

use super::manifest::{Entry, FORMAT, MANIFEST, Manifest};
use super::{pg_tools, place};

/// Name of the embedded database in a backup.
pub const SQLITE: &str = "database.sqlite";
/// Name of a served database in a backup.
pub const POSTGRES: &str = "database.dump";
/// Our keys towards outside systems, in the data folder.
pub const CLIENT_KEYS: [&str; 2] = ["client-p256.pem", "client-p384.pem"];
/// Name of the key-encryption key in a backup.
pub const MASTER_KEY: &str = "master.key";

/// Flags of `backup`.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// A new folder for the backup.
    pub folder: PathBuf,
    /// Put the keys into it as well. Whoever has such a backup can read everything.
    #[arg(long)]
    pub with_keys: bool,
}

/// Makes a backup and prints what is in it.
///
/// # Errors
/// When the folder is there already, or something cannot be read or written; a folder without a
/// manifest is left then.
pub fn run(config: &Config, options: &Options) -> anyhow::Result<()> {
    let manifest = make(config, options)?;
    let bytes: u64 = manifest.files.iter().map(|it| it.size).sum();
    println!("{} files, {} MB in {}", manifest.files.len(), bytes / 1_000_000, options.folder.display());
    if options.with_keys {
        println!("It holds the keys: whoever has it can read everything.");
    } else {
        println!("It does not hold the keys: keep a copy of {} elsewhere.", key_path(config).display());
    }
    Ok(())
}

/// Makes a backup.
///
/// # Errors
/// As [`run`].
pub fn make(config: &Config, options: &Options) -> anyhow::Result<Manifest> {
    let database = place::database(config)?;
    let folder = &options.folder;
    fs::DirBuilder::new()
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let kind = copy_database(&database, folder)?;
    copy_files(&Path::new(config.text("data_dir")).join("files"), &folder.join("files"))?;
    if options.with_keys {
        copy_keys(config, folder)?;
    }
    let mut paths = Vec::new();
    list(folder, "", &mut paths)?;
    paths.sort();
    let manifest = Manifest {
        format: FORMAT,
        madoguchi: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: SystemClock.now(),
        database: kind.to_owned(),
        files: paths.iter().map(|path| Entry::of(folder, path)).collect::<anyhow::Result<_>>()?,
    };
    fs::write(folder.join(MANIFEST), serde_json::to_string_pretty(&manifest)?)?;
    Ok(manifest)
}

fn copy_database(database: &Database, folder: &Path) -> anyhow::Result<&'static str> {
    match database.address() {
        Address::Sqlite(_) => {
            copy::into_file(database, &folder.join(SQLITE).to_string_lossy())?;
            Ok("sqlite")
        }
        Address::Postgres(url) => {
            pg_tools::dump(url, &folder.join(POSTGRES))?;
            Ok("postgres")
        }
    }
}

/// Copies a folder of files. One that is removed meanwhile was named by no row any more.
fn copy_files(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    let mut paths = Vec::new();
    if from.is_dir() {
        list(from, "", &mut paths)?;
    }
    for path in paths {
        let target = to.join(&path);
        if let Some(shelf) = target.parent() {
            fs::create_dir_all(shelf)?;
        }
        match fs::copy(from.join(&path), &target) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            other => drop(other.with_context(|| format!("cannot copy {path}"))?),
        }
    }
    Ok(())
}

fn copy_keys(config: &Config, folder: &Path) -> anyhow::Result<()> {
    let keys = folder.join("keys");
    fs::create_dir(&keys)?;
    if config.text("key").is_empty() {
        fs::copy(key_path(config), keys.join(MASTER_KEY)).context("cannot copy the key")?;
    } else {
        bail!("the key stands in the setting `key`; it can only be copied from a file");
    }
    for name in CLIENT_KEYS {
        let path = Path::new(config.text("data_dir")).join(name);
        if path.is_file() {
            fs::copy(path, keys.join(name))?;
        }
    }
    Ok(())
}

/// The files below a folder, by their paths in it.
fn list(root: &Path, below: &str, paths: &mut Vec<String>) -> anyhow::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if entry.file_type()?.is_dir() {
            list(root, &path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}
