//! Whether the house stands.

use crate::store::jobs;

use super::error::Error;
use super::house::House;

/// Asks the database a small question.
///
/// # Errors
/// [`Error::Unavailable`] when it does not answer.
pub fn ping(house: &House) -> Result<(), Error> {
    house.database.read(jobs::open_count)?;
    Ok(())
}
