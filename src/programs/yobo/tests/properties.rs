//! What must hold for any person: the first day is one and the day before is none, and vaccines do not
//! get into each other's way but by the rules between vaccines.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::{day, law};
use crate::programs::yobo::forecast::forecast;
use crate::programs::yobo::history::Asked;
use crate::programs::yobo::judge::Verdict;
use crate::programs::yobo::person::{Dose, Facts, Person, Sex};

const TODAY: &str = "2026-11-22";

/// A person by age in days, with doses by vaccine, age in days and product.
fn person(age: u64, female: bool, doses: &[(usize, u64, usize)]) -> Person {
    let today = day(TODAY);
    let birth = today - Days::new(age);
    let sex = Some(if female { Sex::Female } else { Sex::Male });
    let season = Some((day("2026-10-01"), day("2027-01-31")));
    let given = doses.iter().enumerate();
    let mut doses: Vec<Dose> =
        given.map(|(place, it)| dose(place, it.0, birth + Days::new(it.1 % (age + 1)), it.2)).collect();
    doses.sort_by_key(|dose| (dose.first, dose.place));
    let due = Some(today + Days::new(age % 90));
    Person { birth, sex, due, facts: Facts { season, ..Facts::default() }, doses }
}

fn dose(place: usize, vaccine: usize, on: NaiveDate, product: usize) -> Dose {
    let vaccine = vaccine % law().vaccines.len();
    let products = &law().vaccines[vaccine].products;
    let product = products.get(product % products.len().max(1)).map(|it| it.rule);
    Dose {
        place,
        vaccine: Some(vaccine),
        product: product.map(|it| it.code),
        first: on,
        last: on,
        injected_live: product.is_some_and(|it| it.injected_live),
        same_pregnancy: None,
        withdrawn: false,
    }
}

fn people() -> impl Strategy<Value = Person> {
    let young = (0u64..6_000, prop::collection::vec((0usize..30, 0u64..6_000, 0usize..3), 0..14));
    let old = (0u64..36_000, prop::collection::vec((0usize..30, 0u64..36_000, 0usize..3), 0..6));
    let alike = (40u64..2_500, 0usize..30, prop::collection::vec((0u64..2_500, 0usize..3), 1..5)).prop_map(
        |(age, vaccine, days)| (age, days.into_iter().map(|it| (vaccine, it.0, it.1)).collect::<Vec<_>>()),
    );
    (any::<bool>(), prop_oneof![young, old, alike])
        .prop_map(|(female, (age, doses))| person(age, female, &doses))
}

/// Whether that dose may be given on a day.
fn allowed(asked: &Asked<'_>, person: &Person, dose: Option<&str>, on: NaiveDate) -> bool {
    let verdict = Asked { on, ..*asked }.judge(person, &person.doses);
    verdict.is_ok_and(|it| it.is_eligible() && it.dose == dose)
}

/// The first and last day from today on, of a dose that can be given at all.
fn ahead(verdict: &Verdict<'_>, today: NaiveDate) -> Option<(NaiveDate, Option<NaiveDate>)> {
    let first = verdict.earliest?.max(today);
    verdict.latest.is_none_or(|latest| first <= latest).then_some((first, verdict.latest))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_first_and_the_last_day_are_days_and_those_beside_them_are_none(person in people()) {
        let today = day(TODAY);
        for one in forecast(law(), &person, today) {
            let Ok(verdict) = &one.verdict else { continue };
            let Some((first, last)) = ahead(verdict, today) else { continue };
            let may = |on| allowed(&one.asked, &person, verdict.dose, on);
            let key = one.asked.vaccine().key;
            prop_assert!(may(first), "{key} on its first day {first}: {verdict:?}");
            if first > today {
                prop_assert!(!may(first - Days::new(1)), "{key} before its first day {first}");
            }
            if let Some(last) = last {
                let follows = person.doses.iter().any(|dose| dose.injected_live && dose.last == today);
                prop_assert!(follows || may(last), "{key} on its last day {last}: {verdict:?}");
                prop_assert!(!may(last + Days::new(1)), "{key} after its last day {last}");
            }
        }
    }

    #[test]
    fn a_dose_of_another_vaccine_moves_a_vaccine_only_by_a_rule_between_them(
        person in people(),
        other in 0usize..30,
        at in 0u64..36_000,
        product in 0usize..3,
    ) {
        let today = day(TODAY);
        let age = u64::try_from((today - person.birth).num_days()).unwrap();
        let added = dose(99, other, person.birth + Days::new(at % (age + 1)), product);
        let mut with = person.clone();
        with.doses.push(added);
        with.doses.sort_by_key(|dose| (dose.first, dose.place));
        for (before, after) in forecast(law(), &person, today).zip(forecast(law(), &with, today)) {
            let vaccine = before.asked.vaccine();
            let key = law().vaccines[added.vaccine.unwrap()].key;
            let counted = vaccine.counted_with.iter().any(|it| it.rule == key);
            let live = vaccine.products.iter().any(|it| it.rule.injected_live) && added.injected_live;
            if vaccine.key != key && !counted && !live {
                prop_assert_eq!(shown(&before.verdict), shown(&after.verdict), "{} by {}", vaccine.key, key);
                prop_assert_eq!((before.standard, before.finish_by), (after.standard, after.finish_by));
            }
        }
    }

    #[test]
    fn what_is_given_by_the_forecast_is_valid_when_it_is_evaluated(age in 0u64..6_000, female: bool, vaccine in 0usize..30) {
        let vaccine = vaccine % law().vaccines.len();
        let mut person = person(age, female, &[]);
        let mut on = person.birth;
        for place in 0..6 {
            let product = law().vaccines[vaccine].products.iter().find(|it| it.holds_on(on) && !it.rule.history_only);
            let product = product.map(|it| it.rule.code);
            let asked = Asked { law: law(), vaccine, product, on, past: false };
            let Ok(verdict) = asked.judge(&person, &person.doses) else { return Ok(()) };
            if !verdict.is_eligible() {
                let Some(next) = verdict.earliest.filter(|next| *next > on) else { return Ok(()) };
                on = next;
                continue;
            }
            person.doses.push(Dose { product, ..dose(place, vaccine, on, 0) });
            on = on + Days::new(1);
        }
        let evaluated = crate::programs::yobo::evaluate::evaluate(law(), &person);
        prop_assert!(evaluated.iter().all(|it| it.status() == "valid"), "{evaluated:?}");
    }
}

fn shown<E>(
    verdict: &Result<Verdict<'_>, E>,
) -> Option<(crate::programs::yobo::reason::Reason, Option<NaiveDate>, Option<NaiveDate>)> {
    verdict.as_ref().ok().map(|it| (it.reason, it.earliest, it.latest))
}
