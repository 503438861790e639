//! The ledger of vaccinations (予防接種台帳): whose it is, and one line of it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::law::{Given, Known};
use crate::domain::calendar::PartialDate;
use crate::domain::program::vocabulary::vocabulary;

vocabulary! {
    /// Sex as the register of residents has it.
    Sex {
        /// 女
        Female = "female",
        /// 男
        Male = "male",
    }
}

vocabulary! {
    /// How a line of the ledger stands, in FHIR's words.
    Status {
        /// The dose was given.
        Completed = "completed",
        /// 予診のみ・見合わせ: examined, and no dose was given.
        NotDone = "not_done",
        /// It should never have been there.
        EnteredInError = "entered_in_error",
    }
}

vocabulary! {
    /// How a line came into the ledger.
    Origin {
        /// Recorded at the desk of an institution.
        Clinic = "clinic",
        /// Typed in from a 予診票 on paper.
        Paper = "paper",
        /// From a certificate, a handbook or a foreign record that the person handed in (予防接種法9条の3).
        Document = "document",
        /// From the system that kept the ledger before.
        Import = "import",
        /// From the national system.
        National = "national",
    }
}

vocabulary! {
    /// Under what a dose was given; it decides who pays and which relief applies.
    Category {
        /// 定期
        Routine = "routine",
        /// 臨時
        Temporary = "temporary",
        /// 特例・長期療養特例
        Exception = "exception",
        /// 任意
        Voluntary = "voluntary",
        /// The record does not say.
        Unknown = "unknown",
    }
}

/// The person to whom a ledger belongs: a resident, often a child without a sign-in of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Id, `sub_…`.
    pub id: String,
    /// The program.
    pub program: String,
    /// Day of birth.
    pub birth: NaiveDate,
    /// Sex, if it is known.
    pub sex: Option<Sex>,
    /// District of the town, for its lists and figures; empty if it is not known.
    pub district: String,
    /// Who they are.
    pub person: Person,
    /// The day on which they last moved in, if they did.
    pub moved_in_on: Option<NaiveDate>,
    /// The day on which they moved out.
    pub moved_out_on: Option<NaiveDate>,
    /// The day of death.
    pub died_on: Option<NaiveDate>,
}

/// What is sealed of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// Name, family name first.
    pub name: String,
    /// Its reading.
    pub kana: String,
    /// Postcode.
    pub postcode: String,
    /// Address (statutory item).
    pub address: String,
    /// Telephone.
    pub phone: String,
    /// Name of the guardian.
    pub guardian: String,
    /// 宛名番号, the number of the person in the town's own systems.
    pub resident_number: String,
    /// Expected day of delivery of the present pregnancy.
    pub due: Option<NaiveDate>,
    /// Conditions on record, as the rules name them.
    pub conditions: Vec<String>,
    /// Diseases that the person has had, as the rules name them.
    pub diseases: Vec<String>,
    /// The day on which what kept them from being vaccinated ended (長期療養特例).
    pub special_ended: Option<NaiveDate>,
    /// Allergies and what else a physician must know first, in words.
    pub cautions: String,
}

/// One line of the ledger. It is never changed: a correction takes its place, and both stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Immunization {
    /// Id, `imm_…`.
    pub id: String,
    /// Key of the vaccine in the tables of the program, or of one that is none of its own.
    pub vaccine: String,
    /// Number of the dose as recorded: `1`, `2`, `B`; empty if it is not known.
    pub dose: String,
    /// The day, as far as it is known.
    pub on: PartialDate,
    /// Tells lines apart that agree in vaccine, dose and day and are both true; 0 for the first.
    pub nth: i32,
    /// How it stands.
    pub status: Status,
    /// Where it comes from.
    pub origin: Origin,
    /// Under what it was given.
    pub category: Category,
    /// Key of the product, if it is known.
    pub product: Option<String>,
    /// Lot (statutory item); empty if it is not known.
    pub lot: String,
    /// 10-digit code of the institution; empty if it is not known.
    pub institution: String,
    /// Yen that somebody paid who is exempt from the regular share; `None` where that one holds.
    pub copay: Option<i64>,
    /// What is sealed of it.
    pub content: Content,
    /// The line whose place it takes.
    pub supersedes: Option<String>,
    /// The line that has taken its place.
    pub superseded_by: Option<String>,
    /// Id of who entered it.
    pub author: String,
    /// When it was entered.
    pub at: DateTime<Utc>,
    /// The last day on which it has to be kept.
    pub keep_until: Option<NaiveDate>,
}

/// What is sealed of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    /// Name of the institution.
    pub institution: String,
    /// Name of the physician (statutory item).
    pub physician: String,
    /// Amount in mL as written; empty if it is not known.
    pub amount: String,
    /// Part of the body.
    pub site: String,
    /// Way of giving it.
    pub route: String,
    /// Reaction afterwards, in words.
    pub reaction: String,
    /// Why no dose was given, why a doubtful one was, or why another line is corrected.
    pub reason: String,
    /// What the rules said against it on that day: published codes of verdicts, `DUPLICATE`.
    pub doubts: Vec<String>,
    /// Key of why the person is exempt from the regular share; empty if they are not.
    pub exemption: String,
    /// What was shown to prove it.
    pub proof: String,
    /// Name of who entered it.
    pub by: String,
}

impl Immunization {
    /// Whether it counts as a dose: given, and not corrected.
    pub fn is_given(&self) -> bool {
        self.status == Status::Completed && self.superseded_by.is_none()
    }

    /// The same dose as the rules read it.
    pub fn given(&self) -> Given {
        Given {
            id: self.id.clone(),
            vaccine: self.vaccine.clone(),
            product: self.product.clone(),
            lot: self.lot.clone(),
            dose: self.dose.clone(),
            on: self.on,
        }
    }

    /// Whether another record tells of the same dose without contradicting: what one leaves open the other may say.
    pub fn agrees_with(&self, other: &Immunization) -> bool {
        let agree = |one: &str, two: &str| one.is_empty() || two.is_empty() || one == two;
        let product = |it: &Immunization| it.product.clone().unwrap_or_default();
        self.status == other.status
            && agree(&product(self), &product(other))
            && agree(&self.lot, &other.lot)
            && agree(&self.institution, &other.institution)
    }
}

/// What the rules know of a person: the facts and every dose that counts, oldest first.
pub fn known(subject: &Subject, lines: &[Immunization]) -> Known {
    let mut doses: Vec<Given> = lines.iter().filter(|it| it.is_given()).map(Immunization::given).collect();
    doses.sort_by_key(|dose| (dose.on.earliest(), dose.id.clone()));
    Known {
        birth: subject.birth,
        sex: subject.sex,
        due: subject.person.due,
        conditions: subject.person.conditions.clone(),
        diseases: subject.person.diseases.clone(),
        special_ended: subject.person.special_ended,
        settings: std::collections::BTreeMap::new(),
        doses,
    }
}
