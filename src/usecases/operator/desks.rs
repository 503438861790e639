//! Which of the operator's pages somebody may open.

use serde::Serialize;

use crate::domain::permission::{Desk, Seated};
use crate::domain::program::vocabulary::{DataClass, Reach};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// Pages by the desk to which they belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Desks {
    /// State, runs, users.
    pub operation: bool,
    /// The record of access.
    pub audit: bool,
    /// Letters on their way: for whoever runs the installation, and for the office that posts them.
    pub letters: bool,
}

/// The desks of a caller.
pub fn of(house: &House, caller: &Caller) -> Desks {
    let may = |desk| house.seat(caller, desk).is_ok();
    let operation = may(Desk::Operation);
    Desks { operation, audit: may(Desk::Audit), letters: operation || may(Desk::Register) }
}

/// Sits the caller where letters are sent off.
///
/// # Errors
/// `permission.denied`.
pub fn seat_at_letters(house: &House, caller: &Caller) -> Result<Seated, Error> {
    house.seat(caller, Desk::Operation).or_else(|_| house.seat(caller, Desk::Register))
}

/// Whether the caller may open letters at all; each letter is asked for again when it is opened.
pub fn opens_letters(house: &House, caller: &Caller) -> bool {
    let programs = house.programs.definitions();
    let mut roles = programs.iter().flat_map(|it| it.roles.iter()).filter(|role| caller.actor.is(&role.code));
    roles.any(|role| role.reach == Reach::Organisation && role.sees.contains(&DataClass::Decision))
}
