//! What a refund is worked out from besides its application.

use crate::domain::case::entitlement::{Entitlement, held};
use crate::domain::periods::month_of;
use crate::domain::program::vocabulary::{Effect, Outcome};
use crate::programs::{Paid, Posted, Stretch};
use crate::store::ledger::Line;
use crate::store::{Conn, ledger};
use crate::usecases::access::Opened;
use crate::usecases::error::Error;

use super::sheet::in_order;

/// The grants of the certificate and the lines of its ledger; nothing for a case that asks no money back.
///
/// # Errors
/// When the ledger cannot be read.
pub fn of(conn: &mut Conn, opened: &Opened) -> Result<Paid, Error> {
    if opened.effect() != Effect::Pays {
        return Ok(Paid::default());
    }
    let rounding = opened.program.definition.ledger.as_ref().map(|shape| shape.rounding).unwrap_or_default();
    let stretches = stretches(opened);
    let lines = lines(conn, opened, &stretches)?;
    Ok(Paid { lines: in_order(&lines).into_iter().map(posted).collect(), stretches, rounding })
}

fn stretches(opened: &Opened) -> Vec<Stretch> {
    let granting: Vec<Outcome> = Outcome::ALL.iter().copied().filter(|outcome| outcome.grants()).collect();
    let rulings = opened.rulings();
    let rows = held(&rulings, &granting);
    rows.iter().filter(|row| !row.deleted && row.valid_from <= row.valid_to).map(stretch).collect()
}

fn stretch(row: &Entitlement) -> Stretch {
    let fields = row.decision.draft.content.fields.clone();
    Stretch { from: row.valid_from, to: row.valid_to, fields }
}

/// The ledger is kept with the case that opened the certificate.
fn lines(conn: &mut Conn, opened: &Opened, stretches: &[Stretch]) -> Result<Vec<Line>, Error> {
    let months = stretches.iter().flat_map(|stretch| [stretch.from, stretch.to]).map(month_of);
    let Some(root) = opened.member(opened.root()) else { return Ok(Vec::new()) };
    let (Some(first), Some(last)) = (months.clone().min(), months.max()) else { return Ok(Vec::new()) };
    Ok(ledger::between(conn, &root.granted, &root.stored, first, last)?)
}

fn posted(line: &Line) -> Posted {
    Posted {
        on: line.care_on,
        institution: line.content.institution.clone(),
        kind: line.kind.clone(),
        total: line.total,
        collected: line.collected,
    }
}
