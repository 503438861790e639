//! 副反応疑い報告: within how long after a dose a symptom has to be reported.

use chrono::NaiveDate;

use crate::domain::immunization::reaction::Period;
use crate::domain::tables::{Row, Tables};

/// The periods of a vaccine on the day of the dose; none where the list could not be read.
pub fn periods(vaccine: &str, tables: &Tables, on: NaiveDate) -> Vec<Period> {
    let rows = tables.rows("reaction_periods", on).unwrap_or_default();
    let own = rows.into_iter().filter(|row| row.text("vaccine").ok() == Some(vaccine));
    own.filter_map(period).collect()
}

fn period(row: &Row) -> Option<Period> {
    Some(Period {
        symptom: row.text("symptom").ok()?.to_owned(),
        name: row.text("name").ok()?.to_owned(),
        hours: row.integer("hours").ok()?,
        article: row.article.clone(),
        source: row.source.clone(),
    })
}
