//! Files as they lie in the inbox: complete ones only, and read as strictly as they are written.

use super::layout::{Column, Look};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

const MANIFEST: &str = ".manifest.json";

/// What stands beside a file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    pub file: String,
    pub interface_version: String,
    pub kind: String,
    pub insurer_no: String,
    pub initial: bool,
    pub base_date: Option<NaiveDate>,
    pub count: usize,
    pub digest: String,
}

/// Values by name of their column; flags are 0 and 1.
pub type Record = BTreeMap<String, String>;

/// Stems of the complete files, in the order in which they were sent.
///
/// # Errors
/// When the inbox cannot be read.
pub fn waiting(folder: &Path, insurer: &str) -> io::Result<Vec<String>> {
    let mut stems = Vec::new();
    for entry in std::fs::read_dir(folder.join("inbox").join(insurer))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        stems.extend(name.strip_suffix(MANIFEST).map(str::to_owned));
    }
    // KIND_insurer_day_number: files of one kind in order, and kinds do not touch each other.
    stems.sort();
    Ok(stems)
}

/// The manifest of a stem and the bytes of its file.
///
/// # Errors
/// When they cannot be read.
pub fn open(folder: &Path, insurer: &str, stem: &str) -> io::Result<Option<(Manifest, Vec<u8>)>> {
    let inbox = folder.join("inbox").join(insurer);
    let manifest = std::fs::read(inbox.join(format!("{stem}{MANIFEST}")))?;
    let Ok(manifest) = serde_json::from_slice::<Manifest>(&manifest) else { return Ok(None) };
    let ours = [format!("{stem}.csv"), format!("{stem}.json")];
    if !ours.contains(&manifest.file) {
        return Ok(None);
    }
    let bytes = std::fs::read(inbox.join(&manifest.file))?;
    Ok(Some((manifest, bytes)))
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The records of a file; none when its form is not the one of its columns.
pub fn records(file: &str, bytes: &[u8], columns: &[Column]) -> Option<Vec<Record>> {
    if file.ends_with(".csv") { from_csv(bytes, columns) } else { from_json(bytes, columns) }
}

fn from_csv(bytes: &[u8], columns: &[Column]) -> Option<Vec<Record>> {
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(bytes);
    let names: Vec<String> = reader.headers().ok()?.iter().map(str::to_owned).collect();
    if !names.iter().eq(columns.iter().map(|(name, ..)| *name)) {
        return None;
    }
    let record = |row: csv::StringRecord| names.iter().cloned().zip(row.iter().map(str::to_owned)).collect();
    reader.records().map(|row| row.ok().map(record)).collect()
}

fn from_json(bytes: &[u8], columns: &[Column]) -> Option<Vec<Record>> {
    let list: Vec<serde_json::Map<String, Value>> = serde_json::from_slice(bytes).ok()?;
    list.iter().map(|object| from_object(object, columns)).collect()
}

fn from_object(object: &serde_json::Map<String, Value>, columns: &[Column]) -> Option<Record> {
    let look = |name: &str| columns.iter().find(|(known, ..)| *known == name).map(|(_, look, _)| *look);
    let value = |(name, value): (&String, &Value)| Some((name.clone(), text(look(name)?, value)?));
    let mut record: Record = object.iter().map(value).collect::<Option<_>>()?;
    for (name, ..) in columns {
        record.entry((*name).to_owned()).or_default();
    }
    Some(record)
}

fn text(look: Look, value: &Value) -> Option<String> {
    match (look, value) {
        (Look::Flag, Value::Bool(flag)) => Some(if *flag { "1" } else { "0" }.to_owned()),
        (Look::Number, Value::Number(number)) => Some(number.to_string()),
        (Look::Flag | Look::Number, _) => None,
        (_, Value::String(text)) => Some(text.clone()),
        _ => None,
    }
}
