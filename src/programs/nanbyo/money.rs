//! Reading what tier, cap and cost rules need out of the applicant's and the office's forms.

use chrono::{Datelike, NaiveDate};

use super::cost::{self, Cost, CostInput, Counted, Source};
use super::household::{Person, Role, Tax, household};
use super::tier::{Income, TierInput};
use crate::domain::calendar::PartialDate;
use crate::domain::money::Yen;
use crate::domain::proposal::{Finding, Severity, Worked};
use crate::domain::tables::{TableError, Tables};
use crate::programs::read::Slots;

/// What the tier is worked out from.
///
/// # Errors
/// When the table `insurances` does not know the insurance.
pub fn tier_input(
    application: Slots,
    office: Slots,
    tables: &Tables,
    on: NaiveDate,
) -> Result<TierInput, TableError> {
    let family = match application.code("insurance.kind") {
        Some(kind) => tables.row("insurances", kind, on)?.text("family")?,
        None => "",
    };
    let dependant = application.code("insurance.person") == Some("dependant");
    let latter = application.yes("insurance.guardian-latter-stage") == Some(true);
    Ok(TierInput {
        assistance: office.yes("assistance.receives") == Some(true),
        border_tier: office.code("assistance.border-tier").map(str::to_owned),
        needed_at: Vec::new(),
        household: household(family, dependant, latter).to_owned(),
        persons: persons(office),
        tax_basis: office.code("tax.basis").map(str::to_owned),
        income: income(application, office),
    })
}

fn persons(office: Slots) -> Vec<Person> {
    let person = |row: String| {
        let at = |link_id: &str| format!("{row}/{link_id}");
        let tax = Tax {
            non_taxed: office.yes(&at("tax.non-taxed")),
            assessed: office.yen(&at("tax.shotokuwari")),
            designated_city: office.yes(&at("tax.designated-city")) == Some(true),
            recomputed: office.yen(&at("tax.recomputed")),
        };
        let role = Role::from_code(office.code(&at("tax.role"))?)?;
        Some(Person { path: office.slot(&row), role, tax })
    };
    office.rows("tax.role").into_iter().filter_map(person).collect()
}

/// The office's figures; where it has none, the applicant's declaration.
fn income(application: Slots, office: Slots) -> Income {
    let read = |slots: Slots, declared| Income {
        pension: slots.yen("income.pension"),
        other: slots.yen("income.other"),
        benefits: slots.yen("income.benefits"),
        declared,
    };
    let confirmed = read(office, false);
    if confirmed.total().is_some() { confirmed } else { read(application, true) }
}

/// Fewer members of the same insurance are recorded than the applicant declared.
pub fn household_incomplete(application: Slots, input: &TierInput) -> Option<Finding> {
    let all_count =
        ["national", "national-guardian-latter-stage", "latter-stage"].contains(&input.household.as_str());
    let declared = application.rows("household.member.name").len();
    let recorded = input.persons.iter().filter(|person| person.role == Role::SameInsurance).count();
    (all_count && recorded < declared).then(|| {
        let finding = Finding::new(Severity::Ask, "finding.household-incomplete").at("office.tax.person");
        finding.with("declared", declared).with("recorded", recorded)
    })
}

/// The months a rule about high costs counts, by those the office confirmed or, where it confirmed
/// none, by those the applicant declared.
///
/// # Errors
/// When the tables have no row for the day.
pub fn costly(
    rule: &str,
    [application, office]: [Slots; 2],
    applied: NaiveDate,
    onset: Option<NaiveDate>,
    tables: &Tables,
) -> Result<Worked<Counted>, TableError> {
    let confirmed = months(office);
    let declared_only = confirmed.is_empty();
    let costs = if declared_only { months(application) } else { confirmed };
    let worked =
        cost::count(rule, &CostInput { costs: &costs, applied, onset, ..CostInput::default() }, tables)?;
    let finding = Finding::new(Severity::Ask, "finding.cost-declared-only").at("office.cost.row");
    Ok(if worked.value.met && declared_only { worked.noting(finding) } else { worked })
}

/// The form asks for the total of a month beside its first day, and not for its source.
fn months(slots: Slots) -> Vec<Cost> {
    let month = |row: String| {
        let first = slots.day(&format!("{row}/cost.row.from"))?;
        let on = PartialDate::new(first.year(), Some(first.month()), None)?;
        Some(Cost { on, total: slots.yen(&format!("{row}/cost.row.total"))?, source: Source::Ledger })
    };
    slots.rows("cost.row.from").into_iter().filter_map(month).collect()
}

/// The caps of the others in the household, before apportionment.
pub fn other_caps(office: Slots) -> Vec<Yen> {
    let rows = office.rows("apportionment.cap").into_iter();
    rows.filter_map(|row| office.yen(&format!("{row}/apportionment.cap"))).collect()
}
