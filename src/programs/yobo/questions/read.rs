//! A person and their doses from plain values, read strictly.

use chrono::NaiveDate;
use serde_json::Value;

use crate::domain::calendar::PartialDate;
use crate::programs::ask::{AskError, Fields};
use crate::programs::yobo::law::{Code, Law};
use crate::programs::yobo::person::{Dose, Facts, Person, Sex};

/// The most doses that one input may hold.
const MOST_DOSES: usize = 200;
/// The most diseases or conditions.
const MOST_CODES: usize = 30;
const SEXES: [(&str, Sex); 2] = [("female", Sex::Female), ("male", Sex::Male)];
const SUBJECT: [&str; 5] = ["birth", "sex", "edd", "conditions", "facts"];
const FACTS: [&str; 5] = ["had_disease", "special_ended", "antibody_test", "season_from", "season_to"];
const DOSE: [&str; 7] = ["vaccine", "date", "product", "lot", "dose", "live", "same_pregnancy"];

/// A person as read, with what the doses say of themselves.
pub struct Told {
    /// The person.
    pub person: Person,
    /// The number that is recorded for each dose, in the order of the input.
    pub numbers: Vec<Option<String>>,
}

/// Reads the keys `subject` and `prior`, as they stand on a day.
pub fn told(fields: &Fields, law: &Law, on: NaiveDate) -> Result<Told, AskError> {
    let subject = fields.need("subject", |fields, key| fields.object(key, &SUBJECT))?;
    let birth = subject.need("birth", Fields::day)?;
    if birth > on {
        return Err(subject.invalid("birth", format!("a day up to {on}, the day asked about")));
    }
    let reader = Reader { law, birth, on };
    let prior = fields.list("prior", &DOSE, MOST_DOSES)?;
    let doses = prior.iter().enumerate().map(|(place, dose)| reader.dose(dose, place));
    let mut doses = doses.collect::<Result<Vec<_>, _>>()?;
    doses.sort_by_key(|dose| (dose.first, dose.place));
    let due = subject.day("edd")?;
    if due.is_some_and(|due| due <= birth) {
        return Err(subject.invalid("edd", "a day after the birth of the mother"));
    }
    let person =
        Person { birth, sex: subject.choice("sex", &SEXES)?, due, facts: reader.facts(&subject)?, doses };
    let numbers = prior.iter().map(number).collect::<Result<_, _>>()?;
    Ok(Told { person, numbers })
}

/// The number of a dose as recorded: `2`, `"2"` or `"B"`.
fn number(dose: &Fields) -> Result<Option<String>, AskError> {
    match dose.value("dose") {
        Some(Value::Number(_)) => Ok(dose.integer("dose", 1..=99)?.map(|number| number.to_string())),
        _ => Ok(dose.text("dose")?.map(str::to_owned)),
    }
}

/// The vaccine at a key.
pub fn vaccine(fields: &Fields, law: &Law) -> Result<Option<usize>, AskError> {
    let Some(key) = fields.text("vaccine")? else { return Ok(None) };
    let known = || law.vaccines.iter().map(|it| it.key).collect::<Vec<_>>().join(", ");
    law.place(key).map(Some).ok_or_else(|| fields.invalid("vaccine", format!("one of {}", known())))
}

/// The product at a key, one of those of a vaccine. A vaccine without products on record takes any.
pub fn product(fields: &Fields, law: &Law, vaccine: usize) -> Result<Option<Code>, AskError> {
    let Some(name) = fields.text("product")? else { return Ok(None) };
    let products = &law.vaccines[vaccine].products;
    let found = products.iter().map(|it| it.rule.code).find(|code| law.name(*code) == name);
    if found.is_some() || products.is_empty() {
        return Ok(found);
    }
    let known: Vec<&str> = products.iter().map(|it| law.name(it.rule.code)).collect();
    Err(fields
        .invalid("product", format!("a product of {}: {}", law.vaccines[vaccine].key, known.join(", "))))
}

struct Reader<'a> {
    law: &'a Law<'a>,
    birth: NaiveDate,
    on: NaiveDate,
}

