//! What a medical record says, read from FHIR R4 JSON into plain evidence.
//!
//! The reader understands the seven resources a benefit office has use for, in the shape of JP Core
//! and JP-CLINS, and it never decides: it says who recorded what, when, with which codes, and flags
//! what contradicts the application. The received bytes are kept by the caller; whatever this reader
//! does not know (further elements, other resources) is therefore not lost.
//!
//! `serde_json` does the parsing. The typed R4 crates were weighed: the one that is lossless for R4
//! has a single release so far, the others do not know R4 or change numbers on the way. Seven
//! resources do not need a model of 146.

pub mod evidence;
pub mod insured;
pub mod json;
pub mod systems;

mod bundle;
mod flags;
mod node;
mod resources;
#[cfg(test)]
mod tests;

pub use bundle::{next_link, outcome_text};
pub use evidence::{
    Allergy, Code, Concept, Coverage, Diagnosis, Drug, Evidence, Fault, Flag, FlagKind, Identifier, Lab,
    Origin, Patient, PersonName, Place, Subject, Told, Verification,
};
pub use flags::Expected;

/// Reads received pages (each a resource or a Bundle) as one body of evidence.
///
/// Pages are numbered from 0 in the order given. A page that is not JSON, or not FHIR, becomes a
/// [`FlagKind::ReadingProblem`]; the other pages are read all the same. `expected` is the applicant
/// as the case knows them; what differs is flagged.
pub fn read<'a>(pages: impl IntoIterator<Item = &'a [u8]>, expected: &Expected) -> Evidence {
    let mut evidence = Evidence::default();
    for (page, bytes) in pages.into_iter().enumerate() {
        bundle::read_page(page, bytes, &mut evidence);
    }
    flags::contradictions(&mut evidence, expected);
    evidence
}
