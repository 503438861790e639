//! What a physician does: takes a request, looks at the record, fills in the certificate, signs it.

pub mod evidence;
pub mod pull;

mod evidence_rows;
mod evidence_words;
