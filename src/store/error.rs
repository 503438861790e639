//! What can go wrong between us and the database.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failure of the store. None of its texts carries a stored value.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is neither `sqlite:///path` nor `postgres://…`.
    #[error("the database address must be sqlite:///path or postgres://user@host/name")]
    Address,
    /// No connection could be had in time.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// What was asked for is not there.
    #[error("not found")]
    NotFound,
    /// Another row already has this unique value.
    #[error("already there: {0}")]
    Duplicate(String),
    /// The version on which a command was built is no longer the newest.
    #[error("the case has moved on")]
    Moved,
    /// A sealed value could not be opened: wrong key, or it was altered or moved.
    #[error("a sealed value could not be opened")]
    Sealed,
    /// A stored value does not have the form it was stored with.
    #[error("a stored value is damaged: {0}")]
    Damaged(String),
    /// Anything else the database said.
    #[error("database: {0}")]
    Database(String),
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> StoreError {
        match error {
            DieselError::NotFound => StoreError::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                StoreError::Duplicate(info.message().to_owned())
            }
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, info) => {
                StoreError::Unavailable(info.message().to_owned())
            }
            other => StoreError::Database(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> StoreError {
        // serde_json's messages can quote the input; the category cannot.
        StoreError::Damaged(format!("{:?} at line {}", error.classify(), error.line()))
    }
}
