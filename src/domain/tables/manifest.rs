//! `tables/tables.toml`: which tables there are and what their columns hold.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::cell::Kind;
use crate::domain::problem::Problem;

/// One table as announced in the manifest.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announced {
    /// The CSV file in the folder `tables`.
    pub file: String,
    /// The columns that together name a row at a time.
    pub key: Vec<String>,
    /// The columns that must have a value, with what they hold.
    pub columns: BTreeMap<String, Kind>,
    /// The columns that may be empty, with what they hold.
    #[serde(default)]
    pub optional: BTreeMap<String, Kind>,
    /// Columns whose values are keys of another table.
    #[serde(default)]
    pub references: BTreeMap<String, String>,
    /// Whether a key may be without a row for a time between two rows.
    #[serde(default)]
    pub gaps: bool,
}

impl Announced {
    /// The path of the CSV file inside the program folder.
    pub fn path(&self) -> String {
        format!("tables/{}", self.file)
    }

    /// The kind of a column and whether it must have a value.
    pub fn column(&self, name: &str) -> Option<(Kind, bool)> {
        let required = self.columns.get(name).map(|kind| (*kind, true));
        required.or_else(|| self.optional.get(name).map(|kind| (*kind, false)))
    }

    /// Columns named as key or reference that were not announced as columns.
    pub fn unknown_columns(&self) -> Vec<&str> {
        let named = self.key.iter().chain(self.references.keys());
        named.filter(|name| self.column(name).is_none()).map(String::as_str).collect()
    }
}

/// Reads the manifest.
///
/// # Errors
/// One problem naming the line when it is not TOML of the expected shape.
pub fn read(source: &str, file: &str) -> Result<BTreeMap<String, Announced>, Problem> {
    toml::from_str(source).map_err(|fault: toml::de::Error| {
        let fix = "give each table file, key and [columns]";
        let problem = Problem::new(file, "", fault.message(), fix);
        match fault.span() {
            Some(span) => problem.on_line(line_of(source, span.start)),
            None => problem,
        }
    })
}

fn line_of(source: &str, offset: usize) -> usize {
    source.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
