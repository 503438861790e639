use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::refund::{Claim, Refund, refund};
use super::super::refund_claim::Payment;
use super::*;
use crate::domain::ledger::Rounding;
use crate::domain::money::Yen;
use crate::domain::proposal::Worked;
use crate::programs::{Paid, Posted, Stretch};

fn paid_at(on: &str, institution: &str, total: i64, paid: i64) -> Payment {
    Payment {
        path: "answers.refund-row[0]".to_owned(),
        on: day(on),
        institution: institution.to_owned(),
        kind: "outpatient".to_owned(),
        total: Yen(total),
        paid: Yen(paid),
        insurance_share: Some(3),
        reimbursed: Yen::ZERO,
    }
}

fn stretch(from: &str, to: &str, cap: i64) -> Stretch {
    let fields = [
        ("cap", json!(cap)),
        ("share_percent", json!(20)),
        ("tier", json!("general-1")),
        ("cap_basis", json!("general")),
    ];
    let fields: BTreeMap<String, Value> = fields.map(|(key, value)| (key.to_owned(), value)).into();
    Stretch { from: day(from), to: day(to), fields }
}

fn granted(cap: i64) -> Paid {
    let stretches = vec![stretch("2026-08-10", "2027-07-31", cap)];
    Paid { stretches, lines: Vec::new(), rounding: Rounding::TenYen }
}

fn posted(on: &str, institution: &str, total: i64, collected: i64) -> Posted {
    Posted {
        on: day(on),
        institution: institution.to_owned(),
        kind: "outpatient".to_owned(),
        total: Yen(total),
        collected: Yen(collected),
    }
}

fn worked_for(reason: &str, payments: &[Payment], ledger: &Paid) -> Worked<Refund> {
    let claim = Claim { reason: Some(reason), received_on: day("2026-11-10"), payments };
    refund(&claim, ledger, tables()).unwrap()
}

fn worked(payments: &[Payment], ledger: &Paid) -> Worked<Refund> {
    worked_for("before-arrival", payments, ledger)
}

/// What is found but for the request to compare an empty month of the ledger.
fn told(worked: &Worked<Refund>) -> Vec<&str> {
    keys(&worked.findings).into_iter().filter(|key| *key != "finding.refund-ledger").collect()
}

#[test]
fn each_month_is_paid_back_under_its_own_cap() {
    let september = [
        paid_at("2026-09-03", "A病院", 60_000, 18_000),
        paid_at("2026-09-03", "B薬局", 10_000, 3_000),
        paid_at("2026-10-08", "A病院", 20_000, 6_000),
    ];
    let found = worked(&september, &granted(10_000));
    let months: Vec<_> = found.value.months.iter().map(|it| (it.paid.0, it.due.0, it.refund.0)).collect();
    assert_eq!(months, [(21_000, 10_000, 11_000), (6_000, 4_000, 2_000)]);
    assert_eq!((found.value.total(), found.value.paid_back()), (Yen(13_000), 2));
    assert_eq!(keys(&found.findings), ["finding.refund-ledger"; 2]);
    let step = &found.steps[0];
    assert_eq!((step.table.as_deref(), step.result.as_str()), (Some("caps"), "11,000円"));
    assert!(found.value.shown().starts_with("令和8年9月：支払額21,000円"), "{}", found.value.shown());
}

#[test]
fn what_the_ledger_has_of_the_month_counts_against_the_cap() {
    let mut ledger = granted(10_000);
    ledger.lines.push(posted("2026-09-20", "C病院", 40_000, 8_000));
    let found = worked(&[paid_at("2026-09-03", "A病院", 60_000, 18_000)], &ledger);
    let month = found.value.months[0];
    assert_eq!((month.collected, month.due, month.refund), (Yen(8_000), Yen(10_000), Yen(16_000)));
    assert_eq!(keys(&found.findings), Vec::<&str>::new());
}

#[test]
fn institutions_that_collected_too_much_are_pointed_out_and_not_paid_for() {
    let mut ledger = granted(5_000);
    ledger.lines.push(posted("2026-09-01", "C病院", 40_000, 8_000));
    let found = worked(&[paid_at("2026-09-03", "A病院", 10_000, 3_000)], &ledger);
    assert_eq!(found.value.total(), Yen(3_000));
    assert_eq!(keys(&found.findings), ["finding.refund-counter"]);
}

#[test]
fn payments_that_cannot_count_are_left_out_with_a_word() {
    let good = paid_at("2026-09-03", "A病院", 60_000, 18_000);
    let mut back = good.clone();
    back.reimbursed = Yen(20_000);
    let cases = [
        (paid_at("2026-08-09", "A病院", 1_000, 300), "finding.refund-before-start"),
        (paid_at("2026-11-11", "A病院", 1_000, 300), "finding.refund-future"),
        (paid_at("2026-09-04", "A病院", 1_000, 1_001), "finding.refund-paid-more"),
        (paid_at("2026-09-04", "A病院", 1_000, -1), "finding.refund-amount"),
        (paid_at("2026-09-04", "A病院", -1, -1), "finding.refund-amount"),
        (paid_at("2026-09-04", "A病院", 2_000_000_000, 1), "finding.refund-amount"),
        (back, "finding.refund-reimbursed"),
        (good.clone(), "finding.refund-duplicate"),
    ];
    for (bad, key) in cases {
        let found = worked(&[good.clone(), bad], &granted(10_000));
        assert_eq!(told(&found), [key]);
        assert_eq!(found.value.total(), Yen(8_000), "{key}");
    }
}

