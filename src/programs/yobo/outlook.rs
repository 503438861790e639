//! The rules as lists and figures of the whole town ask them: what comes next, and to which doses there is a right.

use chrono::NaiveDate;

use super::age::Age;
use super::evaluate::{Evaluated, evaluate};
use super::forecast::{Forecast, State, forecast};
use super::history::{Asked, Counted};
use super::immunization::person;
use super::judge::Verdict;
use super::law::{Law, Repeat, Vaccine};
use super::person::{Need, Person};
use super::reason::Reason;
use super::window::Span;
use crate::domain::immunization::Known;
use crate::domain::immunization::outlook::{Cohort, Coming, ComingState, Outlook, Right};
use crate::domain::tables::Tables;

/// What the rules say of each person, in their order.
pub fn outlooks(all: &[Known], tables: &Tables, on: NaiveDate) -> Vec<Outlook> {
    let Ok(law) = Law::read(tables) else { return vec![Outlook::default(); all.len()] };
    all.iter().map(|known| outlook(&law, &person(&law, known, on), on)).collect()
}

/// Where school or the 年度 opens the window, those who go to school together are one cohort.
pub fn cohort(vaccine: &Vaccine<'_>) -> Cohort {
    let by_school = |age: Option<Age>| {
        matches!(age, Some(Age::FiscalStart(_) | Age::YearBeforeSchool | Age::EveOfSchool))
    };
    let school = vaccine.windows.iter().any(|it| by_school(it.rule.start));
    if school { Cohort::School } else { Cohort::Fiscal }
}

fn outlook(law: &Law<'_>, person: &Person, on: NaiveDate) -> Outlook {
    let past = evaluate(law, person);
    let mut found = Outlook::default();
    for one in forecast(law, person, on) {
        let counted = one.verdict.as_ref().map(|it| it.counted.as_slice()).unwrap_or_default();
        if one.state == State::Replaced || one.asked.goes_on_elsewhere(counted) {
            continue;
        }
        found.coming.extend(coming(&one));
        found.rights.extend(one.asked.rights(person, &one.verdict, &past));
    }
    found
}

fn coming(one: &Forecast<'_>) -> Option<Coming> {
    let state = match one.state {
        State::Due => ComingState::Due,
        State::Overdue => ComingState::Overdue,
        State::Upcoming => ComingState::Upcoming,
        _ => return None,
    };
    let verdict = one.verdict.as_ref().ok()?;
    Some(Coming {
        vaccine: one.asked.vaccine().key.to_owned(),
        dose: verdict.dose?.to_owned(),
        state,
        earliest: verdict.earliest,
        latest: verdict.latest,
        standard: one.standard,
        finish_by: one.finish_by,
    })
}

impl<'l> Asked<'l> {
    /// Whether the course was begun or gone on with by a vaccine that this one replaces or is replaced by: then the
    /// dose is that vaccine's, and not counted twice.
    fn goes_on_elsewhere(&self, counted: &[Counted]) -> bool {
        let key = self.vaccine().key;
        let replaces = || self.law.vaccines.iter().any(|it| it.replaced_by == Some(key));
        let paired = self.vaccine().replaced_by.is_some() || replaces();
        paired && counted.last().is_some_and(|last| !last.own)
    }

    /// Doses of the course to which the person has or had a right.
    fn rights(
        &self,
        person: &Person,
        verdict: &Result<Verdict<'l>, Need>,
        past: &[Evaluated<'_>],
    ) -> Vec<Right> {
        // A record that lacks its day or product takes no place; the right stands nevertheless.
        let bare = matches!(verdict, Err(Need::Day(_) | Need::Product(_)));
        let again = if bare { self.judge(person, &[]) } else { Err(Need::Rules) };
        let Some(verdict) = verdict.as_ref().ok().or(again.as_ref().ok()) else { return Vec::new() };
        let outside = [Reason::SexNotTarget, Reason::CohortNotTarget, Reason::ExcludedHistory];
        if outside.contains(&verdict.reason) {
            return Vec::new();
        }
        let product = self.product_in_use(&verdict.counted);
        let spans = self.spans(person, product, &verdict.counted).unwrap_or_default();
        let Some((from, to)) = self.open(person, &spans) else { return Vec::new() };
        // Who has not begun has the course of those who begin on the first day.
        let begun = if verdict.counted.is_empty() { from } else { self.on };
        let asked = Asked { on: begun, ..*self };
        let course =
            asked.course(person, &verdict.counted).or_else(|_| self.course(person, &verdict.counted));
        let Ok(course) = course else { return Vec::new() };
        let steps = course.path.doses.iter().enumerate();
        let skipped =
            |place: usize| course.given[place].is_none() && course.next.is_none_or(|next| place < next);
        let right = |(place, step): (usize, &super::law::Step<'l>)| {
            let not_before = step.not_before.and_then(|age| age.day(person.birth, person.due));
            let given_on = course.given[place];
            Right {
                vaccine: self.vaccine().key.to_owned(),
                dose: step.key.to_owned(),
                from: not_before.map_or(from, |day| day.max(from)),
                to,
                given_on,
                valid: given_on.is_some_and(|day| self.is_valid(day, past)),
            }
        };
        steps.filter(|(place, _)| !skipped(*place)).map(right).collect()
    }

    /// First and last day of all the times in which the vaccine may be given; of this season, where it is given anew
    /// with each.
    fn open(&self, person: &Person, spans: &[Span<'l>]) -> Option<(NaiveDate, Option<NaiveDate>)> {
        let from = spans.first()?.from.max(self.vaccine().row.valid_from);
        let to = spans.last()?.to;
        if self.vaccine().repeat != Repeat::Season {
            return Some((from, to));
        }
        let (first, last) = self.season(person).ok()?;
        let to = to.map_or(last, |to| to.min(last));
        (from <= last && to >= first).then_some((from.max(first), Some(to)))
    }

    fn is_valid(&self, day: NaiveDate, past: &[Evaluated<'_>]) -> bool {
        let here = |it: &&Evaluated<'_>| it.asked.vaccine == self.vaccine || self.counts_with(&it.dose);
        past.iter().filter(here).any(|it| it.dose.first == day && it.status() == "valid")
    }
}
