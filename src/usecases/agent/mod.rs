//! What an office does for the persons who asked it to apply for them: it sees its clients, prepares and files
//! their applications.

pub mod client;
pub mod clients;
pub mod desk;
pub mod draft;
pub mod renewals;
