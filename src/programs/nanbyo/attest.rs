//! 登録者証 (難病法28条2項, 施行規則50条): whether the papers show that the diagnosis was accepted.

use chrono::NaiveDate;

use super::show;
use crate::domain::proposal::{Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};
use crate::programs::read::Slots;

/// Code of the kind 登録者証 in `program.toml`.
pub const REGISTRATION: &str = "registration";

/// With what the person shows their disease.
const EVIDENCE: &str = "attestation.evidence";

/// Whether the paper that was handed in shows an accepted diagnosis by itself; `None` where a
/// 臨床調査個人票 has to be judged.
///
/// # Errors
/// When the table `attestation_evidence` has no row for the paper on the day of the application.
pub fn shown(
    application: Slots<'_>,
    received_on: NaiveDate,
    tables: &Tables,
) -> Result<Option<Worked<Option<bool>>>, TableError> {
    let Some(evidence) = application.code(EVIDENCE) else { return Ok(None) };
    let row = tables.row("attestation_evidence", evidence, received_on)?;
    let accepted = row.boolean("accepted")?;
    let step = WorkingStep::new("working.attested")
        .by(row)
        .input(&application.slot(EVIDENCE), row.text("name")?)
        .gives(show::yes_no(Some(true)));
    Ok(accepted.then(|| Worked::by(Some(true), step)))
}
