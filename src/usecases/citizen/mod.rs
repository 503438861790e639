//! What a citizen does: finds a program, fills in, files, answers, reads, takes back.

pub mod attach;
pub mod catalogue;
pub mod consents;
pub mod corrections;
pub mod decision;
pub mod filed;
pub mod filer;
pub mod household;
pub mod ledger;
pub mod lookup;
pub mod mandates;
pub mod messages;
pub mod mine;
pub mod procedures;
pub mod question;
pub mod readers;
pub mod renewal;
pub mod review;
pub mod scan;
pub mod start;
pub mod status;
pub mod submit;
pub mod tasks;
pub mod withdraw;

mod history;
mod image;
mod sheet;
mod writing;

#[cfg(test)]
mod tests;

pub use sheet::{Head, head_of, step_of};
