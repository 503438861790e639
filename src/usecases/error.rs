//! The three ways in which a use case fails.

use crate::domain::case::event::{Event, Stamp};
use crate::domain::refusal::Refusal;
use crate::ports::files::FileError;
use crate::store::StoreError;

/// Why a use case did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user can mend it.
    #[error("refused: {}", .0.iter().map(|refusal| refusal.key.as_str()).collect::<Vec<_>>().join(", "))]
    Refused(Vec<Refusal>),
    /// The case moved on since the user looked: what happened meanwhile.
    #[error("the case moved on")]
    Conflict(Vec<(Event, Stamp)>),
    /// There is no such thing, or the caller must not know of it.
    #[error("not found")]
    NotFound,
    /// The database cannot be reached just now.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// Ours.
    #[error("fault: {0}")]
    Fault(String),
}

impl Error {
    /// One refusal.
    pub fn refused(key: &str) -> Error {
        Refusal::new(key).into()
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error::Refused(vec![refusal])
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        match error {
            StoreError::NotFound => Error::NotFound,
            StoreError::Moved => Error::Conflict(Vec::new()),
            StoreError::Unavailable(why) => Error::Unavailable(why),
            other => Error::Fault(other.to_string()),
        }
    }
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Error {
        match error {
            FileError::NotFound => Error::NotFound,
            other => Error::Fault(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Error {
        StoreError::from(error).into()
    }
}
