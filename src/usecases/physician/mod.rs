//! What a physician does: takes a request, looks at the record, fills in the certificate, signs it. An assistant
//! of the same institution may fill it in for them.

pub mod claim;
pub mod evidence;
pub mod inbox;
pub mod offers;
pub mod offline;
pub mod prepare;
pub mod pull;
pub mod request;
pub mod save;
pub mod sheet;
pub mod sign;
pub mod signed;
pub mod signer;

mod evidence_rows;
mod evidence_words;

#[cfg(test)]
mod tests;
