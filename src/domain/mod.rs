//! Pure mechanisms and words. No clock, no database, no network: today's date is an argument.

pub mod lang;
pub mod problem;
pub mod refusal;
