//! A renewal that was filed after the certificate had ended. Authorities differ in whether it still
//! renews, so an officer chooses, with a coded reason of the table `late_renewals`.

use chrono::NaiveDate;

use super::RENEWAL;
use super::show;
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{Row, TableError, Tables};

/// Where the officer's choice is written: a key of the table `late_renewals`.
pub const CHOICE: &str = "renewal.late";
/// The kind by whose rules a renewal is judged that counts as a first application.
const NEW: CaseKind = CaseKind::of("new");

/// How a renewal is treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Treatment {
    /// Filed before the end: it renews without a gap.
    InTime,
    /// Filed late, and still taken as a renewal: it begins without a gap as well.
    Renews,
    /// Filed late: it begins by the rules for a first application.
    New,
    /// Nobody has chosen, or the choice does not fit.
    #[default]
    Open,
}

/// What the treatment depends on.
#[derive(Clone, Copy, Debug)]
pub struct Renewal<'a> {
    /// The last day of the certificate.
    pub until: NaiveDate,
    /// The day on which the office received the application.
    pub received_on: NaiveDate,
    /// What the officer chose.
    pub choice: Option<&'a str>,
}

impl<'a> Renewal<'a> {
    /// Whether it was filed after the end.
    pub fn is_late(self) -> bool {
        self.received_on > self.until
    }

    /// Whether a certificate that may begin on `possible` leaves no day without one.
    pub fn is_bridged(self, possible: Option<NaiveDate>) -> bool {
        possible.is_some_and(|start| self.until.succ_opt().is_some_and(|next| start <= next))
    }

    fn row(self, tables: &Tables) -> Result<Option<&Row>, TableError> {
        let choice = self.choice.filter(|_| self.is_late());
        choice.map(|choice| tables.row("late_renewals", choice, self.received_on)).transpose()
    }
}

/// The kind of procedure by whose rules diagnosis and physician are judged: a late renewal that counts as
/// new needs what a first application needs (施行規則12条3項).
///
/// # Errors
/// When the table `late_renewals` has no row for the choice on that day.
pub fn judged_as(
    kind: &CaseKind,
    renewal: Option<Renewal<'_>>,
    tables: &Tables,
) -> Result<CaseKind, TableError> {
    let Some(renewal) = renewal.filter(|_| kind.code() == RENEWAL) else { return Ok(kind.clone()) };
    let new = renewal.row(tables)?.map(begins_anew).transpose()?;
    Ok(if new == Some(true) { NEW } else { kind.clone() })
}

fn begins_anew(row: &Row) -> Result<bool, TableError> {
    Ok(row.text("treatment")? == "new")
}

/// How a renewal is treated, where a first application could begin on `possible`.
///
/// # Errors
/// When the table `late_renewals` has no row for the choice on that day.
pub fn treatment(
    renewal: Renewal<'_>,
    possible: Option<NaiveDate>,
    tables: &Tables,
) -> Result<Worked<Treatment>, TableError> {
    if !renewal.is_late() {
        return Ok(Worked { value: Treatment::InTime, ..Worked::default() });
    }
    let told = |severity, key: &str| {
        let finding = Finding::new(severity, key).at("office.renewal.late");
        let shown = possible.map_or_else(|| "－".to_owned(), show::day);
        finding.with("until", show::day(renewal.until)).with("start", shown)
    };
    let Some(row) = renewal.row(tables)? else {
        let bridged = renewal.is_bridged(possible);
        let key = if bridged { "finding.renewal-late-bridged" } else { "finding.renewal-late" };
        return Ok(Worked::default().noting(told(Severity::Ask, key)));
    };
    let value = match begins_anew(row)? {
        true => Treatment::New,
        false if renewal.is_bridged(possible) => Treatment::Renews,
        false => return Ok(Worked::default().noting(told(Severity::Block, "finding.renewal-not-bridged"))),
    };
    Ok(Worked::by(value, step(renewal, possible, row)?))
}

fn step(renewal: Renewal<'_>, possible: Option<NaiveDate>, row: &Row) -> Result<WorkingStep, TableError> {
    Ok(WorkingStep::new("working.renewal-late")
        .by(row)
        .input("case.renews_until", show::day(renewal.until))
        .input("case.received_on", show::day(renewal.received_on))
        .input("start-possible", possible.map_or_else(|| "－".to_owned(), show::day))
        .gives(row.text("name")?))
}
