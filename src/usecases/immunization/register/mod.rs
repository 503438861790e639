//! The office's desk at the ledger of vaccinations: a person is found, their page shows everything on record, doses are
//! typed in from paper or corrected, and a stay in the town or a voucher ends.

pub mod find;
pub mod form;
pub mod keep;
pub mod leave;
pub mod page;
