//! What comes next for a person, for each routine vaccine: first and last legal day, the advised time,
//! and the last day from which the rest of the course still fits.

use chrono::NaiveDate;

use super::age::days_on;
use super::course::LONGEST;
use super::history::{Asked, Counted};
use super::judge::Verdict;
use super::law::{Law, Skip};
use super::person::{Need, Person};
use super::reason::Reason;

/// How a vaccine stands for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It may be given on the day.
    Due,
    /// It may still be given, but the advised time is over.
    Overdue,
    /// Its first day is yet to come.
    Upcoming,
    /// Nothing is left to give, this season or at all.
    Complete,
    /// A disease or another record excludes it.
    Excluded,
    /// It is no 定期接種 for this person; a voluntary dose may still be wise.
    NotPublic,
    /// Another vaccine has taken its place for those who have not begun.
    Replaced,
    /// Something is not on record without which nothing can be said.
    NeedsInformation,
}

impl State {
    /// The name of the state.
    pub fn code(self) -> &'static str {
        match self {
            State::Due => "due",
            State::Overdue => "overdue",
            State::Upcoming => "upcoming",
            State::Complete => "complete",
            State::Excluded => "excluded",
            State::NotPublic => "not-public",
            State::Replaced => "replaced",
            State::NeedsInformation => "needs-information",
        }
    }
}

/// The forecast of one vaccine.
#[derive(Clone, Debug)]
pub struct Forecast<'l> {
    /// What was asked.
    pub asked: Asked<'l>,
    /// How it stands.
    pub state: State,
    /// The verdict on the day, or what is missing for one.
    pub verdict: Result<Verdict<'l>, Need>,
    /// First and last day of the advised time for the next dose.
    pub standard: (Option<NaiveDate>, Option<NaiveDate>),
    /// The last day for the next dose on which the rest of the course still fits into the window.
    pub finish_by: Option<NaiveDate>,
}

/// The forecast of every routine vaccine on a day, in the order of the table.
pub fn forecast<'l>(law: &'l Law<'l>, person: &Person, on: NaiveDate) -> impl Iterator<Item = Forecast<'l>> {
    let asked = move |vaccine| Asked { law, vaccine, product: None, on, past: false };
    (0..law.vaccines.len()).map(move |vaccine| asked(vaccine).forecast(person))
}

impl<'l> Asked<'l> {
    /// The forecast of the vaccine asked about.
    pub fn forecast(&self, person: &Person) -> Forecast<'l> {
        let verdict = self.judge(person, &person.doses).map(|verdict| self.since_programme(verdict));
        let standard = verdict.as_ref().map_or((None, None), |verdict| self.standard(person, verdict));
        let finish_by = verdict.as_ref().ok().and_then(|verdict| self.finish_by(person, verdict));
        let state = self.state(person, &verdict, standard.1);
        Forecast { asked: *self, state, verdict, standard, finish_by }
    }

    /// Days before the programme began are no days of 定期接種.
    fn since_programme(&self, mut verdict: Verdict<'l>) -> Verdict<'l> {
        let begun = self.vaccine().row.valid_from;
        verdict.earliest = verdict.earliest.map(|day| day.max(begun));
        if verdict.latest.is_some_and(|latest| latest < begun) {
            (verdict.earliest, verdict.latest) = (None, None);
        }
        verdict
    }

    fn state(
        &self,
        person: &Person,
        verdict: &Result<Verdict<'l>, Need>,
        standard_end: Option<NaiveDate>,
    ) -> State {
        let begun = || person.doses.iter().any(|dose| dose.vaccine == Some(self.vaccine));
        if self.vaccine().replaced_by.is_some() && !begun() {
            return State::Replaced;
        }
        let Ok(verdict) = verdict else { return State::NeedsInformation };
        match verdict.reason {
            Reason::Eligible if standard_end.is_some_and(|end| end < self.on) => State::Overdue,
            Reason::Eligible => State::Due,
            Reason::SeriesComplete | Reason::AlreadyThisSeason => State::Complete,
            Reason::ExcludedHistory => State::Excluded,
            Reason::NotYetAge
            | Reason::OutOfSeason
            | Reason::IntervalTooShort
            | Reason::LiveIntervalTooShort => State::Upcoming,
            _ => State::NotPublic,
        }
    }

    /// The advised time: by age and by interval, and never before the first legal day.
    fn standard(&self, person: &Person, verdict: &Verdict<'l>) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let Some((course, limits)) = verdict.course.as_ref().zip(verdict.limits.as_ref()) else {
            return (None, None);
        };
        let Some(step) = course.step() else { return (None, None) };
        let age = |age: Option<super::age::Age>| age.and_then(|age| age.day(person.birth, person.due));
        let (mut from, mut to) = (age(step.standard.0), age(step.standard.1));
        for interval in self.held_intervals(person, course, &verdict.counted) {
            let Some(reference) = course.reference(&interval.rule) else { continue };
            let (least, most) = interval.rule.standard;
            from = from.max(least.map(|gap| gap.after(reference)));
            to = [to, most.map(|gap| gap.after(reference))].into_iter().flatten().min();
        }
        let to = to.map(|to| limits.latest.map_or(to, |latest| to.min(latest)));
        (from.map(|from| from.max(limits.earliest)), to)
    }

    /// The last day for the next dose on which what follows still fits; `None` where nothing follows or
    /// no day is left.
    fn finish_by(&self, person: &Person, verdict: &Verdict<'l>) -> Option<NaiveDate> {
        let (course, limits) = (verdict.course.as_ref()?, verdict.limits.as_ref()?);
        let last = course.next? + 1 == course.path.doses.len();
        let (mut fits, mut late) = (limits.earliest.max(self.on), limits.latest?);
        if last || fits > late || !self.rest_fits(person, verdict, fits) {
            return None;
        }
        if self.rest_fits(person, verdict, late) {
            return Some(late);
        }
        while (late - fits).num_days() > 1 {
            let middle = fits + (late - fits) / 2;
            if self.rest_fits(person, verdict, middle) { fits = middle } else { late = middle }
        }
        Some(fits)
    }

    /// Whether the rest of the course fits into the window if the next dose is given on `day`.
    pub fn rest_fits(&self, person: &Person, verdict: &Verdict<'l>, day: NaiveDate) -> bool {
        let Some(span) = verdict.limits.as_ref().map(|limits| limits.span) else { return true };
        let product = self.product.or(verdict.counted.first().and_then(|dose| dose.product));
        let mut counted = verdict.counted.clone();
        counted.push(Counted { day, product, own: true });
        let mut on = day;
        for _ in 0..LONGEST {
            let asked = Asked { on, ..*self };
            let Ok(course) = asked.course(person, &counted) else { return true };
            let Some(step) = course.step() else { return true };
            let Ok(limits) = asked.limits(person, &course, &counted, span) else { return true };
            let lapses = step.skips.iter().any(|skip| matches!(skip.rule, Skip::Lapsed(_)));
            match limits.latest.filter(|_| limits.are_empty()) {
                None => {
                    on = limits.earliest;
                    counted.push(Counted { day: on, product, own: true });
                }
                Some(latest) if lapses => on = days_on(latest, 1),
                Some(_) => return false,
            }
        }
        true
    }
}
