//! The calendar of a household: what each person has had, may have now, and will be due, in the words of the reader.

pub mod feed;
pub mod mine;
pub mod page;

mod ical;
pub(super) mod lines;
mod words;

use crate::domain::lang::Lang;
use crate::store::Conn;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::access::Ledger;
pub use words::Shown;
pub(super) use words::Speaker;

/// What comes next for each vaccine of a person, in the words of a calendar.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn shown(
    house: &House,
    conn: &mut Conn,
    ledger: &Ledger,
    lang: Lang,
) -> Result<Vec<Shown>, Error> {
    let speaker = words::Speaker { house, lang };
    Ok(lines::of(house, conn, ledger, lang)?.iter().map(|line| speaker.shown(line)).collect())
}
