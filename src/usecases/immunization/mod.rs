//! The ledger of vaccinations (予防接種台帳) of whichever program keeps one: whose it is, what was given, what may be.
//!
//! Everybody reaches the ledger of a person by [`access::open`], which asks the one permission function. Records
//! come in by [`record::take_in`], from whatever source, once.

pub mod access;
mod brought;
pub mod calendar;
pub mod cautions;
pub mod claims;
pub mod coverage;
pub mod desk;
pub mod doubles;
pub mod due;
pub mod entitle;
pub mod exchange;
pub mod fhir;
pub mod form;
pub mod give;
pub mod guardians;
pub mod import;
pub mod lots;
pub mod reaction;
pub mod readers;
pub mod record;
pub mod register;
pub mod reminders;
pub mod screening;
pub mod session;
pub mod sheet;
pub mod stock;
pub mod subjects;
pub mod typed;
pub mod vouchers;
pub mod yearly;
