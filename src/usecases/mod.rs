//! What people and the night do, one file a verb. Each owns its transaction:
//! authorise → load → decide (pure) → store, with everything that follows in the same transaction.

pub mod access;
pub mod agent;
pub mod bulk;
pub mod carry_out;
pub mod citizen;
pub mod clerk;
pub mod committee;
pub mod csv;
pub mod deliver;
pub mod error;
pub mod figures;
pub mod health;
pub mod holders;
pub mod hospital;
pub mod house;
pub mod household;
pub mod hub;
pub mod immunization;
pub mod kin;
pub mod ledger;
pub mod lookups;
pub mod off_thread;
pub mod offices;
pub mod operator;
pub mod outbox;
pub mod passwords;
pub mod physician;
pub mod previous;
pub mod programs;
pub mod render;
pub mod sessions;
pub mod sign_in;
pub mod signatures;
pub mod upkeep;
pub mod waits;

pub mod documents;
pub mod earlier;
pub mod effects;
pub mod form_env;
pub mod letters;
pub mod registration;
pub mod slots;
pub mod standing;

mod projection;
#[cfg(test)]
pub(crate) mod testing;

pub use access::{Caller, Opened};
pub use carry_out::{Done, Order, Stage, carry_out};
pub use error::Error;
pub use house::House;
