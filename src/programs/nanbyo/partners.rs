//! 按分 as the rest of the house asks for it: what a decision about one certificate does to the caps of others.

use chrono::NaiveDate;

use super::redetermine::{Certificate, Program, Turn, tasks};
use crate::domain::apportionment::{Changed, Held};
use crate::domain::tables::Tables;

/// Whose cap is another after a certificate of the household has started, changed or ended. Without a row of
/// the table `apportionment` for `on` nobody's is.
pub fn changed(before: &[Held], after: &[Held], tables: &Tables, on: NaiveDate) -> Vec<Changed> {
    let unit = tables.row("apportionment", "household", on).and_then(|row| row.integer("round_down_to"));
    let Ok(unit) = unit.map(|unit| u32::try_from(unit).unwrap_or(0)) else { return Vec::new() };
    let read = |held: &[Held]| held.iter().map(certificate).collect::<Vec<_>>();
    let found = tasks(&read(before), &read(after), Turn::Month, unit);
    found
        .into_iter()
        .map(|task| Changed {
            holder: task.holder,
            from: task.from,
            to: task.to,
            before: task.before,
            after: task.after,
        })
        .collect()
}

fn certificate(held: &Held) -> Certificate {
    Certificate {
        holder: held.holder.clone(),
        program: Program::Disease,
        cap: held.cap,
        from: held.from,
        to: held.to,
    }
}
