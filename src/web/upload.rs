//! Receives a file: counted while it comes, known by its content and never by its name.

use std::io::{Seek, Write};

use actix_multipart::Field;
use futures_util::StreamExt;

use super::errors::Failure;

/// Bytes of one file.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;

/// A received file, in a temporary file that goes away with it.
#[derive(Debug)]
pub struct Upload {
    /// The form field.
    pub field: String,
    /// The name the device gave it, without any path.
    pub name: String,
    /// Size in bytes.
    pub size: usize,
    file: std::fs::File,
}

impl Upload {
    /// The bytes.
    ///
    /// # Errors
    /// When the temporary file cannot be read.
    pub fn bytes(&mut self) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.size);
        self.file.rewind()?;
        std::io::Read::read_to_end(&mut self.file, &mut bytes)?;
        Ok(bytes)
    }

    /// The bytes from the beginning, in a stream.
    ///
    /// # Errors
    /// When the temporary file cannot be read.
    pub fn reader(&mut self) -> std::io::Result<&mut std::fs::File> {
        self.file.rewind()?;
        Ok(&mut self.file)
    }
}

/// Receives one part; `None` for a file field that was left empty.
///
/// # Errors
/// [`Failure::TooLarge`] as soon as the limit is passed.
pub async fn receive(field: &str, name: &str, part: &mut Field) -> Result<Option<Upload>, Failure> {
    let mut file = tempfile::tempfile().map_err(|error| Failure::Unavailable(error.to_string()))?;
    let mut size = 0;
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| Failure::Bad)?;
        size += chunk.len();
        if size > MOST_BYTES {
            return Err(Failure::TooLarge);
        }
        // Chunks are small and land in the page cache; a hop to another thread would cost more.
        file.write_all(&chunk).map_err(|error| Failure::Unavailable(error.to_string()))?;
    }
    if size == 0 && name.is_empty() {
        return Ok(None);
    }
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    Ok(Some(Upload { field: field.to_owned(), name, size, file }))
}
