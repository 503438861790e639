//! What is on record about a person: birth, facts and past doses.

use chrono::NaiveDate;
use thiserror::Error;

use super::law::Code;

/// Sex as the register has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// 女
    Female,
    /// 男
    Male,
}

/// A person; what is not known is left empty, and the rules then ask for it.
#[derive(Clone, Debug)]
pub struct Person {
    /// The day of birth.
    pub birth: NaiveDate,
    /// Sex.
    pub sex: Option<Sex>,
    /// The expected day of delivery of the present pregnancy.
    pub due: Option<NaiveDate>,
    /// Other facts.
    pub facts: Facts,
    /// Past doses, oldest first.
    pub doses: Vec<Dose>,
}

/// Facts that open or close a way.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Conditions, recognitions and settings that are on record.
    pub yes: Vec<Code>,
    /// Those of which the opposite is on record.
    pub no: Vec<Code>,
    /// Diseases that the person has had.
    pub diseases: Vec<Code>,
    /// The day on which the circumstance of 長期療養特例 ended.
    pub special_ended: Option<NaiveDate>,
    /// The day of the rubella antibody test.
    pub antibody_test: Option<NaiveDate>,
    /// First and last day of the municipality's season.
    pub season: Option<(NaiveDate, NaiveDate)>,
}

/// A past dose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dose {
    /// Its place in what was given to us, from 0.
    pub place: usize,
    /// The place of its vaccine in the law; `None` if it is not a routine one.
    pub vaccine: Option<usize>,
    /// Its product, if it is known.
    pub product: Option<Code>,
    /// The first day that it can have been given.
    pub first: NaiveDate,
    /// The last day that it can have been given; the same day unless the record is incomplete.
    pub last: NaiveDate,
    /// Whether it was live and injected.
    pub injected_live: bool,
    /// Whether it belongs to the present pregnancy.
    pub same_pregnancy: Option<bool>,
    /// Whether its lot was called back.
    pub withdrawn: bool,
}

/// What is missing on record for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Need {
    /// The person's sex.
    #[error("the sex")]
    Sex,
    /// The expected day of delivery.
    #[error("the expected day of delivery")]
    Due,
    /// The municipality's season.
    #[error("the season")]
    Season,
    /// The product of the dose at this place.
    #[error("the product of dose {0}")]
    Product(usize),
    /// The day of the dose at this place.
    #[error("the day of dose {0}")]
    Day(usize),
    /// The rules of that time, which the tables do not have.
    #[error("the rules of that time")]
    Rules,
}
