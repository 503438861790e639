//! 副反応疑い報告: written at a clinic from a dose, printed, and listed for those who keep the ledger.

pub mod listed;
pub mod paper;
pub mod report;
