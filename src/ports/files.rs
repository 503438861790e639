//! Bytes kept outside the database: uploads and rendered letters, already encrypted by the caller.

/// A place for files, addressed by name.
pub trait Files: Send + Sync {
    /// Stores bytes under a name; durable when it returns.
    ///
    /// # Errors
    /// When they could not be stored whole.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), FileError>;

    /// The bytes of a name.
    ///
    /// # Errors
    /// [`FileError::NotFound`].
    fn get(&self, name: &str) -> Result<Vec<u8>, FileError>;

    /// Removes a file; it may already be gone.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    fn remove(&self, name: &str) -> Result<(), FileError>;

    /// Names of files last changed more than `seconds` ago; at most `limit`, after `after`.
    ///
    /// # Errors
    /// When the place cannot be listed.
    fn older_than(&self, seconds: u64, after: &str, limit: usize) -> Result<Vec<String>, FileError>;

    /// Bytes that can still be stored, where that can be known.
    fn free_bytes(&self) -> Option<u64> {
        None
    }
}

/// Why a file could not be kept or had.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is no such file.
    #[error("file not found")]
    NotFound,
    /// The name is not one of ours.
    #[error("not a file name")]
    Name,
    /// The disk said no.
    #[error("file storage: {0}")]
    Storage(String),
}
