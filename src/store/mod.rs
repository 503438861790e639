//! Everything that knows diesel. One file an aggregate; nobody else writes a query.

pub mod answers;
pub mod audit;
pub mod audit_search;
pub mod cap_tasks;
pub mod cards;
pub mod cases;
pub mod citizens;
pub mod conn;
pub mod copy;
pub mod decisions;
pub mod definitions;
pub mod documents;
pub mod error;
pub mod grants;
pub mod hub;
pub mod hub_batches;
pub mod hub_moves;
pub mod hub_state;
pub mod idempotency;
pub mod jobs;
pub mod keys;
pub mod ledger;
pub mod letters;
pub mod messages;
pub mod migrate;
pub mod operation;
pub mod partners;
pub mod pulls;
pub mod queue;
pub mod run_holds;
pub mod runs;
pub mod seal;
pub mod secrets;
pub mod sessions;
pub mod signing;
pub mod upkeep;
pub mod users;
pub mod work;

mod ledger_schema;
mod partner_schema;
mod schema;

pub use conn::{Address, Conn, Database};
pub use error::StoreError;
pub use keys::Keyring;
