//! A clock that can be moved, so that the demo's past lies in the past.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};

use crate::adapters::clock::SystemClock;
use crate::ports::clock::Clock;

/// The computer's clock, so many seconds ago.
#[derive(Debug, Default)]
pub struct MovedClock {
    back: AtomicI64,
}

impl MovedClock {
    /// Tells times so many seconds ago from now on.
    pub fn move_back(&self, seconds: i64) {
        self.back.store(seconds, Ordering::Relaxed);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() - Duration::seconds(self.back.load(Ordering::Relaxed))
    }
}
