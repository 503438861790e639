//! One room an outside thing; each fills a port. Only the app wires them.

pub mod pdf;
