//! Lines of another system's ledger of vaccinations, read with a map of its columns. What cannot be read is said
//! with its column and kept; nothing is guessed.

mod map;
mod row;

#[cfg(test)]
mod tests;

pub use map::{Columns, Field, Map, MapFault};
pub use row::{Fault, Row, read};
