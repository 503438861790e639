//! The minutes of a session: who was there, what was concluded on each case, and the remarks.

use serde::Serialize;

use crate::domain::lang::Lang;
use crate::store::committee;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::desk::{Rooms, SessionLine, line, rooms};
use super::session::{Row, Seat, rows, seats};
use super::{conclude, convened, shape};

/// The minutes.
#[derive(Clone, Debug, Serialize)]
pub struct Minutes {
    rooms: Rooms,
    session: SessionLine,
    seats: Vec<Seat>,
    present: usize,
    least: u32,
    rows: Vec<Row>,
    by_form: bool,
    remarks: String,
}

/// The minutes for the secretary.
///
/// # Errors
/// `permission.denied`, [`Error::NotFound`].
pub fn minutes(house: &House, caller: &Caller, id: &str, lang: Lang) -> Result<Minutes, Error> {
    let rooms = rooms(house, caller)?;
    house.read_list(caller, "committee-minutes", |conn| {
        let session = committee::session(conn, &house.keys, id)?;
        let program = convened(house, caller, &session.program)?;
        let (rows, roll) = rows(house, conn, &program, &session)?;
        let members = u32::try_from(roll.members.len()).unwrap_or(u32::MAX);
        let cases = rows.iter().map(|row| row.case.clone()).collect();
        let seats = seats(&program, &roll, lang)?;
        let minutes = Minutes {
            rooms,
            session: line(house, &session, lang)?,
            present: seats.iter().filter(|seat| seat.present).count(),
            least: conclude::quorum(house, &program, &session)?.least(members),
            seats,
            rows,
            by_form: shape(&program)?.result.is_some(),
            remarks: session.remarks,
        };
        Ok((minutes, cases))
    })
}
