//! How much of everything waits.

use crate::domain::permission::Desk;
use crate::store::operation;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

pub use crate::store::operation::Tallies;

/// Counts what waits.
///
/// # Errors
/// When the caller has no place at the desk, or the database fails.
pub fn tallies(house: &House, caller: &Caller) -> Result<Tallies, Error> {
    house.seat(caller, Desk::Operation)?;
    Ok(house.database.read(operation::tallies)?)
}
