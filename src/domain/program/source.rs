//! Reading TOML so that every fault can be told with its line.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

use crate::domain::problem::Problem;

/// Reads a TOML file into `T`.
///
/// # Errors
/// One problem with the line at which reading stopped.
pub fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problem> {
    toml::from_str(text).map_err(|error| problem(file, text, &error))
}

/// Decodes a file's bytes as UTF-8.
///
/// # Errors
/// One problem with the line of the first wrong byte.
pub fn utf8<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Problem> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Problem::new(file, "", "the file is not UTF-8", "save it as UTF-8").on_line(line)
    })
}

fn problem(file: &str, text: &str, error: &toml::de::Error) -> Problem {
    let message = error.message().replace('\n', " ");
    let problem = Problem::new(file, "", message, "write what the program format knows");
    match error.span() {
        Some(span) => problem.on_line(line_at(text, span.start)),
        None => problem,
    }
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The lines of a TOML file's elements, by paths such as `work_item[0].form`.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    file: String,
    lines: BTreeMap<String, usize>,
}

impl Lines {
    /// Finds the elements of a file; one that is not TOML has none.
    pub fn of(file: &str, text: &str) -> Lines {
        let mut lines = Lines { file: file.to_owned(), lines: BTreeMap::new() };
        if let Ok(table) = DeTable::parse(text) {
            lines.table("", table.get_ref(), text);
        }
        lines
    }

    /// Whether the file has an element of its own there.
    pub fn holds(&self, path: &str) -> bool {
        self.lines.contains_key(path)
    }

    /// The line of an element, or of the nearest one that holds it.
    pub fn line(&self, path: &str) -> Option<usize> {
        self.lines.get(path).copied().or_else(|| {
            let end = path.rfind(['.', '['])?;
            self.line(path.get(..end)?)
        })
    }

    /// A problem at an element.
    pub fn problem(&self, path: &str, message: impl Into<String>, fix: impl Into<String>) -> Problem {
        let problem = Problem::new(&self.file, path, message, fix);
        match self.line(path) {
            Some(line) => problem.on_line(line),
            None => problem,
        }
    }

    fn table(&mut self, path: &str, table: &DeTable<'_>, text: &str) {
        for (key, value) in table {
            let inner =
                if path.is_empty() { key.get_ref().to_string() } else { format!("{path}.{}", key.get_ref()) };
            self.lines.insert(inner.clone(), line_at(text, key.span().start));
            self.value(&inner, value.get_ref(), text);
        }
    }

    fn value(&mut self, path: &str, value: &DeValue<'_>, text: &str) {
        match value {
            DeValue::Table(table) => self.table(path, table, text),
            DeValue::Array(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    let inner = format!("{path}[{index}]");
                    self.lines.insert(inner.clone(), line_at(text, entry.span().start));
                    self.value(&inner, entry.get_ref(), text);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_syntax_error_names_its_line() {
        let problem = read::<toml::Table>("x.toml", "a = 1\nb = = 2\n").unwrap_err();
        assert_eq!(problem.line, Some(2));
    }

    #[test]
    fn bytes_that_are_not_utf8_name_their_line() {
        assert_eq!(utf8("x.toml", b"a\n\xff").unwrap_err().line, Some(2));
    }

    #[test]
    fn elements_are_found_in_tables_arrays_and_by_their_parent() {
        let lines =
            Lines::of("x.toml", "a = 1\n[[b]]\nc = 1\n\n[[b]]\nc = [\n 1,\n 2]\n[d.e]\n\"f.g\" = 1\n");
        assert_eq!(lines.line("a"), Some(1));
        assert_eq!(lines.line("b[0].c"), Some(3));
        assert_eq!(lines.line("b[1]"), Some(5));
        assert_eq!(lines.line("b[1].c[1]"), Some(8));
        assert_eq!(lines.line("b[1].missing"), Some(5));
        assert_eq!(lines.line("d.e.f.g"), Some(10));
        assert_eq!(lines.line("nowhere"), None);
    }
}
