//! Registration tasks: accepted, run, ended. Time moves when somebody looks.

use super::Hub;
use super::masters::Masters;
use super::record::{Identity, Kind, Record};
use super::rows::{RecordError, Rows, apply};
use super::vaccination::{self, Register};
use crate::sandbox::clock::japanese_time;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::hash::Hash;

/// Tasks one organisation may have under way.
pub const MOST_TASKS: usize = 4;
/// Idempotency keys are kept seven days.
const KEY_MILLIS: i64 = 7 * 24 * 3600 * 1000;

/// How a planned fault spoils a task.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct Fate {
    /// Never leaves `RUNNING`.
    pub stuck: bool,
    /// Ends as `FAILED`.
    pub fails: bool,
    /// Share of records refused with `PMH-E9001`.
    pub reject_ratio: f64,
}

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Taken, not begun.
    Accepted,
    /// Under way.
    Running,
    /// Every record taken.
    Completed,
    /// Some record refused.
    CompletedWithErrors,
    /// Nothing stored.
    Failed,
}

impl Status {
    /// As the interface writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "ACCEPTED",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::CompletedWithErrors => "COMPLETED_WITH_ERRORS",
            Self::Failed => "FAILED",
        }
    }

    /// Whether it can still change.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Accepted | Self::Running)
    }
}

/// One task.
pub struct Task {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub status: Status,
    /// One entry a record, once it has ended.
    pub results: Vec<Value>,
    kind: &'static str,
    accepted_at: i64,
    received: usize,
    work: Work,
    fate: Fate,
    started_at: Option<i64>,
    completed_at: Option<i64>,
}

/// What a task is to register.
pub enum Work {
    /// 医療費助成.
    Subsidies(Kind, Vec<Record>),
    /// 予防接種.
    Vaccinations(Vec<vaccination::Record>),
}

impl Work {
    fn len(&self) -> usize {
        match self {
            Self::Subsidies(_, records) => records.len(),
            Self::Vaccinations(records) => records.len(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Subsidies(kind, _) => kind.name(),
            Self::Vaccinations(_) => "VACCINATION",
        }
    }
}

struct Used {
    body_hash: Vec<u8>,
    task_id: String,
    at: i64,
}

/// What a repeated idempotency key means.
pub enum Repeat {
    /// Not seen before.
    No,
    /// The same request: its task.
    Same(String),
    /// Another request under the same key.
    Different,
}

/// Rows, masters and tasks of the hub.
pub struct Core {
    /// Stored rows.
    pub rows: Rows,
    /// Persons and doses.
    pub doses: Register,
    /// 制度マスタ.
    pub masters: Masters,
    tasks: Vec<Task>,
    keys: HashMap<String, Used>,
}

impl Core {
    /// Nothing but the masters.
    #[must_use]
    pub fn new(masters: Masters) -> Self {
        Self {
            rows: Rows::new(),
            doses: Register::default(),
            masters,
            tasks: Vec::new(),
            keys: HashMap::new(),
        }
    }

    /// What the idempotency key was used for.
    #[must_use]
    pub fn repeat(&self, key: &str, body_hash: &[u8]) -> Repeat {
        match self.keys.get(key) {
            None => Repeat::No,
            Some(used) if used.body_hash == body_hash => Repeat::Same(used.task_id.clone()),
            Some(_) => Repeat::Different,
        }
    }

    /// Whether another task may begin.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.tasks.iter().filter(|t| t.status.is_open()).count() < MOST_TASKS
    }

    /// Takes a task under its idempotency key and body hash, and returns its id.
    pub fn accept(
        &mut self,
        work: Work,
        (key, body_hash): (String, Vec<u8>),
        fate: Fate,
        now: i64,
    ) -> String {
        let id = format!("{:013}-{}", now, crate::sandbox::random(9));
        self.keys.retain(|_, used| used.at > now - KEY_MILLIS);
        self.keys.insert(key, Used { body_hash, task_id: id.clone(), at: now });
        self.tasks.push(Task {
            id: id.clone(),
            status: Status::Accepted,
            results: Vec::new(),
            kind: work.kind(),
            accepted_at: now,
            received: work.len(),
            work,
            fate,
            started_at: None,
            completed_at: None,
        });
        id
    }

