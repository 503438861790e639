//! Figures of decided cases: written with the decision, read only as sums.

use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::domain::case::Case;
use crate::domain::case::measured::{Counted, Figure};
use crate::domain::periods::month_of;
use crate::domain::permission::{Granted, Seated};

use super::conn::Conn;
use super::error::StoreError;
use super::schema::case_measures;

/// Which figures are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The program.
    pub program: String,
    /// A kind of procedure; none for all.
    pub kind: Option<String>,
    /// First day of the decisions.
    pub from: NaiveDate,
    /// Last day of the decisions.
    pub until: NaiveDate,
}

/// Cases that are alike: of one figure, kind, month and value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// Code of the measure or the comparison.
    pub code: String,
    /// Kind of procedure.
    pub kind: String,
    /// First day of the month of the decision.
    pub month: NaiveDate,
    /// What was counted.
    pub counted: Counted,
    /// How many cases.
    pub cases: u64,
}

/// Stores the figures of a case in the place of earlier ones.
///
/// # Errors
/// When the database fails.
pub fn replace(
    conn: &mut Conn,
    case: &Case,
    decided_on: NaiveDate,
    figures: &[Figure],
) -> Result<(), StoreError> {
    diesel::delete(case_measures::table.filter(case_measures::case_id.eq(&case.id))).execute(conn)?;
    for figure in figures {
        let (days, changed) = match figure.counted {
            Counted::Days(days) => (Some(i64::from(days)), None),
            Counted::Changed(changed) => (None, Some(changed)),
        };
        diesel::insert_into(case_measures::table)
            .values((
                case_measures::case_id.eq(&case.id),
                case_measures::code.eq(&figure.code),
                case_measures::program.eq(&case.program),
                case_measures::kind.eq(case.kind.code()),
                case_measures::decided_on.eq(decided_on),
                case_measures::month.eq(month_of(decided_on)),
                case_measures::days.eq(days),
                case_measures::changed.eq(changed),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// A row of [`sums`] as it is stored.
type Sum = (String, String, NaiveDate, Option<i64>, Option<bool>, i64);

/// How many cases are alike in a period, by month, figure and kind; for days by their number.
///
/// # Errors
/// When the database fails.
pub fn sums(conn: &mut Conn, _seated: &Seated, wanted: &Wanted) -> Result<Vec<Alike>, StoreError> {
    let mut query = case_measures::table
        .filter(case_measures::program.eq(&wanted.program))
        .filter(case_measures::decided_on.between(wanted.from, wanted.until))
        .group_by((
            case_measures::code,
            case_measures::kind,
            case_measures::month,
            case_measures::days,
            case_measures::changed,
        ))
        .select((
            case_measures::code,
            case_measures::kind,
            case_measures::month,
            case_measures::days,
            case_measures::changed,
            count_star(),
        ))
        .order((
            case_measures::month,
            case_measures::code,
            case_measures::kind,
            case_measures::days,
            case_measures::changed,
        ))
        .into_boxed();
    if let Some(kind) = &wanted.kind {
        query = query.filter(case_measures::kind.eq(kind));
    }
    let rows: Vec<Sum> = query.load(conn)?;
    Ok(rows.into_iter().filter_map(alike).collect())
}

fn alike((code, kind, month, days, changed, cases): Sum) -> Option<Alike> {
    let days = days.and_then(|days| u32::try_from(days).ok()).map(Counted::Days);
    let counted = days.or(changed.map(Counted::Changed))?;
    Some(Alike { code, kind, month, counted, cases: u64::try_from(cases).ok()? })
}

/// How many cases of a kind took how many days by one measure, decided since a day.
///
/// # Errors
/// When the database fails.
pub fn days_since(
    conn: &mut Conn,
    _granted: &Granted,
    case: &Case,
    code: &str,
    since: NaiveDate,
) -> Result<Vec<(u32, u64)>, StoreError> {
    let rows: Vec<(Option<i64>, i64)> = case_measures::table
        .filter(case_measures::program.eq(&case.program))
        .filter(case_measures::kind.eq(case.kind.code()))
        .filter(case_measures::code.eq(code))
        .filter(case_measures::decided_on.ge(since))
        .group_by(case_measures::days)
        .select((case_measures::days, count_star()))
        .load(conn)?;
    let counted = rows
        .into_iter()
        .filter_map(|(days, cases)| Some((u32::try_from(days?).ok()?, u64::try_from(cases).ok()?)));
    Ok(counted.collect())
}
