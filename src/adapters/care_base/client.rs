//! The base as a register: batches become files, result files become answers.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::defects::defects;
use super::folder::Folder;
use super::journal::{self, Journal, NotSent};
use super::results::{self, Outcomes, plain};
use super::{CareBaseConfig, profile::Kind};
use crate::adapters::http::{SetupError, SharedClock};
use crate::domain::masters::Masters;
use crate::ports::hub::{
    Accepted, Defect, Entry, HeldRow, Hub, HubError, MasterTable, ResultPage, RowOutcome, TaskState,
};

/// Ending of what stands beside a result.
const SEAL: &str = ".result.manifest.json";
/// Strays that are named.
const NAMED: usize = 5;

/// The connection to the base through a shared folder.
pub struct CareBase {
    inner: Arc<Inner>,
    clock: SharedClock,
}

struct Inner {
    config: CareBaseConfig,
    folder: Folder,
}

impl CareBase {
    /// Prepares the connection; the folder is looked at only when it is needed.
    ///
    /// # Errors
    /// [`SetupError`] for an insurer number that is none.
    pub fn new(config: CareBaseConfig, clock: SharedClock) -> Result<CareBase, SetupError> {
        let digits = config.insurer.len() == 6 && config.insurer.bytes().all(|byte| byte.is_ascii_digit());
        if !digits {
            return Err(SetupError::new("care_base_insurer", "must be 6 digits"));
        }
        let folder = Folder::new(&config.folder, &config.insurer);
        Ok(CareBase { inner: Arc::new(Inner { config, folder }), clock })
    }

    /// Works with files off the async threads.
    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, HubError> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, HubError>> {
        let inner = Arc::clone(&self.inner);
        let ended = tokio::task::spawn_blocking(move || {
            inner.folder.prepare().map_err(unavailable)?;
            work(&inner)
        });
        ended.map(|done| done.unwrap_or_else(|_| Err(unavailable(io::Error::other("interrupted"))))).boxed()
    }
}

fn unavailable(error: io::Error) -> HubError {
    HubError::Unavailable { detail: error.to_string() }
}

impl Inner {
    fn submit(&self, entries: &[Entry], key: Uuid, day: &str) -> Result<Accepted, HubError> {
        let defects = self.defects(entries);
        if !defects.is_empty() {
            return Err(HubError::Defect(defects));
        }
        match journal::send(&self.config, &self.folder, (key, day), entries) {
            Ok(()) => Ok(Accepted { task: key.to_string(), warnings: Vec::new() }),
            Err(NotSent::Conflict) => Err(HubError::Conflict),
            Err(NotSent::Before(error)) => Err(unavailable(error)),
            Err(NotSent::Under(error)) => Err(HubError::OutcomeUnknown { detail: error.to_string() }),
        }
    }

    fn defects(&self, entries: &[Entry]) -> Vec<Defect> {
        let each = entries.iter().enumerate();
        let of = |(row, entry)| {
            let found = defects(self.config.version, entry).into_iter();
            found.map(move |defect| Defect { row: Some(row), ..defect })
        };
        each.flat_map(of).collect()
    }

    fn journal(&self, task: &str) -> Result<Journal, HubError> {
        let key = Uuid::try_parse(task).map_err(|_| HubError::NotFound)?;
        let found = Journal::find(&self.folder, &key.to_string()).map_err(unavailable)?;
        found.ok_or(HubError::NotFound)
    }

    /// What became of each file; none while a result is missing.
    fn outcomes(&self, journal: &Journal) -> Result<Option<Vec<Outcomes>>, HubError> {
        let mut found = Vec::new();
        for part in &journal.parts {
            let seal = self.folder.result(&format!("{}{SEAL}", part.name)).map_err(unavailable)?;
            let Some(seal) = seal else { return Ok(None) };
            let bytes = self.folder.result(&format!("{}.result.json", part.name)).map_err(unavailable)?;
            let whose = (self.config.version.code(), self.config.insurer.as_str());
            let read = results::read(whose, part, (&bytes.unwrap_or_default(), &seal));
            found.push(read.map_err(|words| HubError::Distrusted { words })?);
        }
        Ok(Some(found))
    }

    fn state(&self, task: &str) -> Result<TaskState, HubError> {
        let journal = self.journal(task)?;
        let Some(outcomes) = self.outcomes(&journal)? else { return Ok(TaskState::Running) };
        if journal.with_baseline {
            journal::baseline_taken(&self.folder).map_err(unavailable)?;
        }
        let rejected = |outcome: &RowOutcome| matches!(outcome, RowOutcome::Rejected(_));
        let errors = outcomes.iter().flatten().any(|(_, outcome)| rejected(outcome));
        Ok(if errors { TaskState::CompletedWithErrors } else { TaskState::Completed })
    }

    fn results(&self, task: &str) -> Result<ResultPage, HubError> {
        let journal = self.journal(task)?;
        let outcomes = self.outcomes(&journal)?.unwrap_or_default();
        Ok(ResultPage { rows: results::rows(&journal.parts, outcomes), next: None })
    }

    fn strays(&self) -> Result<Vec<String>, HubError> {
        let found = self.folder.strays(SEAL).map_err(unavailable)?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<String> = found.iter().take(NAMED).map(|name| plain_name(name)).collect();
        let words = format!(
            "送っていないファイルの結果が{}件あります（{}）。取り込んでいません。連携先に確かめてください",
            found.len(),
            names.join("、")
        );
        Ok(vec![words])
    }
}

/// The name of a file that somebody else chose.
fn plain_name(name: &str) -> String {
    plain(name).chars().take(60).collect()
}

impl Hub for CareBase {
    fn faults(&self, entry: &Entry) -> Vec<Defect> {
        defects(self.inner.config.version, entry)
    }

    fn submit<'a>(&'a self, entries: &'a [Entry], key: Uuid) -> BoxFuture<'a, Result<Accepted, HubError>> {
        let (entries, day) = (entries.to_vec(), self.clock.today().format("%Y%m%d").to_string());
        self.run(move |inner| inner.submit(&entries, key, &day))
    }

    fn task<'a>(&'a self, task: &'a str) -> BoxFuture<'a, Result<TaskState, HubError>> {
        let task = task.to_owned();
        self.run(move |inner| inner.state(&task))
    }

    fn results<'a>(&'a self, task: &'a str, _page: u32) -> BoxFuture<'a, Result<ResultPage, HubError>> {
        let task = task.to_owned();
        self.run(move |inner| inner.results(&task))
    }

    fn read_back<'a>(&'a self, _about: &'a Entry) -> BoxFuture<'a, Result<Option<Vec<HeldRow>>, HubError>> {
        std::future::ready(Ok(None)).boxed()
    }

    fn as_held(&self, _entry: &Entry) -> Option<HeldRow> {
        None
    }

    fn masters(&self) -> BoxFuture<'_, Result<Masters, HubError>> {
        std::future::ready(Err(HubError::NotFound)).boxed()
    }

    fn master_tables(&self, _kept: &Masters) -> Vec<MasterTable> {
        Vec::new()
    }

    fn answers_later(&self) -> bool {
        true
    }

    fn strays(&self) -> BoxFuture<'_, Result<Vec<String>, HubError>> {
        self.run(Inner::strays)
    }

    fn check(&self) -> BoxFuture<'_, Result<String, HubError>> {
        let place: PathBuf = self.inner.config.folder.clone();
        let version = self.inner.config.version.code();
        let kinds = Kind::ALL.map(Kind::code).join(", ");
        self.run(move |_| Ok(format!("{} ({version}: {kinds})", place.display())))
    }
}
