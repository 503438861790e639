//! How long to wait before trying again.

use std::time::Duration;

use crate::store::seal::random;

/// `base`, doubled `times` times, at most `longest`.
pub fn doubled(base: Duration, times: u32, longest: Duration) -> Duration {
    base.saturating_mul(2_u32.saturating_pow(times)).min(longest)
}

/// The wait, up to a quarter longer or shorter, so that many that failed together do not come back
/// together. Without randomness it stays as it is.
pub fn jittered(wait: Duration) -> Duration {
    let share = random::<2>().map_or(0.5, |bytes| f64::from(u16::from_be_bytes(bytes)) / f64::from(u16::MAX));
    wait.mul_f64(0.75 + share / 2.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_wait_doubles_up_to_its_bound() {
        let wait = |times| doubled(Duration::from_secs(10), times, Duration::from_secs(300)).as_secs();
        assert_eq!([0, 1, 4, 5, 31, 32, u32::MAX].map(wait), [10, 20, 160, 300, 300, 300, 300]);
    }

    proptest! {
        #[test]
        fn jitter_stays_within_a_quarter(millis in 0_u64..1_000_000) {
            let wait = Duration::from_millis(millis);
            let jittered = jittered(wait);
            prop_assert!(jittered >= wait.mul_f64(0.749) && jittered <= wait.mul_f64(1.251));
        }
    }
}
