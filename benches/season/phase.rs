//! Watching a phase: a bar while it runs, and what it showed when it is over.

use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};

/// Points at which the time and the memory of a phase are noted.
const MARKS: usize = 10;

/// What a phase showed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Phase {
    /// Its name.
    pub name: String,
    /// Cases or letters.
    pub count: usize,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Seconds of it for which a processor was at work, or all of them where the system does not tell. Ratios
    /// are of these: somebody else's work on the machine changes them least.
    pub busy: f64,
    /// The pace of the last fifth to that of the first; none where there are too few parts.
    pub late: Option<f64>,
    /// Resident memory at ten points, in MiB; empty where the system does not tell.
    pub memory: Vec<f64>,
}

impl Phase {
    /// Cases or letters a second.
    pub fn pace(&self) -> f64 {
        self.count as f64 / self.seconds
    }

    /// Cases or letters for each second of work.
    pub fn diligence(&self) -> f64 {
        self.count as f64 / self.busy
    }
}

/// A phase that goes on.
pub struct Watch {
    name: String,
    all: usize,
    began: Instant,
    began_busy: f64,
    bar: ProgressBar,
    /// Where it stood after how many seconds of work.
    marks: Vec<(usize, f64)>,
    memory: Vec<f64>,
}

impl Watch {
    /// Begins a phase over so many cases or letters.
    pub fn new(name: &str, all: usize) -> Watch {
        let style = ProgressStyle::with_template("{msg:<22} {wide_bar} {pos}/{len} {per_sec} {eta}");
        let bar = ProgressBar::new(u64::try_from(all).unwrap_or(u64::MAX)).with_message(name.to_owned());
        let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let (marks, memory) = (Vec::new(), Vec::new());
        let (began, began_busy) = (Instant::now(), busy().unwrap_or_default());
        Watch { name: name.to_owned(), all, began, began_busy, bar, marks, memory }
    }

    fn busy(&self) -> f64 {
        busy().map_or_else(|| self.began.elapsed().as_secs_f64(), |now| now - self.began_busy)
    }

    /// Notes how far it is.
    pub fn reach(&mut self, place: usize) {
        self.bar.set_position(u64::try_from(place).unwrap_or(u64::MAX));
        self.marks.push((place, self.busy()));
        if place * MARKS >= self.all * (self.memory.len() + 1) {
            let megabytes = resident("VmRSS:");
            self.memory.extend(megabytes);
            self.bar.suspend(|| {
                let (name, megabytes) = (&self.name, megabytes.unwrap_or_default());
                eprintln!("{name}: {place} of {}, {megabytes:.0} MiB", self.all);
            });
        }
    }

    /// Ends it.
    pub fn done(self, count: usize) -> Phase {
        self.bar.finish_and_clear();
        let seconds = self.began.elapsed().as_secs_f64();
        let (busy, late) = (self.busy(), late_to_early(&self.marks));
        Phase { name: self.name, count, seconds, busy, late, memory: self.memory }
    }
}

/// The pace over the last fifth of the parts to that over the first.
fn late_to_early(marks: &[(usize, f64)]) -> Option<f64> {
    let fifth = marks.len() / 5;
    let pace = |from: &(usize, f64), to: &(usize, f64)| (to.0 - from.0) as f64 / (to.1 - from.1);
    let early = pace(&(0, 0.0), marks.get(fifth.checked_sub(1)?)?);
    let last = marks.last()?;
    Some(pace(marks.get(marks.len() - 1 - fifth)?, last) / early).filter(|_| marks.len() >= 10)
}

/// Seconds for which a processor worked for this thread, which does everything here.
fn busy() -> Option<f64> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = told.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// A line of this process's memory in MiB; `VmHWM:` is the peak.
pub fn resident(line: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let found = status.lines().find(|it| it.starts_with(line))?;
    let kib: f64 = found.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}
