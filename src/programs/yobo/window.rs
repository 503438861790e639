//! From when to when a vaccine may be given to a person, whatever was given before.

use chrono::NaiveDate;

use super::age::{days_on, reaches_months};
use super::history::{Asked, Counted};
use super::law::{Cited, Code, LongTerm, Window};
use super::person::{Need, Person};
use crate::domain::tables::Row;

/// A time in which a vaccine may be given; both ends belong to it.
#[derive(Clone, Copy, Debug)]
pub struct Span<'l> {
    /// The first day.
    pub from: NaiveDate,
    /// The last day, if there is one.
    pub to: Option<NaiveDate>,
    /// The row that gives the first day.
    pub opened_by: &'l Row,
    /// The row that gives the last day.
    pub closed_by: &'l Row,
}

impl Span<'_> {
    /// Whether the last day is before `day`.
    pub fn ended(&self, day: NaiveDate) -> bool {
        self.to.is_some_and(|to| to < day)
    }
}

impl<'l> Asked<'l> {
    /// Every time in which the vaccine may be given, oldest first; those that touch are one.
    ///
    /// # Errors
    /// When the expected day of delivery is needed and not known.
    pub fn spans(
        &self,
        person: &Person,
        product: Option<Code>,
        counted: &[Counted],
    ) -> Result<Vec<Span<'l>>, Need> {
        let mut spans = Vec::new();
        for window in &self.vaccine().windows {
            let fits = window.rule.product.is_none() || product.is_none() || window.rule.product == product;
            if fits && window.rule.is_open_to(person, counted) {
                spans.extend(self.span(window, person)?);
            }
        }
        spans.extend(self.vaccine().long_term.as_ref().and_then(|it| long_term(it, person)));
        spans.sort_by_key(|span| span.from);
        spans.dedup_by(|later, earlier| earlier.joins(later));
        Ok(spans)
    }

    /// Whether a window would be open on the day if what it needs were on record.
    pub fn would_open(&self, person: &Person, window: &Cited<'l, Window>) -> bool {
        let rule = Window { needs: None, ..window.rule };
        let span = self.span(window, person).ok().flatten();
        rule.is_open_to(person, &[]) && span.is_some_and(|it| it.from <= self.on && !it.ended(self.on))
    }

    /// A window in days; `None` if nothing is left of it. One that came in later than the programme, or
    /// for a time only, is cut by its period. The beginning of the programme cuts none: it is a reason of
    /// its own.
    fn span(&self, window: &Cited<'l, Window>, person: &Person) -> Result<Option<Span<'l>>, Need> {
        let day = |age: super::age::Age| age.day(person.birth, person.due).ok_or(Need::Due);
        let row = window.row;
        let cut = row.valid_to.is_some() || row.valid_from > self.vaccine().row.valid_from;
        let start = window.rule.start.map(day).transpose()?.unwrap_or(row.valid_from);
        let from = if cut { start.max(row.valid_from) } else { start };
        let to = [window.rule.end.map(day).transpose()?, row.valid_to].into_iter().flatten().min();
        let span = Span { from, to, opened_by: row, closed_by: row };
        Ok((!span.ended(from)).then_some(span))
    }
}

impl Window {
    /// Whether a person belongs to those for whom the window is.
    fn is_open_to(&self, person: &Person, counted: &[Counted]) -> bool {
        let born = within(person.birth, self.born);
        let tested =
            self.test_by.is_none_or(|by| person.facts.antibody_test.is_some_and(|tested| tested <= by));
        born && tested && self.needs.is_none_or(|fact| self.has(fact, person, counted))
    }

    /// Whether the fact that is needed is on record, or a dose stands for it.
    fn has(&self, fact: Code, person: &Person, counted: &[Counted]) -> bool {
        let (yes, no) = (&person.facts.yes, &person.facts.no);
        let dose = self
            .dose_within
            .is_some_and(|(from, to)| counted.iter().any(|dose| (from..=to).contains(&dose.day)));
        yes.contains(&fact) || (dose && !no.contains(&fact))
    }
}

/// Whether a day lies between two that may be open.
pub fn within(day: NaiveDate, (from, to): (Option<NaiveDate>, Option<NaiveDate>)) -> bool {
    from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
}

/// 長期療養特例: from the day the circumstance ended, counting it, and below the highest age.
fn long_term<'l>(exception: &Cited<'l, LongTerm>, person: &Person) -> Option<Span<'l>> {
    let LongTerm { applies, years, under_age } = exception.rule;
    let from = person.facts.special_ended.filter(|_| applies == Some(true))?;
    let cap = under_age.map(|age| reaches_months(person.birth, 12 * age));
    let to = [Some(reaches_months(from, 12 * years)), cap].into_iter().flatten().min();
    let span = Span { from, to, opened_by: exception.row, closed_by: exception.row };
    (!span.ended(from)).then_some(span)
}

impl<'l> Span<'l> {
    /// Takes in a later one that begins before this has ended or on the day after; `false` if it does not.
    fn joins(&mut self, later: &Span<'l>) -> bool {
        let Some(to) = self.to else { return true };
        if later.from > days_on(to, 1) {
            return false;
        }
        if later.to.is_none_or(|end| end > to) {
            (self.to, self.closed_by) = (later.to, later.closed_by);
        }
        true
    }
}
