//! The cases whose caps are shared with that of a case, directly or through others.

use crate::domain::case::Case;
use crate::domain::program::vocabulary::Effect;
use crate::store::{Conn, cases, partners};
use crate::usecases::error::Error;
use crate::usecases::house::House;

/// Cases of one household that are looked at.
const MOST: usize = 30;

/// The ids of the cases that hang together by accepted links; the first is the given one.
///
/// # Errors
/// When the database fails.
pub fn ids(conn: &mut Conn, case_id: &str) -> Result<Vec<String>, Error> {
    let mut found = vec![case_id.to_owned()];
    loop {
        let links = partners::links(conn, &found)?;
        let ends = links.into_iter().flat_map(|link| [link.left, link.right]);
        let before = found.len();
        for id in ends {
            if !found.contains(&id) && found.len() < MOST {
                found.push(id);
            }
        }
        if found.len() == before {
            return Ok(found);
        }
    }
}

/// The cases that hang together by accepted links, but the given one, with what their kinds do.
///
/// # Errors
/// When the database fails or a case cannot be opened.
pub fn others(house: &House, conn: &mut Conn, case: &Case) -> Result<Vec<(Case, Effect)>, Error> {
    let others: Vec<String> = ids(conn, &case.id)?.into_iter().skip(1).collect();
    of(house, conn, &others)
}

/// Cases with what their kinds do.
///
/// # Errors
/// When the database fails or a case cannot be opened.
pub fn of(house: &House, conn: &mut Conn, ids: &[String]) -> Result<Vec<(Case, Effect)>, Error> {
    let mut found = Vec::new();
    for stored in cases::find_all(conn, &house.keys, ids)? {
        let program = house.programs.pinned(conn, &stored.case.definition)?;
        let effect = program.definition.effect(&stored.case.kind);
        found.push((stored.case, effect));
    }
    Ok(found)
}