    /// A task by its id.
    #[must_use]
    pub fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.iter().find(|t| t.id == id)
    }

    /// Tasks by status, for the state page.
    #[must_use]
    pub fn task_counts(&self) -> Value {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for task in &self.tasks {
            *counts.entry(task.status.name()).or_default() += 1;
        }
        json!(counts)
    }

    /// Forgets rows, tasks and keys; the masters stay.
    pub fn clear(&mut self) {
        let masters = std::mem::take(&mut self.masters);
        *self = Self::new(masters);
    }

    /// Lets every open task come as far as it should be at `now`, in the order of acceptance.
    pub fn advance(&mut self, hub: &Hub, now: i64) {
        let step = i64::try_from(hub.settings.step.as_millis()).unwrap_or(i64::MAX / 4);
        for task in self.tasks.iter_mut().filter(|t| t.status.is_open()) {
            if now >= task.accepted_at + step {
                task.status = Status::Running;
                task.started_at.get_or_insert(task.accepted_at + step);
            }
            if now >= task.accepted_at + 2 * step && !task.fate.stuck {
                task.run(hub, &self.masters, (&mut self.rows, &mut self.doses));
                task.completed_at = Some(task.accepted_at + 2 * step);
            }
        }
    }
}

impl Task {
    fn run(&mut self, hub: &Hub, masters: &Masters, (rows, doses): (&mut Rows, &mut Register)) {
        let work = std::mem::replace(&mut self.work, Work::Vaccinations(Vec::new()));
        if self.fate.fails {
            self.status = Status::Failed;
            return;
        }
        let id = self.id.clone();
        match work {
            Work::Subsidies(_, records) => {
                let named = records.into_iter().map(|it| (it.identity.clone(), it)).collect();
                self.each(
                    named,
                    |it: &Identity| it.history_key.clone(),
                    |it| apply(hub, masters, rows, &id, it),
                );
            }
            Work::Vaccinations(records) => {
                let named = records.into_iter().map(|it| (it.name.clone(), it)).collect();
                self.each(named, |it: &vaccination::Name| it.1.clone(), |it| doses.apply(hub, it));
            }
        }
        self.status = match self.count("REJECTED") {
            0 => Status::Completed,
            _ => Status::CompletedWithErrors,
        };
    }

    /// Applies each record but those that a later one of the same name overtakes.
    fn each<N: Eq + Hash + Clone, R>(
        &mut self,
        records: Vec<(N, R)>,
        key: impl Fn(&N) -> String,
        mut apply: impl FnMut(R) -> Result<&'static str, Vec<RecordError>>,
    ) {
        let last: HashMap<N, usize> =
            records.iter().enumerate().map(|(index, (name, _))| (name.clone(), index)).collect();
        for (index, (name, record)) in records.into_iter().enumerate() {
            let result = if last.get(&name) != Some(&index) {
                Ok("SUPERSEDED")
            } else if chosen(index, self.fate.reject_ratio) {
                Err(vec![("PMH-E9001", "", "内部エラー")])
            } else {
                apply(record)
            };
            self.results.push(written(index, &key(&name), result));
        }
    }

    fn count(&self, result: &str) -> usize {
        self.results.iter().filter(|r| r.get("result").and_then(Value::as_str) == Some(result)).count()
    }

    /// The task as the interface shows it.
    #[must_use]
    pub fn shown(&self, org_code: &str) -> Value {
        json!({
            "taskId": self.id,
            "kind": self.kind,
            "orgCode": org_code,
            "status": self.status.name(),
            "acceptedAt": japanese_time(self.accepted_at),
            "startedAt": self.started_at.map(japanese_time),
            "completedAt": self.completed_at.map(japanese_time),
            "counts": {
                "received": self.received,
                "registered": self.count("REGISTERED") + self.count("UPDATED"),
                "unchanged": self.count("UNCHANGED") + self.count("SUPERSEDED"),
                "deleted": self.count("DELETED"),
                "rejected": self.count("REJECTED")
            }
        })
    }
}

/// Whether the record is among an even share `ratio` of all.
fn chosen(index: usize, ratio: f64) -> bool {
    let before = (index as f64 * ratio).floor();
    ((index + 1) as f64 * ratio).floor() > before
}

fn written(index: usize, key: &str, result: Result<&'static str, Vec<RecordError>>) -> Value {
    let (result, errors) = match result {
        Ok(result) => (result, Vec::new()),
        Err(errors) => ("REJECTED", errors),
    };
    let errors: Vec<Value> = errors
        .into_iter()
        .map(|(code, field, message)| json!({ "code": code, "field": field, "message": message }))
        .collect();
    json!({ "index": index, "historyKey": key, "result": result, "errors": errors })
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn a_share_is_spread_evenly() {
        let count = |ratio| (0..1000).filter(|i| chosen(*i, ratio)).count();
        assert_eq!((count(0.0), count(0.005), count(0.25), count(1.0)), (0, 5, 250, 1000));
    }
}
