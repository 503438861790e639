//! The working of a verdict: each step with its inputs, its row and article, and its result.

use chrono::NaiveDate;

use super::history::Asked;
use super::judge::Verdict;
use super::person::Person;
use super::reason::Reason;
use crate::domain::proposal::WorkingStep;

/// All steps that led to a verdict, the verdict last.
pub fn steps(asked: &Asked<'_>, person: &Person, verdict: &Verdict<'_>) -> Vec<WorkingStep> {
    let mut steps = Vec::new();
    if let Some(course) = &verdict.course {
        let begun = verdict.counted.first().map_or(asked.on, |dose| dose.day);
        let step = WorkingStep::new("working.course").by(course.path.row).input("birth", person.birth);
        let step = step.input("begun_on", begun).input("doses", verdict.counted.len());
        steps.push(step.gives(verdict.dose.unwrap_or("complete")));
    }
    if let Some(limits) = &verdict.limits {
        let span = &limits.span;
        let step = WorkingStep::new("working.window").by(span.closed_by).input("birth", person.birth);
        steps.push(step.gives(format!("{} – {}", span.from, shown(span.to))));
        let bounds = limits.bounds.iter().filter(|bound| bound.day != span.from);
        steps.extend(bounds.map(|bound| {
            WorkingStep::new(said(bound.reason)).by(bound.row).input("from", bound.from).gives(bound.day)
        }));
    }
    steps.push(conclusion(asked, verdict));
    steps
}

fn conclusion(asked: &Asked<'_>, verdict: &Verdict<'_>) -> WorkingStep {
    let step = WorkingStep::new("working.verdict")
        .by(verdict.row.unwrap_or(asked.vaccine().row))
        .input("vaccine", asked.vaccine().key)
        .input("on", asked.on);
    let step = match asked.product {
        Some(product) => step.input("product", asked.law.name(product)),
        None => step,
    };
    let days = [verdict.earliest.map(|day| ("earliest", day)), verdict.latest.map(|day| ("latest", day))];
    let step = days.into_iter().flatten().fold(step, |step, (name, day)| step.input(name, day));
    step.gives(verdict.reason.code())
}

/// The sentence of a bound.
fn said(reason: Reason) -> &'static str {
    match reason {
        Reason::OutOfSeason => "working.season",
        Reason::IntervalTooShort => "working.interval",
        Reason::LiveIntervalTooShort => "working.live-interval",
        _ => "working.age",
    }
}

fn shown(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}
