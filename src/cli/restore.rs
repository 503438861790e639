//! `madoguchi restore`: brings a backup back, into an empty place only.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::app::{existing_key, key_path};
use crate::config::Config;
use crate::store::{Address, Database, copy};

use super::backup::{CLIENT_KEYS, MASTER_KEY, POSTGRES, SQLITE};
use super::manifest::Manifest;
use super::verify_audit::{Chain, walk};
use super::{pg_tools, place};

/// Flags of `restore`.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The folder of a backup.
    pub folder: PathBuf,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Whether the record of access is whole.
    pub chain: Chain,
    /// Files that a row names and that are not there.
    pub missing: Vec<String>,
}

/// Brings a backup back and prints what came of it; `false` when something is not whole.
///
/// # Errors
/// When the backup is damaged or the place is not empty, before anything is written; later when
/// something cannot be written.
pub fn run(config: &Config, options: &Options) -> anyhow::Result<bool> {
    let Restored { chain, missing } = bring_back(config, &options.folder)?;
    for name in &missing {
        println!("missing: {name}");
    }
    match &chain {
        Chain::Whole(rows, seal) => {
            println!("{rows} rows of the record of access are whole\nlast seal {seal}")
        }
        Chain::Broken(broken) => {
            println!("the record of access breaks at row {}: {}", broken.seq, broken.what)
        }
    }
    Ok(missing.is_empty() && matches!(chain, Chain::Whole(..)))
}

/// Brings a backup back.
///
/// # Errors
/// As [`run`].
pub fn bring_back(config: &Config, folder: &Path) -> anyhow::Result<Restored> {
    let manifest = Manifest::verified(folder)?;
    let (address, data) = (config.database()?, PathBuf::from(config.text("data_dir")));
    check_kind(&address, &manifest)?;
    check_empty(&address, &data.join("files"))?;
    restore_keys(config, folder, &manifest, &data)?;
    existing_key(config).context("the key of this backup is needed")?;
    for name in manifest.below("files") {
        copy_to(&folder.join("files").join(name), &data.join("files").join(name))?;
    }
    // The database comes last: a place with a database was restored to its end.
    match &address {
        Address::Sqlite(path) => copy_to(&folder.join(SQLITE), Path::new(path))?,
        Address::Postgres(url) => pg_tools::restore(url, &folder.join(POSTGRES))?,
    }
    let database = place::database(config)?;
    let keys = place::keys(config, &database)?;
    Ok(Restored { chain: walk(&database, &keys)?, missing: missing(&database, &data.join("files"))? })
}

fn check_kind(address: &Address, manifest: &Manifest) -> anyhow::Result<()> {
    let kind = if address.is_embedded() { "sqlite" } else { "postgres" };
    if kind != manifest.database {
        bail!("the backup is of {}, but `database_url` names {kind}", manifest.database);
    }
    Ok(())
}

fn check_empty(address: &Address, files: &Path) -> anyhow::Result<()> {
    let taken = match address {
        Address::Sqlite(path) => Path::new(path).exists(),
        Address::Postgres(_) => copy::tables(&Database::open(address, 1)?)? > 0,
    };
    if taken {
        bail!("there is a database already; restore into an empty place");
    }
    if files.is_dir() && fs::read_dir(files)?.next().is_some() {
        bail!("{} is not empty; restore into an empty place", files.display());
    }
    Ok(())
}

/// Keys come back only where none are.
fn restore_keys(config: &Config, folder: &Path, manifest: &Manifest, data: &Path) -> anyhow::Result<()> {
    for name in manifest.below("keys") {
        let target = match name {
            MASTER_KEY => key_path(config),
            name if CLIENT_KEYS.contains(&name) => data.join(name),
            _ => continue,
        };
        if !target.exists() {
            copy_to(&folder.join("keys").join(name), &target)?;
        }
    }
    Ok(())
}

/// Copies a file so that it is there whole or not at all.
fn copy_to(from: &Path, to: &Path) -> anyhow::Result<()> {
    let shelf = to.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(shelf)?;
    let mut copied = tempfile::NamedTempFile::new_in(shelf)?;
    std::io::copy(&mut fs::File::open(from)?, copied.as_file_mut())?;
    copied.as_file().sync_all()?;
    copied.persist_noclobber(to).with_context(|| format!("cannot write {}", to.display()))?;
    Ok(fs::File::open(shelf)?.sync_all()?)
}

/// Names that rows give to files that are not there.
fn missing(database: &Database, files: &Path) -> anyhow::Result<Vec<String>> {
    let named = database.read(copy::named_files)?;
    let there = |name: &String| name.get(..2).is_some_and(|shelf| files.join(shelf).join(name).is_file());
    Ok(named.into_iter().filter(|name| !there(name)).collect())
}
