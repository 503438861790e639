//! The shared folder: `inbox/<保険者番号>/` for what we send, `result/` for what comes back, `sent/` for what
//! we remember. Nothing is there under its name before it is whole, and we take nothing away: cleaning up is for
//! the linkage server and for whoever runs it.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Largest result file that is read.
const MOST_BYTES: u64 = 20 * 1024 * 1024;
/// Most files of one name and day.
const MOST_FILES: u32 = 9_999;
/// The linkage server reads what is sent as a member of the folder's group.
const FOR_THE_GROUP: u32 = 0o640;
/// Nobody else reads what we remember.
const OURS: u32 = 0o600;

/// The folder.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    inbox: PathBuf,
}

impl Folder {
    /// The folder for an insurer. Nothing is made yet.
    pub fn new(root: &Path, insurer: &str) -> Folder {
        Folder { root: root.to_owned(), inbox: root.join("inbox").join(insurer) }
    }

    /// Makes what lies below the root. The root itself is never made: where it is missing, it is a shared
    /// disk that is not there, and files beside it would reach nobody.
    ///
    /// # Errors
    /// When the root is missing or cannot be written.
    pub fn prepare(&self) -> io::Result<()> {
        if !self.root.is_dir() {
            return Err(io::Error::new(ErrorKind::NotFound, "the shared folder is not there"));
        }
        [self.inbox.clone(), self.results(), self.names()].iter().try_for_each(fs::create_dir_all)
    }

    fn results(&self) -> PathBuf {
        self.root.join("result")
    }

    fn sent(&self) -> PathBuf {
        self.root.join("sent")
    }

    fn names(&self) -> PathBuf {
        self.sent().join("names")
    }

    /// Takes the next free name `<prefix>_<number>` for good.
    ///
    /// # Errors
    /// When the folder cannot be written, or holds as many names as there can be.
    pub fn reserve(&self, prefix: &str) -> io::Result<String> {
        for number in 1..=MOST_FILES {
            let name = format!("{prefix}_{number:04}");
            match fs::File::create_new(self.names().join(&name)) {
                Ok(_) => return Ok(name),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("no name is free for today"))
    }

    /// Puts a file where the linkage server takes it, whole or not at all. The folder's group may read it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn post(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        write(&self.inbox, name, bytes, FOR_THE_GROUP)
    }

    /// Keeps something under a name of ours.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remember(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        write(&self.sent(), name, bytes, OURS)
    }

    /// What was kept under a name; none when nothing was.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn recall(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        read(&self.sent().join(name))
    }

    /// A file that came back; none while it is not there.
    ///
    /// # Errors
    /// When it cannot be read or is too large.
    pub fn result(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        read(&self.results().join(name))
    }

    /// Complete results for names that we never took.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn strays(&self, ending: &str) -> io::Result<Vec<String>> {
        let mut strays = Vec::new();
        for entry in fs::read_dir(self.results())? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let Some(stem) = name.strip_suffix(ending) else { continue };
            if !self.names().join(stem).is_file() {
                strays.push(stem.to_owned());
            }
        }
        strays.sort();
        Ok(strays)
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".writing-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    // Set by itself: what a new file is given is cut by the process's umask.
    file.as_file().set_permissions(Permissions::from_mode(mode))?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name)).map_err(|error| error.error)?;
    // The name is durable only when the folder is.
    fs::File::open(folder)?.sync_all()
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(io::Error::other("a file in the shared folder is too large"));
    }
    Ok(Some(bytes))
}
