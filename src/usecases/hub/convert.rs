//! A stored row as the entry that a register is told.

use crate::ports::hub::{Entry, Hub};
use crate::store::hub::HubRow;
use crate::usecases::registration::Registration;

use super::faults::Fault;

/// Reads a stored row.
///
/// # Errors
/// Everything that keeps it from being sent.
pub(super) fn entry(hub: &dyn Hub, row: &HubRow) -> Result<Entry, Vec<Fault>> {
    let entry = read(row).ok_or_else(|| vec![Fault::new("unreadable")])?;
    let faults: Vec<Fault> = hub.faults(&entry).iter().map(Fault::from).collect();
    if faults.is_empty() { Ok(entry) } else { Err(faults) }
}

fn read(row: &HubRow) -> Option<Entry> {
    let registration: Registration = serde_json::from_slice(&row.body).ok()?;
    Some(Entry {
        number: registration.number,
        certificate_type: registration.certificate_type,
        fields: registration.fields,
        details: registration.details,
        valid_from: registration.valid_from,
        valid_to: registration.valid_to,
        history_key: row.history_key.clone(),
        history_number: row.seq,
        deleted: row.deleted,
    })
}
