//! What the people who run the installation see and do. References and codes only; no case is opened.

pub mod accounts;
pub mod audit;
pub mod checks;
pub mod deliveries;
pub mod desks;
pub mod discrepancies;
pub mod runs;
pub mod stuck;
pub mod summary;
pub mod words;

#[cfg(test)]
mod tests;

pub use accounts::has_demo_accounts;
