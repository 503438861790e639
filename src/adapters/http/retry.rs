//! When to try again.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{HttpFault, Reply};

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(10);

/// How long to wait before the next try, or `None` when the outcome is final. What the other side
/// asks for is obeyed in full; when that is longer than `longest_wait` the call ends.
pub(super) fn wait(
    outcome: &Result<Reply, HttpFault>,
    attempt: u32,
    longest_wait: Duration,
) -> Option<Duration> {
    let asked = match outcome {
        Ok(reply) if matches!(reply.status, 429 | 500 | 502 | 503 | 504) => reply.retry_after,
        Err(HttpFault::NotSent { .. } | HttpFault::Lost { .. }) => None,
        _ => return None,
    };
    let own = back_off(attempt, getrandom::u32().unwrap_or_default());
    match asked {
        Some(asked) if asked > longest_wait => None,
        Some(asked) => Some(asked + own / 4),
        None => Some(own),
    }
}

/// Doubles from 250 ms to 10 s; `random` moves it within the upper half.
fn back_off(attempt: u32, random: u32) -> Duration {
    let full = FIRST.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(LONGEST);
    full / 2 + (full / 2).mul_f64(f64::from(random) / f64::from(u32::MAX))
}

/// `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3).
pub(super) fn after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let date = DateTime::parse_from_rfc2822(value.trim()).ok()?;
    Some((date.to_utc() - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderMap;

    use super::*;

    fn reply(status: u16, retry_after: Option<u64>) -> Result<Reply, HttpFault> {
        let retry_after = retry_after.map(Duration::from_secs);
        Ok(Reply { status, headers: HeaderMap::new(), retry_after, bytes: Vec::new() })
    }

    #[test]
    fn only_passing_trouble_is_tried_again() {
        let longest = Duration::from_secs(20);
        for status in [429, 500, 502, 503, 504] {
            assert!(wait(&reply(status, None), 1, longest).is_some(), "{status}");
        }
        for status in [200, 202, 301, 400, 401, 403, 404, 409, 413, 422, 501] {
            assert!(wait(&reply(status, None), 1, longest).is_none(), "{status}");
        }
        assert!(wait(&Err(HttpFault::Lost { detail: String::new() }), 1, longest).is_some());
        assert!(wait(&Err(HttpFault::TooLarge { limit: 1 }), 1, longest).is_none());
        assert!(wait(&Err(HttpFault::Paused { seconds: 1 }), 1, longest).is_none());
    }

    #[test]
    fn a_wish_is_obeyed_or_ends_the_call() {
        let longest = Duration::from_secs(20);
        assert!(wait(&reply(429, Some(7)), 1, longest) >= Some(Duration::from_secs(7)));
        assert!(wait(&reply(429, Some(20)), 1, longest) >= Some(Duration::from_secs(20)));
        assert_eq!(wait(&reply(503, Some(21)), 1, longest), None);
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now = DateTime::parse_from_rfc3339("2026-04-01T00:00:00Z").expect("date").to_utc();
        assert_eq!(after("120", now), Some(Duration::from_secs(120)));
        assert_eq!(after("Wed, 01 Apr 2026 00:00:30 GMT", now), Some(Duration::from_secs(30)));
        assert_eq!(after("Wed, 01 Apr 2020 00:00:30 GMT", now), Some(Duration::ZERO));
        assert_eq!(after("soon", now), None);
        assert_eq!(after("-5", now), None);
    }

    proptest! {
        #[test]
        fn back_off_grows_stays_bounded_and_never_overflows(attempt in 1u32..1000, random in any::<u32>()) {
            let wait = back_off(attempt, random);
            prop_assert!(wait >= FIRST / 2 && wait <= LONGEST);
            prop_assert!(back_off(attempt + 1, 0) >= back_off(attempt, 0));
        }
    }
}
