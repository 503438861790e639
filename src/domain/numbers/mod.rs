//! Numbers with check digits: text, never arithmetic, since leading zeros count.
//!
//! Every parse takes digits of any width with hyphens and blanks. For the numbers of medical
//! insurance a failed check digit is a warning ([`PayerNumber::check_digit_ok`] and its like),
//! because published specimens break the rule; for those that an office issues itself, for
//! municipality codes and for 個人番号 it is a refusal.

pub mod check;
mod medical;
mod municipality;
mod my_number;

pub use medical::{InstitutionCode, InsurerNumber, PayerNumber, RecipientNumber};
pub use municipality::MunicipalityCode;
pub use my_number::MyNumber;

use thiserror::Error;

use super::text;

/// Why a number is refused. The number itself is never part of the error.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NumberError {
    /// Something other than digits.
    #[error("not a number")]
    NotDigits,
    /// The wrong number of digits.
    #[error("expected {expected} digits")]
    Length {
        /// The lengths that are right, as shown to people: `8` or `6・8`.
        expected: &'static str,
    },
    /// All digits are 0, which the check digit alone would accept.
    #[error("all digits are zero")]
    AllZero,
    /// The check digit does not belong to the other digits.
    #[error("the check digit does not match")]
    CheckDigit,
}

impl NumberError {
    /// Key of the sentence in the text catalogue.
    pub fn key(&self) -> &'static str {
        match self {
            NumberError::NotDigits => "number.not_digits",
            NumberError::Length { .. } => "number.length",
            NumberError::AllZero => "number.all_zero",
            NumberError::CheckDigit => "number.check_digit",
        }
    }
}

/// The digits of `typed` if there are as many as one of `lengths`, which `expected` shows.
fn digits_of(typed: &str, lengths: &[usize], expected: &'static str) -> Result<String, NumberError> {
    let digits = text::fold_digits(typed).ok_or(NumberError::NotDigits)?;
    if !lengths.contains(&digits.len()) {
        return Err(NumberError::Length { expected });
    }
    if digits.bytes().all(|b| b == b'0') { Err(NumberError::AllZero) } else { Ok(digits) }
}

#[cfg(test)]
mod tests;
