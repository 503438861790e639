//! 支給認定基準世帯: whose tax is looked at (施行規則5条, 6条).

use chrono::NaiveDate;

use super::show;
use crate::domain::money::Yen;
use crate::domain::proposal::{Finding, Severity, Worked, WorkingStep};
use crate::domain::tables::{TableError, Tables};

/// What a person is to the patient as far as tax is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The patient.
    Patient,
    /// 被保険者, where the patient is a dependant in an employee insurance.
    Insured,
    /// 保護者 of a patient under 18.
    Guardian,
    /// Another member of the same insurance in the same household.
    SameInsurance,
}

impl Role {
    const ALL: [Role; 4] = [Role::Patient, Role::Insured, Role::Guardian, Role::SameInsurance];

    /// The code used in the form and in the table `households`.
    pub fn code(self) -> &'static str {
        match self {
            Role::Patient => "patient",
            Role::Insured => "insured",
            Role::Guardian => "guardian",
            Role::SameInsurance => "same-insurance",
        }
    }

    /// The role of a code.
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// Tax data of one person for the tax year that counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tax {
    /// 市町村民税非課税; waived by municipal ordinance counts as non-taxed.
    pub non_taxed: Option<bool>,
    /// 所得割 as assessed, a year.
    pub assessed: Option<Yen>,
    /// Whether it was assessed by a 指定都市, whose rate is higher.
    pub designated_city: bool,
    /// 所得割 as it would be outside a 指定都市 (施行規則6条2項), a year.
    pub recomputed: Option<Yen>,
}

/// A person whose tax may count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Slot path of the person's group of answers.
    pub path: String,
    /// What the person is to the patient.
    pub role: Role,
    /// What is known of the person's tax.
    pub tax: Tax,
}

/// What the tax of the household comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaxFacts {
    /// Whether anybody is taxed; `None` when that cannot be told.
    pub taxed: Option<bool>,
    /// 所得割 added up; `None` when a summand is missing.
    pub total: Option<Yen>,
}

/// The 支給認定基準世帯 of an insurance family and a patient's place in it, as a key of the
/// table `households`; without a known family `unknown`, which the table does not have.
pub fn household(family: &str, dependant: bool, guardian_in_latter_stage: bool) -> &'static str {
    match (family, dependant, guardian_in_latter_stage) {
        ("employee", false, _) => "employee-insured",
        ("employee", true, _) => "employee-dependant",
        ("national", _, true) => "national-guardian-latter-stage",
        ("national", _, false) => "national",
        ("latter-stage", ..) => "latter-stage",
        ("assistance", ..) => "assistance",
        _ => "unknown",
    }
}

/// Looks at the tax of those who count and adds up the 所得割 of those whose counts.
///
/// # Errors
/// When the table `households` has no such row on `on`.
pub fn tax_facts(
    household: &str,
    persons: &[Person],
    tables: &Tables,
    on: NaiveDate,
) -> Result<Worked<TaxFacts>, TableError> {
    let row = tables.row("households", household, on)?;
    let counted = of_roles(persons, row.text("counted")?);
    let summed = of_roles(persons, row.text("summed")?);
    let complete =
        ["patient", "insured", "guardian"].iter().all(|role| present(&counted, row.text("counted"), role));
    let taxed = taxed(&counted, complete);
    let total = total(&summed);
    let members = counted.iter().fold(WorkingStep::new("working.household").by(row), |step, person| {
        step.input(&format!("{}/tax.non-taxed", person.path), shown_taxed(person.tax.non_taxed))
    });
    let sum = summed.iter().fold(WorkingStep::new("working.tax-total").by(row), |step, person| {
        step.input(&format!("{}/tax.shotokuwari", person.path), show::or_dash(counting(&person.tax)))
    });
    let steps = vec![
        members.gives(format!("{}: {}", row.text("name")?, shown_taxed(taxed.map(|taxed| !taxed)))),
        sum.gives(show::or_dash(total)),
    ];
    let findings = summed.iter().filter_map(|person| designated_city(person)).collect();
    Ok(Worked { value: TaxFacts { taxed, total }, steps, findings })
}

fn of_roles<'a>(persons: &'a [Person], roles: &str) -> Vec<&'a Person> {
    persons.iter().filter(|person| roles.split(' ').any(|role| role == person.role.code())).collect()
}

/// Whether a role that has exactly one bearer is either not counted or recorded.
fn present(counted: &[&Person], roles: Result<&str, TableError>, role: &str) -> bool {
    let wanted = roles.is_ok_and(|roles| roles.split(' ').any(|name| name == role));
    !wanted || counted.iter().any(|person| person.role.code() == role)
}

fn total(summed: &[&Person]) -> Option<Yen> {
    let amounts: Option<Vec<Yen>> = summed.iter().map(|person| counting(&person.tax)).collect();
    amounts.filter(|amounts| !amounts.is_empty()).and_then(Yen::checked_sum)
}

fn taxed(counted: &[&Person], complete: bool) -> Option<bool> {
    if counted.iter().any(|person| person.tax.non_taxed == Some(false)) {
        return Some(true);
    }
    let all_known = complete && counted.iter().all(|person| person.tax.non_taxed.is_some());
    all_known.then_some(false)
}

/// The 所得割 that counts. An amount assessed by a 指定都市 and not yet recomputed can only be
/// too high, so it stands in until it is.
fn counting(tax: &Tax) -> Option<Yen> {
    if tax.non_taxed == Some(true) {
        return Some(Yen::ZERO);
    }
    if tax.designated_city { tax.recomputed.or(tax.assessed) } else { tax.assessed }
}

fn designated_city(person: &Person) -> Option<Finding> {
    let tax = &person.tax;
    let open = tax.designated_city && tax.recomputed.is_none() && tax.non_taxed != Some(true);
    open.then(|| {
        let path = format!("{}/tax.recomputed", person.path);
        Finding::new(Severity::Ask, "finding.designated-city-recompute").at(&path)
    })
}

fn shown_taxed(non_taxed: Option<bool>) -> &'static str {
    match non_taxed {
        Some(true) => "非課税",
        Some(false) => "課税",
        None => "不明",
    }
}
