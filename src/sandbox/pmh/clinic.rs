//! What a clinic's receipt software would be told. An empty answer never says why.

use super::Hub;
use super::rows::{Row, shown};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;

/// A question as the card reader asks it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Question {
    my_number: String,
    /// The day asked about; today when absent.
    date: Option<NaiveDate>,
    /// Whether the patient agreed at the card reader.
    consent: bool,
    /// Whether the institution has the function switched on.
    institution_enabled: bool,
}

/// Certificates valid on the day and open to a clinic.
#[must_use]
pub fn certificates(hub: &Hub, question: &Question) -> Vec<Value> {
    if !question.consent || !question.institution_enabled {
        return Vec::new();
    }
    let day = question.date.unwrap_or_else(|| hub.today());
    let core = hub.core();
    let own = core.rows.iter().filter(|(identity, _)| identity.my_number == question.my_number);
    own.filter(|(_, row)| is_visible(row, day)).map(|(_, row)| shown(row)).collect()
}

fn is_visible(row: &Row, day: NaiveDate) -> bool {
    !row.is_deleted && !row.is_not_disclosed && (row.valid_from..=row.valid_to).contains(&day)
}
