//! Roads that people walk over plain HTTP (`tests/web`) and in Chromium (`tests/browser`).
//!
//! A road is an async function over a [`crate::town::Town`]. It names `crate::browser`, which is another
//! one in each of the two test binaries.

pub mod agent;
pub mod assistant;
pub mod care;
pub mod committee;
pub mod dose_session;
pub mod dose_town;
pub mod doses;
pub mod doubles;
pub mod hospital;
pub mod household;
pub mod late;
pub mod ledger;
pub mod refund;
pub mod renewal;
pub mod road;
pub mod screening;
pub mod transfer;
pub mod vaccination;
