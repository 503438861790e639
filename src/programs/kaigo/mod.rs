//! 要介護認定: the arithmetic of the primary judgement (一次判定) and the certificate's periods, to be asked
//! from the shell. Nobody can apply under this folder: it holds law and no form.
//!
//! What the primary judgement gives is never the official result, which comes from the ministry's
//! software. Where a figure is not public the answer is an interval, with every level it may be.

pub mod addition;
pub mod compile;
pub mod editions;
pub mod explain;
pub mod faults;
pub mod limit;
pub mod model;
pub mod questions;
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
pub const RULES: Rules = Rules::asked_only("kaigo", questions::QUESTIONS, editions::check);
