//! How long the body's own work takes, and how often it changes what stood before: figures over all decided
//! cases of a program, and what they let expect of a new one.

pub mod chart;
pub mod forecast;
pub mod page;
pub mod paid;
pub mod table;

mod gathered;
mod question;
mod summary;

use crate::domain::case::measured::figures;
use crate::store::{Conn, cases, measures};

use super::access::Opened;
use super::error::Error;

/// Stores what a decided case adds to the figures, in the place of what an earlier decision on it did.
pub(super) fn keep(conn: &mut Conn, opened: &Opened) -> Result<(), Error> {
    let (definition, case) = (&opened.program.definition, &opened.stored.case);
    if definition.measures.is_empty() && definition.comparisons.is_empty() {
        return Ok(());
    }
    let history = cases::events_after(conn, &opened.stored, 0)?;
    let Some((decided_on, figures)) = figures(definition, case, &history) else { return Ok(()) };
    Ok(measures::replace(conn, case, decided_on, &figures)?)
}
