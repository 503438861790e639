//! 予診票 at work: answered on one's own pages or on paper, judged by at the desk of a clinic, ended by the line of the
//! ledger that came of the visit.

pub mod answer;
pub mod judge;
pub mod judged;
pub mod paper;
mod sheet;
pub mod shown;

use crate::store::screenings;
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// Ends every form whose last day is over.
///
/// # Errors
/// When the database fails.
pub fn expire(house: &House) -> Result<usize, Error> {
    Ok(house.database.write(|conn| screenings::expire(conn, house.today(), house.now()))?)
}
