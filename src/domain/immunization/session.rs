//! 集団接種: one vaccine given to many on a day, with what stays the same from person to person chosen once.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A session of an institution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Id, `ses_…`.
    pub id: String,
    /// 10-digit code of the institution.
    pub institution: String,
    /// The day.
    pub held_on: NaiveDate,
    /// Key of the vaccine.
    pub vaccine: String,
    /// Key of the product, if the vaccine has any.
    pub product: Option<String>,
    /// Lot.
    pub lot: String,
    /// What is sealed of it.
    pub content: Content,
    /// Id of who opened it.
    pub author: String,
}

/// What is sealed of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    /// Amount in mL as written.
    pub amount: String,
    /// Part of the body.
    pub site: String,
    /// Way of giving it.
    pub route: String,
    /// Name of the physician.
    pub physician: String,
}
