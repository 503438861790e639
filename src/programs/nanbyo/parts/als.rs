//! 2 筋萎縮性側索硬化症: the grade chosen, and the four conditions of the diagnosis.

use chrono::NaiveDate;

use super::{CATEGORY, Observed, Part, Signs, limit};
use crate::domain::tables::{TableError, Tables};
use crate::programs::nanbyo::severity::Observation;
use crate::programs::read::Slots;

/// The part.
pub const PART: Part = Part { disease: 2, category: CATEGORY, severity, signs };

fn severity(slots: Slots, _: &Tables, _: NaiveDate) -> Result<Observed, TableError> {
    let chosen = Observation::chosen(slots, "als.grade");
    let observations = chosen.map(|grade| ("als.grade".to_owned(), grade));
    Ok(Observed { observations: observations.into_iter().collect(), ..Observed::default() })
}

/// Adult onset, progressive, others excluded; upper and lower motor neurone signs in enough regions,
/// of which a known gene needs fewer.
fn signs(slots: Slots, tables: &Tables, on: NaiveDate) -> Result<Signs, TableError> {
    let absent = ["adult", "progressive", "excluded"]
        .into_iter()
        .any(|sign| slots.yes(&format!("als.{sign}")) == Some(false));
    let lower = if slots.code("als.gene") == Some("known") { "als-lower-with-gene" } else { "als-lower" };
    let few = below(slots, "als.upper", limit("als-upper", tables, on)?)
        || below(slots, "als.lower", limit(lower, tables, on)?);
    Ok(Signs::plain((absent || few) && slots.code(CATEGORY) == Some("definite")))
}

fn below(slots: Slots, path: &str, limit: i64) -> bool {
    slots.integer(path).is_some_and(|regions| regions < limit)
}
