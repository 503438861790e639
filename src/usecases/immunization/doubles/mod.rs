//! Lines that may tell of one dose, such as one from paper and one from a clinic: found when a line comes in, listed for
//! those who keep the ledger, and settled by a person. Nothing is merged by itself.

pub mod listed;
pub mod settle;

use crate::domain::immunization::{Immunization, Status};
use crate::store::immunization_subjects::StoredSubject;
use crate::store::{Conn, dose_doubles, immunizations};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::access::Keeping;
use super::import::{Outcome, beside};

/// Notes which lines may tell of the dose of a new line. Whoever was told to be another dose than the line whose place
/// it takes is not asked about again.
///
/// # Errors
/// When the database fails.
pub(super) fn note(
    house: &House,
    conn: &mut Conn,
    of: &StoredSubject,
    line: &Immunization,
) -> Result<(), Error> {
    let apart = match &line.supersedes {
        Some(before) => dose_doubles::over(conn, before, &line.author, house.now())?,
        None => Vec::new(),
    };
    if line.status != Status::Completed {
        return Ok(());
    }
    let program = of.subject.program.as_str();
    let vaccines = Keeping::of(house, program)?.vaccines(house);
    let anew = vaccines.iter().any(|it| it.key == line.vaccine && it.anew);
    let lines = immunizations::of_subject(conn, of)?;
    let same = |it: &&Immunization| {
        it.id != line.id && beside(line, std::slice::from_ref(*it), anew) != Outcome::Fresh
    };
    let (known, asked): (Vec<&str>, Vec<&str>) =
        lines.iter().filter(same).map(|it| it.id.as_str()).partition(|id| apart.iter().any(|it| it == id));
    dose_doubles::note(
        conn,
        (program, &of.subject.id),
        &line.id,
        &[known.clone(), asked].concat(),
        house.now(),
    )?;
    for other in known {
        let pair = dose_doubles::ordered(&line.id, other);
        dose_doubles::settle(conn, pair, "apart", &line.author, house.now())?;
    }
    Ok(())
}
