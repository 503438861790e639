//! What the office does with an application: lists, examines, asks, drafts, signs, ends.

pub mod acts;
pub mod approval;
pub mod approvals;
pub mod certificate;
pub mod conflict;
pub mod correction;
pub mod deliveries;
pub mod dossier;
pub mod draft;
pub mod draft_content;
pub mod duplicate;
pub mod forwarding;
pub mod history;
pub mod home;
pub mod household;
pub mod income;
pub mod ledger;
pub mod letters;
pub mod paper;
pub mod papers;
pub mod proposal;
pub mod queue;
pub mod register;
pub mod reminders;
pub mod reveal;
pub mod sheet;
pub mod simulation;
pub mod talk;
pub mod typed;
pub mod verdict;
pub mod words;
pub mod work;
pub mod work_acts;

mod clock;
mod events;
mod head;
mod may;
pub(in crate::usecases) mod names;
mod panel;
mod proof;
mod selects;
mod shell;

#[cfg(test)]
mod tests;
