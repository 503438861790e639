//! 要介護認定: the arithmetic of the primary judgement (一次判定), the certificate's periods, and what is proposed
//! for a decision.
//!
//! What the primary judgement gives here is never the official result, which comes from the ministry's
//! software. Where a figure is not public the answer is an interval, with every level it may be.

pub mod addition;
pub mod compile;
pub mod corrected;
pub mod earlier;
pub mod editions;
pub mod explain;
pub mod faults;
pub mod limit;
pub mod model;
pub mod paper;
pub mod propose;
pub mod questions;
pub mod result;
pub mod sheet;
pub mod simplified;
pub mod survey;
pub mod tenths;
pub mod tree;
pub mod validity;
pub mod window;

#[cfg(test)]
mod tests;

use super::Rules;

/// The rules by which the rest of the house calls this program.
pub const RULES: Rules = Rules {
    program: "kaigo",
    propose: propose::propose,
    assess_paper: paper::assess,
    review_paper: paper::review,
    prompts: paper::prompts,
    suggest_result: Some(result::suggest),
    match_diagnosis: |_, _, _| Vec::new(),
    ledger: None,
    share: None,
    immunization: None,
    questions: questions::QUESTIONS,
    check_tables: editions::check,
};