#[test]
fn a_line_of_the_ledger_is_not_paid_for_twice() {
    let mut ledger = granted(10_000);
    ledger.lines.push(posted("2026-09-03", "A病院", 60_000, 10_000));
    let found = worked(&[paid_at("2026-09-03", "A病院", 60_000, 18_000)], &ledger);
    assert_eq!(keys(&found.findings), ["finding.refund-in-ledger"]);
    assert_eq!(found.value.total(), Yen::ZERO);
}

#[test]
fn after_the_last_day_nothing_counts() {
    let mut ledger = granted(10_000);
    ledger.stretches[0].to = day("2026-09-30");
    let found = worked(&[paid_at("2026-10-01", "A病院", 60_000, 18_000)], &ledger);
    assert_eq!(told(&found), ["finding.refund-outside"]);
}

#[test]
fn an_emergency_counts_from_the_day_of_the_amendment() {
    let mut ledger = granted(10_000);
    ledger.stretches[0].from = day("2025-08-10");
    let pay = |on: &str| worked_for("emergency", &[paid_at(on, "A病院", 60_000, 18_000)], &ledger);
    assert_eq!(told(&pay("2025-11-30")), ["finding.refund-reason"]);
    assert_eq!(told(&pay("2025-12-01")), Vec::<&str>::new());
}

#[test]
fn a_month_stands_under_the_newest_decision_that_covers_a_day_of_it() {
    let mut ledger = granted(10_000);
    ledger.stretches[0].to = day("2026-08-31");
    ledger.stretches.push(stretch("2026-09-01", "2027-07-31", 5_000));
    let both =
        [paid_at("2026-08-20", "A病院", 60_000, 18_000), paid_at("2026-09-20", "A病院", 60_000, 18_000)];
    let refunds: Vec<_> = worked(&both, &ledger).value.months.iter().map(|it| it.refund.0).collect();
    assert_eq!(refunds, [8_000, 13_000]);
}

#[test]
fn what_was_paid_beyond_the_share_of_the_insurance_does_not_count() {
    let found = worked(&[paid_at("2026-09-03", "A病院", 60_000, 19_380)], &granted(10_000));
    assert_eq!(told(&found), ["finding.refund-share"]);
    assert_eq!(found.value.total(), Yen(8_000));
}

#[test]
fn what_the_insurance_gave_back_is_not_paid_again() {
    let mut payment = paid_at("2026-09-03", "A病院", 60_000, 18_000);
    payment.reimbursed = Yen(5_000);
    assert_eq!(worked(&[payment], &granted(10_000)).value.total(), Yen(3_000));
}

#[test]
fn a_decision_without_a_cap_stops_the_month_in_the_open() {
    let mut ledger = granted(10_000);
    ledger.stretches[0].fields.remove("cap");
    let found = worked(&[paid_at("2026-09-03", "A病院", 60_000, 18_000)], &ledger);
    assert_eq!(keys(&found.findings), ["finding.refund-terms"]);
}

#[test]
fn nothing_paid_is_nothing_paid_back() {
    assert_eq!(worked(&[], &granted(10_000)).value, Refund::default());
}

prop_compose! {
    fn payment()(
        offset in -40_i64..200,
        institution in 0..3_u8,
        total in -10_i64..300_000,
        paid in -10_i64..100_000,
        reimbursed in 0_i64..20_000,
        share in prop::option::of(1_i64..=3),
    ) -> Payment {
        let on = (day("2026-08-10") + chrono::Duration::days(offset)).to_string();
        let whole = paid_at(&on, &format!("{institution}病院"), total, paid);
        Payment { reimbursed: Yen(reimbursed), insurance_share: share, ..whole }
    }
}

prop_compose! {
    fn line()(offset in 0_i64..90, total in 0_i64..100_000, collected in 0_i64..10_000) -> Posted {
        let on = (day("2026-08-10") + chrono::Duration::days(offset)).to_string();
        posted(&on, "帳簿病院", total, collected)
    }
}

proptest! {
    #[test]
    fn nobody_gets_back_more_than_they_paid_and_nobody_is_left_above_the_cap(
        payments in prop::collection::vec(payment(), 0..12),
        lines in prop::collection::vec(line(), 0..4),
        cap in 0_i64..=30_000,
    ) {
        let mut ledger = granted(cap);
        ledger.lines = lines;
        let found = worked(&payments, &ledger);
        for month in &found.value.months {
            prop_assert!(Yen::ZERO <= month.refund && month.refund <= month.paid);
            let left = month.paid.0 + month.collected.0 - month.refund.0;
            prop_assert!(left <= cap.max(month.collected.0));
            prop_assert!(month.due.0 <= cap);
        }
        let counted = found.value.months.len() <= payments.len();
        prop_assert!(counted && found.value.total().0 <= payments.iter().map(|it| it.paid.0.max(0)).sum::<i64>());
    }

    #[test]
    fn the_order_in_which_payments_are_entered_changes_nothing(
        payments in prop::collection::vec(payment(), 0..8),
        cap in 0_i64..=30_000,
    ) {
        let reversed: Vec<Payment> = payments.iter().rev().cloned().collect();
        let total = |payments: &[Payment]| worked(payments, &granted(cap)).value.total();
        prop_assert_eq!(total(&payments), total(&reversed));
    }
}
