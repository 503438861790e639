//! 審査会の簡素化: whether the committee may be gone through in the simplified way. Every condition must
//! hold; an insurer may add conditions of its own.

use chrono::NaiveDate;

use super::tenths::Tenths;
use crate::domain::proposal::{Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};

/// The levels between which only the estimate of stability decides.
const BY_STABILITY: [&str; 2] = ["support2", "care1"];

/// What the conditions look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renewal<'a> {
    /// Whether the person is insured by age (第1号被保険者).
    pub first_insured: bool,
    /// Whether a renewal is applied for.
    pub renewal: bool,
    /// The level that the ministry's software gave.
    pub level: &'a str,
    /// The level held until now.
    pub previous_level: &'a str,
    /// Months for which the earlier certification was granted.
    pub previous_months: i64,
    /// Whether the software says that the state is stable, where it says anything.
    pub stable: Option<bool>,
    /// The software's minutes (要介護認定等基準時間).
    pub minutes: Tenths,
}

/// A condition and whether it holds; open while a needed value is not given.
pub type Condition = (&'static str, Option<bool>);

/// The six conditions.
///
/// # Errors
/// When the tables have no row for the day.
pub fn conditions(
    it: &Renewal<'_>,
    on: NaiveDate,
    tables: &Tables,
) -> Result<Worked<Vec<Condition>>, TableError> {
    let row = tables.row("simplified", "simplified", on)?;
    let margin = row.decimal("margin").map(Tenths::read)?.unwrap_or_default();
    let stability = if BY_STABILITY.contains(&it.level) { it.stable } else { Some(true) };
    let conditions = vec![
        ("first-insured", Some(it.first_insured)),
        ("renewal", Some(it.renewal)),
        ("same-level", Some(it.level == it.previous_level)),
        ("long-before", Some(it.previous_months >= row.integer("months")?)),
        ("stable", stability),
        ("far-from-next", Some(is_far(it.minutes, margin, on, tables)?)),
    ];
    let step = WorkingStep::new("working.simplified").by(row).input("minutes", it.minutes);
    let step = conditions.iter().fold(step, |step, (name, met)| step.input(name, shown(*met)));
    let result = shown(all(&conditions));
    Ok(Worked::by(conditions, step.gives(result)))
}

/// Whether all conditions hold; open while one is open and none fails.
pub fn all(conditions: &[Condition]) -> Option<bool> {
    let met = conditions.iter().map(|(_, met)| *met);
    if met.clone().any(|met| met == Some(false)) {
        Some(false)
    } else {
        met.collect::<Option<Vec<_>>>().map(|_| true)
    }
}

/// Whether more than the margin is left to where the next heavier level begins.
fn is_far(minutes: Tenths, margin: Tenths, on: NaiveDate, tables: &Tables) -> Result<bool, TableError> {
    let rows = tables.rows("levels", on)?;
    let starts = rows.iter().filter_map(|row| row.decimal("min").ok().and_then(Tenths::read));
    let next = starts.filter(|start| *start > minutes).min();
    Ok(next.is_none_or(|next| next > minutes.plus(margin)))
}

fn shown(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => "はい",
        Some(false) => "いいえ",
        None => "－",
    }
}
