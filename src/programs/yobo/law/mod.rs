//! The tables in the form in which the rules read them: ages and intervals parsed, names turned into
//! numbers, and each rule beside the row it comes from. Made once, read for any number of people.

mod read;
mod row;

use chrono::NaiveDate;
use thiserror::Error;

use super::age::{Age, Gap};
use crate::domain::tables::{Row, TableError};

/// Why the tables are no law.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// A table or a column is missing.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A cell does not say what its column takes.
    #[error("line {line} of the table {table} has a {column} that cannot be read")]
    Cell {
        /// The table.
        table: String,
        /// The line of its file, from 1.
        line: usize,
        /// The column.
        column: String,
    },
}

/// A name of the tables (a product, a fact, a disease, a live vaccine) as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub(super) u16);

/// A rule and the row that gives it.
#[derive(Clone, Copy, Debug)]
pub struct Cited<'a, T> {
    /// The row.
    pub row: &'a Row,
    /// What it says.
    pub rule: T,
}

impl<T> Cited<'_, T> {
    /// Whether the rule holds on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.row.holds_on(day)
    }
}

/// Everything the tables say.
#[derive(Clone, Debug, Default)]
pub struct Law<'a> {
    /// The routine vaccines, in the order of the table.
    pub vaccines: Vec<Vaccine<'a>>,
    /// Clear days after an injected live vaccine.
    pub after_live: Vec<Cited<'a, Gap>>,
    /// Live vaccines, also those that are not routine.
    pub live: Vec<Cited<'a, Live>>,
    /// Lots that were called back, with their product.
    pub withdrawn: Vec<(&'a Row, Code, &'a str)>,
    /// Facts that open or close a way: conditions, recognitions, settings.
    pub facts: Vec<Code>,
    names: Vec<&'a str>,
}

impl<'a> Law<'a> {
    /// The number of a name, if the tables have it.
    pub fn code(&self, name: &str) -> Option<Code> {
        let place = self.names.iter().position(|known| *known == name)?;
        u16::try_from(place).ok().map(Code)
    }

    /// The name of a number.
    pub fn name(&self, code: Code) -> &'a str {
        self.names.get(usize::from(code.0)).copied().unwrap_or_default()
    }

    /// The place of a routine vaccine.
    pub fn place(&self, vaccine: &str) -> Option<usize> {
        self.vaccines.iter().position(|known| known.key == vaccine)
    }

    /// Whether a vaccine has a product; one without products on record takes any.
    pub fn has_product(&self, vaccine: usize, product: Code) -> bool {
        let products = &self.vaccines[vaccine].products;
        products.is_empty() || products.iter().any(|it| it.rule.code == product)
    }

    /// Whether a dose of a vaccine is live and injected; of an unknown product, whether it can be.
    pub fn is_injected_live(&self, vaccine: usize, product: Option<Code>) -> bool {
        let products = self.vaccines[vaccine].products.iter().map(|it| it.rule);
        let mut given = products.filter(|it| product.is_none_or(|code| it.code == code));
        given.any(|it| it.injected_live)
    }

    fn intern(&mut self, name: &'a str) -> Code {
        if let Some(code) = self.code(name) {
            return code;
        }
        self.names.push(name);
        Code(u16::try_from(self.names.len() - 1).unwrap_or(u16::MAX))
    }
}

/// A live vaccine.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    /// Its name.
    pub code: Code,
    /// Whether it is injected; only then others have to wait.
    pub injected: bool,
    /// Whether the sources leave open that the rule is about it.
    pub confirm: bool,
}

/// Whom a vaccine is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Everybody.
    Any,
    /// Boys and men.
    Male,
    /// Girls and women.
    Female,
    /// A pregnant woman; each pregnancy for itself.
    Pregnant,
}

/// How often the course is gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Once in life.
    Course,
    /// Once a season.
    Season,
    /// Once a pregnancy.
    Pregnancy,
}

/// One routine vaccine; the period of its row is that of the programme.
#[derive(Clone, Debug)]
pub struct Vaccine<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its row.
    pub row: &'a Row,
    /// Whom it is for.
    pub whom: Whom,
    /// How often.
    pub repeat: Repeat,
    /// First and last day of birth of those it is for.
    pub born: (Option<NaiveDate>, Option<NaiveDate>),
    /// The vaccine that has taken its place for those who have not begun.
    pub replaced_by: Option<&'a str>,
    /// Whether doses that were not routine count by an express rule.
    pub voluntary_counts: bool,
    /// Whether nothing can be said without the product of an earlier dose.
    pub by_product: bool,
    /// Products, of all times.
    pub products: Vec<Cited<'a, Product>>,
    /// When it may be given.
    pub windows: Vec<Cited<'a, Window>>,
    /// 長期療養特例.
    pub long_term: Option<Cited<'a, LongTerm>>,
    /// The courses, the first that fits being taken.
    pub paths: Vec<Path<'a>>,
    /// Other vaccines whose doses take a place in the course.
    pub counted_with: Vec<Cited<'a, &'a str>>,
    /// Other vaccines with which a municipality may limit the total.
    pub totals: Vec<Cited<'a, Total<'a>>>,
    /// Which product may follow which.
    pub mixing: Vec<Cited<'a, (Code, Code)>>,
    /// From which age doses count, and how far apart.
    pub credit: Option<Cited<'a, (Age, Gap)>>,
    /// First and last month and day of the season, if it is the same everywhere.
    pub season: Option<Cited<'a, [(u32, u32); 2]>>,
    /// Diseases, and whether having had one excludes.
    pub diseases: Vec<Cited<'a, (Code, History)>>,
    /// Facts and earlier products that exclude.
    pub exclusions: Vec<Cited<'a, Exclusion>>,
    /// What the physician must be told.
    pub warnings: Vec<Cited<'a, Warning<'a>>>,
}

