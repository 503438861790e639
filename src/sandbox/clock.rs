//! The only reader of the machine's clock in the sandbox.

use chrono::{DateTime, FixedOffset, NaiveDate, Offset, SecondsFormat, TimeDelta, Utc};

/// Seconds since 1970-01-01T00:00:00Z, as JWT claims carry them (RFC 7519).
#[must_use]
pub fn unix_seconds() -> i64 {
    now_utc().timestamp()
}

/// Milliseconds since 1970-01-01T00:00:00Z.
#[must_use]
pub fn unix_millis() -> i64 {
    now_utc().timestamp_millis()
}

/// A moment given in milliseconds since 1970, written in Japanese time with its offset.
#[must_use]
pub fn japanese_time(millis: i64) -> String {
    DateTime::from_timestamp_millis(millis)
        .unwrap_or_default()
        .with_timezone(&japan())
        .to_rfc3339_opts(SecondsFormat::Millis, false)
}

/// Today's date in Japan.
#[must_use]
pub fn japanese_date() -> NaiveDate {
    (now_utc().naive_utc() + TimeDelta::hours(9)).date()
}

fn japan() -> FixedOffset {
    FixedOffset::east_opt(9 * 3600).unwrap_or_else(|| Utc.fix())
}

#[expect(clippy::disallowed_methods, reason = "the sandbox shares no clock with the product")]
fn now_utc() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_with_the_japanese_offset() {
        assert_eq!(japanese_time(0), "1970-01-01T09:00:00.000+09:00");
    }

    #[test]
    fn the_two_resolutions_agree() {
        assert!((unix_millis() / 1000 - unix_seconds()).abs() <= 1);
    }
}
