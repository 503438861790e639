//! What we remember of a batch: under which names its files went, and which record is which row. No record of a
//! person is in it.

use std::io;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::CareBaseConfig;
use super::files::{Draft, Line, digest, drafts, is_keyed, manifest};
use super::folder::Folder;
use crate::ports::hub::Entry;

/// Kept once a baseline was taken.
const BASELINE: &str = "baseline";

/// A batch that was sent, or is about to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Journal {
    /// Digest of everything that is sent.
    pub content: String,
    /// Whether it brought a baseline of every kind.
    pub with_baseline: bool,
    pub parts: Vec<Part>,
}

/// A file of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    /// Its name without the ending.
    pub name: String,
    pub kind: String,
    /// Whether results name the records by key and 履歴番号.
    pub keyed: bool,
    pub digest: String,
    pub lines: Vec<Line>,
}

/// Why a batch is not on its way.
pub(super) enum NotSent {
    /// The key was used for another content.
    Conflict,
    /// Nothing was remembered yet, so nothing can be on its way.
    Before(io::Error),
    /// Something may be on its way.
    Under(io::Error),
}

impl Journal {
    /// The batch of a key; none when there was none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn find(folder: &Folder, key: &str) -> io::Result<Option<Journal>> {
        let bytes = folder.recall(&file_of(key))?;
        bytes.map(|bytes| Ok(serde_json::from_slice(&bytes)?)).transpose()
    }

    fn keep(&self, folder: &Folder, key: &str) -> io::Result<()> {
        folder.remember(&file_of(key), &serde_json::to_vec(self)?)
    }
}

/// The base took the baseline: no further batch brings it.
///
/// # Errors
/// When the folder cannot be written.
pub(super) fn baseline_taken(folder: &Folder) -> io::Result<()> {
    if lacks_baseline(folder)? { folder.remember(BASELINE, b"") } else { Ok(()) }
}

fn lacks_baseline(folder: &Folder) -> io::Result<bool> {
    Ok(folder.recall(BASELINE)?.is_none())
}

/// Sends a batch under a key: again under the same names, when it was sent before.
pub(super) fn send(
    config: &CareBaseConfig,
    folder: &Folder,
    (key, day): (Uuid, &str),
    entries: &[Entry],
) -> Result<(), NotSent> {
    let key = key.to_string();
    let before = Journal::find(folder, &key).map_err(NotSent::Before)?;
    let with_baseline = match &before {
        Some(journal) => journal.with_baseline,
        None => lacks_baseline(folder).map_err(NotSent::Before)?,
    };
    let drafts = drafts(config, entries, with_baseline).map_err(NotSent::Before)?;
    let content = content(&drafts);
    let journal = match before {
        Some(journal) if journal.content != content => return Err(NotSent::Conflict),
        Some(journal) => journal,
        None => {
            let parts = parts(config, folder, day, &drafts).map_err(NotSent::Before)?;
            let journal = Journal { content, with_baseline, parts };
            journal.keep(folder, &key).map_err(NotSent::Before)?;
            journal
        }
    };
    place(config, folder, &journal, &drafts).map_err(NotSent::Under)
}

/// The files under names of their own.
fn parts(config: &CareBaseConfig, folder: &Folder, day: &str, drafts: &[Draft]) -> io::Result<Vec<Part>> {
    let mut parts = Vec::new();
    for draft in drafts {
        let kind = draft.kind.code();
        parts.push(Part {
            name: folder.reserve(&format!("{kind}_{}_{day}", config.insurer))?,
            kind: kind.to_owned(),
            keyed: is_keyed(config, draft.kind),
            digest: digest(&draft.bytes),
            lines: draft.lines.clone(),
        });
    }
    Ok(parts)
}

fn place(config: &CareBaseConfig, folder: &Folder, journal: &Journal, drafts: &[Draft]) -> io::Result<()> {
    for (part, draft) in journal.parts.iter().zip(drafts) {
        let file = format!("{}.{}", part.name, config.format.code());
        folder.post(&file, &draft.bytes)?;
        let manifest = serde_json::to_vec_pretty(&manifest(config, draft, &file))?;
        folder.post(&format!("{}.manifest.json", part.name), &manifest)?;
    }
    Ok(())
}

fn content(drafts: &[Draft]) -> String {
    let all: String = drafts.iter().map(|draft| digest(&draft.bytes)).collect();
    digest(all.as_bytes())
}

fn file_of(key: &str) -> String {
    format!("{key}.json")
}
