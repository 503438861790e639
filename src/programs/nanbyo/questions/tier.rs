//! 階層区分 from tax and income.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{day, household};
use crate::domain::money::Yen;
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answering, AskError, Fields, HIGHEST_YEN, Question};
use crate::programs::nanbyo::correction::correction;
use crate::programs::nanbyo::household::{Person, Role, Tax};
use crate::programs::nanbyo::tier::{Income, Tier, TierInput, income_year, tax_year, tier};

/// The question.
pub const QUESTION: Question = Question {
    name: "tier",
    about: "階層区分 of the household of an insurance, from tax, income, 生活保護 and 境界層",
    example: r#"{"service":"2026-07-01","insurance":"kokuho","tax_basis":"exchange","persons":[{"role":"patient","non_taxed":false,"assessed":52000},{"role":"same-insurance","non_taxed":false,"assessed":30000,"designated_city":true,"recomputed":18500}]}"#,
    answer: Answering::Direct(answer),
};

const KEYS: [&str; 13] = [
    "service",
    "insurance",
    "person",
    "guardian_latter_stage",
    "assistance",
    "border_tier",
    "needed_at",
    "tax_basis",
    "persons",
    "income",
    "decided_on",
    "start_on",
    "filed_on",
];
const PERSON: [&str; 5] = ["role", "non_taxed", "assessed", "designated_city", "recomputed"];
const INCOME: [&str; 4] = ["pension", "other", "benefits", "declared"];

fn answer(value: &Value, tables: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
    let fields = Fields::new(value, &KEYS)?;
    let service = day(&fields, "service", on)?;
    let input = read(&fields, tables, service)?;
    let Worked { value: tier, steps, findings } = tier(&input, tables, service)?;
    let mut worked = Worked { value: result(&tier, service, tables)?, steps, findings };
    if tier.basis == "unknown-default-top" {
        correctable(&fields, service, tables, &mut worked)?;
    }
    Ok(worked)
}

fn result(tier: &Tier, service: NaiveDate, tables: &Tables) -> Result<Value, AskError> {
    Ok(json!({
        "tier": tier.code,
        "name": tier.name,
        "basis": tier.basis,
        "border_reason": tier.border_reason,
        "tax_year": tax_year(service, tables)?,
        "income_year": income_year(service, tables)?,
    }))
}

/// Until when tax data correct the tier, and from when.
fn correctable(
    fields: &Fields,
    service: NaiveDate,
    tables: &Tables,
    worked: &mut Worked<Value>,
) -> Result<(), AskError> {
    let (decided, filed) = (fields.day("decided_on")?, fields.day("filed_on")?);
    let start = fields.day("start_on")?.unwrap_or(service);
    let Some(decided) = decided else { return Ok(()) };
    let found = correction(start, decided, filed, tables)?;
    worked.value["correctable_until"] = json!(found.value.until);
    worked.value["corrected_from"] = json!(found.value.from);
    worked.steps.extend(found.steps);
    Ok(())
}

fn read(fields: &Fields, tables: &Tables, service: NaiveDate) -> Result<TierInput, AskError> {
    let assistance = fields.flag("assistance")? == Some(true);
    let border_tier = fields.text("border_tier")?.map(str::to_owned);
    // Neither of the two looks at tax, so the insurance may be left out.
    let settled = assistance || border_tier.is_some();
    let household = if settled && fields.text("insurance")?.is_none() {
        "unknown"
    } else {
        household::read(fields, tables, service)?
    };
    let needed_at = fields.texts("needed_at", 6)?.unwrap_or_default();
    let persons = fields.list("persons", &PERSON, 50)?;
    Ok(TierInput {
        assistance,
        border_tier,
        needed_at: needed_at.into_iter().map(str::to_owned).collect(),
        household: household.to_owned(),
        persons: persons.iter().map(person).collect::<Result<_, _>>()?,
        tax_basis: fields.choice("tax_basis", &BASES)?.map(str::to_owned),
        income: income(fields)?,
    })
}

const BASES: [(&str, &str); 2] = [("exchange", "exchange"), ("certificate", "certificate")];

fn person(fields: &Fields) -> Result<Person, AskError> {
    let roles = [Role::Patient, Role::Insured, Role::Guardian, Role::SameInsurance];
    let role =
        fields.need("role", |fields, key| fields.choice(key, &roles.map(|role| (role.code(), role))))?;
    let tax = Tax {
        non_taxed: fields.flag("non_taxed")?,
        assessed: fields.yen("assessed")?,
        designated_city: fields.flag("designated_city")? == Some(true),
        recomputed: fields.yen("recomputed")?,
    };
    Ok(Person { path: fields.place().to_owned(), role, tax })
}

fn income(fields: &Fields) -> Result<Income, AskError> {
    let Some(fields) = fields.object("income", &INCOME)? else { return Ok(Income::default()) };
    Ok(Income {
        pension: fields.yen("pension")?,
        other: fields.integer("other", -HIGHEST_YEN..=HIGHEST_YEN)?.map(Yen),
        benefits: fields.yen("benefits")?,
        declared: fields.flag("declared")? == Some(true),
    })
}
