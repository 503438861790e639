//! 6 パーキンソン病: Hoehn-Yahr and 生活機能障害度.

use chrono::NaiveDate;

use super::{CATEGORY, Observed, Part, Signs};
use crate::domain::tables::{TableError, Tables};
use crate::programs::nanbyo::severity::Observation;
use crate::programs::read::Slots;

/// The part.
pub const PART: Part = Part { disease: 6, category: CATEGORY, severity, signs };

fn severity(slots: Slots, _: &Tables, _: NaiveDate) -> Result<Observed, TableError> {
    let grades = ["parkinson.hoehn-yahr", "parkinson.life-disability"];
    let observations =
        grades.into_iter().filter_map(|path| Some((path.to_owned(), Observation::chosen(slots, path)?)));
    Ok(Observed { observations: observations.collect(), ..Observed::default() })
}

/// Rest tremor, or two of rigidity, akinesia and postural instability; imaging; no drug; response.
fn signs(slots: Slots, _: &Tables, _: NaiveDate) -> Result<Signs, TableError> {
    let yes = |sign: &str| slots.yes(&format!("parkinson.{sign}"));
    let parkinsonism = ["rigidity", "akinesia", "postural"].map(yes);
    let answered = parkinsonism.iter().all(Option::is_some) && yes("tremor").is_some();
    let few = parkinsonism.iter().filter(|sign| **sign == Some(true)).count() < 2;
    let unlike = answered && few && yes("tremor") == Some(false);
    let response = slots.code("parkinson.drug-response").is_some_and(|code| code != "improved");
    let absent = unlike || yes("imaging") == Some(false) || yes("no-drug") == Some(false) || response;
    Ok(Signs::plain(absent && slots.code(CATEGORY) == Some("definite")))
}
