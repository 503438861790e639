//! The others of a household: what its members consent to, what is asked about them, those whose caps are shared,
//! and what a decision about one does to the rest.

pub mod batch;
pub mod consents;
pub mod enquiries;
pub mod follow;
pub mod linked;
pub mod members;
pub mod partners;
pub mod tasks;
pub mod visit;
