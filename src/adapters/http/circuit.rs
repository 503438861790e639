//! Leaves an outside thing in peace after failures in a row.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

pub(super) struct Circuit {
    failures_to_pause: u32,
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    failures: u32,
    closed_until: Option<Instant>,
}

impl Circuit {
    pub(super) fn new(failures_to_pause: u32, pause: Duration) -> Circuit {
        Circuit { failures_to_pause, pause, state: Mutex::default() }
    }

    /// Lets a call through, or says in how many seconds. After the pause one call goes ahead as a
    /// probe while the others go on waiting.
    pub(super) fn enter(&self) -> Result<(), u64> {
        let now = Instant::now();
        let mut state = self.lock();
        match state.closed_until {
            None => Ok(()),
            Some(until) if until > now => Err((until - now).as_secs() + 1),
            Some(_) => {
                state.closed_until = Some(now + self.pause);
                Ok(())
            }
        }
    }

    /// Takes note of how a call went.
    pub(super) fn record(&self, healthy: bool) {
        let mut state = self.lock();
        if healthy {
            *state = State::default();
            return;
        }
        state.failures = state.failures.saturating_add(1);
        if state.failures >= self.failures_to_pause {
            state.closed_until = Some(Instant::now() + self.pause);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_failures_in_a_row_and_lets_one_probe_through() {
        let circuit = Circuit::new(2, Duration::from_millis(40));
        circuit.record(false);
        circuit.record(true);
        circuit.record(false);
        assert_eq!(circuit.enter(), Ok(()));
        circuit.record(false);
        assert!(circuit.enter().is_err());
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(circuit.enter(), Ok(()));
        assert!(circuit.enter().is_err());
        circuit.record(true);
        assert_eq!(circuit.enter(), Ok(()));
    }
}
