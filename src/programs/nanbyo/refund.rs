//! 償還払い: what was paid for 特定医療 beyond the person's own share (難病法5条2項1号) is paid back, month by
//! month, under the cap that held in the month and beside what the ledger already has of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;

use super::ledger::RULES;
use super::propose::table_fault;
use super::refund_claim::{Payment, payments, sift};
use super::show;
use crate::domain::ledger::{Line, Rounding, run};
use crate::domain::money::Yen;
use crate::domain::periods::month_of;
use crate::domain::proposal::{Finding, Proposal, ProposedValue, Severity, Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};
use crate::programs::read::Slots;
use crate::programs::{Inputs, Paid, Stretch};

/// Article on which the person's own share rests.
const SHARE: &str = "難病法5条2項1号";

/// One month of a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: NaiveDate,
    /// 負担上限月額 of the month.
    pub cap: Yen,
    /// The share of the cost in percent.
    pub percent: u32,
    /// Total cost (10割) of the payments that count.
    pub total: Yen,
    /// What was paid and is asked back, as far as it counts.
    pub paid: Yen,
    /// What institutions had collected by the ledger.
    pub collected: Yen,
    /// What the person owes for the whole month, never above the cap.
    pub due: Yen,
    /// What is paid back: 0 to `paid`.
    pub refund: Yen,
}

/// What a claim comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refund {
    /// The months with payments that count, oldest first.
    pub months: Vec<Month>,
}

impl Refund {
    /// What is paid back altogether.
    pub fn total(&self) -> Yen {
        self.sum(|month| month.refund)
    }

    /// The months in which something is paid back.
    pub fn paid_back(&self) -> usize {
        self.months.iter().filter(|month| month.refund > Yen::ZERO).count()
    }

    /// The sum of an amount over the months.
    pub fn sum(&self, amount: fn(&Month) -> Yen) -> Yen {
        Yen::checked_sum(self.months.iter().map(amount)).unwrap_or_default()
    }

    /// Every month with its working in a line: `令和8年9月：…`, parted by `／`.
    pub fn shown(&self) -> String {
        self.months.iter().map(shown).collect::<Vec<_>>().join("／")
    }
}

/// What a claim is worked out from.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Key of the table `refund_reasons`; a claim without a reason is looked at all the same.
    pub reason: Option<&'a str>,
    /// The day on which the office received it.
    pub received_on: NaiveDate,
    /// What was paid, in any order.
    pub payments: &'a [Payment],
}

/// Works a claim out. Payments that cannot count are left out, each with a finding that says why.
///
/// # Errors
/// When the table of reasons is missing.
pub fn refund(claim: &Claim, ledger: &Paid, tables: &Tables) -> Result<Worked<Refund>, TableError> {
    let sifted = sift(claim, ledger, tables)?;
    let mut worked = Worked { value: Refund::default(), steps: Vec::new(), findings: sifted.findings };
    let mut by_month: BTreeMap<NaiveDate, Vec<&Payment>> = BTreeMap::new();
    for payment in sifted.value {
        by_month.entry(month_of(payment.on)).or_default().push(payment);
    }
    for (first, payments) in by_month {
        match terms(ledger, first) {
            Some(terms) => settle(&terms, &payments, ledger, tables, &mut worked),
            None => worked.findings.push(at_month("finding.refund-terms", Severity::Block, first)),
        }
    }
    let total = worked.value.total();
    let step = WorkingStep::new("working.refund").under(SHARE);
    worked.steps.push(step.input("refund-months", worked.value.paid_back()).gives(total));
    Ok(worked)
}

/// Proposes the fields of a decision on a claim.
pub fn propose(inputs: &Inputs<'_>, tables: &Tables) -> Proposal {
    let application = Slots::new("answers", Some(inputs.application));
    let payments = payments(application);
    let reason = application.code("refund.reason");
    let claim = Claim { reason, received_on: inputs.received_on, payments: &payments };
    match refund(&claim, inputs.paid, tables) {
        Ok(worked) => proposed(worked),
        Err(error) => Proposal { findings: vec![table_fault(&error)], ..Proposal::default() },
    }
}

fn proposed(worked: Worked<Refund>) -> Proposal {
    let Worked { value, steps, findings } = worked;
    let mut proposal = Proposal { findings, ..Proposal::default() };
    let amounts = [
        ("refund_total", value.total()),
        ("refund_paid", value.sum(|month| month.paid)),
        ("refund_due", value.sum(|month| month.due)),
    ];
    for (field, yen) in amounts {
        proposal.put(field, ProposedValue::new(yen.0, yen.to_string(), steps.clone()));
    }
    let count = i64::try_from(value.paid_back()).unwrap_or(i64::MAX);
    proposal.put("refund_months", ProposedValue::new(count, count.to_string(), steps.clone()));
    let shown = value.shown();
    proposal.put("refund_working", ProposedValue::new(shown.clone(), shown, steps));
    proposal
}

/// What holds in a month.
struct Terms<'a> {
    first: NaiveDate,
    cap: Yen,
    percent: u32,
    stretch: &'a Stretch,
}

