//! The list of what is in a backup. It is written last: a folder without one is no backup.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::store::seal::hex;

/// Name of the list.
pub const MANIFEST: &str = "manifest.json";
/// The form of a backup that this program writes and reads.
pub const FORMAT: u32 = 1;

/// What is in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Its form.
    pub format: u32,
    /// Version of the program that made it.
    pub madoguchi: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Which database: `sqlite` or `postgres`.
    pub database: String,
    /// Everything in it.
    pub files: Vec<Entry>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Path below the backup's folder.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hex.
    pub sha256: String,
}

impl Entry {
    /// The entry of a file below `root`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(root: &Path, path: &str) -> anyhow::Result<Entry> {
        let mut file = File::open(root.join(path)).with_context(|| format!("cannot read {path}"))?;
        let (mut digest, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 64 * 1024]);
        loop {
            let read = file.read(&mut buffer)?;
            let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
            digest.update(part);
            size += u64::try_from(read)?;
        }
        Ok(Entry { path: path.to_owned(), size, sha256: hex(&digest.finalize()) })
    }
}

impl Manifest {
    /// Reads the list of a backup and checks every file against it.
    ///
    /// # Errors
    /// The first file that is missing or not as it was written.
    pub fn verified(folder: &Path) -> anyhow::Result<Manifest> {
        let text = std::fs::read_to_string(folder.join(MANIFEST))
            .with_context(|| format!("{} is no complete backup", folder.display()))?;
        let manifest: Manifest =
            serde_json::from_str(&text).context("the list of the backup cannot be read")?;
        if manifest.format != FORMAT {
            bail!("the backup has form {}, this program reads form {FORMAT}", manifest.format);
        }
        for entry in &manifest.files {
            if !is_inside(&entry.path) || Entry::of(folder, &entry.path)? != *entry {
                bail!("{} is not as it was written; take another backup", entry.path);
            }
        }
        Ok(manifest)
    }

    /// Files below a sub-folder, by their paths in it.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.files.iter().filter_map(move |it| it.path.strip_prefix(folder)?.strip_prefix('/'))
    }
}

/// Whether a path of the list stays below the backup's folder.
fn is_inside(path: &str) -> bool {
    let parts = Path::new(path).components();
    !path.is_empty() && parts.into_iter().all(|part| matches!(part, std::path::Component::Normal(_)))
}
