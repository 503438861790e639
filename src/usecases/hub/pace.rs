//! How often the hub is asked, and how long it is waited for.

use std::time::Duration;

use crate::ports::hub::HubError;
use crate::usecases::waits::{doubled, jittered};

/// How often one call is made at most: a fault that passes is waited out between.
pub(super) const MOST_TRIES: u32 = 8;

/// Waiting times; scaled down where nobody wants to wait, as in tests and the demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HubPace {
    /// Wait before a task is asked after for the first time; doubled each time.
    pub first_poll: Duration,
    /// Longest wait between two questions.
    pub longest_poll: Duration,
    /// After waiting this long for one task, a person is told and the night goes on without it.
    pub give_up: Duration,
}

impl Default for HubPace {
    fn default() -> HubPace {
        HubPace {
            first_poll: Duration::from_secs(10),
            longest_poll: Duration::from_secs(300),
            give_up: Duration::from_secs(12 * 3600),
        }
    }
}

impl HubPace {
    /// The wait before the next question after a task that was asked after `polls` times.
    pub(super) fn poll(&self, polls: i64) -> Duration {
        doubled(self.first_poll, u32::try_from(polls.max(0)).unwrap_or(u32::MAX), self.longest_poll)
    }

    /// Whether a task that was asked after `polls` times was waited for long enough. It is counted in
    /// waits and not by the clock, so that a process that was down does not give up unasked.
    pub(super) fn over(&self, polls: i64) -> bool {
        let mut waited = Duration::ZERO;
        for poll in 0..polls {
            waited += self.poll(poll);
            if waited >= self.give_up {
                return true;
            }
        }
        false
    }

    /// The wait after a fault that was met `tries` times in a row: what the hub asked for, or a
    /// growing one of our own.
    pub(super) fn after(&self, fault: &HubError, tries: u32) -> Duration {
        let own = jittered(doubled(self.first_poll, tries.saturating_sub(1), self.longest_poll));
        match fault {
            HubError::Throttled { retry_after: Some(seconds) } => {
                Duration::from_secs(*seconds).max(own).min(self.give_up)
            }
            _ => own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_come_ever_more_seldom_and_end_after_half_a_day() {
        let pace = HubPace::default();
        assert_eq!([0, 1, 2, 5, 60].map(|polls| pace.poll(polls).as_secs()), [10, 20, 40, 300, 300]);
        let polls = (0..).find(|polls| pace.over(*polls)).unwrap();
        let waited: u64 = (0..polls).map(|poll| pace.poll(poll).as_secs()).sum();
        assert!((12 * 3600..12 * 3600 + 300).contains(&waited), "{waited}");
    }

    #[test]
    fn what_the_hub_asks_for_is_obeyed() {
        let pace = HubPace { first_poll: Duration::from_millis(1), ..HubPace::default() };
        let asked = HubError::Throttled { retry_after: Some(7) };
        assert_eq!(pace.after(&asked, 1), Duration::from_secs(7));
        let unreachable = HubError::Unavailable { detail: String::new() };
        assert!(pace.after(&unreachable, 1) < Duration::from_millis(2));
    }
}
