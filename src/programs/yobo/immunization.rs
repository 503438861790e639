//! The rules as the ledger of vaccinations asks them: from records to the person of the law, and back.

use chrono::{Months, NaiveDate};

use super::evaluate::{Evaluated, evaluate};
use super::findings::{of_counting, of_verdict};
use super::forecast::{Forecast as Next, forecast};
use super::history::Asked;
use super::law::{Code, Law};
use super::person::{Dose, Facts, Need, Person, Sex};
use super::working::steps;
use super::{fees, outlook, propose, reactions, screening};
use crate::domain::immunization::{
    self as record, Forecast, Given, Known, Lacking, Past, Vaccine, Verdict, Wanted,
};
use crate::domain::proposal::{Finding, Severity, WorkingStep};
use crate::domain::tables::Tables;
use crate::programs::ImmunizationRules;

/// The rules by which the ledger calls this program.
pub const RULES: ImmunizationRules = ImmunizationRules {
    vaccines,
    decide,
    forecast: next,
    outlooks: outlook::outlooks,
    evaluate: past,
    doubts,
    doubts_of_all,
    entitled: propose::entitled,
    asked: screening::asked,
    fee: fees::fee,
    exemptions: fees::exemptions,
    reaction_periods: reactions::periods,
    reaction_form: "reaction",
    household_rule,
    keep_until,
};

/// Settings of the town with the first and last day of its season of influenza.
const SEASON: [&str; 2] = ["yobo_season_from", "yobo_season_to"];

fn household_rule(rule: &str, tables: &Tables, on: NaiveDate) -> Option<u32> {
    let value = tables.row("household_rules", rule, on).ok()?.integer("value").ok()?;
    u32::try_from(value).ok()
}

fn vaccines(tables: &Tables, on: NaiveDate) -> Vec<Vaccine> {
    let Ok(law) = Law::read(tables) else { return Vec::new() };
    law.vaccines.iter().map(|vaccine| shown(vaccine, on)).collect()
}

fn shown(vaccine: &super::law::Vaccine<'_>, on: NaiveDate) -> Vaccine {
    let text = |column: &str| vaccine.row.text(column).unwrap_or_default().to_owned();
    let products = vaccine.products.iter().map(|it| {
        let name = it.row.text("name").unwrap_or_default().to_owned();
        let past = it.rule.history_only || !it.holds_on(on);
        (it.row.text("product").unwrap_or_default().to_owned(), name, past)
    });
    Vaccine {
        key: vaccine.key.to_owned(),
        name: text("name"),
        name_en: text("name_en"),
        class: text("category"),
        current: vaccine.row.valid_from <= on && vaccine.windows.iter().any(|it| it.holds_on(on)),
        anew: vaccine.repeat != super::law::Repeat::Course,
        cohort: outlook::cohort(vaccine),
        products: products.collect(),
    }
}

/// A person of the law, and which record each of their doses is.
pub(super) fn person(law: &Law<'_>, known: &Known, on: NaiveDate) -> Person {
    let codes = |names: &[String]| names.iter().filter_map(|name| law.code(name)).collect::<Vec<Code>>();
    let day = |name: &str| known.settings.get(name).and_then(|day| day.parse::<NaiveDate>().ok());
    let season = day(SEASON[0]).zip(day(SEASON[1])).filter(|(from, to)| from <= to);
    let facts = Facts {
        yes: codes(&known.conditions),
        diseases: codes(&known.diseases),
        special_ended: known.special_ended,
        season,
        ..Facts::default()
    };
    let sex = known.sex.map(|sex| match sex {
        record::Sex::Female => Sex::Female,
        record::Sex::Male => Sex::Male,
    });
    let all = known.doses.iter().enumerate();
    let mut doses: Vec<Dose> =
        all.filter_map(|(place, given)| dose(law, known.birth, on, place, given)).collect();
    doses.sort_by_key(|dose| (dose.first, dose.place));
    Person { birth: known.birth, sex, due: known.due, facts, doses }
}

/// A dose that can have been given; of others `doubts` tells.
fn dose(law: &Law<'_>, birth: NaiveDate, on: NaiveDate, place: usize, given: &Given) -> Option<Dose> {
    let (first, last) = (given.on.earliest(), given.on.latest());
    if last < birth || first > on {
        return None;
    }
    let vaccine = law.place(&given.vaccine);
    let product = product_of(law, vaccine, given);
    let injected_live = match vaccine {
        Some(vaccine) => law.is_injected_live(vaccine, product),
        None => law.live.iter().any(|it| it.rule.injected && law.name(it.rule.code) == given.vaccine),
    };
    let withdrawn = is_withdrawn(law, product, &given.lot);
    Some(Dose {
        place,
        vaccine,
        product,
        first: first.max(birth),
        last: last.min(on),
        injected_live,
        same_pregnancy: None,
        withdrawn,
    })
}

fn product_of(law: &Law<'_>, vaccine: Option<usize>, given: &Given) -> Option<Code> {
    let code = given.product.as_ref().and_then(|name| law.code(name))?;
    vaccine.filter(|place| law.has_product(*place, code)).map(|_| code)
}

fn is_withdrawn(law: &Law<'_>, product: Option<Code>, lot: &str) -> bool {
    let same = |code: Code| product.is_none_or(|product| product == code);
    !lot.is_empty() && law.withdrawn.iter().any(|(_, code, withdrawn)| *withdrawn == lot && same(*code))
}

