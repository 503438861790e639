//! The others of a household: those whose caps are shared, and what a decision about one does to the rest.

pub mod family;
pub mod follow;
pub mod partners;
pub mod tasks;
