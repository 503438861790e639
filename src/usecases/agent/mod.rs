//! What an office does for the persons who asked it to apply for them: it sees its clients, prepares and files
//! their applications, and reads what they let it read.

pub mod client;
pub mod clients;
pub mod desk;
pub mod draft;
pub mod papers;
pub mod renewals;
