use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn line(on: &str, institution: &str, total: i64) -> Line {
    Line { on: day(on), institution: institution.to_owned(), total: Yen(total), percent: None }
}

fn month(lines: &[Line], cap: i64) -> Ledger {
    run(lines, Yen(cap), 20, Rounding::WholeYen).unwrap()
}

/// May 2026: two institutions on one day, the cap reached on the 21st, and care after it.
fn may() -> Vec<Line> {
    vec![
        line("2026-05-07", "A病院", 20_000),
        line("2026-05-07", "B薬局", 15_000),
        line("2026-05-14", "C訪問看護", 8_500),
        line("2026-05-21", "A病院", 12_000),
        line("2026-05-21", "B薬局", 9_000),
    ]
}

#[test]
fn the_last_payment_fills_the_cap_and_the_total_goes_on() {
    let ledger = month(&may(), 10_000);
    let rows: Vec<_> =
        ledger.entries.iter().map(|it| (it.share.0, it.pay.0, it.cumulative.0, it.struck)).collect();
    let expected = [
        (4_000, 4_000, 4_000, false),
        (3_000, 3_000, 7_000, false),
        (1_700, 1_700, 8_700, false),
        (2_400, 1_300, 10_000, false),
        (1_800, 0, 10_000, true),
    ];
    assert_eq!(rows, expected);
    assert_eq!((ledger.reached, ledger.paid, ledger.total), (Some(3), Yen(10_000), Yen(64_500)));
}

#[test]
fn lines_stand_by_day_of_care_and_those_of_a_day_as_they_came() {
    let mut lines = may();
    lines.rotate_left(2);
    let ledger = month(&lines, 10_000);
    assert_eq!(ledger.entries.iter().map(|entry| entry.line).collect::<Vec<_>>(), [3, 4, 0, 1, 2]);
    assert_eq!((ledger.reached, ledger.total), (Some(1), Yen(64_500)));
}

#[test]
fn with_a_cap_of_nothing_totals_are_still_kept() {
    let ledger = month(&may(), 0);
    assert!(ledger.entries.iter().all(|entry| entry.struck && entry.pay == Yen::ZERO));
    assert_eq!((ledger.reached, ledger.paid, ledger.total), (None, Yen::ZERO, Yen(64_500)));
}

#[test]
fn a_line_of_care_insurance_has_its_own_share() {
    let mut lines = may();
    lines[2].percent = Some(10);
    let ledger = month(&lines, 30_000);
    assert_eq!((ledger.entries[2].pay, ledger.reached), (Yen(850), None));
}

#[test]
fn a_share_is_rounded_as_asked() {
    let pay = |total, rounding| {
        run(&[line("2026-05-07", "A病院", total)], Yen(30_000), 20, rounding).unwrap().paid.0
    };
    assert_eq!([pay(12_345, Rounding::WholeYen), pay(12_349, Rounding::WholeYen)], [2_469, 2_469]);
    assert_eq!([pay(12_320, Rounding::TenYen), pay(12_325, Rounding::TenYen)], [2_460, 2_470]);
}

#[test]
fn what_makes_no_ledger_is_refused() {
    let fault = |lines: &[Line], cap, percent| run(lines, Yen(cap), percent, Rounding::WholeYen).unwrap_err();
    let other_month = [line("2026-05-07", "A", 1), line("2026-06-01", "A", 1)];
    assert_eq!(fault(&other_month, 1, 20), LedgerError::OtherMonth { line: 1 });
    assert_eq!(fault(&[line("2026-05-07", "A", -1)], 1, 20), LedgerError::Total { line: 0 });
    let enormous = [line("2026-05-07", "A", HIGHEST_TOTAL.0 + 1)];
    assert_eq!(fault(&enormous, 1, 20), LedgerError::Total { line: 0 });
    assert_eq!(fault(&may(), 1, 101), LedgerError::Percent { line: 0 });
    assert_eq!(fault(&may(), -1, 20), LedgerError::Cap);
}

fn parts(insurance_percent: u32, limit: Option<i64>, pay: i64) -> [i64; 4] {
    let claim = Claim { total: Yen(50_000), insurance_percent, limit: limit.map(Yen), pay: Yen(pay) };
    let Split { insurer, high_cost, public, person } = split(&claim).unwrap();
    [insurer.0, high_cost.0, public.0, person.0]
}

#[test]
fn insurance_comes_before_the_public_share() {
    assert_eq!(parts(30, None, 2_500), [35_000, 0, 12_500, 2_500]);
    assert_eq!(parts(10, None, 2_500), [45_000, 0, 2_500, 2_500]);
    assert_eq!(parts(20, Some(8_000), 2_500), [40_000, 2_000, 5_500, 2_500]);
    assert_eq!(parts(20, Some(8_000), 10_000), [40_000, 2_000, 0, 8_000]);
}

#[test]
fn a_claim_out_of_range_is_refused() {
    let claim = Claim { total: Yen(1), insurance_percent: 30, limit: None, pay: Yen(1) };
    assert!(split(&Claim { total: Yen(-1), ..claim }).is_err());
    assert!(split(&Claim { pay: Yen(-1), ..claim }).is_err());
    assert!(split(&Claim { limit: Some(Yen(-1)), ..claim }).is_err());
    assert!(split(&Claim { insurance_percent: 101, ..claim }).is_err());
}

fn any_line() -> impl Strategy<Value = Line> {
    (1u32..=31, 0i64..=HIGHEST_TOTAL.0, proptest::option::of(0u32..=100)).prop_map(|(on, total, percent)| {
        let on = NaiveDate::from_ymd_opt(2026, 5, on).unwrap();
        Line { on, institution: String::new(), total: Yen(total), percent }
    })
}

proptest! {
    #[test]
    fn nobody_pays_more_than_the_cap_and_every_total_counts(
        lines in proptest::collection::vec(any_line(), 0..30),
        cap in 0i64..50_000,
        ten: bool,
    ) {
        let rounding = if ten { Rounding::TenYen } else { Rounding::WholeYen };
        let ledger = run(&lines, Yen(cap), 20, rounding).unwrap();
        prop_assert!(ledger.entries.iter().all(|entry| entry.cumulative.0 <= cap && entry.pay <= entry.share));
        prop_assert_eq!(ledger.total.0, lines.iter().map(|line| line.total.0).sum::<i64>());
        prop_assert_eq!(ledger.paid.0, ledger.entries.iter().map(|entry| entry.pay.0).sum::<i64>());
        prop_assert_eq!(ledger.reached.is_some(), cap > 0 && ledger.paid.0 == cap);
        let after = ledger.entries.iter().skip_while(|entry| !entry.struck);
        prop_assert!(after.into_iter().all(|entry| entry.struck && entry.pay == Yen::ZERO));
    }

    #[test]
    fn the_parts_of_a_claim_add_up(
        total in 0i64..=HIGHEST_TOTAL.0,
        insurance_percent in 0u32..=100,
        limit in proptest::option::of(0i64..300_000),
        pay in 0i64..40_000,
    ) {
        let claim = Claim { total: Yen(total), insurance_percent, limit: limit.map(Yen), pay: Yen(pay) };
        let Split { insurer, high_cost, public, person } = split(&claim).unwrap();
        prop_assert_eq!(insurer.0 + high_cost.0 + public.0 + person.0, total);
        prop_assert!([insurer, high_cost, public, person].iter().all(|part| *part >= Yen::ZERO));
    }
}
