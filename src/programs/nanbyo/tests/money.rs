use proptest::prelude::*;

use super::super::cap::{Cap, CapInput, apportion, cap, share};
use super::super::household::{Person, Role, Tax, household, tax_facts};
use super::super::tier::{Income, TierInput, tax_year, tier};
use super::*;
use crate::domain::money::Yen;

fn person(role: Role, non_taxed: bool, shotokuwari: i64) -> Person {
    let tax = Tax { non_taxed: Some(non_taxed), assessed: Some(Yen(shotokuwari)), ..Tax::default() };
    Person { path: "office.tax.person[0]".to_owned(), role, tax }
}

fn input(household: &str, persons: Vec<Person>) -> TierInput {
    let tax_basis = Some("exchange".to_owned());
    TierInput { household: household.to_owned(), persons, tax_basis, ..TierInput::default() }
}

fn with_income(pension: i64, other: i64, benefits: i64) -> TierInput {
    let income = Income {
        pension: Some(Yen(pension)),
        other: Some(Yen(other)),
        benefits: Some(Yen(benefits)),
        declared: false,
    };
    TierInput { income, ..input("employee-insured", vec![person(Role::Patient, true, 0)]) }
}

fn code_on(input: &TierInput, on: &str) -> String {
    tier(input, tables(), day(on)).unwrap().value.code
}

fn code(input: &TierInput) -> String {
    code_on(input, "2026-07-01")
}

#[test]
fn the_tax_of_the_household_gives_the_tier() {
    let taxed = |amount| code(&input("employee-insured", vec![person(Role::Patient, false, amount)]));
    let found = [0, 70_999, 71_000, 250_999, 251_000, 9_999_999].map(taxed);
    assert_eq!(found, ["general-1", "general-1", "general-2", "general-2", "top", "top"]);
}

#[test]
fn the_income_limit_of_the_day_divides_the_non_taxed() {
    let at = |total, on| code_on(&with_income(total, 0, 0), on);
    assert_eq!([at(809_000, "2025-07-01"), at(809_001, "2025-07-01")], ["low-1", "low-2"]);
    assert_eq!([at(800_000, "2025-06-30"), at(800_001, "2025-06-30")], ["low-1", "low-2"]);
    assert_eq!(at(809_000, "2025-06-30"), "low-2");
}

#[test]
fn all_three_kinds_of_income_count_and_a_loss_counts_as_nothing() {
    assert_eq!(code(&with_income(400_000, 200_000, 209_000)), "low-1");
    assert_eq!(code(&with_income(400_000, 200_000, 209_001)), "low-2");
    assert_eq!(code(&with_income(809_001, -500_000, 0)), "low-2");
}

#[test]
fn unknown_or_merely_declared_income_is_asked_about() {
    let unknown = input("employee-insured", vec![person(Role::Patient, true, 0)]);
    let worked = tier(&unknown, tables(), day("2026-07-01")).unwrap();
    assert_eq!(
        (worked.value.code.as_str(), keys(&worked.findings)),
        ("low-2", vec!["finding.income-unknown"])
    );
    let mut declared = with_income(1, 0, 0);
    declared.income.declared = true;
    let worked = tier(&declared, tables(), day("2026-07-01")).unwrap();
    assert_eq!(
        (worked.value.code.as_str(), keys(&worked.findings)),
        ("low-1", vec!["finding.income-declared-only"])
    );
}

#[test]
fn the_insurance_decides_who_counts() {
    use Role::{Guardian, Insured, Patient, SameInsurance};
    let persons = |role| vec![person(Patient, true, 0), person(role, false, 300_000)];
    assert_eq!(code(&input("employee-dependant", persons(Insured))), "top");
    assert_eq!(code(&input("national", persons(SameInsurance))), "top");
    assert_eq!(code(&input("latter-stage", persons(SameInsurance))), "top");
    assert_eq!(code(&input("national-guardian-latter-stage", persons(Guardian))), "top");
    assert_eq!(code(&input("employee-insured", persons(SameInsurance))), "low-2");
    assert_eq!(code(&input("national", persons(Guardian))), "low-2");
}

