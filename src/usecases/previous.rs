//! The grant that a case renews or changes.

use crate::domain::case::decision::Decision;
use crate::store::{Conn, cases};

use super::access::Opened;
use super::error::Error;
use super::house::House;

/// The newest decision of the case that this one follows; none when it follows no other.
///
/// Whoever has a right to a case has one to the grant that it renews: it is part of what is decided.
///
/// # Errors
/// When the database fails.
pub fn decision_before(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Option<Decision>, Error> {
    let Some(follows) = &opened.stored.case.follows else { return Ok(None) };
    let earlier = cases::find(conn, &house.keys, follows)?;
    Ok(earlier.case.decision().filter(|decision| decision.draft.content.outcome.grants()).cloned())
}
