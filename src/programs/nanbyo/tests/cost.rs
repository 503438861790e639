use proptest::prelude::*;

use super::super::cost::{Cost, CostInput, Counted, CountedFrom, Source, count};
use super::*;
use crate::domain::money::Yen;

fn costs(source: Source, rows: &[(&str, i64)]) -> Vec<Cost> {
    rows.iter().map(|(on, total)| Cost { on: on.parse().unwrap(), total: Yen(*total), source }).collect()
}

fn applied<'a>(on: &str, costs: &'a [Cost]) -> CostInput<'a> {
    CostInput { costs, applied: day(on), ..CostInput::default() }
}

fn counted(rule: &str, input: &CostInput) -> Counted {
    count(rule, input, tables()).unwrap().value
}

fn met(rule: &str, input: &CostInput) -> bool {
    counted(rule, input).met
}

/// Months of 2026 from January on, with one total each.
fn months(source: Source, number: u32, total: i64) -> Vec<Cost> {
    let on = |month: u32| format!("2026-{month:02}").parse().unwrap();
    (1..=number).map(|month| Cost { on: on(month), total: Yen(total), source }).collect()
}

#[test]
fn a_month_counts_only_above_the_amount() {
    let mild = |total| met("mild-cost", &applied("2026-05-10", &months(Source::Receipt, 3, total)));
    assert!(mild(33_331) && !mild(33_330));
    let long =
        |number, total| met("long-term", &applied("2026-06-30", &months(Source::Ledger, number, total)));
    assert!(long(6, 50_001) && !long(6, 50_000) && !long(5, 50_001));
}

#[test]
fn the_window_is_the_twelve_months_that_end_with_the_application() {
    let of = |first: &str, onset: Option<&str>| {
        let costs = costs(Source::Receipt, &[(first, 40_000), ("2017-09", 40_000), ("2017-10", 40_000)]);
        met("mild-cost", &CostInput { onset: onset.map(day), ..applied("2017-10-15", &costs) })
    };
    assert!(of("2016-11", None));
    assert!(!of("2016-10", None));
    assert!(!of("2016-11", Some("2017-02-10")));
    assert!(of("2017-02", Some("2017-02-10")));
    let empty = counted("mild-cost", &applied("2017-10-15", &[]));
    assert_eq!(empty.window, (day("2016-11-01"), day("2017-10-01")));
}

#[test]
fn receipts_of_one_month_are_added_up_whatever_their_source() {
    let mut of =
        costs(Source::Receipt, &[("2026-03-01", 20_000), ("2026-03-20", 13_331), ("2026-04", 40_000)]);
    assert_eq!(counted("mild-cost", &applied("2026-05-10", &of)).count, 2);
    of.extend(costs(Source::Ledger, &[("2026-05", 33_000)]));
    of.extend(costs(Source::Receipt, &[("2026-05-02", 331)]));
    let found = counted("mild-cost", &applied("2026-05-10", &of));
    assert_eq!((found.count, found.months.last().unwrap().total), (3, Yen(33_331)));
}

#[test]
fn it_is_met_on_the_day_the_last_month_needed_goes_above() {
    let rows = [("2026-02", 40_000), ("2026-03", 40_000), ("2026-04-08", 30_000), ("2026-04-21", 4_000)];
    let of = costs(Source::Receipt, &rows);
    let found = counted("mild-cost", &applied("2026-05-10", &of));
    assert_eq!((found.met_on, found.effective_on), (Some(day("2026-04-21")), Some(day("2026-04-22"))));
}

#[test]
fn of_a_whole_month_it_is_the_last_day_or_that_of_the_application() {
    let rows = |last| [("2026-02", 40_000), ("2026-03", 40_000), (last, 40_000)];
    let on = |last| counted("mild-cost", &applied("2026-05-10", &costs(Source::Receipt, &rows(last)))).met_on;
    assert_eq!((on("2026-04"), on("2026-05")), (Some(day("2026-04-30")), Some(day("2026-05-10"))));
}

