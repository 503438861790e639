//! The time, as something that is handed in.

use chrono::{DateTime, NaiveDate, Utc};

/// Says what time it is.
pub trait Clock: Send + Sync {
    /// Now, in whole microseconds: PostgreSQL keeps no finer ones.
    fn now(&self) -> DateTime<Utc>;

    /// Today in Japan.
    fn today(&self) -> NaiveDate {
        day_in_japan(self.now())
    }
}

/// The day on which a moment falls in Japan.
pub fn day_in_japan(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&chrono_tz::Asia::Tokyo).date_naive()
}