impl Reader<'_> {
    fn dose(&self, fields: &Fields, place: usize) -> Result<Dose, AskError> {
        let date = fields.need("date", Fields::partial)?;
        if date.latest() < self.birth || date.earliest() > self.on {
            return Err(fields.invalid("date", format!("a day from the birth to {}", self.on)));
        }
        let (vaccine, live) = self.what(fields)?;
        let product = vaccine.map(|it| product(fields, self.law, it)).transpose()?.flatten();
        Ok(Dose {
            place,
            vaccine,
            product,
            first: date.earliest().max(self.birth),
            last: self.last(date),
            injected_live: live || vaccine.is_some_and(|it| self.law.is_injected_live(it, product)),
            same_pregnancy: fields.flag("same_pregnancy")?,
            withdrawn: self.is_withdrawn(fields, product)?,
        })
    }

    fn last(&self, date: PartialDate) -> NaiveDate {
        date.latest().min(self.on)
    }

    /// The vaccine of a dose, or that it is live where it is none of the routine ones.
    fn what(&self, fields: &Fields) -> Result<(Option<usize>, bool), AskError> {
        let name = fields.need("vaccine", Fields::text)?;
        let kinds = || self.law.live.iter().map(|kind| (self.law.name(kind.rule.code), kind.rule.injected));
        let of = |name: &str| kinds().find(|(key, _)| *key == name).map(|(_, injected)| injected);
        let live = match fields.text("live")? {
            Some(key) => Some(of(key).ok_or_else(|| {
                let known: Vec<&str> = kinds().map(|(key, _)| key).collect();
                fields.invalid("live", format!("one of {}", known.join(", ")))
            })?),
            None => None,
        };
        match (self.law.place(name), live.or_else(|| of(name))) {
            (Some(vaccine), _) => Ok((Some(vaccine), live == Some(true))),
            (None, Some(injected)) => Ok((None, injected)),
            (None, None) => {
                Err(fields.invalid("vaccine", "a vaccine of the tables, or one with the key live"))
            }
        }
    }

    fn is_withdrawn(&self, fields: &Fields, product: Option<Code>) -> Result<bool, AskError> {
        let lot = fields.text("lot")?;
        let same = |(_, code, withdrawn): &(_, Code, &str)| {
            Some(*withdrawn) == lot && product.is_none_or(|product| product == *code)
        };
        Ok(self.law.withdrawn.iter().any(same))
    }

    fn facts(&self, subject: &Fields) -> Result<Facts, AskError> {
        let mut facts = Facts::default();
        self.conditions(subject, &mut facts)?;
        let own = self.law.facts.iter().map(|code| self.law.name(*code));
        let known: Vec<&str> = FACTS.into_iter().chain(own).collect();
        let Some(fields) = subject.object("facts", &known)? else { return Ok(facts) };
        for code in &self.law.facts {
            match fields.flag(self.law.name(*code))? {
                Some(true) => facts.yes.push(*code),
                Some(false) => facts.no.push(*code),
                None => {}
            }
        }
        facts.diseases = self.diseases(&fields)?;
        facts.special_ended = self.past(&fields, "special_ended")?;
        facts.antibody_test = self.past(&fields, "antibody_test")?;
        facts.season = season(&fields)?;
        Ok(facts)
    }

    /// Conditions on record, as a list of their names.
    fn conditions(&self, subject: &Fields, facts: &mut Facts) -> Result<(), AskError> {
        for name in subject.texts("conditions", MOST_CODES)?.unwrap_or_default() {
            let code = self.law.code(name).filter(|code| self.law.facts.contains(code));
            let known = || self.law.facts.iter().map(|it| self.law.name(*it)).collect::<Vec<_>>().join(", ");
            let code = code.ok_or_else(|| subject.invalid("conditions", format!("some of {}", known())))?;
            facts.yes.push(code);
        }
        Ok(())
    }

    /// A disease, or a list of them; the name of a vaccine stands for all that it is against.
    fn diseases(&self, fields: &Fields) -> Result<Vec<Code>, AskError> {
        let names = match fields.value("had_disease") {
            Some(Value::Array(_)) => fields.texts("had_disease", MOST_CODES)?.unwrap_or_default(),
            _ => fields.text("had_disease")?.into_iter().collect(),
        };
        let mut found = Vec::new();
        for name in names {
            found.extend(self.disease(name).ok_or_else(|| {
                let all = self.law.vaccines.iter().flat_map(|it| &it.diseases);
                let known: std::collections::BTreeSet<&str> =
                    all.map(|it| self.law.name(it.rule.0)).collect();
                let known: Vec<&str> = known.into_iter().collect();
                fields.invalid("had_disease", format!("some of {}", known.join(", ")))
            })?);
        }
        Ok(found)
    }

    fn disease(&self, name: &str) -> Option<Vec<Code>> {
        let all = || self.law.vaccines.iter().flat_map(|it| &it.diseases).map(|it| it.rule.0);
        if let Some(code) = all().find(|code| self.law.name(*code) == name) {
            return Some(vec![code]);
        }
        let vaccine = self.law.place(name)?;
        Some(self.law.vaccines[vaccine].diseases.iter().map(|it| it.rule.0).collect())
    }

    /// A day of something that has happened.
    fn past(&self, fields: &Fields, key: &str) -> Result<Option<NaiveDate>, AskError> {
        let day = fields.day(key)?;
        match day {
            Some(day) if day < self.birth => Err(fields.invalid(key, "a day on or after the birth")),
            _ => Ok(day),
        }
    }
}

fn season(fields: &Fields) -> Result<Option<(NaiveDate, NaiveDate)>, AskError> {
    let (from, to) = (fields.day("season_from")?, fields.day("season_to")?);
    match (from, to) {
        (Some(from), Some(to)) if from > to => {
            Err(fields.invalid("season_to", "a day on or after season_from"))
        }
        (Some(_), None) => Err(AskError::Missing { path: fields.path("season_to") }),
        (None, Some(_)) => Err(AskError::Missing { path: fields.path("season_from") }),
        _ => Ok(from.zip(to)),
    }
}