#[test]
fn a_long_burden_has_its_effect_from_the_month_after_the_application() {
    let found = counted("long-term", &applied("2026-06-30", &months(Source::Ledger, 6, 60_000)));
    assert_eq!(found.effective_on, Some(day("2026-07-01")));
    assert_eq!(counted("long-term", &applied("2026-06-30", &[])).effective_on, None);
}

#[test]
fn before_the_certificate_amounts_count_for_the_light_rule_only() {
    let receipts = months(Source::Receipt, 6, 60_000);
    let input = applied("2026-06-30", &receipts);
    assert!(met("mild-cost", &input) && !met("long-term", &input));
    let from = |day_text| CostInput { valid_from: Some(day(day_text)), ..input };
    assert!(met("long-term", &from("2026-01-01")));
    assert!(!met("long-term", &from("2026-02-01")));
}

#[test]
fn an_authority_may_count_from_the_day_of_certification() {
    let receipts = months(Source::Receipt, 6, 60_000);
    let both = CostInput {
        valid_from: Some(day("2026-01-01")),
        certified_on: Some(day("2026-03-20")),
        ..applied("2026-06-30", &receipts)
    };
    assert_eq!(counted("long-term", &both).count, 6);
    let tokyo = CostInput { counted_from: CountedFrom::CertifiedOn, ..both };
    let worked = count("long-term", &tokyo, tables()).unwrap();
    assert_eq!((worked.value.count, keys(&worked.findings)), (4, vec!["finding.cost-month-astride"]));
}

#[test]
fn the_childrens_program_counts_since_its_rule_and_its_own_start() {
    let child = months(Source::ChildProgram, 6, 60_000);
    let input = applied("2026-06-30", &child);
    assert!(met("long-term", &input));
    assert!(!met("long-term", &CostInput { child_from: Some(day("2026-02-01")), ..input }));
    let early: Vec<Cost> =
        (1..=6).map(|month| Cost { on: format!("2022-{month:02}").parse().unwrap(), ..child[0] }).collect();
    assert!(!met("long-term", &applied("2022-08-01", &early)));
    assert!(met("long-term", &applied("2022-08-02", &early)));
}

fn any_cost() -> impl Strategy<Value = Cost> {
    let sources = proptest::sample::select(Source::CODES.map(|(_, source)| source).to_vec());
    (2024i32..2028, 1u32..=12, proptest::option::of(1u32..=28), 0i64..200_000, sources).prop_map(
        |(year, month, day, total, source)| {
            let on = crate::domain::calendar::PartialDate::new(year, Some(month), day).unwrap();
            Cost { on, total: Yen(total), source }
        },
    )
}

proptest! {
    #[test]
    fn only_months_of_the_window_count(costs in proptest::collection::vec(any_cost(), 0..60), later in 0u64..700) {
        let applied = day("2025-01-01") + chrono::Days::new(later);
        let input = CostInput { costs: &costs, applied, ..CostInput::default() };
        let found = counted("mild-cost", &input);
        let (first, last) = found.window;
        prop_assert_eq!(first + chrono::Months::new(11), last);
        prop_assert!(found.months.iter().all(|month| (first..=last).contains(&month.first)));
        prop_assert!(found.count <= 12 && found.met == (found.count >= 3));
        prop_assert!(found.met_on.is_none_or(|met| first <= met && met <= applied));
    }

    #[test]
    fn another_amount_never_undoes_the_rule(costs in proptest::collection::vec(any_cost(), 0..40), more in any_cost()) {
        let applied = day("2026-06-15");
        let of = |costs: &[Cost]| met("mild-cost", &CostInput { costs, applied, ..CostInput::default() });
        let longer: Vec<Cost> = costs.iter().copied().chain([more]).collect();
        prop_assert!(of(&costs) <= of(&longer));
    }
}
