//! Sums laid out by figure and month.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::case::measured::Counted;
use crate::domain::figures::{Spread, Tenths, percent};
use crate::store::measures::Alike;

/// In how many cases two values differed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) cases: u64,
    pub(super) changed: u64,
}

impl Changes {
    pub(super) fn share(self) -> Option<Tenths> {
        percent(self.changed, self.cases)
    }
}

/// What was counted in each month, by the first day of it.
pub(super) type Monthly<T> = BTreeMap<NaiveDate, T>;

/// Sums by code and month.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    days: BTreeMap<String, Monthly<Spread>>,
    changes: BTreeMap<String, Monthly<Changes>>,
}

impl Gathered {
    /// Lays sums out, without regard to the kinds of procedure.
    pub(super) fn of(sums: &[Alike]) -> Gathered {
        let mut found = Gathered::default();
        for sum in sums {
            match sum.counted {
                Counted::Days(days) => {
                    let months = found.days.entry(sum.code.clone()).or_default();
                    months.entry(sum.month).or_default().add(days, sum.cases);
                }
                Counted::Changed(changed) => {
                    let months = found.changes.entry(sum.code.clone()).or_default();
                    let month = months.entry(sum.month).or_default();
                    month.cases += sum.cases;
                    month.changed += if changed { sum.cases } else { 0 };
                }
            }
        }
        found
    }

    /// The days of a measure by month; months without cases are not there.
    pub(super) fn days(&self, code: &str) -> Monthly<Spread> {
        self.days.get(code).cloned().unwrap_or_default()
    }

    /// The changes of a comparison by month; months without cases are not there.
    pub(super) fn changes(&self, code: &str) -> Monthly<Changes> {
        self.changes.get(code).cloned().unwrap_or_default()
    }
}
