//! Lines of another system's ledger of vaccinations, or of its residents, read with a map of its columns. What cannot be
//! read is said with its column and kept; nothing is guessed.

pub mod resident;

mod map;
mod reader;
mod row;

#[cfg(test)]
mod tests;

pub use map::{Columns, Field, Kind, Map, MapFault};
pub use reader::{Fault, Who};
pub use row::{Row, read};
