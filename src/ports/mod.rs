//! Narrow needs in our words, each with a trait that an adapter fills. No implementation.

pub mod clinical;
pub mod clock;
pub mod files;
pub mod hospital;
pub mod hub;
pub mod identity;
pub mod mail;
pub mod render;
pub mod signature;
