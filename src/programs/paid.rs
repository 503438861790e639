//! What a refund is worked out from besides the application: what was granted for which days, and what the
//! ledger already has.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;

use crate::domain::ledger::{Rounding, end_of_month};
use crate::domain::money::Yen;
use crate::domain::periods::month_of;

/// Days over which one decision holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Fields of the decision.
    pub fields: BTreeMap<String, Value>,
}

/// A line of the ledger that no other corrects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// Day of care.
    pub on: NaiveDate,
    /// Name of the institution.
    pub institution: String,
    /// Kind of care, as the program names it.
    pub kind: String,
    /// Total cost (10割).
    pub total: Yen,
    /// What was collected at the counter.
    pub collected: Yen,
}

/// The grants of a certificate and the lines of its ledger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paid {
    /// What was granted, oldest first.
    pub stretches: Vec<Stretch>,
    /// The lines in the order of arrival.
    pub lines: Vec<Posted>,
    /// How the ledger rounds a share.
    pub rounding: Rounding,
}

impl Paid {
    /// What holds on a day.
    pub fn on(&self, day: NaiveDate) -> Option<&Stretch> {
        self.within(day, day)
    }

    /// What holds in a month: the newest that covers a day of it, as in the ledger.
    pub fn of_month(&self, month: NaiveDate) -> Option<&Stretch> {
        self.within(month_of(month), end_of_month(month))
    }

    fn within(&self, first: NaiveDate, last: NaiveDate) -> Option<&Stretch> {
        self.stretches.iter().rev().find(|stretch| stretch.from <= last && stretch.to >= first)
    }
}
