//! 予診票 at work: answered on one's own pages or on paper, judged by at the desk of a clinic, ended by the line of the
//! ledger that came of the visit.

pub mod answer;
pub mod fhir;
pub mod judge;
pub mod judged;
pub mod paper;
mod sheet;
pub mod shown;

use chrono::Duration;

use crate::store::screenings;
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// Hours after which a clinic that locked a form and did nothing more has forgotten it: a visit is over by then.
const FORGOTTEN: i64 = 12;

/// Gives forms back that a clinic forgot, and ends every one whose last day is over. How many ended.
///
/// # Errors
/// When the database fails.
pub fn expire(house: &House) -> Result<usize, Error> {
    let now = house.now();
    Ok(house.database.write(|conn| {
        screenings::give_back(conn, now - Duration::hours(FORGOTTEN), now)?;
        screenings::expire(conn, house.today(), now)
    })?)
}
