//! The time, as something that is handed in.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::calendar::day_in_japan;

/// Says what time it is.
pub trait Clock: Send + Sync {
    /// Now, in whole microseconds: PostgreSQL keeps no finer ones.
    fn now(&self) -> DateTime<Utc>;

    /// Today in Japan.
    fn today(&self) -> NaiveDate {
        day_in_japan(self.now())
    }
}
