//! Caps of a household over time: which certificates get another share when one of them starts,
//! changes or ends (施行令1条2項, 施行規則11条).

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::cap::apportion;
use super::correction::next_month;
use crate::domain::money::Yen;

/// Under which program a certificate was granted; both share one cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// 指定難病
    Disease,
    /// 小児慢性特定疾病
    Child,
}

impl Program {
    /// Every program with its code in the forms.
    pub const CODES: [(&str, Program); 2] = [("nanbyo", Program::Disease), ("shoman", Program::Child)];

    /// The code used in the forms.
    pub fn code(self) -> &'static str {
        Program::CODES.iter().find(|(_, program)| *program == self).map_or("", |(code, _)| code)
    }
}

/// A certificate of somebody in the household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Who holds it, as the caller names them.
    pub holder: String,
    /// Under which program.
    pub program: Program,
    /// The monthly cap before apportionment.
    pub cap: Yen,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

/// From when another certificate that starts or ends within a month makes a difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Turn {
    /// From the first of a month on or after the day, as caps are monthly.
    #[default]
    Month,
    /// From the day itself.
    Day,
}

impl Turn {
    fn of(self, day: NaiveDate) -> NaiveDate {
        if self == Turn::Day || day.day() == 1 { day } else { next_month(day) }
    }
}

/// A stretch of a certificate with one apportioned cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// The share of the household's cap.
    pub cap: Yen,
}

/// A certificate whose cap has to be determined anew for some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Who holds it.
    pub holder: String,
    /// Under which program.
    pub program: Program,
    /// First day of the other cap.
    pub from: NaiveDate,
    /// Last day of the other cap.
    pub to: NaiveDate,
    /// The cap so far.
    pub before: Yen,
    /// The cap to be.
    pub after: Yen,
}

/// The stretches of one certificate of a household; `unit` is the step to which shares are rounded
/// down. A certificate that ends before it begins has none.
pub fn shares(own: &Certificate, household: &[Certificate], turn: Turn, unit: u32) -> Vec<Share> {
    let others: Vec<&Certificate> = household.iter().filter(|it| !same(it, own)).collect();
    let mut stretches: Vec<Share> = Vec::new();
    for (from, to) in stretch_days(own, &others, turn) {
        let present = others.iter().filter(|other| turn.of(other.from) <= from && from < end(other, turn));
        let caps: Vec<Yen> = [own.cap].into_iter().chain(present.map(|other| other.cap)).collect();
        let cap = apportion(&caps, unit).first().copied().unwrap_or(own.cap);
        match stretches.last_mut().filter(|last| last.cap == cap) {
            Some(last) => last.to = to,
            None => stretches.push(Share { from, to, cap }),
        }
    }
    stretches
}

/// First and last days between which nothing changes in the household.
fn stretch_days(own: &Certificate, others: &[&Certificate], turn: Turn) -> Vec<(NaiveDate, NaiveDate)> {
    let turns = others.iter().flat_map(|other| [turn.of(other.from), end(other, turn)]);
    let inside = turns.filter(|day| own.from < *day && *day <= own.to);
    let firsts: BTreeSet<NaiveDate> = inside.chain((own.from <= own.to).then_some(own.from)).collect();
    let lasts = firsts.iter().skip(1).filter_map(NaiveDate::pred_opt).chain([own.to]);
    firsts.iter().copied().zip(lasts).collect()
}

/// The first day on which a certificate makes no difference to others any more.
fn end(certificate: &Certificate, turn: Turn) -> NaiveDate {
    turn.of(certificate.to.succ_opt().unwrap_or(certificate.to))
}

fn same(left: &Certificate, right: &Certificate) -> bool {
    left.holder == right.holder && left.program == right.program
}

/// Whose cap is another after a certificate of the household has started, changed or ended: those
/// that are themselves unchanged, with the days on which their caps differ.
pub fn tasks(before: &[Certificate], after: &[Certificate], turn: Turn, unit: u32) -> Vec<Task> {
    let unchanged = after.iter().filter(|certificate| before.contains(certificate));
    unchanged
        .flat_map(|own| {
            let (old, new) = (shares(own, before, turn, unit), shares(own, after, turn, unit));
            differences(own, &old, &new)
        })
        .collect()
}

fn differences(own: &Certificate, old: &[Share], new: &[Share]) -> Vec<Task> {
    let mut tasks = Vec::new();
    for (left, right) in old.iter().flat_map(|left| new.iter().map(move |right| (left, right))) {
        let (from, to) = (left.from.max(right.from), left.to.min(right.to));
        if from <= to && left.cap != right.cap {
            let (holder, program) = (own.holder.clone(), own.program);
            tasks.push(Task { holder, program, from, to, before: left.cap, after: right.cap });
        }
    }
    tasks
}
