//! Whether a case is granted by rule, or why it goes to a clerk. Pure: the same case is weighed the same way
//! whenever it is asked about.

use sha2::{Digest, Sha256};

use crate::domain::program::guard::Facts;
use crate::domain::program::straight::StraightThrough;
use crate::domain::proposal::Proposal;

use super::Case;

/// Why a person has to look at a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToClerk {
    /// What the program asks besides does not hold.
    Condition,
    /// Something that may come later is still missing.
    Missing,
    /// It may be the same application as another.
    Duplicate,
    /// The rules propose nothing.
    NoProposal,
    /// The rules found something; keys of the sentences.
    Findings(Vec<String>),
    /// It was drawn.
    Sampled,
}

/// Weighs a filed case. The share is in percent; 0 draws none, 100 every one.
///
/// # Errors
/// The first reason for which a person has to look.
pub fn weigh(
    case: &Case,
    rule: &StraightThrough,
    facts: &Facts,
    proposal: Option<&Proposal>,
    percent: u32,
) -> Result<(), ToClerk> {
    if rule.when.as_ref().is_some_and(|guard| !guard.holds(facts)) {
        return Err(ToClerk::Condition);
    }
    if !case.missing.is_empty() {
        return Err(ToClerk::Missing);
    }
    if !case.duplicates.is_empty() && !case.duplicate_cleared {
        return Err(ToClerk::Duplicate);
    }
    let proposal = proposal.filter(|it| !it.fields.is_empty() || !it.findings.is_empty());
    let proposal = proposal.ok_or(ToClerk::NoProposal)?;
    let grave = proposal.findings.iter().filter(|finding| finding.severity > rule.most);
    let grave: Vec<String> = grave.map(|finding| finding.key.clone()).collect();
    if !grave.is_empty() {
        return Err(ToClerk::Findings(grave));
    }
    if is_sampled(&case.id, percent) { Err(ToClerk::Sampled) } else { Ok(()) }
}

/// Whether a case is among those that a person looks at: told by its id alone, so that nobody can choose.
pub fn is_sampled(case: &str, percent: u32) -> bool {
    let digest = Sha256::digest(case.as_bytes());
    let drawn = digest.iter().take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    drawn % 100 < percent
}
