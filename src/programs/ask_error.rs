//! Why a question has no answer to an input.

use thiserror::Error;

use crate::domain::tables::TableError;

/// Why an input has no answer. Paths are like `persons[0].role`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AskError {
    /// The input has a key that the question does not know.
    #[error("{path} is not known here; known are {known}")]
    UnknownKey {
        /// The key, with its path.
        path: String,
        /// The keys there are.
        known: String,
    },
    /// A key is needed and not there.
    #[error("{path} is missing")]
    Missing {
        /// The key, with its path.
        path: String,
    },
    /// Several keys are needed and not there.
    #[error("{path} is missing, and so are {others}")]
    MissingMore {
        /// The first, with its path.
        path: String,
        /// The others.
        others: String,
    },
    /// A value speaks against itself or another.
    #[error("{path} contradicts itself or another: {reason}")]
    Contradiction {
        /// The key, with its path.
        path: String,
        /// In what way.
        reason: String,
    },
    /// A value is not what its key takes.
    #[error("{path} must be {expected}")]
    Invalid {
        /// The key, with its path.
        path: String,
        /// What it takes.
        expected: String,
    },
    /// The tables have no row for this input.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl AskError {
    /// The error of keys that are needed and not there, by their paths.
    pub fn missing(paths: Vec<String>) -> AskError {
        let mut paths = paths.into_iter();
        let path = paths.next().unwrap_or_default();
        let others: Vec<String> = paths.collect();
        if others.is_empty() {
            return AskError::Missing { path };
        }
        AskError::MissingMore { path, others: others.join(", ") }
    }

    /// A stable name of the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            AskError::UnknownKey { .. } => "unknown_key",
            AskError::Missing { .. } | AskError::MissingMore { .. } => "missing",
            AskError::Contradiction { .. } => "contradiction",
            AskError::Invalid { .. } => "invalid",
            AskError::Table(_) => "no_row",
        }
    }

    /// Where in the input the error lies; nowhere in particular if a row is missing.
    pub fn path(&self) -> Option<&str> {
        match self {
            AskError::UnknownKey { path, .. }
            | AskError::Missing { path }
            | AskError::MissingMore { path, .. }
            | AskError::Contradiction { path, .. }
            | AskError::Invalid { path, .. } => Some(path),
            AskError::Table(_) => None,
        }
    }
}
