//! `madoguchi keys rotate`: another key-encryption key.
//!
//! The new key lies in a file beside the old one before anything is sealed under it, and takes the old
//! one's place afterwards; interrupted in between, the next call goes on from there.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::adapters::clock::SystemClock;
use crate::app::{existing_key, key_path};
use crate::config::Config;
use crate::ports::clock::Clock;
use crate::store::seal::{DataKey, sha256_hex};
use crate::store::{Database, Keyring, copy, keys};

use super::place;

/// What can be done with the key.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make another key and seal everything under it. Stop every Madoguchi on the database first.
    Rotate,
}

/// Seals every data key anew and tells where the old key went.
///
/// # Errors
/// When somebody else is connected, or the keys do not fit; then the old key holds.
pub fn rotate(config: &Config) -> anyhow::Result<()> {
    if !config.text("key").is_empty() {
        bail!(
            "the key stands in the setting `key`; move it into a file, name that by `key_file`, and try again"
        );
    }
    let (path, database) = (key_path(config), place::database(config)?);
    let old = existing_key(config)?;
    if !copy::is_alone(&database)? {
        bail!(
            "stop every Madoguchi on this database first: a running one would go on sealing under the old key"
        );
    }
    let new_path = beside(&path, "new");
    let new = new_key(&new_path)?;
    if opens(&database, &new) {
        println!("going on from an interrupted rotation");
    } else {
        let count = keys::rotate(&database, &old, &new).context("the key does not open this database")?;
        println!("{count} keys are sealed anew");
    }
    let kept = swap(&path, &new_path, &old)?;
    println!("the new key is in {}", path.display());
    println!("the old one is in {}: keep it as long as backups made before today, elsewhere", kept.display());
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// The new key: from an interrupted rotation, or a fresh one that is safely stored.
fn new_key(path: &Path) -> anyhow::Result<DataKey> {
    if path.is_file() {
        let text = fs::read_to_string(path)?;
        return DataKey::from_base64(&text).with_context(|| format!("{} is not a key", path.display()));
    }
    let key = DataKey::generate()?;
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(key.to_base64().as_bytes())?;
    file.sync_all()?;
    sync_folder(path)?;
    Ok(key)
}

fn opens(database: &Database, key: &DataKey) -> bool {
    Keyring::open(database, key.clone(), SystemClock.now()).is_ok()
}

/// Puts the new key in the old one's place; the old one stays under the first digits of its hash.
fn swap(path: &Path, new_path: &Path, old: &DataKey) -> anyhow::Result<PathBuf> {
    let mark: String = sha256_hex(old.to_base64().as_bytes()).chars().take(8).collect();
    let kept = beside(path, &mark);
    if !kept.exists() {
        fs::hard_link(path, &kept)?;
    }
    fs::rename(new_path, path)?;
    sync_folder(path)?;
    Ok(kept)
}

fn sync_folder(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(fs::File::open(folder)?.sync_all()?)
}
