//! A hub in memory: keys, tasks and rows as the real one is believed to keep them, and faults on demand.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::domain::masters::Masters;
use crate::ports::hub::{
    Accepted, Defect, Entry, HeldRow, Hub, HubError, MasterTable, ResultPage, RowOutcome, RowResult,
    TaskState,
};

#[derive(Default)]
struct Task {
    polls_left: u32,
    fails: bool,
    results: Vec<RowResult>,
}

#[derive(Default)]
struct State {
    keys: HashMap<Uuid, (Vec<String>, String)>,
    tasks: BTreeMap<String, Task>,
    rows: BTreeMap<(String, String), HeldRow>,
    batches: Vec<Vec<String>>,
    writes: BTreeMap<String, u32>,
    submit_faults: VecDeque<(bool, HubError)>,
    read_back_faults: VecDeque<HubError>,
    rejects: BTreeMap<String, String>,
    spoils: Option<String>,
    slow: u32,
    failing_tasks: u32,
    missing_results: u32,
    masters: Option<Masters>,
    strays: Vec<String>,
}

/// The hub.
#[derive(Default)]
pub struct FakeHub(Mutex<State>);

impl FakeHub {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// History keys of every batch that was worked on, in order.
    pub fn batches(&self) -> Vec<Vec<String>> {
        self.state().batches.clone()
    }

    /// The keys under which batches were sent and taken.
    pub fn keys(&self) -> Vec<String> {
        self.state().keys.keys().map(Uuid::to_string).collect()
    }

    /// How often each history key was written.
    pub fn writes(&self) -> BTreeMap<String, u32> {
        self.state().writes.clone()
    }

    /// The row of a history key.
    pub fn held(&self, history_key: &str) -> Option<HeldRow> {
        self.state().rows.iter().find(|((_, key), _)| key == history_key).map(|(_, row)| row.clone())
    }

    /// Changes what is held under a history key, or removes it.
    pub fn tamper(&self, history_key: &str, change: impl FnOnce(HeldRow) -> Option<HeldRow>) {
        let mut state = self.state();
        let place = state.rows.keys().find(|(_, key)| key == history_key).cloned().unwrap();
        let row = state.rows.remove(&place).unwrap();
        if let Some(row) = change(row) {
            state.rows.insert(place, row);
        }
    }

    /// The next submissions fail; before they acted, or after.
    pub fn fail_submit(&self, acted: bool, error: HubError) {
        self.state().submit_faults.push_back((acted, error));
    }

    /// The next time somebody reads back, it fails.
    pub fn fail_read_back(&self, error: HubError) {
        self.state().read_back_faults.push_back(error);
    }

    /// Rows of a history key are rejected with a code.
    pub fn reject(&self, history_key: &str, code: &str) {
        self.state().rejects.insert(history_key.to_owned(), code.to_owned());
    }

    /// Rejects nothing any more.
    pub fn accept_all(&self) {
        self.state().rejects.clear();
    }

    /// A batch with this history key is refused as a whole.
    pub fn spoil(&self, history_key: &str) {
        self.state().spoils = Some(history_key.to_owned());
    }

    /// Tasks need so many questions until they end.
    pub fn slow(&self, polls: u32) {
        self.state().slow = polls;
    }

    /// So many of the next tasks fail.
    pub fn fail_tasks(&self, count: u32) {
        self.state().failing_tasks = count;
    }

    /// So many of the next result pages lack their last row.
    pub fn lose_results(&self, count: u32) {
        self.state().missing_results = count;
    }

    /// Holds these masters; without any it cannot be asked for them.
    pub fn hold(&self, masters: Option<Masters>) {
        self.state().masters = masters;
    }

    /// Something came that nobody asked for.
    pub fn stray(&self, words: &str) {
        self.state().strays.push(words.to_owned());
    }

    /// Forgets tasks and keys, as after a restart of a hub that keeps none; rows stay.
    pub fn forget_tasks(&self) {
        let mut state = self.state();
        state.tasks.clear();
        state.keys.clear();
    }
}

impl State {
    fn submit(&mut self, rows: &[Entry], key: Uuid) -> Result<Accepted, HubError> {
        let fault = self.submit_faults.pop_front();
        if let Some((false, error)) = fault {
            return Err(error);
        }
        let accepted = self.accept(rows, key);
        match fault {
            Some((true, error)) => Err(error),
            _ => accepted,
        }
    }

