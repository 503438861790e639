//! Which past doses take a place in a course.

use chrono::{Days, NaiveDate};

use super::law::{Code, Law, Repeat, Vaccine};
use super::person::{Dose, Need, Person};

/// Days from the beginning of a pregnancy to the expected delivery: 40 weeks.
const PREGNANCY_DAYS: u64 = 280;

/// A dose that takes a place in a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Its day.
    pub day: NaiveDate,
    /// Its product, if it is known.
    pub product: Option<Code>,
    /// Whether it was recorded under the vaccine itself.
    pub own: bool,
}

/// What a question is about: a vaccine of the law, the doses before, and a day.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'l> {
    /// The law.
    pub law: &'l Law<'l>,
    /// The place of the vaccine in it.
    pub vaccine: usize,
    /// The product, if one is asked for.
    pub product: Option<Code>,
    /// The day.
    pub on: NaiveDate,
    /// Whether the dose was given already; a product of which only records are left may then be found.
    pub past: bool,
}

impl<'l> Asked<'l> {
    /// The vaccine.
    pub fn vaccine(&self) -> &'l Vaccine<'l> {
        &self.law.vaccines[self.vaccine]
    }

    /// The doses that take a place in the course, oldest first; two on one day are one.
    ///
    /// # Errors
    /// When the day or the product of one of them is not known and matters.
    pub fn counted(&self, person: &Person, doses: &[Dose]) -> Result<Vec<Counted>, Need> {
        let mut counted: Vec<Counted> = Vec::new();
        for dose in doses {
            if let Some(dose) = self.count(person, dose)?
                && counted.last().is_none_or(|last| last.day != dose.day)
            {
                counted.push(dose);
            }
        }
        self.credit(person, &mut counted);
        Ok(counted)
    }

    fn count(&self, person: &Person, dose: &Dose) -> Result<Option<Counted>, Need> {
        let own = dose.vaccine == Some(self.vaccine);
        if !own && !self.counts_with(dose) {
            return Ok(None);
        }
        if dose.first != dose.last {
            return Err(Need::Day(dose.place));
        }
        if !self.belongs(person, dose)? {
            return Ok(None);
        }
        if self.vaccine().by_product && dose.product.is_none() {
            return Err(Need::Product(dose.place));
        }
        Ok(Some(Counted { day: dose.first, product: dose.product, own }))
    }

    /// Whether a dose of another vaccine takes a place in the course.
    pub fn counts_with(&self, dose: &Dose) -> bool {
        let others = &self.vaccine().counted_with;
        let Some(other) = dose.vaccine.filter(|_| !others.is_empty()) else { return false };
        let key = self.law.vaccines[other].key;
        others.iter().any(|it| it.rule == key && it.holds_on(self.on))
    }

    /// Whether a dose belongs to this season or pregnancy, where the course begins anew with each.
    fn belongs(&self, person: &Person, dose: &Dose) -> Result<bool, Need> {
        match self.vaccine().repeat {
            Repeat::Course => Ok(true),
            Repeat::Season => {
                let (first, last) = self.season(person)?;
                Ok((first..=last).contains(&dose.first))
            }
            Repeat::Pregnancy => Ok(match dose.same_pregnancy {
                Some(same) => same,
                None => dose.first + Days::new(PREGNANCY_DAYS) > person.due.ok_or(Need::Due)?,
            }),
        }
    }

    /// The season that is open on the day, or else the next one: of the municipality, or the common one.
    ///
    /// # Errors
    /// When neither is known.
    pub fn season(&self, person: &Person) -> Result<(NaiveDate, NaiveDate), Need> {
        if let Some(season) = &self.vaccine().season {
            return next_season(season.rule, self.on).ok_or(Need::Season);
        }
        person.facts.season.ok_or(Need::Season)
    }

    /// Leaves out doses before the age from which they count, and lets two that came too close be one,
    /// given on the later day.
    fn credit(&self, person: &Person, counted: &mut Vec<Counted>) {
        let Some(credit) = &self.vaccine().credit else { return };
        let (from, gap) = credit.rule;
        let from = from.day(person.birth, person.due);
        counted.retain(|dose| from.is_none_or(|from| dose.day >= from));
        let mut kept: Vec<Counted> = Vec::new();
        for dose in counted.drain(..) {
            match kept.last_mut() {
                Some(last) if dose.day < gap.after(last.day) => *last = dose,
                _ => kept.push(dose),
            }
        }
        *counted = kept;
    }
}

fn next_season([first, last]: [(u32, u32); 2], on: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    use chrono::Datelike;
    let day = |year: i32, (month, day): (u32, u32)| NaiveDate::from_ymd_opt(year, month, day);
    let turns = i32::from(last < first);
    let season = |year| Some((day(year, first)?, day(year + turns, last)?));
    [on.year() - 1, on.year(), on.year() + 1].into_iter().filter_map(season).find(|(_, last)| on <= *last)
}
