//! One room an outside thing; each fills a port. Only the app wires them.

pub mod care_base;
pub mod clock;
pub mod files;
pub mod hospital;
pub mod http;
pub mod identity;
pub mod jwt;
pub mod mail;
pub mod pdf;
pub mod platform;
pub mod pmh;
pub mod signature;
pub mod token;
