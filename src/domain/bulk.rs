//! Which cases may be decided in bulk: only what the rules can plainly propose.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::program::outcome::DecisionField;
use super::program::vocabulary::{Audience, Outcome};
use super::proposal::{Proposal, Severity};

/// Runs larger than this are confirmed by typing the number.
pub const TYPED_FROM: usize = 20;
/// Items of a run at most.
pub const MOST: usize = 25_000;

/// How strictly cases are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criteria {
    /// Also cases about which the rules ask a person something.
    pub questions: bool,
    /// Also cases that follow no grant, or whose decision would tell the person something else than the
    /// earlier one.
    pub changed: bool,
}

/// Why a case is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// The program has no rules, so that nothing is proposed.
    NoProposal,
    /// A finding forbids to decide as proposed.
    Blocked,
    /// A person must look at something first.
    Questions,
    /// It follows no grant with which it could be compared.
    NoEarlier,
    /// The decision would tell the person something else than the earlier one.
    Changed,
    /// An adverse decision is never made in bulk: each needs reasons of its own (行政手続法8条).
    Adverse,
}

impl LeftOut {
    /// Key of the sentence in the text catalogue.
    pub fn key(self) -> &'static str {
        match self {
            LeftOut::NoProposal => "bulk.no-proposal",
            LeftOut::Blocked => "bulk.blocked",
            LeftOut::Questions => "bulk.questions",
            LeftOut::NoEarlier => "bulk.no-earlier",
            LeftOut::Changed => "bulk.changed",
            LeftOut::Adverse => "bulk.adverse",
        }
    }
}

/// Values of a decision by field.
pub type Fields = BTreeMap<String, Value>;

/// Whether a case may be decided as proposed, without anybody typing anything.
///
/// # Errors
/// Why it is left out.
pub fn plain(
    criteria: Criteria,
    proposal: Option<&Proposal>,
    earlier: Option<&Fields>,
    shape: &[DecisionField],
    period: [&str; 2],
) -> Result<(), LeftOut> {
    let proposal = proposal.ok_or(LeftOut::NoProposal)?;
    if proposal.is_blocked() {
        return Err(LeftOut::Blocked);
    }
    let asks = proposal.findings.iter().any(|finding| finding.severity == Severity::Ask);
    if asks && !criteria.questions {
        return Err(LeftOut::Questions);
    }
    if criteria.changed {
        return Ok(());
    }
    let earlier = earlier.ok_or(LeftOut::NoEarlier)?;
    if tells_the_same(proposal, earlier, shape, period) { Ok(()) } else { Err(LeftOut::Changed) }
}

/// Whether the person would read what the earlier decision said, but for the new period.
fn tells_the_same(proposal: &Proposal, earlier: &Fields, shape: &[DecisionField], period: [&str; 2]) -> bool {
    let told = shape.iter().filter(|field| field.shown_on.contains(&Audience::Citizen));
    let compared = told.filter(|field| !period.contains(&field.key.as_str()));
    let proposed = compared.filter_map(|field| Some((&field.key, proposal.value(&field.key)?)));
    let null = Value::Null;
    proposed.into_iter().all(|(key, value)| value == earlier.get(key).unwrap_or(&null))
}

/// Whether a draft may be signed in bulk.
///
/// # Errors
/// [`LeftOut::Adverse`].
pub fn signable(outcome: Outcome, adverse: bool) -> Result<(), LeftOut> {
    if adverse || !outcome.grants() { Err(LeftOut::Adverse) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use crate::domain::program::vocabulary::{FieldSource, FieldType};
    use crate::domain::proposal::{Finding, ProposedValue};

    use super::*;

    const PERIOD: [&str; 2] = ["from", "to"];

    fn field(key: &str, shown_on: Audience) -> DecisionField {
        DecisionField {
            key: key.to_owned(),
            kind: FieldType::Text,
            label: String::new(),
            options: Vec::new(),
            kinds: Vec::new(),
            required: Vec::new(),
            shown_on: vec![shown_on],
            from: FieldSource::Rules,
        }
    }

    fn shape() -> Vec<DecisionField> {
        [("cap", Audience::Citizen), ("from", Audience::Citizen), ("basis", Audience::Clerk)]
            .map(|(key, audience)| field(key, audience))
            .into()
    }

    fn proposal(findings: &[Severity]) -> Proposal {
        let mut proposal = Proposal::default();
        for (key, value) in [("cap", "10000"), ("from", "2027-01-01"), ("basis", "b")] {
            proposal.put(key, ProposedValue::new(value, "", Vec::new()));
        }
        proposal.findings = findings.iter().map(|severity| Finding::new(*severity, "x")).collect();
        proposal
    }

    fn earlier(cap: &str) -> Fields {
        [("cap", cap), ("from", "2026-01-01"), ("basis", "a")]
            .map(|(key, value)| (key.to_owned(), Value::from(value)))
            .into()
    }

    fn asked(criteria: Criteria, findings: &[Severity], cap: Option<&str>) -> Result<(), LeftOut> {
        let earlier = cap.map(earlier);
        plain(criteria, Some(&proposal(findings)), earlier.as_ref(), &shape(), PERIOD)
    }

    #[test]
    fn what_tells_the_same_for_another_period_is_plain() {
        let strict = Criteria::default();
        assert_eq!(asked(strict, &[Severity::Info], Some("10000")), Ok(()));
        assert_eq!(asked(strict, &[], Some("5000")), Err(LeftOut::Changed));
        assert_eq!(asked(strict, &[], None), Err(LeftOut::NoEarlier));
        assert_eq!(plain(strict, None, None, &shape(), PERIOD), Err(LeftOut::NoProposal));
    }

    #[test]
    fn questions_and_changes_are_taken_only_when_somebody_asked_for_them() {
        let wide = Criteria { questions: true, changed: true };
        assert_eq!(asked(Criteria::default(), &[Severity::Ask], Some("10000")), Err(LeftOut::Questions));
        assert_eq!(asked(wide, &[Severity::Ask], None), Ok(()));
        assert_eq!(asked(wide, &[Severity::Ask, Severity::Block], None), Err(LeftOut::Blocked));
    }

    #[test]
    fn nothing_adverse_is_signed_in_bulk() {
        assert_eq!(signable(Outcome::Granted, false), Ok(()));
        for (outcome, adverse) in
            [(Outcome::GrantedModified, true), (Outcome::Refused, true), (Outcome::Dismissed, false)]
        {
            assert_eq!(signable(outcome, adverse), Err(LeftOut::Adverse));
        }
    }
}
