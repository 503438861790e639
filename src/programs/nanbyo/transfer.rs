//! 転入: the certificate of another authority, in force on the day of the application, stands in for a
//! new 臨床調査個人票. One that has ended does not: then the application is judged as a first one.

use chrono::{Days, NaiveDate};

use super::certificate::Assessment;
use super::show;
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};
use crate::programs::read::Slots;

/// Code of the kind 転入 in `program.toml`.
pub const TRANSFER: &str = "transfer-in";

/// The last day of the certificate that was brought.
const UNTIL: &str = "earlier.valid-to";
/// Whether it was granted for 軽症高額, as printed on it.
const MILD_COST: &str = "earlier.mild-cost";

/// A certificate of another authority that is in force on the day of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its last day, as printed.
    pub until: NaiveDate,
    /// Whether it was granted for the cost, not for the severity.
    pub mild_cost: bool,
}

/// The days that follow from a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First day of the new certificate.
    pub start: NaiveDate,
    /// Last day of the earlier one.
    pub earlier_ends: NaiveDate,
}

/// The certificate that stands in for a new one. Of a transfer without one the finding says what is needed;
/// other kinds of procedure have neither.
pub fn earlier(application: Slots<'_>, kind: &CaseKind, received_on: NaiveDate) -> Worked<Option<Earlier>> {
    if kind.code() != TRANSFER {
        return Worked::default();
    }
    let ask = |key: &str| Finding::new(Severity::Ask, key).at(&application.slot(UNTIL));
    match application.day(UNTIL) {
        None => Worked::default().noting(ask("finding.transfer-undated")),
        Some(until) if until < received_on => {
            Worked::default().noting(ask("finding.transfer-lapsed").with("until", show::day(until)))
        }
        Some(until) => {
            let mild_cost = application.yes(MILD_COST) == Some(true);
            Worked { value: Some(Earlier { until, mild_cost }), ..Worked::default() }
        }
    }
}

impl Earlier {
    /// Diagnosis and severity as the other authority recognised them.
    pub fn assessment(self, application: Slots<'_>, received_on: NaiveDate) -> Assessment {
        let outcome = |met: bool| {
            let step = WorkingStep::new("working.transfer")
                .input(&application.slot(UNTIL), show::day(self.until))
                .input(&application.slot(MILD_COST), show::yes_no(Some(self.mild_cost)))
                .input("case.received_on", show::day(received_on))
                .gives(show::yes_no(Some(met)));
            Worked::by(Some(met), step)
        };
        Assessment { diagnosis: outcome(true), severity: outcome(!self.mild_cost) }
    }
}

/// The first day of the new certificate and the last of the earlier one.
///
/// # Errors
/// When the table `transfer_rules` has no row for the day of the application.
pub fn span(received_on: NaiveDate, tables: &Tables) -> Result<Worked<Span>, TableError> {
    let row = tables.row("transfer_rules", "transfer", received_on)?;
    let days = |column| row.integer(column).map(|days| Days::new(u64::try_from(days).unwrap_or_default()));
    let start = received_on.checked_add_days(days("days_after_application")?).unwrap_or(received_on);
    let earlier_ends = start.checked_sub_days(days("days_before_start")?).unwrap_or(start);
    let step = WorkingStep::new("working.transfer-start")
        .by(row)
        .input("case.received_on", show::day(received_on))
        .gives(show::day(start));
    Ok(Worked::by(Span { start, earlier_ends }, step))
}
