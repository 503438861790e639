//! 57 特発性拡張型心筋症: the grade from NYHA, arrhythmia, admissions and BNP.

use chrono::NaiveDate;

use super::{Observed, Part, Signs, grade};
use crate::domain::proposal::WorkingStep;
use crate::domain::tables::{Row, TableError, Tables};
use crate::programs::read::Slots;

/// The part. The diagnosis rests on what was excluded.
pub const PART: Part = Part { disease: 57, category: "dcm.exclusion", severity, signs };

/// An item with the limits of its row.
struct Item<'a> {
    row: &'a Row,
    value: Option<i64>,
}

impl Item<'_> {
    fn reaches(&self, column: &str) -> bool {
        self.value.zip(self.row.integer(column).ok()).is_some_and(|(value, limit)| value >= limit)
    }
}

/// The items that decide, NYHA first.
struct Items<'a> {
    nyha: Item<'a>,
    arrhythmia: Item<'a>,
    admissions: Item<'a>,
    bnp: Item<'a>,
    nt_probnp: Item<'a>,
}

impl<'a> Items<'a> {
    fn of(slots: Slots, tables: &'a Tables, on: NaiveDate) -> Result<Items<'a>, TableError> {
        let item = |name: &str| {
            let row = tables.row("dcm_items", name, on)?;
            Ok(Item { row, value: slots.integer(&format!("dcm.{name}")) })
        };
        Ok(Items {
            nyha: item("nyha")?,
            arrhythmia: item("arrhythmia")?,
            admissions: item("admissions")?,
            bnp: item("bnp")?,
            nt_probnp: item("nt-probnp")?,
        })
    }

    fn others(&self) -> [&Item<'a>; 4] {
        [&self.arrhythmia, &self.admissions, &self.bnp, &self.nt_probnp]
    }

    /// 最重症: NYHA Ⅳ, and admissions or continuous treatment. 重症: any item. 中等症: NYHA Ⅱ and
    /// another item. 軽症 only when nothing is unknown that could change it.
    fn grade(&self, continuous: bool) -> Option<&'static str> {
        if self.nyha.reaches("most") && (self.admissions.reaches("most") || continuous) {
            return Some("most-severe");
        }
        if self.nyha.reaches("severe") || self.others().iter().any(|item| item.reaches("severe")) {
            return Some("severe");
        }
        if self.nyha.reaches("moderate") && self.others().iter().any(|item| item.reaches("moderate")) {
            return Some("moderate");
        }
        let measured = self.bnp.value.or(self.nt_probnp.value);
        let known = [self.nyha.value, self.arrhythmia.value, self.admissions.value, measured];
        known.iter().all(Option::is_some).then_some("mild")
    }
}

fn severity(slots: Slots, tables: &Tables, on: NaiveDate) -> Result<Observed, TableError> {
    let items = Items::of(slots, tables, on)?;
    let computed = items.grade(slots.yes("dcm.continuous") == Some(true));
    let place = ("dcm", "dcm.grade", slots.slot("dcm.nyha"));
    grade::observed(place, computed, step(slots, &items)?, tables, on)
}

fn step(slots: Slots, items: &Items) -> Result<WorkingStep, TableError> {
    let mut step = WorkingStep::new("working.grade").by(items.nyha.row);
    for item in [&items.nyha].into_iter().chain(items.others()) {
        if let Some(value) = item.value {
            let path = slots.slot(&format!("dcm.{}", item.row.text("item")?));
            step = step.input(&path, format!("{} {value}", item.row.text("name")?));
        }
    }
    Ok(step)
}

fn signs(_: Slots, _: &Tables, _: NaiveDate) -> Result<Signs, TableError> {
    Ok(Signs::default())
}