fn doubts(given: &Given, birth: NaiveDate, tables: &Tables, on: NaiveDate) -> Vec<Finding> {
    Law::read(tables).map(|law| doubted(&law, given, birth, on)).unwrap_or_default()
}

fn doubts_of_all(doses: &[(Given, NaiveDate)], tables: &Tables, on: NaiveDate) -> Vec<Vec<Finding>> {
    let Ok(law) = Law::read(tables) else { return vec![Vec::new(); doses.len()] };
    doses.iter().map(|(given, birth)| doubted(&law, given, *birth, on)).collect()
}

fn doubted(law: &Law<'_>, given: &Given, birth: NaiveDate, on: NaiveDate) -> Vec<Finding> {
    let vaccine = law.place(&given.vaccine);
    let live = law.live.iter().any(|it| law.name(it.rule.code) == given.vaccine);
    let product = product_of(law, vaccine, given);
    let unfit = given.product.is_some() && vaccine.is_some() && product.is_none();
    let told = [
        (given.on.latest() < birth).then_some("finding.before-birth"),
        (given.on.earliest() > on).then_some("finding.in-future"),
        (vaccine.is_none() && !live).then_some("finding.vaccine-unknown"),
        unfit.then_some("finding.product-unfit"),
        is_withdrawn(law, product, &given.lot).then_some("finding.lot-withdrawn"),
    ];
    let finding =
        |key| Finding::new(Severity::Ask, key).with("vaccine", &given.vaccine).with("date", given.on);
    told.into_iter().flatten().map(finding).collect()
}

fn decide(wanted: &Wanted<'_>, known: &Known, tables: &Tables) -> Result<Verdict, Lacking> {
    let unknown = || Lacking { key: "finding.vaccine-unknown".to_owned(), line: None };
    let law = Law::read(tables).map_err(|_| unknown())?;
    let vaccine = law.place(wanted.vaccine).ok_or_else(unknown)?;
    let product = wanted.product.and_then(|name| law.code(name));
    let person = person(&law, known, wanted.on);
    let asked = Asked { law: &law, vaccine, product, on: wanted.on, past: false };
    let judged = asked.judge(&person, &person.doses).map_err(|need| lacking(need, known))?;
    let mut verdict = told(&asked, &person, &judged);
    verdict.findings.extend(of_counting(&asked, &evaluate(&law, &person)));
    Ok(verdict)
}

fn told(asked: &Asked<'_>, person: &Person, verdict: &super::judge::Verdict<'_>) -> Verdict {
    let steps = steps(asked, person, verdict);
    Verdict {
        eligible: verdict.is_eligible(),
        reason: verdict.reason.code().to_owned(),
        dose: verdict.dose.map(str::to_owned),
        earliest: verdict.earliest,
        latest: verdict.latest,
        warnings: verdict.warnings.iter().map(|name| (*name).to_owned()).collect(),
        article: article(&steps),
        steps,
        findings: of_verdict(asked, person, verdict),
    }
}

/// The article of the last step that rests on one: the conclusion, else what led to it.
fn article(steps: &[WorkingStep]) -> String {
    steps.iter().rev().find_map(|step| step.article.clone()).unwrap_or_default()
}

fn lacking(need: Need, known: &Known) -> Lacking {
    let line = match need {
        Need::Product(place) | Need::Day(place) => known.doses.get(place).map(|dose| dose.id.clone()),
        _ => None,
    };
    Lacking { key: propose::needed(need).to_owned(), line }
}

fn next(known: &Known, tables: &Tables, on: NaiveDate) -> Vec<Forecast> {
    let Ok(law) = Law::read(tables) else { return Vec::new() };
    let person = person(&law, known, on);
    forecast(&law, &person, on).map(|one| coming(&one, &person, known)).collect()
}

fn coming(one: &Next<'_>, person: &Person, known: &Known) -> Forecast {
    let verdict = one.verdict.as_ref().map(|verdict| told(&one.asked, person, verdict));
    Forecast {
        vaccine: one.asked.vaccine().key.to_owned(),
        state: one.state.code().to_owned(),
        verdict: verdict.map_err(|need| lacking(*need, known)),
        standard: one.standard,
        finish_by: one.finish_by,
    }
}

fn past(known: &Known, tables: &Tables, on: NaiveDate) -> Vec<Past> {
    let Ok(law) = Law::read(tables) else { return Vec::new() };
    let person = person(&law, known, on);
    let evaluated = evaluate(&law, &person);
    evaluated.iter().filter_map(|one| judged(one, &person, known)).collect()
}

fn judged(one: &Evaluated<'_>, person: &Person, known: &Known) -> Option<Past> {
    let verdict = one.verdict.as_ref().ok();
    Some(Past {
        line: known.doses.get(one.dose.place)?.id.clone(),
        status: one.status().to_owned(),
        counts: one.counts,
        reason: verdict.map(|it| it.reason.code().to_owned()).unwrap_or_default(),
        article: verdict.map(|it| article(&steps(&one.asked, person, it))).unwrap_or_default(),
    })
}

/// The years of the row that holds on the day of the dose, counted from that day.
fn keep_until(tables: &Tables, given: NaiveDate) -> Option<NaiveDate> {
    let years = tables.row("record_keeping", "dose", given).ok()?.integer("years").ok()?;
    given.checked_add_months(Months::new(u32::try_from(years).ok()? * 12))
}
