//! Clock, files, mail server and renderer that do as they are told.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

// Checking signatures only computes, so tests check as the app does.
#[cfg(test)]
use crate::adapters::hospital::{Jose, profile::Profile};
use crate::domain::letter::Letter;
use crate::ports::clock::Clock;
use crate::ports::files::{FileError, Files};
use crate::ports::hospital::HospitalKeys;
use crate::ports::mail::{Mail, MailError, Mailer};
use crate::ports::render::{LetterRenderer, RenderError, Rendered};

/// What hospitals sign is checked with registered keys.
pub fn hospitals() -> Arc<dyn HospitalKeys> {
    Arc::new(Jose::new(Profile::new(Vec::new())))
}

/// A clock that stands until it is moved.
pub struct SetClock(Mutex<DateTime<Utc>>);

impl SetClock {
    pub fn at(text: &str) -> SetClock {
        SetClock(Mutex::new(text.parse().unwrap()))
    }

    pub fn now_utc(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }

    pub fn pass(&self, time: TimeDelta) {
        *self.0.lock().unwrap() += time;
    }
}

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        self.now_utc()
    }
}

/// Files that are gone with the test.
pub struct MemoryFiles {
    clock: Arc<SetClock>,
    files: Mutex<BTreeMap<String, Kept>>,
}

/// When a file was stored, and its bytes.
type Kept = (DateTime<Utc>, Vec<u8>);

impl MemoryFiles {
    pub fn new(clock: Arc<SetClock>) -> MemoryFiles {
        MemoryFiles { clock, files: Mutex::default() }
    }
}

impl Files for MemoryFiles {
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        self.files.lock().unwrap().insert(name.to_owned(), (self.clock.now_utc(), bytes.to_vec()));
        Ok(())
    }

    fn get(&self, name: &str) -> Result<Vec<u8>, FileError> {
        self.files.lock().unwrap().get(name).map(|(_, bytes)| bytes.clone()).ok_or(FileError::NotFound)
    }

    fn remove(&self, name: &str) -> Result<(), FileError> {
        self.files.lock().unwrap().remove(name);
        Ok(())
    }

    fn older_than(&self, seconds: u64, after: &str, limit: usize) -> Result<Vec<String>, FileError> {
        let before = self.clock.now_utc() - TimeDelta::seconds(seconds.try_into().unwrap());
        let files = self.files.lock().unwrap();
        let old = files.iter().filter(|(name, (at, _))| *at < before && name.as_str() > after);
        Ok(old.map(|(name, _)| name.clone()).take(limit).collect())
    }
}

type Fault = Box<dyn Fn() -> MailError + Send>;

/// A mail server that takes everything, or fails as told.
#[derive(Default)]
pub struct FakeMailer {
    tried: Mutex<Vec<String>>,
    taken: Mutex<Vec<Mail>>,
    fault: Mutex<Option<Fault>>,
}

impl FakeMailer {
    pub fn sent(&self) -> Vec<Mail> {
        self.taken.lock().unwrap().clone()
    }

    /// Message-IDs in the order in which they were tried.
    pub fn tried(&self) -> Vec<String> {
        self.tried.lock().unwrap().clone()
    }

    pub fn fail(&self, fault: impl Fn() -> MailError + Send + 'static) {
        *self.fault.lock().unwrap() = Some(Box::new(fault));
    }

    pub fn recover(&self) {
        *self.fault.lock().unwrap() = None;
    }
}

impl Mailer for FakeMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), MailError>> {
        self.tried.lock().unwrap().push(mail.message_id.clone());
        let fault = self.fault.lock().unwrap().as_ref().map(|fault| fault());
        let outcome = match fault {
            Some(error) => Err(error),
            None => {
                self.taken.lock().unwrap().push(mail.clone());
                Ok(())
            }
        };
        std::future::ready(outcome).boxed()
    }

    fn check(&self) -> BoxFuture<'_, Result<String, MailError>> {
        std::future::ready(Ok(String::new())).boxed()
    }
}

/// A renderer that draws next to nothing and lacks one character.
#[derive(Default)]
pub struct StubRenderer(AtomicUsize);

impl StubRenderer {
    pub fn drawn(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl LetterRenderer for StubRenderer {
    fn render(&self, letter: &Letter) -> Result<Rendered, RenderError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let bytes = format!("%PDF {}", letter.title).into_bytes();
        Ok(Rendered { bytes, pages: 1, missing: vec!['𠮷'] })
    }

    fn render_all(&self, title: &str, letters: &[Letter]) -> Result<Rendered, RenderError> {
        self.0.fetch_add(letters.len(), Ordering::SeqCst);
        let bytes = format!("%PDF {title} {}", letters.len()).into_bytes();
        Ok(Rendered { bytes, pages: letters.len(), missing: Vec::new() })
    }
}