/// Cap and share of a month: those of the newest decision that covers a day of it, as in the ledger. With a
/// cap of nothing there is nothing to share.
fn terms(ledger: &Paid, first: NaiveDate) -> Option<Terms<'_>> {
    let stretch = ledger.of_month(first)?;
    let number = |key: &str| stretch.fields.get(key).and_then(Value::as_i64);
    let cap = number("cap").map(Yen).filter(|cap| *cap >= Yen::ZERO)?;
    let percent = number("share_percent").and_then(|share| u32::try_from(share).ok());
    let percent = percent.or((cap == Yen::ZERO).then_some(0)).filter(|percent| *percent <= 100)?;
    Some(Terms { first, cap, percent, stretch })
}

fn settle(terms: &Terms, payments: &[&Payment], ledger: &Paid, tables: &Tables, worked: &mut Worked<Refund>) {
    let posted = ledger.lines.iter().filter(|line| month_of(line.on) == terms.first);
    let (mut lines, mut collected) = (Vec::new(), Yen::ZERO);
    for line in posted {
        lines.push(counted(line.on, &line.institution, line.total, &line.kind, tables));
        collected = collected.checked_add(line.collected).unwrap_or(collected);
    }
    let alone = lines.is_empty();
    let own = |it: &&Payment| counted(it.on, &it.institution, it.total, &it.kind, tables);
    lines.extend(payments.iter().map(own));
    let Ok(due) = run(&lines, terms.cap, terms.percent, ledger.rounding).map(|month| month.paid) else {
        return worked.findings.push(at_month("finding.refund-terms", Severity::Block, terms.first));
    };
    let month = month(terms, payments, collected, due);
    worked.steps.push(step(terms, &month, tables));
    worked.findings.extend(doubts(&month, alone));
    worked.value.months.push(month);
}

fn counted(on: NaiveDate, institution: &str, total: Yen, kind: &str, tables: &Tables) -> Line {
    Line { on, institution: institution.to_owned(), total, percent: (RULES.percent)(kind, on, tables) }
}

fn month(terms: &Terms, payments: &[&Payment], collected: Yen, due: Yen) -> Month {
    let sum =
        |of: fn(&Payment) -> Yen| Yen::checked_sum(payments.iter().map(|it| of(it))).unwrap_or_default();
    let (total, paid) = (sum(|it| it.total), sum(Payment::borne));
    let over = paid.0.saturating_add(collected.0).saturating_sub(due.0);
    let refund = Yen(over.clamp(0, paid.0));
    let Terms { first, cap, percent, .. } = *terms;
    Month { first, cap, percent, total, paid, collected, due, refund }
}

/// What the clerk has to compare: an empty month of the ledger, or institutions that had collected too much.
fn doubts(month: &Month, alone: bool) -> Vec<Finding> {
    let compare = alone.then(|| at_month("finding.refund-ledger", Severity::Ask, month.first));
    let too_much = month.collected > month.due;
    let counter = too_much.then(|| at_month("finding.refund-counter", Severity::Ask, month.first));
    compare.into_iter().chain(counter).collect()
}

fn at_month(key: &str, severity: Severity, first: NaiveDate) -> Finding {
    Finding::new(severity, key).with("month", show::month(first)).at("answers.refund-row.on")
}

/// The working of a month, by the row of the cap where the decision names it.
fn step(terms: &Terms, month: &Month, tables: &Tables) -> WorkingStep {
    let text = |key: &str| terms.stretch.fields.get(key).and_then(Value::as_str).unwrap_or_default();
    let on = month.first.max(terms.stretch.from);
    let row = tables.row("caps", &format!("{}/{}", text("tier"), text("cap_basis")), on).ok();
    let step = WorkingStep::new("working.refund-month");
    let step = row.map_or_else(|| step.clone().under(SHARE), |row| step.clone().by(row));
    step.input("refund-month", show::month(month.first))
        .input("refund-cap", month.cap)
        .input("share_percent", format!("{}%", month.percent))
        .input("refund-cost", month.total)
        .input("refund-paid", month.paid)
        .input("refund-collected", month.collected)
        .input("refund-due", month.due)
        .gives(month.refund)
}

fn shown(month: &Month) -> String {
    let Month { first, cap, percent, paid, collected, due, refund, .. } = month;
    let before =
        if *collected > Yen::ZERO { format!("＋管理票の徴収額{collected}") } else { String::new() };
    let first = show::month(*first);
    format!("{first}：支払額{paid}{before}－自己負担額{due}（上限月額{cap}・{percent}%）→支給額{refund}")
}

/// The part of a total that an insurance share of tenths makes a person pay at the counter.
pub fn insurance_part(on: NaiveDate, total: Yen, tenths: i64) -> Yen {
    let line = Line { on, institution: String::new(), total, percent: None };
    let percent = u32::try_from(tenths * 10).unwrap_or(100);
    run(&[line], total, percent, Rounding::TenYen).map_or(total, |month| month.paid)
}
