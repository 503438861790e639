//! Who pays which part of a claim.

use super::{HIGHEST_TOTAL, LedgerError, Rounding};
use crate::domain::money::Yen;

/// A claim to be split between the payers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Total cost (10割).
    pub total: Yen,
    /// 一部負担金割合 of the health insurance, in percent: 30, 20 or 10.
    pub insurance_percent: u32,
    /// 高額療養費 limit of the person's 適用区分, where one applies.
    pub limit: Option<Yen>,
    /// What the person would pay by the ledger.
    pub pay: Yen,
}

/// Who pays how much of a claim; the parts add up to its total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// Health insurance by its ordinary share.
    pub insurer: Yen,
    /// Health insurance by 高額療養費.
    pub high_cost: Yen,
    /// The benefit.
    pub public: Yen,
    /// The person.
    pub person: Yen,
}

/// Splits a claim: health insurance with 高額療養費 comes first, the benefit takes what is left
/// above the person's payment.
///
/// # Errors
/// When the total, the share or the payment is out of range; the line is 0.
pub fn split(claim: &Claim) -> Result<Split, LedgerError> {
    let sound = (Yen::ZERO..=HIGHEST_TOTAL).contains(&claim.total) && claim.pay >= Yen::ZERO;
    if !sound || claim.limit.is_some_and(|limit| limit < Yen::ZERO) {
        return Err(LedgerError::Total { line: 0 });
    }
    if claim.insurance_percent > 100 {
        return Err(LedgerError::Percent { line: 0 });
    }
    let copayment = Rounding::WholeYen.of(claim.total, claim.insurance_percent);
    let left = claim.limit.map_or(copayment, |limit| copayment.min(limit));
    let person = claim.pay.min(left);
    Ok(Split {
        insurer: Yen(claim.total.0 - copayment.0),
        high_cost: Yen(copayment.0 - left.0),
        public: Yen(left.0 - person.0),
        person,
    })
}
