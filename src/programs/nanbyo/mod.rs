//! 特定医療費（指定難病）: the rules of 難病法, its order (施行令) and its ordinance (施行規則).
//!
//! Every number comes from the dated tables of the program folder. Each file is one rule, pure and
//! with its working; [`propose`](propose::propose) reads the forms and puts the rules together.

pub mod attest;
pub mod border;
pub mod cap;
pub mod certificate;
pub mod change;
pub mod colitis;
pub mod correction;
pub mod cost;
pub mod ending;
pub mod ground;
pub mod household;
pub mod late;
pub mod ledger;
pub mod matching;
pub mod money;
pub mod partners;
pub mod parts;
pub mod propose;
pub mod questions;
pub mod redetermine;
pub mod refund;
pub mod refund_claim;
pub mod reissue;
pub mod renewal;
pub mod severity;
pub mod show;
pub mod start;
pub mod tier;
pub mod transfer;
pub mod validity;
pub mod ventilator;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use super::{Inputs, Rules};
use crate::domain::proposal::Proposal;
use crate::domain::tables::Tables;
use change::Change;

/// Code of the kind 更新 in `program.toml`.
pub(crate) const RENEWAL: &str = "renewal";
/// Code of the kind 償還払い in `program.toml`.
pub(crate) const REFUND: &str = "refund";

/// The rules by which the rest of the house calls this program.
pub const RULES: Rules = Rules {
    program: "nanbyo",
    propose: by_kind,
    assess_paper: |paper, tables, on| propose::assess_certificate(paper.answers, paper.kind, tables, on),
    review_paper: |paper, tables, on| propose::review_certificate(paper.answers, paper.kind, tables, on),
    prompts: |_, _, _| Vec::new(),
    suggest_result: None,
    match_diagnosis: propose::match_diagnosis,
    ledger: Some(ledger::RULES),
    share: Some(partners::changed),
    immunization: None,
    questions: questions::QUESTIONS,
    check_tables: |_| Vec::new(),
};

/// What follows a certificate has rules of its own; everything else is about a certificate to be.
fn by_kind(inputs: &Inputs<'_>, tables: &Tables, today: NaiveDate) -> Proposal {
    let kind = inputs.kind.code();
    if let Some(change) = Change::of(kind) {
        return propose::amend::amend(change, inputs, tables, today);
    }
    match kind {
        REFUND => refund::propose(inputs, tables),
        "return" | "revocation" => ending::propose(inputs, tables, today),
        "reissue" => reissue::propose(inputs, tables),
        _ => propose::propose(inputs, tables, today),
    }
}
