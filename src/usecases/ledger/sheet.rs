//! A month of the ledger: every line with what it makes the person pay, computed anew each time.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Months, NaiveDate};
use serde::Serialize;
use serde_json::Value;

use crate::domain::case::decision::Decision;
use crate::domain::ledger::{Criterion, Entry, Line as Counted, MonthTotal, Rounding, of_month, run};
use crate::domain::money::Yen;
use crate::domain::periods::month_of;
use crate::domain::program::definition::LedgerShape;
use crate::domain::refusal::Refusal;
use crate::programs::{LedgerRules, rules};
use crate::store::Conn;
use crate::store::ledger::{self, Line};
use crate::usecases::access::Opened;
use crate::usecases::error::Error;

/// Months in the past over which totals are gathered; more than any criterion looks at.
const GATHERED: u32 = 24;

/// A line with what follows from it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The line.
    pub line: Line,
    /// What it makes the person pay; none once another line corrects it.
    pub entry: Option<Entry>,
}

impl Row {
    /// What was collected beyond what is due; negative where too little was.
    pub fn difference(&self) -> Yen {
        let due = self.entry.map_or(self.line.collected, |entry| entry.pay);
        self.line.collected.checked_sub(due).unwrap_or(Yen::ZERO)
    }
}

/// When and where the cap was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reached {
    /// Day of care.
    pub on: NaiveDate,
    /// The institution.
    pub institution: String,
}

/// A month.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Its first day.
    pub month: NaiveDate,
    /// 自己負担上限月額
    pub cap: Yen,
    /// Lines by day of care and arrival; a corrected one stands before the one in its place.
    pub rows: Vec<Row>,
    /// Total cost (10割).
    pub total: Yen,
    /// What the person pays.
    pub paid: Yen,
    /// When the cap was reached.
    pub reached: Option<Reached>,
}

impl Sheet {
    /// What the person may still have to pay in the month.
    pub fn left(&self) -> Yen {
        self.cap.checked_sub(self.paid).unwrap_or(Yen::ZERO)
    }

    /// What was collected for all lines in force but one.
    pub fn collected_without(&self, id: &str) -> Yen {
        let others = self.rows.iter().filter(|row| row.entry.is_some() && row.line.id != id);
        Yen::checked_sum(others.map(|row| row.line.collected)).unwrap_or(self.cap)
    }

    /// The row of a line.
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.line.id == id)
    }

    /// The line that corrects another.
    pub fn corrected_by(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.line.corrects.as_deref() == Some(id))
    }
}

/// What the program says about its ledger, and its rules.
///
/// # Errors
/// [`Error::NotFound`] for a program without one.
pub fn shape(opened: &Opened) -> Result<(&LedgerShape, LedgerRules), Error> {
    let shape = opened.program.definition.ledger.as_ref();
    let rules = rules(&opened.stored.case.program).and_then(|rules| rules.ledger);
    shape.zip(rules).ok_or(Error::NotFound)
}

/// What a decision says of a month.
struct Terms {
    cap: Yen,
    percent: u32,
    rounding: Rounding,
}

/// Cap and share of a month. With a cap of nothing there is nothing to share.
fn terms(opened: &Opened, month: NaiveDate) -> Result<Terms, Error> {
    let (shape, _) = shape(opened)?;
    let fields = &decision_of(opened, month)?.draft.content.fields;
    let number = |key: &str| fields.get(key).and_then(Value::as_i64);
    let cap = number(&shape.cap).map(Yen).ok_or(Error::NotFound)?;
    let share = number(&shape.share).and_then(|share| u32::try_from(share).ok());
    let percent = share.or((cap == Yen::ZERO).then_some(0)).ok_or_else(|| Refusal::new("ledger.share"))?;
    Ok(Terms { cap, percent, rounding: shape.rounding })
}

