//! One dose on one day: whether it may be given as 定期接種, on the record alone.

use chrono::NaiveDate;

use super::bounds::Limits;
use super::course::Course;
use super::history::{Asked, Counted};
use super::law::{Cited, History, Product, Repeat, Whom};
use super::person::{Dose, Need, Person, Sex};
use super::reason::Reason;
use super::window::{Span, within};
use crate::domain::tables::Row;

/// What the record says about a dose.
#[derive(Clone, Debug)]
pub struct Verdict<'l> {
    /// Why.
    pub reason: Reason,
    /// The number of the dose, or `B`; `None` where the question does not arise.
    pub dose: Option<&'l str>,
    /// The first day on which it may be given, whatever the day asked about.
    pub earliest: Option<NaiveDate>,
    /// The last day on which it may be given.
    pub latest: Option<NaiveDate>,
    /// What the physician must be told.
    pub warnings: Vec<&'l str>,
    /// The row that settles it, if one does.
    pub row: Option<&'l Row>,
    /// The course, if it came to that.
    pub course: Option<Course<'l>>,
    /// The doses that were counted.
    pub counted: Vec<Counted>,
    /// The days, if it came to that.
    pub limits: Option<Limits<'l>>,
}

impl<'l> Verdict<'l> {
    fn refused(reason: Reason, row: &'l Row) -> Verdict<'l> {
        Verdict {
            reason,
            dose: None,
            earliest: None,
            latest: None,
            warnings: Vec::new(),
            row: Some(row),
            course: None,
            counted: Vec::new(),
            limits: None,
        }
    }

    /// Whether the dose may be given.
    pub fn is_eligible(&self) -> bool {
        self.reason == Reason::Eligible
    }
}

/// A gate that refuses, with the row by which it does.
type Refused<'l> = Option<(Reason, &'l Row)>;

