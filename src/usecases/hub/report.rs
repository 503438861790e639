//! What came of a run, for one register and for all of them together.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows to do, as far as known.
    pub total: i64,
    /// Rows answered or rejected.
    pub done: i64,
    /// Rows rejected.
    pub rejected: i64,
}

impl Progress {
    fn and(self, other: Progress) -> Progress {
        Progress {
            total: self.total + other.total,
            done: self.done + other.done,
            rejected: self.rejected + other.rejected,
        }
    }
}

/// Somebody who is told how far a run is; must not block.
pub type Watch<'w> = dyn Fn(Progress) + Send + Sync + 'w;

/// How a run ended, from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// Everything that could be done was done.
    Done,
    /// Something is left that another run may bring to its end.
    Failed,
    /// A connector stands still until a person starts it again.
    Stopped,
}

impl End {
    /// The state of the run's row.
    pub fn code(self) -> &'static str {
        match self {
            End::Done => "done",
            End::Failed => "failed",
            End::Stopped => "stopped",
        }
    }
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How it ended.
    pub end: End,
    /// Why, or what should be looked at, in Japanese; empty when all went well.
    pub note: String,
    /// How far it came.
    pub progress: Progress,
    /// Rows read back as they were sent.
    pub confirmed: i64,
    /// Rows that the hub holds otherwise, or not at all.
    pub different: i64,
}

impl Report {
    /// A run in which nothing was sent.
    pub(super) fn without_work(end: End, note: &str) -> Report {
        Report { end, note: note.to_owned(), progress: Progress::default(), confirmed: 0, different: 0 }
    }

    /// The reports of several registers as one: as bad as the worst, each note under its register's name.
    pub(super) fn joined(parts: Vec<(String, Report)>) -> Report {
        let alone = parts.len() == 1;
        let mut whole = Report::without_work(End::Done, "");
        let mut notes = Vec::new();
        for (name, part) in parts {
            whole.end = whole.end.max(part.end);
            whole.progress = whole.progress.and(part.progress);
            whole.confirmed += part.confirmed;
            whole.different += part.different;
            if !part.note.is_empty() {
                notes.push(if alone { part.note } else { format!("【{name}】{}", part.note) });
            }
        }
        Report { note: notes.join("　"), ..whole }
    }
}

/// How far several registers are together.
pub(super) struct Together<'w> {
    watch: &'w Watch<'w>,
    parts: Mutex<BTreeMap<String, Progress>>,
}

impl<'w> Together<'w> {
    pub fn new(watch: &'w Watch<'w>) -> Together<'w> {
        Together { watch, parts: Mutex::default() }
    }

    pub fn note(&self, connector: &str, at: Progress) {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.insert(connector.to_owned(), at);
        (self.watch)(parts.values().fold(Progress::default(), |sum, part| sum.and(*part)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(end: End, note: &str, done: i64) -> Report {
        let progress = Progress { total: done + 1, done, rejected: 1 };
        Report { end, note: note.to_owned(), progress, confirmed: done, different: 1 }
    }

    #[test]
    fn several_registers_are_as_bad_as_the_worst_and_keep_their_names() {
        let parts = vec![
            ("甲".to_owned(), report(End::Stopped, "止まった", 2)),
            ("乙".to_owned(), report(End::Done, "", 3)),
            ("丙".to_owned(), report(End::Failed, "届かない", 0)),
        ];
        let whole = Report::joined(parts);
        assert_eq!((whole.end, whole.note.as_str()), (End::Stopped, "【甲】止まった　【丙】届かない"));
        assert_eq!(whole.progress, Progress { total: 8, done: 5, rejected: 3 });
        assert_eq!((whole.confirmed, whole.different), (5, 3));
    }

    #[test]
    fn one_register_alone_needs_no_name() {
        let whole = Report::joined(vec![("甲".to_owned(), report(End::Failed, "届かない", 1))]);
        assert_eq!(whole, report(End::Failed, "届かない", 1));
    }

    #[test]
    fn progress_is_that_of_all_registers() {
        let seen = Mutex::new(Vec::new());
        let watch = |at: Progress| seen.lock().unwrap().push(at.done);
        let together = Together::new(&watch);
        for (connector, done) in [("a", 1), ("b", 5), ("a", 2)] {
            together.note(connector, Progress { total: 10, done, rejected: 0 });
        }
        assert_eq!(*seen.lock().unwrap(), [1, 6, 7]);
    }
}