/// A month from its lines.
///
/// # Errors
/// [`Error::NotFound`] where nothing was ever granted; `ledger.share` when the decision names no share.
pub fn build(opened: &Opened, month: NaiveDate, lines: Vec<Line>) -> Result<Sheet, Error> {
    let Terms { cap, percent, rounding } = terms(opened, month)?;
    let (_, rules) = shape(opened)?;
    let in_force = in_order(&lines);
    let counted: Vec<Counted> = in_force.iter().map(|line| counted(opened, rules, line)).collect();
    let ledger = run(&counted, cap, percent, rounding).map_err(|error| Error::Fault(error.to_string()))?;
    let of = |entry: &Entry| Some((in_force.get(entry.line)?.id.clone(), *entry));
    let entries: BTreeMap<String, Entry> = ledger.entries.iter().filter_map(of).collect();
    let full = ledger.reached.and_then(|line| counted.get(line));
    let reached = full.map(|line| Reached { on: line.on, institution: line.institution.clone() });
    let month = month_of(month);
    Ok(Sheet { month, cap, rows: rows(lines, &entries), total: ledger.total, paid: ledger.paid, reached })
}

fn rows(lines: Vec<Line>, entries: &BTreeMap<String, Entry>) -> Vec<Row> {
    let row = |line: Line| Row { entry: entries.get(&line.id).copied(), line };
    let mut rows: Vec<Row> = lines.into_iter().map(row).collect();
    rows.sort_by_key(|row| (row.line.care_on, row.line.place, row.line.seq));
    rows
}

/// The decision under which a month stands. A grant that was taken back leaves the lines posted under it.
fn decision_of(opened: &Opened, month: NaiveDate) -> Result<&Decision, Error> {
    let held = of_month(&opened.rulings(), month).map(|row| row.decision);
    held.or_else(|| opened.certified_but_for("")).ok_or(Error::NotFound)
}

/// The lines that no other corrects, in the order of arrival; a correcting line has the place of the other.
pub fn in_order(lines: &[Line]) -> Vec<&Line> {
    let corrected: BTreeSet<&str> = lines.iter().filter_map(|line| line.corrects.as_deref()).collect();
    let mut in_force: Vec<&Line> =
        lines.iter().filter(|line| !corrected.contains(line.id.as_str())).collect();
    in_force.sort_by_key(|line| line.place);
    in_force
}

fn counted(opened: &Opened, rules: LedgerRules, line: &Line) -> Counted {
    Counted {
        on: line.care_on,
        institution: line.content.institution.clone(),
        total: line.total,
        percent: (rules.percent)(&line.kind, line.care_on, &opened.program.tables),
    }
}

/// A month of an opened case.
///
/// # Errors
/// As [`build`].
pub fn of(conn: &mut Conn, opened: &Opened, month: NaiveDate) -> Result<Sheet, Error> {
    let month = month_of(month);
    let lines = ledger::between(conn, &opened.granted, &opened.stored, month, month)?;
    build(opened, month, lines)
}

/// The months that have lines and, if it has a grant, that of `today`, the newest first; with the lines.
///
/// # Errors
/// As [`build`].
pub fn recent(conn: &mut Conn, opened: &Opened, today: NaiveDate) -> Result<Vec<Sheet>, Error> {
    let this = month_of(today);
    let first = this.checked_sub_months(Months::new(GATHERED)).unwrap_or(this);
    let mut by_month: BTreeMap<NaiveDate, Vec<Line>> = BTreeMap::new();
    for line in ledger::between(conn, &opened.granted, &opened.stored, first, this)? {
        by_month.entry(line.month).or_default().push(line);
    }
    if of_month(&opened.rulings(), this).is_some() {
        by_month.entry(this).or_default();
    }
    by_month.into_iter().rev().map(|(month, lines)| build(opened, month, lines)).collect()
}

/// The criteria that look at the totals of months, as they stand on a day.
///
/// # Errors
/// [`Error::NotFound`] for a program without a ledger.
pub fn criteria(opened: &Opened, sheets: &[Sheet], today: NaiveDate) -> Result<Vec<Criterion>, Error> {
    let (_, rules) = shape(opened)?;
    let total = |sheet: &Sheet| MonthTotal { month: sheet.month, total: sheet.total };
    let totals: Vec<_> = sheets.iter().map(total).collect();
    Ok((rules.criteria)(&totals, today, &opened.program.tables))
}

/// A month as addresses name it, such as `2026-11`.
pub fn month_code(month: NaiveDate) -> String {
    format!("{:04}-{:02}", month.year(), month.month())
}

/// The month that an address names.
pub fn read_month(code: &str) -> Option<NaiveDate> {
    format!("{code}-01").parse().ok().filter(|_| code.len() == 7)
}
