//! The others of a household: what its members consent to, those whose caps are shared, and what a decision about
//! one does to the rest.

pub mod consents;
pub mod family;
pub mod follow;
pub mod members;
pub mod partners;
pub mod tasks;
pub mod visit;