/// A product, allowed in the period of its row.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// Its name.
    pub code: Code,
    /// Whether it is live and injected.
    pub injected_live: bool,
    /// The age from which it is allowed.
    pub min_age: Option<Age>,
    /// It is only found in old records.
    pub history_only: bool,
}

/// When a vaccine may be given; the period of the row cuts it.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// First day; without it that of the row.
    pub start: Option<Age>,
    /// Last day, if there is one.
    pub end: Option<Age>,
    /// For this product only.
    pub product: Option<Code>,
    /// For those of whom this is on record only: a condition, or a recognition by the municipality.
    pub needs: Option<Code>,
    /// For those born from and to.
    pub born: (Option<NaiveDate>, Option<NaiveDate>),
    /// A dose in this time stands for the fact that is needed.
    pub dose_within: Option<(NaiveDate, NaiveDate)>,
    /// The antibody test has to have been made by this day.
    pub test_by: Option<NaiveDate>,
}

/// 長期療養特例 of a vaccine.
#[derive(Clone, Copy, Debug)]
pub struct LongTerm {
    /// Whether there is one; `None` if no source says.
    pub applies: Option<bool>,
    /// For how many years.
    pub years: u32,
    /// Below which age in years.
    pub under_age: Option<u32>,
}

/// A course.
#[derive(Clone, Debug)]
pub struct Path<'a> {
    /// Its row.
    pub row: &'a Row,
    /// Its name.
    pub key: &'a str,
    /// From which age on it is begun.
    pub first_from: Option<Age>,
    /// Up to which age it is begun.
    pub first_to: Option<Age>,
    /// With which product only.
    pub product: Option<Code>,
    /// Its doses.
    pub doses: Vec<Step<'a>>,
}

/// A dose of a course.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// Its row.
    pub row: &'a Row,
    /// Its number, or `B`.
    pub key: &'a str,
    /// Not before this age.
    pub not_before: Option<Age>,
    /// Not after this age.
    pub not_after: Option<Age>,
    /// First and last day that is advised.
    pub standard: (Option<Age>, Option<Age>),
    /// Intervals to earlier doses.
    pub intervals: Vec<Cited<'a, Interval>>,
    /// When it is not given.
    pub skips: Vec<Cited<'a, Skip>>,
}

/// An interval to an earlier dose of the course.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    /// The place of the earlier dose in the course; without it the last that was given.
    pub after: Option<usize>,
    /// The least that law asks.
    pub least: Option<Gap>,
    /// From when to when it is advised.
    pub standard: (Option<Gap>, Option<Gap>),
    /// It should be shorter than this.
    pub below: Option<Gap>,
    /// It takes the place of the common interval where this is so.
    pub condition: Option<Condition>,
}

/// When an interval takes the place of the common one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It is on record.
    OnRecord(Code),
    /// No dose of another vaccine is counted in the course: `begun_here`.
    BegunHere,
}

/// Why a dose of a course is not given.
#[derive(Clone, Copy, Debug)]
pub enum Skip {
    /// An earlier dose was given after an age.
    GivenAfter(usize, Age),
    /// It was not given up to an age.
    Lapsed(Age),
    /// Two earlier doses are so far apart that it is not needed.
    Spaced(usize, usize, Gap),
}

/// A total with another vaccine, limited where the municipality says so.
#[derive(Clone, Copy, Debug)]
pub struct Total<'a> {
    /// The other vaccine.
    pub other: &'a str,
    /// The highest total.
    pub most: usize,
    /// The municipality's setting.
    pub setting: Code,
}

/// Whether having had a disease excludes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// It does.
    Excludes,
    /// It does not.
    Ignored,
    /// No source says.
    Unknown,
}

/// What excludes.
#[derive(Clone, Copy, Debug)]
pub struct Exclusion {
    /// A fact on record.
    pub fact: Option<Code>,
    /// A product given before.
    pub product: Option<Code>,
}

/// What the physician must be told of a dose.
#[derive(Clone, Copy, Debug)]
pub struct Warning<'a> {
    /// Its name.
    pub key: &'a str,
    /// The dose.
    pub dose: &'a str,
    /// From which age on.
    pub from_age: Option<Age>,
    /// How many days before the expected delivery.
    pub due_within: Option<i64>,
}