    fn accept(&mut self, rows: &[Entry], key: Uuid) -> Result<Accepted, HubError> {
        let names: Vec<String> = rows.iter().map(|row| row.history_key.clone()).collect();
        if self.spoils.as_ref().is_some_and(|key| names.contains(key)) {
            let whole =
                Defect { row: None, field: None, code: "HTTP-413".to_owned(), message: String::new() };
            return Err(HubError::Defect(vec![whole]));
        }
        if let Some((before, task)) = self.keys.get(&key) {
            return match *before == names {
                true => Ok(Accepted { task: task.clone(), warnings: Vec::new() }),
                false => Err(HubError::Conflict),
            };
        }
        let task = format!("task{}", self.keys.len() + self.tasks.len() + 1);
        self.keys.insert(key, (names.clone(), task.clone()));
        self.batches.push(names);
        let fails = self.failing_tasks > 0;
        self.failing_tasks = self.failing_tasks.saturating_sub(1);
        let results = if fails { Vec::new() } else { self.write(rows) };
        self.tasks.insert(task.clone(), Task { polls_left: self.slow, fails, results });
        Ok(Accepted { task, warnings: Vec::new() })
    }

    fn write(&mut self, rows: &[Entry]) -> Vec<RowResult> {
        let mut results = Vec::new();
        for (position, row) in rows.iter().enumerate() {
            let outcome = match self.rejects.get(&row.history_key) {
                Some(code) => RowOutcome::Rejected(vec![Defect {
                    row: Some(position),
                    field: None,
                    code: code.clone(),
                    message: String::new(),
                }]),
                None => self.keep(row),
            };
            results.push(RowResult {
                row: Some(position),
                history_key: Some(row.history_key.clone()),
                outcome,
            });
        }
        results
    }

    fn keep(&mut self, row: &Entry) -> RowOutcome {
        let place = (row.number.clone(), row.history_key.clone());
        let now = held(row);
        match self.rows.insert(place, now.clone()) {
            Some(before) if before == now => return RowOutcome::Unchanged,
            _ => *self.writes.entry(row.history_key.clone()).or_default() += 1,
        }
        if row.deleted { RowOutcome::Deleted } else { RowOutcome::Registered }
    }

    fn results(&mut self, task: &str) -> Result<ResultPage, HubError> {
        let mut rows = self.tasks.get(task).ok_or(HubError::NotFound)?.results.clone();
        if self.missing_results > 0 {
            self.missing_results -= 1;
            rows.pop();
        }
        Ok(ResultPage { rows, next: None })
    }
}

fn held(row: &Entry) -> HeldRow {
    let said = |name: &str| row.fields.get(name).cloned().unwrap_or_default();
    let fields = [
        ("withheld", said("withheld")),
        ("valid_from", row.valid_from.to_string()),
        ("valid_to", row.valid_to.to_string()),
        ("monthly_cap", said("monthly_cap")),
    ];
    HeldRow { history_key: row.history_key.clone(), deleted: row.deleted, fields: fields.into() }
}

fn answer<'a, T: Send + 'a>(outcome: Result<T, HubError>) -> BoxFuture<'a, Result<T, HubError>> {
    std::future::ready(outcome).boxed()
}

impl Hub for FakeHub {
    fn faults(&self, entry: &Entry) -> Vec<Defect> {
        let code = "number-missing".to_owned();
        let missing = Defect { row: None, field: None, code, message: String::new() };
        if entry.number.is_empty() { vec![missing] } else { Vec::new() }
    }

    fn submit<'a>(&'a self, rows: &'a [Entry], key: Uuid) -> BoxFuture<'a, Result<Accepted, HubError>> {
        answer(self.state().submit(rows, key))
    }

    fn task<'a>(&'a self, task: &'a str) -> BoxFuture<'a, Result<TaskState, HubError>> {
        answer(self.state().tasks.get_mut(task).ok_or(HubError::NotFound).map(|task| match task.polls_left {
            0 if task.fails => TaskState::Failed,
            0 => TaskState::Completed,
            _ => {
                task.polls_left -= 1;
                TaskState::Running
            }
        }))
    }

    fn results<'a>(&'a self, task: &'a str, _page: u32) -> BoxFuture<'a, Result<ResultPage, HubError>> {
        answer(self.state().results(task))
    }

    fn read_back<'a>(&'a self, about: &'a Entry) -> BoxFuture<'a, Result<Option<Vec<HeldRow>>, HubError>> {
        let mut state = self.state();
        if let Some(error) = state.read_back_faults.pop_front() {
            return answer(Err(error));
        }
        let wanted = |((number, _), row): (&(String, String), &HeldRow)| {
            (*number == about.number).then(|| row.clone())
        };
        answer(Ok(Some(state.rows.iter().filter_map(wanted).collect())))
    }

    fn as_held(&self, entry: &Entry) -> Option<HeldRow> {
        Some(held(entry))
    }

    fn answers_later(&self) -> bool {
        false
    }

    fn strays(&self) -> BoxFuture<'_, Result<Vec<String>, HubError>> {
        answer(Ok(self.state().strays.clone()))
    }

    fn masters(&self) -> BoxFuture<'_, Result<Masters, HubError>> {
        answer(self.state().masters.clone().ok_or(HubError::NotFound))
    }

    fn master_tables(&self, _kept: &Masters) -> Vec<MasterTable> {
        Vec::new()
    }

    fn check(&self) -> BoxFuture<'_, Result<String, HubError>> {
        answer(Ok(String::new()))
    }
}
