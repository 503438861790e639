//! Each past dose by the rules of its day: whether it was 定期接種, and whether it counts in the course.

use super::history::Asked;
use super::judge::Verdict;
use super::law::{Law, Skip};
use super::person::{Dose, Need, Person};
use super::reason::Reason;
use super::window::within;

/// What is said of a past dose.
#[derive(Clone, Debug)]
pub struct Evaluated<'l> {
    /// What was asked.
    pub asked: Asked<'l>,
    /// The dose.
    pub dose: Dose,
    /// The verdict of its day, or what is missing for one.
    pub verdict: Result<Verdict<'l>, Need>,
    /// Whether it takes a place in the course; `None` where no source says.
    pub counts: Option<bool>,
    /// Whether the same vaccine was recorded twice on the day.
    pub repeated: bool,
}

impl Evaluated<'_> {
    /// `valid`, `invalid` or `unknown`.
    pub fn status(&self) -> &'static str {
        match &self.verdict {
            Ok(verdict) if verdict.is_eligible() && !self.repeated => "valid",
            Ok(_) => "invalid",
            Err(_) => "unknown",
        }
    }
}

/// Evaluates every past dose of a routine vaccine, oldest first.
pub fn evaluate<'l>(law: &'l Law<'l>, person: &Person) -> Vec<Evaluated<'l>> {
    let routine = person.doses.iter().enumerate();
    routine.filter_map(|(place, dose)| one(law, person, place, dose)).collect()
}

fn one<'l>(law: &'l Law<'l>, person: &Person, place: usize, dose: &Dose) -> Option<Evaluated<'l>> {
    let asked = Asked { law, vaccine: dose.vaccine?, product: dose.product, on: dose.first, past: true };
    let before = &person.doses[..place];
    let repeated = before.iter().any(|it| it.vaccine == dose.vaccine && it.last == dose.first);
    let verdict = match asked.vaccine() {
        _ if dose.first != dose.last => Err(Need::Day(dose.place)),
        vaccine if vaccine.by_product && dose.product.is_none() => Err(Need::Product(dose.place)),
        _ => asked.judge(person, before).and_then(|verdict| asked.known_then(person, verdict)),
    };
    let counts = if repeated { Some(false) } else { counts(&asked, person, &verdict) };
    Some(Evaluated { asked, dose: *dose, verdict, counts, repeated })
}

impl<'l> Asked<'l> {
    /// Refuses to judge a past dose by a season or an extension of another time.
    fn known_then(&self, person: &Person, verdict: Verdict<'l>) -> Result<Verdict<'l>, Need> {
        let vaccine = self.vaccine();
        if vaccine.season.is_none() && verdict.reason == Reason::OutOfSeason {
            return Err(Need::Season);
        }
        // A dose that an extension takes as begun was given under a way in of which no table tells.
        let extended = vaccine.windows.iter().any(|it| {
            let begun = it.rule.dose_within.is_some_and(|(from, to)| (from..=to).contains(&self.on));
            begun && within(person.birth, it.rule.born)
        });
        let late = matches!(verdict.reason, Reason::AgedOut | Reason::NotYetAge);
        if extended && late { Err(Need::Rules) } else { Ok(verdict) }
    }
}

/// Whether a dose counts: a valid one does, one too many does not, and of others only where a rule says.
fn counts(asked: &Asked<'_>, person: &Person, verdict: &Result<Verdict<'_>, Need>) -> Option<bool> {
    let verdict = verdict.as_ref().ok()?;
    match verdict.reason {
        Reason::SeriesComplete | Reason::AlreadyThisSeason => return Some(false),
        Reason::Eligible => return Some(true),
        _ => {}
    }
    let vaccine = asked.vaccine();
    if let Some(credit) = vaccine.credit.as_ref().filter(|_| vaccine.voluntary_counts) {
        let (from, gap) = credit.rule;
        let old_enough = from.day(person.birth, person.due).is_none_or(|from| asked.on >= from);
        let apart = verdict.counted.last().is_none_or(|last| gap.after(last.day) <= asked.on);
        return Some(old_enough && apart);
    }
    (vaccine.voluntary_counts || foreseen(verdict)).then_some(true)
}

/// Whether the course has a rule for a dose that comes too early: a further dose.
fn foreseen(verdict: &Verdict<'_>) -> bool {
    let early = verdict.reason == Reason::IntervalTooShort;
    let Some(course) = verdict.course.as_ref().filter(|_| early) else { return false };
    let skips = course.path.doses.iter().flat_map(|step| &step.skips);
    skips.into_iter().any(|it| matches!(it.rule, Skip::Spaced(_, until, _) if Some(until) == course.next))
}
