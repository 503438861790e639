//! What a person must know or ask besides the verdict: where the record is doubtful, and where the
//! sources say nothing.

use super::evaluate::Evaluated;
use super::history::Asked;
use super::judge::Verdict;
use super::law::History;
use super::person::{Dose, Person};
use super::reason::Reason;
use crate::domain::proposal::{Finding, Severity};

/// About a verdict: what its sources leave open.
pub fn of_verdict(asked: &Asked<'_>, person: &Person, verdict: &Verdict<'_>) -> Vec<Finding> {
    let found = [
        rest_does_not_fit(asked, person, verdict),
        recognition(asked, person, verdict),
        long_interval(asked, person, verdict),
        total(asked, person),
        long_term(asked, person),
    ];
    let vaccine = asked.vaccine().key;
    let found = found.into_iter().flatten().chain(diseases(asked, person));
    found.map(|finding| finding.with("vaccine", vaccine)).collect()
}

/// About the past doses: what is doubtful in their record.
pub fn of_doses(person: &Person, numbers: &[Option<String>], twins: &[usize]) -> Vec<Finding> {
    let at = |key: &str, dose: &Dose| {
        let path = format!("prior[{}].date", dose.place);
        Finding::new(Severity::Ask, key).at(&path).with("date", dose.first)
    };
    let mut found = Vec::new();
    for dose in &person.doses {
        found.extend((dose.first != dose.last).then(|| at("finding.day-unknown", dose)));
        found.extend(dose.withdrawn.then(|| at("finding.lot-withdrawn", dose)));
        found.extend(twins.contains(&dose.place).then(|| at("finding.same-day", dose)));
        let number = numbers.get(dose.place).and_then(Option::as_deref);
        let twin = number.is_some_and(|number| same_number(person, numbers, dose, number));
        found.extend(twin.then(|| at("finding.same-number", dose)));
    }
    found
}

/// Whether an earlier dose of the same vaccine carries the same number.
fn same_number(person: &Person, numbers: &[Option<String>], dose: &Dose, number: &str) -> bool {
    let earlier = person.doses.iter().take_while(|it| it.place != dose.place);
    let mut same = earlier.filter(|it| it.vaccine.is_some() && it.vaccine == dose.vaccine);
    same.any(|it| numbers.get(it.place).and_then(Option::as_deref) == Some(number))
}

/// Past doses of the vaccine that take a place in its course although no source says so.
pub fn of_counting(asked: &Asked<'_>, evaluated: &[Evaluated<'_>]) -> Vec<Finding> {
    let own = evaluated.iter().filter(|it| it.asked.vaccine == asked.vaccine);
    let doubtful = own.filter(|it| it.counts.is_none() && it.verdict.is_ok());
    let finding = |it: &Evaluated<'_>| {
        let reason = it.verdict.as_ref().map_or("", |verdict| verdict.reason.code());
        let finding = Finding::new(Severity::Ask, "finding.counted-though-invalid");
        finding.at(&format!("prior[{}]", it.dose.place)).with("reason", reason).with("date", it.dose.first)
    };
    doubtful.map(finding).collect()
}

fn rest_does_not_fit(asked: &Asked<'_>, person: &Person, verdict: &Verdict<'_>) -> Option<Finding> {
    let fits = !verdict.is_eligible() || asked.rest_fits(person, verdict, asked.on);
    (!fits).then(|| Finding::new(Severity::Ask, "finding.rest-does-not-fit"))
}

/// A window would be open if the municipality recognised, or a condition were on record.
fn recognition(asked: &Asked<'_>, person: &Person, verdict: &Verdict<'_>) -> Option<Finding> {
    let closed = matches!(verdict.reason, Reason::AgedOut | Reason::ProgrammeEnded | Reason::NotYetAge);
    let told = |code| person.facts.yes.contains(&code) || person.facts.no.contains(&code);
    let windows = asked.vaccine().windows.iter().filter(|_| closed);
    let mut open = windows.filter_map(|it| it.rule.needs.map(|needs| (needs, it)));
    let (needs, _) = open.find(|(needs, it)| !told(*needs) && asked.would_open(person, it))?;
    let finding = Finding::new(Severity::Ask, "finding.would-be-open");
    Some(finding.with("fact", asked.law.name(needs)))
}

/// The interval is longer than the sources foresee.
fn long_interval(asked: &Asked<'_>, person: &Person, verdict: &Verdict<'_>) -> Option<Finding> {
    let course = verdict.course.as_ref().filter(|_| verdict.is_eligible())?;
    let mut intervals = asked.held_intervals(person, course, &verdict.counted);
    let over = intervals.any(|it| {
        let end = it.rule.below.zip(course.reference(&it.rule)).map(|(gap, from)| gap.after(from));
        end.is_some_and(|end| end <= asked.on)
    });
    over.then(|| Finding::new(Severity::Ask, "finding.interval-long"))
}

/// Whether a total is limited is for the municipality to say.
fn total(asked: &Asked<'_>, person: &Person) -> Option<Finding> {
    let told = |code| person.facts.yes.contains(&code) || person.facts.no.contains(&code);
    let open = asked.vaccine().totals.iter().find(|it| {
        let other = asked.law.place(it.rule.other);
        !told(it.rule.setting) && person.doses.iter().any(|dose| dose.vaccine == other)
    })?;
    let finding = Finding::new(Severity::Ask, "finding.total-not-set");
    Some(finding.with("setting", asked.law.name(open.rule.setting)).with("most", open.rule.most))
}

/// 長期療養特例 is asked for, and no source says whether there is one.
fn long_term(asked: &Asked<'_>, person: &Person) -> Option<Finding> {
    let exception = asked.vaccine().long_term.as_ref()?;
    let open = exception.rule.applies.is_none() && person.facts.special_ended.is_some();
    open.then(|| Finding::new(Severity::Ask, "finding.long-term-unknown"))
}

/// A disease of which the sources do not say whether it excludes, or only one of several.
fn diseases<'a>(asked: &'a Asked<'_>, person: &'a Person) -> impl Iterator<Item = Finding> + 'a {
    let diseases = &asked.vaccine().diseases;
    let open = diseases.iter().filter(move |it| {
        let had = person.facts.diseases.contains(&it.rule.0);
        had && (it.rule.1 == History::Unknown || (it.rule.1 == History::Excludes && diseases.len() > 1))
    });
    open.map(|it| {
        let finding = Finding::new(Severity::Ask, "finding.had-disease");
        finding.with("disease", asked.law.name(it.rule.0))
    })
}
