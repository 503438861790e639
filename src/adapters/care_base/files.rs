//! What a batch is as files: which records go where, and what stands beside each file. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::CareBaseConfig;
use super::profile::{Kind, key_column};
use super::record::{Shape, content};
use crate::ports::hub::Entry;

/// Stands beside a file with records and is written after it: without it the file is not complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    pub file: String,
    pub interface_version: String,
    pub kind: String,
    pub insurer_no: String,
    /// Whether the records are the baseline as of the 基準日.
    pub initial: bool,
    pub base_date: Option<NaiveDate>,
    pub count: usize,
    /// SHA-256 of the file, in hexadecimal digits.
    pub digest: String,
}

/// A file that is to be sent.
pub(super) struct Draft {
    pub kind: Kind,
    pub initial: bool,
    pub bytes: Vec<u8>,
    pub lines: Vec<Line>,
}

/// Which entry a record of a file is, and by what the result names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    /// Position of the entry in the batch, from 0.
    pub entry: usize,
    pub history_key: String,
    pub history_number: i64,
}

/// The files of a batch: until the base took a baseline with one of every kind, be it empty; afterwards only
/// differences, also of what was decided before the 基準日.
///
/// # Errors
/// When a record cannot be written.
pub(super) fn drafts(
    config: &CareBaseConfig,
    entries: &[Entry],
    with_baseline: bool,
) -> std::io::Result<Vec<Draft>> {
    let mut drafts = Vec::new();
    for initial in [true, false] {
        let chosen: Vec<usize> = (0..entries.len())
            .filter(|at| (with_baseline && is_old(config, &entries[*at])) == initial)
            .collect();
        if chosen.is_empty() && !(initial && with_baseline) {
            continue;
        }
        for kind in Kind::ALL {
            drafts.push(draft(config, kind, initial, (entries, &chosen))?);
        }
    }
    Ok(drafts)
}

fn is_old(config: &CareBaseConfig, entry: &Entry) -> bool {
    let decided = entry.fields.get("decided_on").and_then(|day| day.parse::<NaiveDate>().ok());
    decided.is_some_and(|day| day <= config.base_date)
}

fn draft(
    config: &CareBaseConfig,
    kind: Kind,
    initial: bool,
    (entries, chosen): (&[Entry], &[usize]),
) -> std::io::Result<Draft> {
    let shape = Shape { version: config.version, format: config.format, insurer: &config.insurer, kind };
    let records: Vec<&Entry> = chosen.iter().filter_map(|at| entries.get(*at)).collect();
    let line = |at: &usize| {
        let entry = entries.get(*at)?;
        let (history_key, history_number) = (entry.history_key.clone(), entry.history_number);
        Some(Line { entry: *at, history_key, history_number })
    };
    let lines = chosen.iter().filter_map(line).collect();
    Ok(Draft { kind, initial, bytes: content(shape, &records)?, lines })
}

/// What stands beside a draft under a name.
pub(super) fn manifest(config: &CareBaseConfig, draft: &Draft, file: &str) -> Manifest {
    Manifest {
        file: file.to_owned(),
        interface_version: config.version.code().to_owned(),
        kind: draft.kind.code().to_owned(),
        insurer_no: config.insurer.clone(),
        initial: draft.initial,
        base_date: draft.initial.then_some(config.base_date),
        count: draft.lines.len(),
        digest: digest(&draft.bytes),
    }
}

/// Whether records of the kind have a key in this version, which results then repeat.
pub(super) fn is_keyed(config: &CareBaseConfig, kind: Kind) -> bool {
    key_column(config.version, kind).is_some()
}

/// SHA-256 in hexadecimal digits.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