#[test]
fn only_the_insured_persons_tax_is_added_for_a_dependant() {
    let persons = vec![person(Role::Patient, false, 200_000), person(Role::Insured, false, 60_000)];
    let facts = tax_facts("employee-dependant", &persons, tables(), day("2026-07-01")).unwrap().value;
    assert_eq!((facts.taxed, facts.total), (Some(true), Some(Yen(60_000))));
    let facts = tax_facts("national", &[persons[0].clone()], tables(), day("2026-07-01")).unwrap().value;
    assert_eq!(facts.total, Some(Yen(200_000)));
}

#[test]
fn the_household_follows_the_insurance() {
    let found = [
        household("employee", false, false),
        household("employee", true, false),
        household("national", false, false),
        household("national", false, true),
        household("latter-stage", false, false),
        household("assistance", false, false),
    ];
    let expected = [
        "employee-insured",
        "employee-dependant",
        "national",
        "national-guardian-latter-stage",
        "latter-stage",
        "assistance",
    ];
    assert_eq!(found, expected);
}

#[test]
fn without_tax_data_the_tier_is_the_highest_and_says_so() {
    let nobody = tier(&input("national", vec![]), tables(), day("2026-07-01")).unwrap();
    assert_eq!((nobody.value.code.as_str(), nobody.value.basis.as_str()), ("top", "unknown-default-top"));
    assert_eq!(keys(&nobody.findings), ["finding.tax-unknown"]);
    let missing = vec![person(Role::Patient, true, 0)];
    let missing = tier(&input("employee-dependant", missing), tables(), day("2026-07-01")).unwrap();
    assert_eq!(missing.value.basis, "unknown-default-top");
}

#[test]
fn a_designated_citys_tax_is_recomputed_before_it_counts() {
    let mut patient = person(Role::Patient, false, 80_000);
    patient.tax.designated_city = true;
    let raw = tier(&input("employee-insured", vec![patient.clone()]), tables(), day("2026-07-01")).unwrap();
    assert_eq!(
        (raw.value.code.as_str(), keys(&raw.findings)),
        ("general-2", vec!["finding.designated-city-recompute"])
    );
    patient.tax.recomputed = Some(Yen(60_000));
    let adjusted = tier(&input("employee-insured", vec![patient]), tables(), day("2026-07-01")).unwrap();
    assert_eq!((adjusted.value.code.as_str(), adjusted.findings.len()), ("general-1", 0));
}

#[test]
fn assistance_comes_first_and_a_border_case_is_taken_as_granted() {
    let rich = input("employee-insured", vec![person(Role::Patient, false, 900_000)]);
    assert_eq!(code(&TierInput { assistance: true, ..rich.clone() }), "public-assistance");
    let border = TierInput { border_tier: Some("low-1".to_owned()), ..rich };
    let worked = tier(&border, tables(), day("2026-07-01")).unwrap();
    assert_eq!((worked.value.code.as_str(), worked.value.basis.as_str()), ("low-1", "border-case"));
}

#[test]
fn the_working_names_row_article_and_inputs() {
    let worked = tier(&with_income(500_000, 0, 0), tables(), day("2026-08-01")).unwrap();
    let step = worked.steps.iter().find(|step| step.what == "working.income-limit").unwrap();
    assert_eq!(step.row.as_deref(), Some("low-1@2025-07-01"));
    assert_eq!(step.article.as_deref(), Some("施行令1条1項5号"));
    assert_eq!(step.result, "500,000円 ≦ 809,000円");
    let last = worked.steps.last().unwrap();
    assert_eq!((last.inputs[0].value.as_str(), last.result.as_str()), ("2026", "低所得Ⅰ"));
}

#[test]
fn the_tax_year_turns_with_july() {
    let year = |on| tax_year(day(on), tables()).unwrap();
    assert_eq!([year("2026-06-30"), year("2026-07-01"), year("2027-01-31")], [2025, 2026, 2026]);
}