impl<'l> Asked<'l> {
    /// Judges the next dose after `doses`, by the published order of reasons.
    ///
    /// # Errors
    /// When something is not on record without which nothing can be said.
    pub fn judge(&self, person: &Person, doses: &[Dose]) -> Result<Verdict<'l>, Need> {
        let gates = [self.wrong_person(person)?, self.excluded(person, doses)];
        if let Some((reason, row)) = gates.into_iter().flatten().next() {
            return Ok(Verdict::refused(reason, row));
        }
        if self.on < self.vaccine().row.valid_from {
            return Ok(Verdict::refused(Reason::BeforeProgramme, self.vaccine().row));
        }
        if self.vaccine().repeat == Repeat::Season && self.season(person).is_err() {
            return self.without_season(person);
        }
        let counted = self.counted(person, doses)?;
        let spans = self.spans(person, self.product_in_use(&counted), &counted)?;
        if spans.is_empty() && self.vaccine().windows.iter().all(|it| self.on < it.row.valid_from) {
            return Err(Need::Rules);
        }
        let refused = self.programme_ended(&spans).or(self.product_refused(person, &counted));
        if let Some((reason, row)) = refused {
            return Ok(Verdict { counted, ..Verdict::refused(reason, row) });
        }
        let course = self.course(person, &counted)?;
        if let Some((reason, row)) = self.no_dose_left(person, doses, &course, &counted) {
            return Ok(Verdict { course: Some(course), counted, ..Verdict::refused(reason, row) });
        }
        self.timed(person, doses, course, counted, &spans)
    }

    /// Whoever has not reached the age needs no season.
    fn without_season(&self, person: &Person) -> Result<Verdict<'l>, Need> {
        let spans = self.spans(person, self.product, &[])?;
        match spans.first() {
            Some(span) if self.on < span.from => Ok(Verdict::refused(Reason::NotYetAge, span.opened_by)),
            _ => Err(Need::Season),
        }
    }

    /// Sex and day of birth.
    fn wrong_person(&self, person: &Person) -> Result<Refused<'l>, Need> {
        let vaccine = self.vaccine();
        let wanted = match vaccine.whom {
            Whom::Any => None,
            Whom::Male => Some(Sex::Male),
            Whom::Female | Whom::Pregnant => Some(Sex::Female),
        };
        if let Some(wanted) = wanted
            && person.sex.ok_or(Need::Sex)? != wanted
        {
            return Ok(Some((Reason::SexNotTarget, vaccine.row)));
        }
        let outside = !within(person.birth, vaccine.born);
        Ok(outside.then_some((Reason::CohortNotTarget, vaccine.row)))
    }

    /// Diseases that the person has had, all that the vaccine is against; facts; earlier products.
    fn excluded(&self, person: &Person, doses: &[Dose]) -> Refused<'l> {
        let vaccine = self.vaccine();
        let had = |it: &Cited<'l, (super::law::Code, History)>| {
            it.rule.1 == History::Excludes && person.facts.diseases.contains(&it.rule.0)
        };
        let diseases = vaccine.diseases.iter().all(had).then(|| vaccine.diseases.first()).flatten();
        let own = doses.iter().filter(|dose| dose.vaccine == Some(self.vaccine));
        let given = own.filter_map(|dose| dose.product).collect::<Vec<_>>();
        let excludes = vaccine.exclusions.iter().find(|it| {
            it.rule.fact.is_some_and(|fact| person.facts.yes.contains(&fact))
                || it.rule.product.is_some_and(|product| given.contains(&product))
        });
        let row = diseases.map(|it| it.row).or(excludes.map(|it| it.row))?;
        Some((Reason::ExcludedHistory, row))
    }

    /// The programme is over, and no extension is for this person.
    fn programme_ended(&self, spans: &[Span<'l>]) -> Refused<'l> {
        let row = self.vaccine().row;
        let over = row.valid_to.is_some_and(|end| end < self.on);
        (over && spans.is_empty()).then_some((Reason::ProgrammeEnded, row))
    }

    fn product_refused(&self, person: &Person, counted: &[Counted]) -> Refused<'l> {
        let product = self.product?;
        let known = self.vaccine().products.iter().find(|it| it.rule.code == product);
        if let Some(known) = known.filter(|known| !self.allows(known, person)) {
            return Some((Reason::ProductNotAllowed, known.row));
        }
        let before = counted.iter().rev().find_map(|dose| dose.product)?;
        let rows = &self.vaccine().mixing;
        let follows = rows.iter().any(|it| it.rule == (before, product) && it.holds_on(self.on));
        let row = rows.iter().find(|it| it.rule.0 == before).or(rows.first())?.row;
        (!follows).then_some((Reason::ProductMismatch, row))
    }

    fn allows(&self, product: &Cited<'l, Product>, person: &Person) -> bool {
        let min_age = product.rule.min_age.and_then(|age| age.day(person.birth, person.due));
        product.holds_on(self.on)
            && (self.past || !product.rule.history_only)
            && min_age.is_none_or(|from| from <= self.on)
    }

    /// The product by which the windows go: the one in use, or the one asked for.
    pub fn product_in_use(&self, counted: &[Counted]) -> Option<super::law::Code> {
        counted.first().and_then(|dose| dose.product).or(self.product)
    }

    /// The course is complete, belongs to another product, or a total is reached.
    fn no_dose_left(
        &self,
        person: &Person,
        doses: &[Dose],
        course: &Course<'l>,
        counted: &[Counted],
    ) -> Refused<'l> {
        if course.next.is_none() {
            let season = self.vaccine().repeat == Repeat::Season;
            let reason = if season { Reason::AlreadyThisSeason } else { Reason::SeriesComplete };
            return Some((reason, course.path.row));
        }
        let other = course.path.product.zip(self.product).is_some_and(|(path, asked)| path != asked);
        if other && !counted.is_empty() {
            return Some((Reason::ProductMismatch, course.path.row));
        }
        let reached = self.vaccine().totals.iter().find(|it| {
            let other = |dose: &&Dose| {
                dose.vaccine.is_some_and(|place| self.law.vaccines[place].key == it.rule.other)
            };
            let own = doses.iter().filter(|dose| dose.vaccine == Some(self.vaccine)).count();
            let limited = person.facts.yes.contains(&it.rule.setting) && it.holds_on(self.on);
            limited && own + doses.iter().filter(other).count() >= it.rule.most
        });
        reached.map(|it| (Reason::DoseNotGivenByRule, it.row))
    }

    /// The days on which the next dose may be given, and whether the day asked about is one.
    fn timed(
        &self,
        person: &Person,
        doses: &[Dose],
        course: Course<'l>,
        counted: Vec<Counted>,
        spans: &[Span<'l>],
    ) -> Result<Verdict<'l>, Need> {
        let dose = course.step().map(|step| step.key);
        let Some(limits) = self.best_limits(person, doses, &course, &counted, spans)? else {
            let refused = Verdict::refused(Reason::AgedOut, self.vaccine().row);
            return Ok(Verdict { dose, course: Some(course), counted, ..refused });
        };
        let reason = self.timing(&limits);
        let shown = !limits.are_empty() || reason == Reason::CannotFinishInWindow;
        let warnings = if reason == Reason::Eligible { self.warnings(person, dose) } else { Vec::new() };
        Ok(Verdict {
            reason,
            dose,
            earliest: shown.then_some(limits.earliest),
            latest: limits.latest.filter(|_| shown),
            warnings,
            row: None,
            course: Some(course),
            counted,
            limits: Some(limits),
        })
    }

    /// The first window that has not ended, or the last one; a later one if no day is left in it.
    fn best_limits(
        &self,
        person: &Person,
        doses: &[Dose],
        course: &Course<'l>,
        counted: &[Counted],
        spans: &[Span<'l>],
    ) -> Result<Option<Limits<'l>>, Need> {
        let open = spans.iter().position(|span| !span.ended(self.on));
        let from = open.unwrap_or(spans.len().saturating_sub(1));
        let live = self.after_live(doses);
        let mut first = None;
        for span in &spans[from..] {
            let mut limits = self.limits(person, course, counted, *span)?;
            live.into_iter().for_each(|bound| limits.wait(bound, self.on));
            if !limits.are_empty() {
                return Ok(Some(limits));
            }
            first = first.or(Some(limits));
        }
        Ok(first)
    }

    fn timing(&self, limits: &Limits<'l>) -> Reason {
        let interval = matches!(limits.reason, Reason::IntervalTooShort | Reason::LiveIntervalTooShort);
        if limits.latest.is_some_and(|latest| latest < self.on) {
            let season_over = self.vaccine().repeat == Repeat::Season && !limits.span.ended(self.on);
            return if season_over { Reason::OutOfSeason } else { Reason::AgedOut };
        }
        match () {
            () if limits.are_empty() && interval => Reason::CannotFinishInWindow,
            () if self.on < limits.earliest => limits.reason,
            () => Reason::Eligible,
        }
    }

    fn warnings(&self, person: &Person, dose: Option<&str>) -> Vec<&'l str> {
        let met = self.vaccine().warnings.iter().filter(|it| {
            let age = it.rule.from_age.and_then(|age| age.day(person.birth, person.due));
            let near = it.rule.due_within.zip(person.due);
            Some(it.rule.dose) == dose
                && it.holds_on(self.on)
                && age.is_none_or(|from| from <= self.on)
                && near.is_none_or(|(days, due)| (due - self.on).num_days() < days)
        });
        met.map(|it| it.rule.key).collect()
    }
}
