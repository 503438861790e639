//! Files in a folder, spread over sub-folders by the first letters of their names.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::ports::files::{FileError, Files};

/// A folder of files.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Uses a folder, and makes it if it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(root: &Path) -> Result<Folder, FileError> {
        fs::create_dir_all(root).map_err(storage)?;
        Ok(Folder { root: root.to_owned() })
    }

    /// Only names that we make ourselves: lower-case letters, digits and `-`.
    fn place(&self, name: &str) -> Result<PathBuf, FileError> {
        let ours = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        match name.get(..2) {
            Some(shelf) if name.len() <= 120 && name.chars().all(ours) => {
                Ok(self.root.join(shelf).join(name))
            }
            _ => Err(FileError::Name),
        }
    }
}

fn storage(error: std::io::Error) -> FileError {
    if error.kind() == std::io::ErrorKind::NotFound {
        return FileError::NotFound;
    }
    FileError::Storage(error.to_string())
}

impl Files for Folder {
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let place = self.place(name)?;
        let shelf = place.parent().ok_or(FileError::Name)?;
        fs::create_dir_all(shelf).map_err(storage)?;
        let mut file = tempfile::NamedTempFile::new_in(shelf).map_err(storage)?;
        file.write_all(bytes).map_err(storage)?;
        file.as_file().sync_all().map_err(storage)?;
        file.persist(&place).map_err(|error| storage(error.error))?;
        // The name is durable only when the folder is.
        fs::File::open(shelf).and_then(|folder| folder.sync_all()).map_err(storage)
    }

    fn get(&self, name: &str) -> Result<Vec<u8>, FileError> {
        fs::read(self.place(name)?).map_err(storage)
    }

    fn remove(&self, name: &str) -> Result<(), FileError> {
        match fs::remove_file(self.place(name)?).map_err(storage) {
            Err(FileError::NotFound) => Ok(()),
            other => other,
        }
    }

    fn older_than(&self, seconds: u64, after: &str, limit: usize) -> Result<Vec<String>, FileError> {
        let mut names = Vec::new();
        for shelf in fs::read_dir(&self.root).map_err(storage)?.flatten().filter(|it| it.path().is_dir()) {
            for entry in fs::read_dir(shelf.path()).map_err(storage)?.flatten() {
                let age = entry.metadata().and_then(|it| it.modified()).ok().and_then(|at| at.elapsed().ok());
                let name = entry.file_name().to_string_lossy().into_owned();
                if age.is_some_and(|age| age > Duration::from_secs(seconds)) && name.as_str() > after {
                    names.push(name);
                }
            }
        }
        names.sort();
        names.truncate(limit);
        Ok(names)
    }

    fn free_bytes(&self) -> Option<u64> {
        // The standard library cannot ask; `df -P` prints the same on every Unix.
        let told = std::process::Command::new("df").arg("-Pk").arg(&self.root).output().ok()?;
        free_of(&String::from_utf8(told.stdout).ok()?)
    }
}

/// The fourth column of the second line: free blocks of 1,024 bytes.
fn free_of(told: &str) -> Option<u64> {
    let blocks: u64 = told.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    blocks.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_back_and_a_strange_name_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        folder.put("ab12", b"x").unwrap();
        assert_eq!(folder.get("ab12").unwrap(), b"x");
        assert!(matches!(folder.get("../x"), Err(FileError::Name)));
        assert!(matches!(folder.get("ab13"), Err(FileError::NotFound)));
        folder.remove("ab12").unwrap();
        folder.remove("ab12").unwrap();
        assert!(folder.get("ab12").is_err());
    }

    #[test]
    fn free_space_is_read_from_the_fourth_column() {
        let told = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/a 10 4 6 40% /\n";
        assert_eq!(free_of(told), Some(6144));
        assert_eq!(free_of("nonsense"), None);
    }

    #[test]
    fn only_old_files_are_listed() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        folder.put("ab12", b"x").unwrap();
        assert!(folder.older_than(3600, "", 10).unwrap().is_empty());
    }
}
