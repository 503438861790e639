//! What is asked of the rules about a person's doses, and what they answer.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::outlook::Cohort;
use super::record::Sex;
use crate::domain::calendar::PartialDate;
use crate::domain::proposal::{Finding, WorkingStep};

/// What is on record about a person.
#[derive(Clone, Debug)]
pub struct Known {
    /// Day of birth.
    pub birth: NaiveDate,
    /// Sex, if it is known.
    pub sex: Option<Sex>,
    /// Expected day of delivery of the present pregnancy.
    pub due: Option<NaiveDate>,
    /// Conditions and recognitions, as the rules name them.
    pub conditions: Vec<String>,
    /// Diseases that the person has had.
    pub diseases: Vec<String>,
    /// The day on which what kept them from being vaccinated ended (長期療養特例).
    pub special_ended: Option<NaiveDate>,
    /// Values that the town has set, by key.
    pub settings: BTreeMap<String, String>,
    /// Doses that were given, oldest first.
    pub doses: Vec<Given>,
}

/// A dose that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Id of its line.
    pub id: String,
    /// Key of its vaccine.
    pub vaccine: String,
    /// Key of its product, if it is known.
    pub product: Option<String>,
    /// Its lot; empty if it is not known.
    pub lot: String,
    /// Its number; empty if it is not known.
    pub dose: String,
    /// The day, as far as it is known.
    pub on: PartialDate,
}

/// A dose that somebody would give.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Key of the vaccine.
    pub vaccine: &'a str,
    /// Key of the product, if one is chosen.
    pub product: Option<&'a str>,
    /// The day.
    pub on: NaiveDate,
}

/// A vaccine of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vaccine {
    /// Its key.
    pub key: String,
    /// Its name in Japanese.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// `A` or `B` (予防接種法2条).
    pub class: String,
    /// Whether it is given under the program on the day asked about; others are only found in records.
    pub current: bool,
    /// Whether its doses are counted anew, with each season or pregnancy.
    pub anew: bool,
    /// By which years of birth its figures are put together.
    pub cohort: Cohort,
    /// Its products on that day: key, name, and whether they are only found in records.
    pub products: Vec<(String, String, bool)>,
}

/// Whether a dose may be given on a day, on the record alone; whether it is given is for the physician to say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// Whether nothing on record stands against it.
    pub eligible: bool,
    /// The published code of the reason.
    pub reason: String,
    /// The number of the next dose.
    pub dose: Option<String>,
    /// The first day on which it may be given.
    pub earliest: Option<NaiveDate>,
    /// The last day on which it may be given.
    pub latest: Option<NaiveDate>,
    /// What the physician must be told, by name.
    pub warnings: Vec<String>,
    /// The article on which the verdict rests.
    pub article: String,
    /// The working.
    pub steps: Vec<WorkingStep>,
    /// What a person must know or ask besides.
    pub findings: Vec<Finding>,
}

/// Nothing can be said, because something is not on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// Key of the sentence in the program's texts.
    pub key: String,
    /// Id of the line that lacks it, if it is one.
    pub line: Option<String>,
}

/// What comes next for one vaccine (FHIR `ImmunizationRecommendation`).
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// Key of the vaccine.
    pub vaccine: String,
    /// `due`, `overdue`, `upcoming`, `complete`, `excluded`, `not-public`, `replaced` or `needs-information`.
    pub state: String,
    /// The verdict on the day, or what is missing for one.
    pub verdict: Result<Verdict, Lacking>,
    /// First and last day of the advised time.
    pub standard: (Option<NaiveDate>, Option<NaiveDate>),
    /// The last day from which the rest of the course still fits.
    pub finish_by: Option<NaiveDate>,
}

/// What the rules of its own day say of a past dose.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// Id of its line.
    pub line: String,
    /// `valid`, `invalid` or `unknown` as 定期接種.
    pub status: String,
    /// Whether it takes a place in the course; `None` where no source says.
    pub counts: Option<bool>,
    /// The published code of the reason; empty where something is missing.
    pub reason: String,
    /// The article.
    pub article: String,
}

/// Who is exempt from the regular share of the fee, as the town has set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// Key of the reason.
    pub key: String,
    /// The reason in words.
    pub label: String,
    /// Yen that the person still pays.
    pub copay: i64,
}

/// What the town pays an institution for a visit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fee {
    /// Yen for one visit.
    pub yen: i64,
    /// Yen of it that the person pays.
    pub copay: i64,
    /// Where the town has set it.
    pub source: String,
}

/// A dose to which a granted application gives a right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlement {
    /// Vaccine and dose as the decision names them.
    pub label: String,
    /// Key of the vaccine.
    pub vaccine: String,
    /// Key of the product, if only one will do.
    pub product: Option<String>,
    /// Number of the dose.
    pub dose: String,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day, if there is one.
    pub to: Option<NaiveDate>,
}

/// To what a granted application gives a right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entitled {
    /// Whether the applicant is the person or their guardian, and may see the ledger from now on.
    pub guardian: bool,
    /// Whether earlier vouchers for the same doses end (再交付).
    pub replaces: bool,
    /// The doses.
    pub doses: Vec<Entitlement>,
    /// Doses that were given before, of which it tells.
    pub brought: Vec<Brought>,
    /// What holds for the person, without which the rules would not allow the doses on the day.
    pub circumstances: Circumstances,
}

/// What opens a way for a person besides birth and doses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Expected day of delivery of the present pregnancy.
    pub due: Option<NaiveDate>,
    /// The day on which what kept them from being vaccinated ended (長期療養特例).
    pub special_ended: Option<NaiveDate>,
    /// Conditions and recognitions, as the rules name them.
    pub conditions: Vec<String>,
    /// Diseases that the person has had.
    pub diseases: Vec<String>,
}

/// A dose of which an application tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    /// How a decision begins when it names the dose.
    pub label: String,
    /// The dose; its id is empty.
    pub given: Given,
    /// Where it was given, in words; empty if that is not known.
    pub place: String,
}
