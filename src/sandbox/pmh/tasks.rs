//! Registration tasks: accepted, run, ended. Time moves when somebody looks.

use super::Hub;
use super::masters::Masters;
use super::record::{Identity, Kind, Record};
use super::rows::{RecordError, Rows, apply};
use crate::sandbox::clock::japanese_time;
use serde_json::{Value, json};
use std::collections::HashMap;

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
    kind: Kind,
    accepted_at: i64,
    received: usize,
    records: Vec<Record>,
    fate: Fate,
    started_at: Option<i64>,
    completed_at: Option<i64>,
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
    /// 制度マスタ.
    pub masters: Masters,
    tasks: Vec<Task>,
    keys: HashMap<String, Used>,
}

impl Core {
    /// Nothing but the masters.
    #[must_use]
    pub fn new(masters: Masters) -> Self {
        Self { rows: Rows::new(), masters, tasks: Vec::new(), keys: HashMap::new() }
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
        kind: Kind,
        records: Vec<Record>,
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
            kind,
            accepted_at: now,
            received: records.len(),
            records,
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
                task.run(hub, &self.masters, &mut self.rows);
                task.completed_at = Some(task.accepted_at + 2 * step);
            }
        }
    }
}

impl Task {
    fn run(&mut self, hub: &Hub, masters: &Masters, rows: &mut Rows) {
        let records = std::mem::take(&mut self.records);
        if self.fate.fails {
            self.status = Status::Failed;
            return;
        }
        let last = last_of_each(&records);
        for (index, record) in records.into_iter().enumerate() {
            let key = record.identity.history_key.clone();
            let result = if last.get(&record.identity) != Some(&index) {
                Ok("SUPERSEDED")
            } else if chosen(index, self.fate.reject_ratio) {
                Err(vec![("PMH-E9001", "", "内部エラー")])
            } else {
                apply(hub, masters, rows, &self.id, record)
            };
            self.results.push(written(index, &key, result));
        }
        self.status = match self.count("REJECTED") {
            0 => Status::Completed,
            _ => Status::CompletedWithErrors,
        };
    }

    fn count(&self, result: &str) -> usize {
        self.results.iter().filter(|r| r.get("result").and_then(Value::as_str) == Some(result)).count()
    }

    /// The task as the interface shows it.
    #[must_use]
    pub fn shown(&self, org_code: &str) -> Value {
        json!({
            "taskId": self.id,
            "kind": self.kind.name(),
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

/// Index of the last record of each row; earlier ones are superseded.
fn last_of_each(records: &[Record]) -> HashMap<Identity, usize> {
    records.iter().enumerate().map(|(index, record)| (record.identity.clone(), index)).collect()
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