fn cap_of(tier: &str, ventilator: bool, long_term: bool) -> (i64, String) {
    let input = CapInput { tier: tier.to_owned(), ventilator, long_term };
    let Cap { yen, basis } = cap(&input, tables(), day("2026-07-01")).unwrap().value;
    (yen.0, basis)
}

#[test]
fn the_caps_are_those_of_the_order() {
    let rows = [
        ("public-assistance", 0, 0, 0),
        ("low-1", 2_500, 2_500, 1_000),
        ("low-2", 5_000, 5_000, 1_000),
        ("general-1", 10_000, 5_000, 1_000),
        ("general-2", 20_000, 10_000, 1_000),
        ("top", 30_000, 20_000, 1_000),
    ];
    for (tier, general, long_term, ventilator) in rows {
        assert_eq!(cap_of(tier, false, false).0, general, "{tier}");
        assert_eq!(cap_of(tier, false, true).0, long_term, "{tier} long");
        assert_eq!(cap_of(tier, true, false).0, ventilator, "{tier} ventilator");
        assert_eq!(cap_of(tier, true, true).0, ventilator, "{tier} both");
    }
}

#[test]
fn the_basis_is_named_only_where_it_makes_a_difference() {
    assert_eq!(cap_of("low-2", false, true).1, "general");
    assert_eq!(cap_of("general-1", false, true).1, "long-term");
    assert_eq!(cap_of("top", true, true).1, "ventilator");
    assert_eq!(cap_of("public-assistance", true, true).1, "general");
}

#[test]
fn a_household_shares_its_highest_cap() {
    let shares = |caps: &[i64]| -> Vec<i64> {
        let caps: Vec<Yen> = caps.iter().copied().map(Yen).collect();
        apportion(&caps, 10).into_iter().map(|yen| yen.0).collect()
    };
    assert_eq!(shares(&[10_000, 10_000]), [5_000, 5_000]);
    assert_eq!(shares(&[10_000, 5_000]), [6_660, 3_330]);
    assert_eq!(shares(&[20_000, 20_000, 1_000]), [9_750, 9_750, 480]);
    assert_eq!(shares(&[10_000, 1_000]), [9_090, 900]);
    assert_eq!(shares(&[30_000, 15_000]), [20_000, 10_000]);
    assert_eq!(shares(&[0, 0]), [0, 0]);
    assert_eq!(shares(&[]), Vec::<i64>::new());
    assert_eq!(share(Yen(10_000), &[Yen(5_000)], tables(), day("2026-07-01")).unwrap().value, Yen(6_660));
}

proptest! {
    #[test]
    fn a_higher_tax_never_lowers_the_cap(a in 0i64..400_000, b in 0i64..400_000, ventilator: bool, long_term: bool) {
        let tables = tables();
        let yen = |amount| {
            let taxed = input("employee-insured", vec![person(Role::Patient, false, amount)]);
            let tier = tier(&taxed, tables, day("2026-07-01")).unwrap().value.code;
            cap(&CapInput { tier, ventilator, long_term }, tables, day("2026-07-01")).unwrap().value.yen
        };
        prop_assert!(yen(a.min(b)) <= yen(a.max(b)));
    }

    #[test]
    fn shares_never_exceed_the_highest_cap_nor_their_own(caps in proptest::collection::vec(0i64..1_000_000, 1..8)) {
        let caps: Vec<Yen> = caps.into_iter().map(Yen).collect();
        let shares = apportion(&caps, 10);
        let sum = Yen::checked_sum(shares.iter().copied()).unwrap();
        prop_assert!(sum <= *caps.iter().max().unwrap());
        prop_assert!(shares.iter().zip(&caps).all(|(share, cap)| share <= cap && share.0 % 10 == 0));
    }

    #[test]
    fn enormous_caps_do_not_overflow(caps in proptest::collection::vec(0i64..i64::MAX, 1..4)) {
        let caps: Vec<Yen> = caps.into_iter().map(Yen).collect();
        prop_assert_eq!(apportion(&caps, 10).len(), caps.len());
    }
}
