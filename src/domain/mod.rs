//! Pure mechanisms and words. No clock, no database, no network: today's date is an argument.

pub mod apportionment;
pub mod bulk;
pub mod calendar;
pub mod case;
pub mod clinical;
pub mod committee;
pub mod document;
pub mod enquiry;
pub mod figures;
pub mod forms;
pub mod lang;
pub mod ledger;
pub mod letter;
pub mod masters;
pub mod money;
pub mod numbers;
pub mod periods;
pub mod permission;
pub mod postcode;
pub mod problem;
pub mod program;
pub mod proposal;
pub mod reference;
pub mod refusal;
pub mod tables;
pub mod text;
