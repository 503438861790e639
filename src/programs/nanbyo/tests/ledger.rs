use super::{day, tables};
use crate::domain::ledger::{Criterion, MonthTotal};
use crate::domain::money::Yen;
use crate::programs::nanbyo::ledger::RULES;

fn month_total(month: &str, total: i64) -> MonthTotal {
    MonthTotal { month: day(month), total: Yen(total) }
}

/// Months of 2026 with their totals, as the criteria stand on 22 November 2026.
fn criteria(months: &[(u32, i64)]) -> Vec<Criterion> {
    let total = |(month, total): &(u32, i64)| month_total(&format!("2026-{month:02}-01"), *total);
    let months: Vec<_> = months.iter().map(total).collect();
    (RULES.criteria)(&months, day("2026-11-22"), tables())
}

fn counts(months: &[(u32, i64)]) -> Vec<(String, i64, bool)> {
    criteria(months).into_iter().map(|it| (it.code.clone(), it.counted, it.met())).collect()
}

#[test]
fn only_care_insurance_has_a_share_of_its_own() {
    let percent = |kind| (RULES.percent)(kind, day("2026-11-22"), tables());
    assert_eq!(percent("care"), Some(10));
    assert_eq!(["outpatient", "inpatient", "pharmacy", "nursing", "unknown"].map(percent), [None; 5]);
}

#[test]
fn a_month_counts_only_above_the_amount() {
    let months = [(1, 33_330), (2, 33_331), (3, 50_000), (4, 50_001)];
    let expected = [("mild-cost".to_owned(), 3, true), ("long-term".to_owned(), 1, false)];
    assert_eq!(counts(&months), expected);
}

#[test]
fn six_months_above_fifty_thousand_are_costly_for_long() {
    let months: Vec<(u32, i64)> = (6..=11).map(|month| (month, 50_001)).collect();
    assert_eq!(counts(&months)[1], ("long-term".to_owned(), 6, true));
    assert_eq!(counts(&months[1..])[1], ("long-term".to_owned(), 5, false));
}

#[test]
fn the_window_is_twelve_months_that_end_with_this_one() {
    let long = &criteria(&[])[1];
    assert_eq!((long.from, long.needed, long.above), (day("2025-12-01"), 6, Yen(50_000)));
    let months = [("2025-11-01", 60_000), ("2025-12-01", 60_000), ("2026-12-01", 60_000)];
    let months = months.map(|(month, total)| month_total(month, total));
    assert_eq!((RULES.criteria)(&months, day("2026-11-22"), tables())[1].counted, 1);
}
