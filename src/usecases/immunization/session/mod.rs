//! 集団接種 at a clinic: what stays the same is chosen once; then person after person, each by the same road as a single
//! dose, with the same doubts and the same corrections.

pub mod apart;
pub mod list;
pub mod open;
pub mod person;
