//! A fault in a program folder, told to the person who writes it.

use std::fmt;

use serde::Serialize;

/// One fault in a program folder, with where it is and what to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Path of the file inside the program folder.
    pub file: String,
    /// Line in that file, counted from 1, where it is known.
    pub line: Option<usize>,
    /// Path of the element inside the file: a linkId, a TOML key, a CSV column.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}

impl Problem {
    /// A problem at `path` of `file`, the line not yet known.
    pub fn new(file: &str, path: &str, message: impl Into<String>, fix: impl Into<String>) -> Problem {
        Problem {
            file: file.to_owned(),
            line: None,
            path: path.to_owned(),
            message: message.into(),
            fix: fix.into(),
        }
    }

    /// The same problem with its line.
    pub fn on_line(mut self, line: usize) -> Problem {
        self.line = Some(line);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}: {} → {}", self.path, self.message, self.fix)
    }
}
