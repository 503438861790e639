//! Which payments of a claim for a refund (償還払い) can count, and what is to be said of the others.

use chrono::NaiveDate;

use super::refund::{Claim, insurance_part};
use super::show;
use crate::domain::ledger::HIGHEST_TOTAL;
use crate::domain::money::Yen;
use crate::domain::proposal::{Finding, Severity, Worked};
use crate::domain::tables::{Row, TableError, Tables};
use crate::programs::Paid;
use crate::programs::read::Slots;

/// One payment that a person asks back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Slot path of its row.
    pub path: String,
    /// Day of care.
    pub on: NaiveDate,
    /// The institution.
    pub institution: String,
    /// Key of the table `ledger_kinds`.
    pub kind: String,
    /// Total cost (10割).
    pub total: Yen,
    /// What was paid at the counter.
    pub paid: Yen,
    /// 一部負担金割合 of the insurance in tenths, where it is known.
    pub insurance_share: Option<i64>,
    /// What came back from the insurance, as 高額療養費 does.
    pub reimbursed: Yen,
}

impl Payment {
    /// What the person bore and can get back at most: no more than the insurance left to pay of the covered
    /// care, less what the insurance gave back.
    pub fn borne(&self) -> Yen {
        let covered = self.covered().map_or(self.paid, |part| part.min(self.paid));
        Yen(covered.0.saturating_sub(self.reimbursed.0).max(0))
    }

    fn covered(&self) -> Option<Yen> {
        self.insurance_share.map(|tenths| insurance_part(self.on, self.total, tenths))
    }

    /// Whether two payments look like one that was entered twice.
    fn looks_like(&self, other: &Payment) -> bool {
        let same = |it: &Payment| (it.on, it.kind.clone(), it.total, it.paid);
        same(self) == same(other) && self.institution.trim() == other.institution.trim()
    }
}

/// The payments that a person entered.
pub fn payments(application: Slots) -> Vec<Payment> {
    let payment = |row: String| {
        let at = |link_id: &str| format!("{row}/refund-row.{link_id}");
        Some(Payment {
            on: application.day(&at("on"))?,
            institution: application.written(&at("institution")).unwrap_or_default(),
            kind: application.code(&at("kind")).unwrap_or_default().to_owned(),
            total: application.yen(&at("total"))?,
            paid: application.yen(&at("paid"))?,
            insurance_share: application.integer(&at("share")),
            reimbursed: application.yen(&at("reimbursed")).unwrap_or_default(),
            path: application.slot(&row),
        })
    };
    application.rows("refund-row.on").into_iter().filter_map(payment).collect()
}

/// The payments that count; of the others, and of those that count only in part, a finding.
///
/// # Errors
/// When the table of reasons is missing.
pub fn sift<'a>(
    claim: &Claim<'a>,
    ledger: &Paid,
    tables: &Tables,
) -> Result<Worked<Vec<&'a Payment>>, TableError> {
    let reasons = reasons(claim, tables)?;
    let mut worked: Worked<Vec<&Payment>> = Worked::default();
    for payment in claim.payments {
        let fault = amounts(payment)
            .or_else(|| time(claim, payment, ledger))
            .or_else(|| twice(payment, &worked.value, ledger))
            .or_else(|| unreasoned(claim, payment, &reasons));
        match fault {
            Some(key) => worked.findings.push(finding(key, payment)),
            None => {
                let more = payment.covered().is_some_and(|part| payment.paid > part);
                worked.findings.extend(more.then(|| finding("finding.refund-share", payment)));
                worked.value.push(payment);
            }
        }
    }
    Ok(worked)
}

fn finding(key: &str, payment: &Payment) -> Finding {
    let finding = Finding::new(Severity::Ask, key).at(&payment.path);
    let finding = finding.with("day", show::day(payment.on)).with("institution", &payment.institution);
    finding.with("paid", payment.paid).with("total", payment.total)
}

fn amounts(payment: &Payment) -> Option<&'static str> {
    let sound = (Yen::ZERO..=HIGHEST_TOTAL).contains(&payment.total);
    if !sound || payment.paid < Yen::ZERO || payment.reimbursed < Yen::ZERO {
        return Some("finding.refund-amount");
    }
    if payment.paid > payment.total {
        return Some("finding.refund-paid-more");
    }
    (payment.reimbursed > payment.paid).then_some("finding.refund-reimbursed")
}

fn time(claim: &Claim, payment: &Payment, ledger: &Paid) -> Option<&'static str> {
    if payment.on > claim.received_on {
        return Some("finding.refund-future");
    }
    if ledger.on(payment.on).is_some() {
        return None;
    }
    let first = ledger.stretches.iter().map(|stretch| stretch.from).min();
    let early = first.is_none_or(|first| payment.on < first);
    Some(if early { "finding.refund-before-start" } else { "finding.refund-outside" })
}

/// Entered twice, or already a line of the ledger.
fn twice(payment: &Payment, before: &[&Payment], ledger: &Paid) -> Option<&'static str> {
    if before.iter().any(|other| payment.looks_like(other)) {
        return Some("finding.refund-duplicate");
    }
    let posted = ledger.lines.iter().any(|line| {
        let same = line.on == payment.on && line.total == payment.total;
        same && line.institution.trim() == payment.institution.trim()
    });
    posted.then_some("finding.refund-in-ledger")
}

fn reasons<'a>(claim: &Claim, tables: &'a Tables) -> Result<Vec<&'a Row>, TableError> {
    let all = tables.all_rows("refund_reasons")?;
    Ok(all.iter().filter(|row| Some(row.key()) == claim.reason).collect())
}

/// The law knew the reason only from a day on.
fn unreasoned(claim: &Claim, payment: &Payment, reasons: &[&Row]) -> Option<&'static str> {
    let held = claim.reason.is_none() || reasons.iter().any(|row| row.holds_on(payment.on));
    (!held).then_some("finding.refund-reason")
}
